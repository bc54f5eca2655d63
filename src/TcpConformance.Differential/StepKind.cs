using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Differential;

/// <summary>Steps that are alike, whatever their numbers are.</summary>
/// <param name="Name">Verb and flags, or the call.</param>
/// <param name="Edges">Where the numbers lie, and what else is special.</param>
public sealed record StepKind(string Name, string Edges)
{
    private const int Far = 60_000;

    /// <summary>The kind of a step.</summary>
    public static StepKind Of(SessionStep step) => step switch
    {
        OpenStep o => new StepKind(
            $"{o.Role} open".ToLowerInvariant(),
            $"{o.Stage} {o.Place}".ToLowerInvariant()),
        SegmentStep s => new StepKind(
            s.Flags.ToText() + (s.Length > 0 ? " with text" : "")
                + (s.Fault == SegmentFault.None ? "" : $" {s.Fault}".ToLowerInvariant()),
            EdgesOf(s)),
        AgainStep => new StepKind("a segment again", ""),
        FlowStep f => new StepKind(f.Give > 0 ? "flow with text" : "flow", ""),
        CallStep { Kind: UserCallKind.SetOption } c => new StepKind(
            $"set-option {c.Option}".ToLowerInvariant(), ""),
        CallStep c => new StepKind(
            c.Kind.ToString().ToUpperInvariant() + (c.Urgent ? " urgent" : ""), ""),
        WaitStep => new StepKind("wait", ""),
        IcmpStep i => new StepKind($"ICMP {i.Kind}", $"code {i.Code} {Sign(i.SeqOffset)}"),
        _ => new StepKind(step.GetType().Name, ""),
    };

    private static string EdgesOf(SegmentStep s)
    {
        string ack = s.Flags.Has(TcpFlags.Ack) ? $" ack={Place(s.Ack, s.AckOffset)}" : "";
        string options = s.Options.SequenceEqual(SegmentStep.AutoOptions)
            ? ""
            : " opt=" + string.Join(',', s.Options.Select(o => o.Kind).Distinct());
        string urgent = s.Urgent > 0 ? " up" : "";
        string window = s.Window is ushort w ? w == 0 ? " wnd=0" : " wnd" : "";
        return $"seq={Place(s.Seq, s.SeqOffset)}{ack}{options}{urgent}{window}"
            .ToLowerInvariant();
    }

    private static string Place<T>(T edge, int offset)
        where T : struct, Enum => edge + Sign(offset);

    private static string Sign(int offset) => offset switch
    {
        0 => "",
        > Far => "++",
        > 0 => "+",
        < -Far => "--",
        < 0 => "-",
    };
}
