using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Html;

/// <summary>What the page shows, put together from a result.</summary>
public sealed class ReportModel
{
    /// <summary>Cases that the page describes at most.</summary>
    public const int MostCases = 1000;

    /// <summary>Links to cases in one row at most.</summary>
    public const int LinksPerRow = 12;

    // A diagram takes some 10 kB; a page of more than a few MB opens slowly.
    private const int MostLadders = 300;

    /// <summary>Puts the page together.</summary>
    /// <param name="run">The result.</param>
    /// <param name="catalogue">The requirements.</param>
    /// <param name="traceOf">The trace of a case by IUT and case id, or null.</param>
    public ReportModel(
        RunResult run,
        RequirementCatalogue catalogue,
        Func<string, string, IReadOnlyList<TraceEntry>?> traceOf)
    {
        Run = run;
        Open = OpenCases(run, traceOf);
        Summaries = [.. run.Iuts.Select(Summary)];
        ILookup<string, CaseView> byRequirement = Open
            .SelectMany(view => view.Result.Requirements.Distinct()
                .Select(id => (Id: id, View: view)))
            .ToLookup(pair => pair.Id, pair => pair.View);
        RequirementTally[] tallies = [.. run.Iuts.Select(iut => new RequirementTally(iut))];
        Rows = [.. catalogue.All.Select(requirement => new MatrixRow(
            requirement,
            [.. tallies.Select(tally => Cell(tally.Of(requirement.Id)))],
            [.. byRequirement[requirement.Id]],
            catalogue.FindException(requirement.Id)?.Reason))];
    }

    /// <summary>The verdicts that the filter offers.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["pass", "fail", "inconclusive", "error", "known", "none"];

    /// <summary>The levels that the filter offers.</summary>
    public static IReadOnlyList<string> Levels { get; } =
        [.. Enum.GetValues<RequirementLevel>().Select(VerdictWord.Of)];

    /// <summary>The result.</summary>
    public RunResult Run { get; }

    /// <summary>The IUTs' names.</summary>
    public string Names => string.Join(", ", Run.Iuts.Select(i => i.Name));

    /// <summary>The IUTs' cards.</summary>
    public IReadOnlyList<IutSummary> Summaries { get; }

    /// <summary>The matrix.</summary>
    public IReadOnlyList<MatrixRow> Rows { get; }

    /// <summary>The cases that did not pass, the worst first, known deviations last.</summary>
    public IReadOnlyList<CaseView> Open { get; }

    private static List<CaseView> OpenCases(
        RunResult run, Func<string, string, IReadOnlyList<TraceEntry>?> traceOf)
    {
        var worstFirst = run.Iuts
            .SelectMany(iut => iut.Cases.Select(c => (Iut: iut.Name, Case: c)))
            .Where(pair => pair.Case.Verdict != Verdict.Pass)
            .OrderBy(pair => pair.Case.KnownDeviation is not null)
            .ThenByDescending(pair => pair.Case.Verdict);
        var views = new List<CaseView>();
        int ladders = 0;
        foreach ((string iut, CaseResult result) in worstFirst)
        {
            string? ladder = null;
            if (ladders < MostLadders && traceOf(iut, result.Id) is { Count: > 0 } trace)
            {
                ladder = LadderSvg.Of(trace);
                ladders++;
            }

            views.Add(new CaseView(iut, result, $"case-{views.Count + 1}", ladder));
        }

        return views;
    }

    private static IutSummary Summary(IutResult iut)
    {
        string Word(CaseResult c) => c.Verdict != Verdict.Pass && c.KnownDeviation is not null
            ? "known"
            : VerdictWord.Long(c.Verdict);
        var counts = iut.Cases.CountBy(Word).ToDictionary();
        VerdictShare[] shares = [.. Words
            .Where(counts.ContainsKey)
            .Select(word => new VerdictShare(word, counts[word]))];
        int passed = iut.Cases.Count(c => c.Verdict == Verdict.Pass);
        return new IutSummary(iut.Name, iut.Version, iut.Cases.Count, passed, shares)
        {
            Notes = [.. Notes(iut)],
        };
    }

    private static IEnumerable<string> Notes(IutResult iut)
    {
        if (iut.Incomplete is string why)
        {
            yield return $"Not complete: {why}";
        }
        foreach (string restart in iut.Restarts)
        {
            yield return $"Started again: {restart}";
        }
        foreach (string unsteady in iut.Unsteady)
        {
            yield return $"Failed among many and passed among few: {unsteady}";
        }
    }

    private static MatrixCell Cell(RequirementTally.Entry entry) => entry.Verdict == Verdict.None
        ? new MatrixCell("none", "")
        : new MatrixCell(
            entry.IsKnown ? "known" : VerdictWord.Long(entry.Verdict),
            $"{entry.Passed}/{entry.Cases}");
}
