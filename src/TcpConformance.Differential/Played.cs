using TcpConformance.Harness;
using TcpConformance.Harness.Judging;

namespace TcpConformance.Differential;

/// <summary>What a session has come to on one IUT.</summary>
/// <param name="Trace">All that has happened, to the first violation at most.</param>
public sealed record Played(IReadOnlyList<TraceEntry> Trace)
{
    /// <summary>The first violation; null: the oracle had no complaint.</summary>
    public Violation? Violation { get; init; }

    /// <summary>How it has died; null: it lives.</summary>
    public string? Death { get; init; }

    /// <summary>Why nothing can be said of it, e.g. because the machine stalled; null: it can.
    /// </summary>
    public string? Unusable { get; init; }

    /// <summary>Segments and user calls that the IUT was given.</summary>
    public int Given => Trace.Count(
        e => e.Kind is TraceKind.SegmentToIut or TraceKind.UserCall);
}
