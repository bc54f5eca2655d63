using Spectre.Console;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Terminal;

/// <summary>What <c>tcpconf list</c> prints: one line for each thing.</summary>
public static class ListReport
{
    private const int RequirementWidth = 20;
    private const int LevelWidth = 7;
    private const int CountWidth = 10;
    private const int NameWidth = 16;
    private const int WidestCase = 64;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Prints the requirements.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="catalogue">The requirements.</param>
    /// <param name="casesOf">How many cases judge a requirement.</param>
    public static void PrintRequirements(
        ReportConsole console, RequirementCatalogue catalogue, Func<string, int> casesOf)
    {
        foreach (Requirement requirement in catalogue.All)
        {
            int cases = casesOf(requirement.Id);
            string judged = cases > 0 ? $"{cases} case{(cases == 1 ? "" : "s")}"
                : catalogue.FindException(requirement.Id) is null ? "-"
                : "excepted";
            console.Line(
                new Piece(requirement.Id.PadRight(RequirementWidth) + " ", Bold),
                new Piece(VerdictWord.Of(requirement.Level).PadRight(LevelWidth)),
                new Piece(judged.PadRight(CountWidth), Dim),
                new Piece(requirement.Text));
        }
    }

    /// <summary>Prints cases.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="cases">Id, level and purpose of each.</param>
    public static void PrintCases(
        ReportConsole console,
        IEnumerable<(string Id, RequirementLevel Level, string Purpose)> cases)
    {
        foreach ((string id, RequirementLevel level, string purpose) in cases)
        {
            console.Line(
                new Piece(id.PadRight(Math.Min(WidestCase, console.Width / 2)) + "  ", Bold),
                new Piece(VerdictWord.Of(level).PadRight(LevelWidth), Dim),
                new Piece(purpose));
        }
    }

    /// <summary>Prints IUTs: name, version, description, and packages that are missing.</summary>
    public static void PrintStacks(
        ReportConsole console,
        IEnumerable<(string Name, string Version, string Description,
            IReadOnlyList<string> Missing)> stacks)
    {
        foreach ((string name, string version, string description, IReadOnlyList<string> missing)
            in stacks)
        {
            console.Line(
                new Piece(name.PadRight(NameWidth), Bold),
                new Piece(version.Length == 0 ? description : $"{version}: {description}"));
            if (missing.Count > 0)
            {
                console.Paragraph(NameWidth, "missing: " + string.Join(", ", missing));
            }
        }
    }

    /// <summary>Prints names, each with one line.</summary>
    public static void PrintIuts(
        ReportConsole console, IEnumerable<(string Name, string Description)> iuts)
    {
        foreach ((string name, string description) in iuts)
        {
            console.Line(new Piece(name.PadRight(NameWidth), Bold), new Piece(description));
        }
    }
}
