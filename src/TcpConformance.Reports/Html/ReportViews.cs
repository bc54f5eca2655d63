using TcpConformance.Harness.Results;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Html;

/// <summary>A requirement's row.</summary>
/// <param name="Requirement">The requirement.</param>
/// <param name="Cells">A cell for each IUT.</param>
/// <param name="Open">Its cases that did not pass, on all IUTs.</param>
/// <param name="Exception">Why no case can judge it, or null.</param>
public sealed record MatrixRow(
    Requirement Requirement,
    IReadOnlyList<MatrixCell> Cells,
    IReadOnlyList<CaseView> Open,
    string? Exception)
{
    /// <summary>The level's word.</summary>
    public string Level => VerdictWord.Of(Requirement.Level);

    /// <summary>The words of its cells, for the filter.</summary>
    public string Words => string.Join(' ', Cells.Select(c => c.Word).Distinct());
}

/// <summary>A requirement on one IUT.</summary>
/// <param name="Word">The verdict, or 'known'.</param>
/// <param name="Count">Cases passed and cases run, or empty.</param>
public sealed record MatrixCell(string Word, string Count);

/// <summary>A case that did not pass.</summary>
/// <param name="Iut">The IUT's name.</param>
/// <param name="Result">The result.</param>
/// <param name="Anchor">Its anchor on the page.</param>
/// <param name="Ladder">The diagram as SVG, or null.</param>
public sealed record CaseView(string Iut, CaseResult Result, string Anchor, string? Ladder)
{
    /// <summary>The verdict's word, or 'known'.</summary>
    public string Word =>
        Result.KnownDeviation is null ? VerdictWord.Long(Result.Verdict) : "known";

    /// <summary>The level's word.</summary>
    public string Level => VerdictWord.Of(Result.Level);

    /// <summary>The message in printable characters, or null.</summary>
    public string? Message => Result.Message is null ? null : TextWrap.Printable(Result.Message);

    /// <summary>The packets' file as a link relative to the report.</summary>
    public string TraceLink => "./" + string.Join(
        '/', (Result.Trace ?? "").Split('/', '\\').Select(Uri.EscapeDataString));
}

/// <summary>An IUT's card.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Cases">Cases run.</param>
/// <param name="Passed">Cases passed.</param>
/// <param name="Shares">How many cases came to what.</param>
public sealed record IutSummary(
    string Name, string? Version, int Cases, int Passed, IReadOnlyList<VerdictShare> Shares)
{
    /// <summary>What else happened, one sentence each: why the run is not complete, restarts,
    /// unsteady cases.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>How many cases came to one verdict.</summary>
/// <param name="Word">The verdict, or 'known'.</param>
/// <param name="Count">How many.</param>
public sealed record VerdictShare(string Word, int Count);
