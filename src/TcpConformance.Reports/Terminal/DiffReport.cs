using System.Globalization;
using Spectre.Console;
using TcpConformance.Harness;

namespace TcpConformance.Reports.Terminal;

/// <summary>What is printed of differences.</summary>
public static class DiffReport
{
    private const int ReactionWidth = 44;
    private const int Entries = 60;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the differences.</summary>
    public static void PrintTable(ReportConsole console, IReadOnlyList<DiffRow> rows)
    {
        int number = 0;
        foreach (DiffRow row in rows)
        {
            console.Line(new Piece($"{++number}. {row.States}: {row.Stimulus}", Bold));
            PrintSteps(console, row);
            PrintColumns(console, row);
            string times = row.Times == 1 ? "once" : $"{row.Times} times";
            string unshrunk = row.IsUnshrunk ? ", not shrunk to the end" : "";
            console.Line(new Piece($"   seen {times}{unshrunk}; {row.Replay}", Dim));
            console.Line();
        }
    }

    /// <summary>Prints the totals.</summary>
    public static void PrintTotals(ReportConsole console, DiffScore score)
    {
        int findings = score.Rows.Count(r => r.IsFinding);
        int choices = score.Rows.Count(r => r.IsChoice);
        int known = score.Rows.Count - findings - choices;
        console.Line(new Piece(string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", score.Iuts)}: {score.Sessions} sessions, {score.Stimuli} stimuli "
            + $"in {score.Seconds:0.0} s: {score.PerSecond:0} a second "
            + $"({score.PerProcessorSecond:0} a second of the processor)"), Bold));
        if (score.Unusable > 0)
        {
            console.Line(new Piece(
                $"of {score.Unusable} sessions nothing can be said, as: {score.WhyUnusable}",
                Dim));
        }
        if (score.Unsteady > 0)
        {
            console.Line(new Piece(
                $"{score.Unsteady} differences did not come again", Dim));
        }
        console.Line(
            new Piece($"{score.Rows.Count} differences: "),
            new Piece(
                $"{findings} violate the RFC",
                ReportConsole.Of(findings > 0 ? Verdict.Fail : Verdict.Pass)),
            new Piece($", {known} are known deviations, in {choices} the RFC leaves the choice"));
    }

    /// <summary>Prints ladder diagrams, one IUT beside the other as far as there is room.
    /// </summary>
    public static void PrintLadders(ReportConsole console, DiffRow row)
    {
        int width = console.IsTerminal ? console.Width : 100 * row.Columns.Count;
        bool beside = width >= 60 * row.Columns.Count;
        int each = beside ? (width / row.Columns.Count) - 2 : Math.Max(width - 1, 60);
        string[][] ladders = [.. row.Columns.Select(c => (string[])
            [c.Iut, .. LadderDiagram.ToText(c.Trace, each, Entries).TrimEnd().Split('\n')])];
        if (!beside)
        {
            foreach (string line in ladders.SelectMany(l => l))
            {
                console.Raw(TextWrap.Printable(line));
            }
            return;
        }
        for (int i = 0; i < ladders.Max(l => l.Length); i++)
        {
            console.Raw(TextWrap.Printable(string.Join("  ", ladders.Select(
                l => (i < l.Length ? l[i] : "").PadRight(each))).TrimEnd()));
        }
    }

    private static void PrintSteps(ReportConsole console, DiffRow row)
    {
        for (int i = 0; i < row.Steps.Count; i++)
        {
            console.Paragraph(3, (i == row.Step ? "> " : "  ") + row.Steps[i]);
        }
    }

    private static void PrintColumns(ReportConsole console, DiffRow row)
    {
        int name = row.Columns.Max(c => c.Iut.Length);
        foreach (DiffColumn column in row.Columns)
        {
            console.Line(
                new Piece($"     {column.Iut.PadRight(name)}  "),
                new Piece(column.Reaction.PadRight(ReactionWidth) + "  "),
                new Piece(column.Judgment, column.Word == "known"
                    ? Dim
                    : ReportConsole.Of(column.Verdict)));
            if (column.Word == "fail")
            {
                console.Paragraph(name + 7, column.Message);
            }
        }
    }
}
