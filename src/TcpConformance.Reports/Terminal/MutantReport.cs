using Spectre.Console;
using TcpConformance.Harness;

namespace TcpConformance.Reports.Terminal;

/// <summary>One mutant in the table of <c>tcpconf mutants</c>.</summary>
/// <param name="Id">The mutant.</param>
/// <param name="Violates">The requirement that it violates.</param>
/// <param name="IsKilled">Whether a verdict condemned it for what it does.</param>
/// <param name="Fate">One word: killed, misjudged, broken, survived.</param>
public sealed record MutantRow(string Id, string Violates, bool IsKilled, string Fate)
{
    /// <summary>The case that says it most shortly; null if none does.</summary>
    public string? Case { get; init; }

    /// <summary>The requirement that its verdict names.</summary>
    public string? Named { get; init; }

    /// <summary>The verdict's sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>How many cases condemned it rightly.</summary>
    public int Kills { get; init; }

    /// <summary>All requirements that verdicts named, the most frequent first.</summary>
    public IReadOnlyList<string> AllNamed { get; init; } = [];
}

/// <summary>What is printed of mutants.</summary>
public static class MutantReport
{
    private const int IdWidth = 40;
    private const int RequirementWidth = 21;
    private const int SourceWidth = 34;
    private const int FateWidth = 10;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the catalogue.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="mutants">Id, requirement, source and text of each.</param>
    public static void PrintList(
        ReportConsole console,
        IEnumerable<(string Id, string Requirement, string Source, string Text)> mutants)
    {
        foreach ((string id, string requirement, string source, string text) in mutants)
        {
            console.Line(
                new Piece(id.PadRight(IdWidth) + " ", Bold),
                new Piece(requirement.PadRight(RequirementWidth) + " "),
                new Piece(source.PadRight(SourceWidth) + " ", Dim),
                new Piece(text));
        }
    }

    /// <summary>Prints the outcomes: one line for each mutant.</summary>
    public static void PrintTable(ReportConsole console, IReadOnlyList<MutantRow> rows)
    {
        console.Line(new Piece(
            "mutant".PadRight(IdWidth) + " " + "violates".PadRight(RequirementWidth) + " "
            + "fate".PadRight(FateWidth) + " " + "verdict names".PadRight(RequirementWidth)
            + " by case", Bold));
        foreach (MutantRow row in rows)
        {
            Style style = ReportConsole.Of(row.IsKilled ? Verdict.Pass : Verdict.Fail);
            console.Line(
                new Piece(row.Id.PadRight(IdWidth) + " "),
                new Piece(row.Violates.PadRight(RequirementWidth) + " ", Dim),
                new Piece(row.Fate.PadRight(FateWidth) + " ", style),
                new Piece((row.Named ?? "-").PadRight(RequirementWidth) + " "),
                new Piece(row.Case ?? "-"));
            if (!row.IsKilled && row.Message.Length > 0)
            {
                console.Line(new Piece($"    {row.Message}", Dim));
                console.Line(new Piece($"    named: {string.Join(", ", row.AllNamed)}", Dim));
            }
        }
    }

    /// <summary>Prints the totals.</summary>
    public static void PrintTotals(
        ReportConsole console, IReadOnlyList<MutantRow> rows, double seconds)
    {
        int killed = rows.Count(r => r.IsKilled);
        int percent = rows.Count == 0 ? 0 : 100 * killed / rows.Count;
        string others = string.Join("", rows.Where(r => !r.IsKilled).GroupBy(r => r.Fate)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $", {g.Count()} {g.Key}"));
        console.Line();
        console.Line(new Piece(
            $"{rows.Count} mutants, {killed} killed by a verdict that names the right "
            + $"requirement ({percent} %){others}; {seconds:0.0} s", Bold));
    }
}
