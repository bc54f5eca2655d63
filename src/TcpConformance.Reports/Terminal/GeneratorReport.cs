using System.Globalization;
using Spectre.Console;
using TcpConformance.Harness;

namespace TcpConformance.Reports.Terminal;

/// <summary>One mutant that was left to the session generator.</summary>
/// <param name="Id">The mutant.</param>
/// <param name="Violates">The requirement that it violates.</param>
/// <param name="IsFound">Whether a session condemned it for what it does.</param>
public sealed record GeneratorRow(string Id, string Violates, bool IsFound)
{
    /// <summary>The requirement that the oracle named, the right one if there is one; the way of
    /// dying where nothing was named; null if every session was clean.</summary>
    public string? Named { get; init; }

    /// <summary>Sessions that were played.</summary>
    public int Sessions { get; init; }

    /// <summary>How long that took, in seconds.</summary>
    public double Seconds { get; init; }
}

/// <summary>What is printed of <c>tcpconf mutants --generator</c>.</summary>
public static class GeneratorReport
{
    /// <summary>The share of mutants, in percent, that a good generator finds.</summary>
    public const int Target = 80;

    private const int IdWidth = 40;
    private const int RequirementWidth = 21;
    private const int FateWidth = 8;
    private const int SessionsWidth = 9;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Whether at least <see cref="Target"/> percent are found.</summary>
    public static bool ReachesTarget(IReadOnlyCollection<GeneratorRow> rows) =>
        100 * rows.Count(r => r.IsFound) >= Target * rows.Count;

    /// <summary>Prints the head of the table.</summary>
    public static void PrintHead(ReportConsole console) => console.Line(new Piece(
        "mutant".PadRight(IdWidth) + " " + "violates".PadRight(RequirementWidth) + " "
        + "fate".PadRight(FateWidth) + " " + "oracle names".PadRight(RequirementWidth) + " "
        + "sessions".PadLeft(SessionsWidth) + "  seconds", Bold));

    /// <summary>Prints one mutant.</summary>
    public static void Print(ReportConsole console, GeneratorRow row) => console.Line(
        new Piece(row.Id.PadRight(IdWidth) + " "),
        new Piece(row.Violates.PadRight(RequirementWidth) + " ", Dim),
        new Piece(
            (row.IsFound ? "found" : "missed").PadRight(FateWidth) + " ",
            ReportConsole.Of(row.IsFound ? Verdict.Pass : Verdict.Fail)),
        new Piece((row.Named ?? "-").PadRight(RequirementWidth) + " "),
        new Piece(Number(row.Sessions, "0").PadLeft(SessionsWidth) + "  "),
        new Piece(Number(row.Seconds, "0.0").PadLeft("seconds".Length)));

    /// <summary>Prints the totals.</summary>
    public static void PrintTotals(
        ReportConsole console, IReadOnlyCollection<GeneratorRow> rows, double seconds)
    {
        int found = rows.Count(r => r.IsFound);
        int others = rows.Count(r => !r.IsFound && r.Named is not null);
        int percent = rows.Count == 0 ? 0 : 100 * found / rows.Count;
        console.Line();
        console.Line(new Piece(
            $"{rows.Count} mutants, {found} found with the right requirement ({percent} %), "
            + $"{others} with another, {rows.Count - found - others} missed; "
            + $"{Number(seconds, "0.0")} s", Bold));
    }

    private static string Number(double number, string format) =>
        number.ToString(format, CultureInfo.InvariantCulture);
}
