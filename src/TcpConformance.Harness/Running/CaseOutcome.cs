using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Judging;

namespace TcpConformance.Harness.Running;

/// <summary>What one case came to on one IUT.</summary>
/// <param name="Case">The case.</param>
/// <param name="Verdict">The verdict; None: it was not run to its end.</param>
public sealed record CaseOutcome(TestCase Case, Verdict Verdict)
{
    /// <summary>The requirement that was contradicted first, if any.</summary>
    public string? Requirement { get; init; }

    /// <summary>One plain sentence; empty if the case passed.</summary>
    public string Message { get; init; } = "";

    /// <summary>What the oracle found.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>All that happened.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>How long it took, on the IUT's clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The longest time by which the harness itself or the IUT was late while it ran.
    /// </summary>
    public TimeSpan Lateness { get; init; }

    /// <summary>Whether what came too late but for that was taken for an answer.</summary>
    public bool IsIndulged { get; init; }

    /// <summary>Whether the IUT was lost while it ran: it died, hung, or its link went.</summary>
    public bool IsLost { get; init; }

    /// <summary>What the IUT said as it died; empty if it said nothing, or lives.</summary>
    public string Said { get; init; } = "";

    /// <summary>How often it was run: again only if somebody was late.</summary>
    public int Runs { get; init; } = 1;
}
