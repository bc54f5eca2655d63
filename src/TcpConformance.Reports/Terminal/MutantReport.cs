using Spectre.Console;
using TcpConformance.Harness;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Terminal;

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

    /// <summary>Prints one mutant.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="source">Where it is documented.</param>
    /// <param name="text">What it does.</param>
    /// <param name="requirements">What it violates, the first foremost.</param>
    public static void PrintOne(
        ReportConsole console, string id, string source, string text,
        IReadOnlyList<Requirement> requirements)
    {
        console.Line(new Piece($"mutant:{id}", Bold));
        console.Paragraph(0, $"{source}: {text}.");
        console.Line();
        foreach (Requirement r in requirements)
        {
            console.Line(new Piece(r.Id.PadRight(RequirementWidth) + " ", Bold), new Piece(r.Text));
        }
        console.Line();
        console.Line(new Piece($"./tcpconf test mutant:{id} --list-failures", Dim));
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
    public static void PrintTotals(ReportConsole console, MutantScore score)
    {
        string others = string.Join("", score.Rows.Where(r => !r.IsKilled).GroupBy(r => r.Fate)
            .OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $", {g.Count()} {g.Key}"));
        console.Line();
        console.Line(new Piece(
            $"{score.Rows.Count} mutants, {score.Killed} killed by a verdict that names the right "
            + $"requirement ({score.Percent} %){others}; {score.Seconds:0.0} s", Bold));
    }
}
