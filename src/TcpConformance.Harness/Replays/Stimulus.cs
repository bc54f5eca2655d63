using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Replays;

/// <summary>One thing that was done to an IUT: a packet written to its link, or a user call.
/// </summary>
/// <param name="At">When, since the start of the case.</param>
/// <param name="Packet">The IP packet, or null.</param>
/// <param name="Call">The call, or null.</param>
/// <param name="Text">One line for the reader.</param>
/// <param name="Connection">The connection, for the reader.</param>
/// <param name="Together">It followed the stimulus before it at once: what the IUT sent in answer
/// to that one was not looked at in between.</param>
public sealed record Stimulus(
    TimeSpan At, byte[]? Packet, UserCall? Call, string Text, string? Connection, bool Together)
{
    /// <summary>What was done in a trace, in order.</summary>
    public static IReadOnlyList<Stimulus> Of(IReadOnlyList<TraceEntry> trace)
    {
        var all = new List<Stimulus>();
        bool together = false;
        foreach (TraceEntry e in trace)
        {
            if (e.Kind is not (TraceKind.SegmentToIut or TraceKind.UserCall))
            {
                together &= e.Kind is not (TraceKind.SegmentFromIut or TraceKind.UserResult);
                continue;
            }
            bool follows = together && all[^1].At == e.At;
            all.Add(new Stimulus(
                e.At, e.Kind == TraceKind.SegmentToIut ? e.Frame : null, e.Call, e.Text,
                e.Connection, follows));
            together = true;
        }
        return all;
    }
}
