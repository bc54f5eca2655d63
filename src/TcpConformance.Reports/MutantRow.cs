using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary>One mutant and what became of it, as the reports of <c>tcpconf mutants</c> show it.
/// </summary>
/// <param name="Id">The mutant.</param>
/// <param name="Violates">The requirement that it violates.</param>
/// <param name="IsKilled">Whether a verdict condemned it for what it does.</param>
/// <param name="Fate">One word: killed, misjudged, broken, survived.</param>
public sealed record MutantRow(string Id, string Violates, bool IsKilled, string Fate)
{
    /// <summary>Where the misbehaviour is documented.</summary>
    public string Source { get; init; } = "";

    /// <summary>What it does, in one sentence.</summary>
    public string Text { get; init; } = "";

    /// <summary>Other requirements that it contradicts.</summary>
    public IReadOnlyList<string> Neighbours { get; init; } = [];

    /// <summary>The case that says it most shortly; null if none does.</summary>
    public string? Case { get; init; }

    /// <summary>The requirement that its verdict names.</summary>
    public string? Named { get; init; }

    /// <summary>The verdict's sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>How many cases condemned it rightly before the trial ended.</summary>
    public int Kills { get; init; }

    /// <summary>All requirements that verdicts named, the most frequent first.</summary>
    public IReadOnlyList<string> AllNamed { get; init; } = [];

    /// <summary>The shortest trace that shows it.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>Whether the trace is less than what the case did.</summary>
    public bool IsShrunk { get; init; }
}

/// <summary>A run of <c>tcpconf mutants</c>.</summary>
/// <param name="Seed">Where all chance came from.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Rows">The mutants.</param>
public sealed record MutantScore(
    long Seed, DateTimeOffset Started, double Seconds, IReadOnlyList<MutantRow> Rows)
{
    /// <summary>Mutants that were condemned for what they do.</summary>
    public int Killed => Rows.Count(r => r.IsKilled);

    /// <summary>Their share, in whole percent, rounded down.</summary>
    public int Percent => Rows.Count == 0 ? 0 : 100 * Killed / Rows.Count;
}
