using Spectre.Console;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Terminal;

/// <summary>
/// What <c>tcpconf test</c> prints when it is done: requirements, cases that did not pass, totals.
/// </summary>
public static class RunReport
{
    private const int MostCases = 40;
    private const int IdWidth = 21;
    private const int LevelWidth = 7;
    private const int SmallestCell = 14;
    private const int SmallestText = 24;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);
    private static readonly Style Known = new(Color.Yellow);

    /// <summary>Prints the whole report.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="run">The result.</param>
    /// <param name="catalogue">The requirements' texts.</param>
    public static void Print(ReportConsole console, RunResult run, RequirementCatalogue catalogue)
    {
        PrintRequirements(console, run, catalogue);
        foreach (IutResult iut in run.Iuts)
        {
            PrintOpenCases(console, iut);
            PrintKnownDeviations(console, iut);
        }

        foreach (IutResult iut in run.Iuts)
        {
            PrintTotals(console, run, iut);
        }
    }

    private static void PrintRequirements(
        ReportConsole console, RunResult run, RequirementCatalogue catalogue)
    {
        var tallies = run.Iuts.Select(iut => new RequirementTally(iut)).ToList();
        int cell = Math.Max(SmallestCell, run.Iuts.Max(i => i.Name.Length) + 2);
        int room = console.Width - IdWidth - LevelWidth - (cell * run.Iuts.Count);
        string? rfc = null;
        foreach (Requirement requirement in catalogue.All)
        {
            if (!tallies.Any(t => t.IsJudged(requirement.Id)))
            {
                continue;
            }

            if (requirement.Rfc != rfc)
            {
                rfc = requirement.Rfc;
                PrintHeading(console, rfc, run, cell);
            }

            var pieces = new List<Piece>
            {
                new(requirement.Id.PadRight(IdWidth)),
                new(Level(requirement.Level).PadRight(LevelWidth), Dim),
            };
            pieces.AddRange(tallies.Select(t => Cell(t, requirement.Id, cell)));
            if (room >= SmallestText)
            {
                pieces.Add(new Piece(requirement.Text, Dim));
            }

            console.Line([.. pieces]);
        }

        PrintNotJudged(console, catalogue, tallies);
    }

    private static void PrintHeading(ReportConsole console, string rfc, RunResult run, int cell)
    {
        console.Line();
        string number = $"RFC {rfc["rfc".Length..]}";
        string title = number.PadRight(IdWidth) + "level".PadRight(LevelWidth);
        console.Line(
            new Piece(title, Bold),
            new Piece(string.Concat(run.Iuts.Select(i => i.Name.PadRight(cell))), Bold));
    }

    private static Piece Cell(RequirementTally tally, string id, int width)
    {
        if (!tally.IsJudged(id))
        {
            return new Piece("-".PadRight(width), Dim);
        }

        RequirementTally.Entry entry = tally.Of(id);
        string word = entry.IsKnown ? "known" : VerdictWord.Short(entry.Verdict);
        string text = $"{word,-6}{entry.Passed}/{entry.Cases}";
        Style style = entry.IsKnown ? Known : ReportConsole.Of(entry.Verdict);
        return new Piece(text.PadRight(width), style);
    }

    private static void PrintNotJudged(
        ReportConsole console, RequirementCatalogue catalogue, List<RequirementTally> tallies)
    {
        Requirement[] silent =
            [.. catalogue.All.Where(r => !tallies.Any(t => t.IsJudged(r.Id)))];
        int excepted = silent.Count(r => catalogue.FindException(r.Id) is not null);
        int Count(RequirementLevel level) =>
            silent.Count(r => r.Level == level && catalogue.FindException(r.Id) is null);

        console.Line();
        console.Paragraph(
            0,
            $"Not judged by the cases selected: {Count(RequirementLevel.Must)} must, "
            + $"{Count(RequirementLevel.Should)} should; {excepted} excepted.");
    }

    private static void PrintOpenCases(ReportConsole console, IutResult iut)
    {
        CaseResult[] open =
            [.. iut.Cases.Where(c => c.IsOpen).OrderByDescending(c => c.Verdict)];
        foreach (CaseResult result in open.Take(MostCases))
        {
            console.Line();
            string word = VerdictWord.Long(result.Verdict).ToUpperInvariant();
            console.Line(
                new Piece(word, ReportConsole.Of(result.Verdict)),
                new Piece($"  {iut.Name}  "),
                new Piece(result.Id, Bold));
            console.Paragraph(6, result.Purpose);
            if (result.Message is { } message)
            {
                console.Paragraph(6, message);
            }

            console.Paragraph(
                6, $"{Level(result.Level)}: {string.Join(' ', result.Requirements)}");
            if (result.Replay is { } replay)
            {
                // Not cut nor wrapped: it is there to be copied.
                console.Raw($"      {replay}");
            }
        }

        PrintMore(console, open.Length);
    }

    private static void PrintKnownDeviations(ReportConsole console, IutResult iut)
    {
        CaseResult[] known = [.. iut.Cases
            .Where(c => c.Verdict != Verdict.Pass && c.KnownDeviation is not null)];
        if (known.Length == 0)
        {
            return;
        }

        console.Line();
        console.Line(new Piece($"Known deviations of {iut.Name}", Bold));
        foreach (IGrouping<string?, CaseResult> group in known.GroupBy(c => c.KnownDeviation))
        {
            string count = Plural(group.Count(), "case");
            console.Paragraph(2, $"{group.Key} ({count}, as {group.First().Id})");
        }
    }

    private static void PrintTotals(ReportConsole console, RunResult run, IutResult iut)
    {
        int Count(Verdict verdict) =>
            iut.Cases.Count(c => c.Verdict == verdict && c.KnownDeviation is null);
        int known = iut.Cases.Count(c => c.Verdict != Verdict.Pass && c.KnownDeviation is not null);
        int passed = iut.Cases.Count(c => c.Verdict == Verdict.Pass);
        int failed = Count(Verdict.Fail);
        int inconclusive = Count(Verdict.Inconclusive);
        int errors = Count(Verdict.Error) + Count(Verdict.None);
        string parts = string.Join(
            ", ",
            Plural(iut.Cases.Count, "case"),
            $"{passed} passed",
            $"{failed} failed",
            $"{inconclusive} inconclusive",
            Plural(errors, "error"),
            Plural(known, "known deviation"));
        console.Line();
        Verdict worst = iut.Cases.Where(c => c.IsOpen).Select(c => c.Verdict).Worst();
        string who = iut.Version is { } version ? $"{iut.Name} {version}" : iut.Name;
        Verdict shown = worst.Worst(iut.Incomplete is null ? Verdict.Pass : Verdict.Inconclusive);
        console.Line(
            new Piece($"{who}: ", Bold), new Piece(Conclusion(shown), ReportConsole.Of(shown)));
        if (iut.Incomplete is { } why)
        {
            console.Paragraph(6, why);
        }

        // The time is that of the whole run.
        string time = run.Iuts.Count == 1 ? $"{run.Seconds:0.0} s, " : "";
        console.Paragraph(6, $"{parts}; {time}seed {run.Seed}");
    }

    private static void PrintMore(ReportConsole console, int count)
    {
        if (count > MostCases)
        {
            console.Line();
            console.Paragraph(0, $"… and {count - MostCases} more; --out DIR writes all of them.");
        }
    }

    private static string Conclusion(Verdict worst) => worst switch
    {
        Verdict.None or Verdict.Pass => "conforms",
        Verdict.Inconclusive => "inconclusive",
        Verdict.Fail => "does not conform",
        Verdict.Error => "error of the harness",
    };

    private static string Plural(int count, string what) =>
        count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Level(RequirementLevel level) => VerdictWord.Of(level);
}
