using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary>What one IUT did in a difference.</summary>
/// <param name="Iut">Its name.</param>
/// <param name="Reaction">What it did, in words.</param>
/// <param name="Judgment">What the oracle says, in words.</param>
/// <param name="Verdict">Pass, or fail.</param>
public sealed record DiffColumn(string Iut, string Reaction, string Judgment, Verdict Verdict)
{
    /// <summary>The requirement that it contradicts; null: none.</summary>
    public string? Requirement { get; init; }

    /// <summary>The oracle's sentence; empty if it conforms.</summary>
    public string Message { get; init; } = "";

    /// <summary>Why it is known to do so; null: that is not known.</summary>
    public string? Known { get; init; }

    /// <summary>All that happened.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>Its capture, as the page links to it; null: there is none.</summary>
    public string? Capture { get; init; }

    /// <summary>The word for the badge: as in other reports.</summary>
    public string Word => Verdict == Verdict.Pass ? "pass" : Known is null ? "fail" : "known";
}

/// <summary>One difference, as the reports of <c>tcpconf diff</c> show it.</summary>
/// <param name="Name">Names its files.</param>
/// <param name="States">The state in which the IUTs differ.</param>
/// <param name="Stimulus">The step to which they react differently, in short.</param>
/// <param name="Columns">What each IUT did.</param>
public sealed record DiffRow(
    string Name, string States, string Stimulus, IReadOnlyList<DiffColumn> Columns)
{
    /// <summary>The least session that shows it, a sentence for each step.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];

    /// <summary>Which of <see cref="Steps"/> it is.</summary>
    public int Step { get; init; }

    /// <summary>How many sessions showed it.</summary>
    public int Times { get; init; }

    /// <summary>Whether there was no time to shrink the session to the end.</summary>
    public bool IsUnshrunk { get; init; }

    /// <summary>The command that plays it again.</summary>
    public string Replay { get; init; } = "";

    /// <summary>The session as the replay command reads it.</summary>
    public string Session { get; init; } = "";

    /// <summary>Whether one of the IUTs violates the RFC and its profile does not say so.</summary>
    public bool IsFinding => Columns.Any(c => c.Word == "fail");

    /// <summary>Whether all of them conform: the RFC leaves the choice.</summary>
    public bool IsChoice => Columns.All(c => c.Verdict == Verdict.Pass);
}

/// <summary>A run of <c>tcpconf diff</c>.</summary>
/// <param name="Iuts">The IUTs.</param>
/// <param name="Seed">Where all chance came from.</param>
/// <param name="Started">When it began.</param>
/// <param name="Seconds">How long sessions were played, without the shrinking.</param>
/// <param name="Rows">The differences, the findings first.</param>
public sealed record DiffScore(
    IReadOnlyList<string> Iuts, long Seed, DateTimeOffset Started, double Seconds,
    IReadOnlyList<DiffRow> Rows)
{
    /// <summary>Sessions that all IUTs have played.</summary>
    public int Sessions { get; init; }

    /// <summary>Segments, user calls and waits that each IUT was given.</summary>
    public long Stimuli { get; init; }

    /// <summary>Seconds of the processor that playing them took.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>Sessions of which nothing could be said.</summary>
    public int Unusable { get; init; }

    /// <summary>Why, of most of them; empty if there is none.</summary>
    public string WhyUnusable { get; init; } = "";

    /// <summary>Differences that did not come again.</summary>
    public int Unsteady { get; init; }

    /// <summary>Stimuli in a second.</summary>
    public double PerSecond => Seconds > 0 ? Stimuli / Seconds : 0;

    /// <summary>Stimuli in a second of one processor.</summary>
    public double PerProcessorSecond =>
        ProcessorSeconds > 0 ? Stimuli / ProcessorSeconds : 0;
}
