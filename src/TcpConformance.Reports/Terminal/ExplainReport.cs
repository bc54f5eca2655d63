using Spectre.Console;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports.Terminal;

/// <summary>What <c>tcpconf explain</c> prints.</summary>
public static class ExplainReport
{
    private const int MostCases = 40;

    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Dim = new(decoration: Decoration.Dim);

    /// <summary>Explains a requirement: text, section, cases, how each IUT did.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="requirement">The requirement.</param>
    /// <param name="exception">Why no case can judge it, or null.</param>
    /// <param name="cases">The cases that judge it: id and purpose.</param>
    /// <param name="iuts">Results at hand; may be empty.</param>
    public static void PrintRequirement(
        ReportConsole console,
        Requirement requirement,
        RequirementException? exception,
        IReadOnlyList<(string Id, string Purpose)> cases,
        IReadOnlyList<IutResult> iuts)
    {
        string rfc = requirement.Rfc["rfc".Length..];
        console.Line(
            new Piece(requirement.Id, Bold),
            new Piece($"  {VerdictWord.Of(requirement.Level)}  RFC {rfc} §{requirement.Section}"));
        console.Paragraph(2, requirement.Text);
        if (requirement.Subject is { } subject)
        {
            console.Paragraph(2, $"It binds the {subject}, not the TCP.");
        }

        if (exception is not null)
        {
            console.Paragraph(2, $"No case can judge it: {exception.Reason}");
        }

        PrintCases(console, cases);
        foreach (IutResult iut in iuts)
        {
            RequirementTally.Entry entry = new RequirementTally(iut).Of(requirement.Id);
            string word = entry.IsKnown ? "known deviation" : VerdictWord.Long(entry.Verdict);
            console.Line(
                new Piece($"{iut.Name}: "),
                new Piece(word, ReportConsole.Of(entry.Verdict)),
                new Piece($"  {entry.Passed} of {entry.Cases} cases passed", Dim));
            PrintNotPassed(console, iut, requirement.Id);
        }
    }

    /// <summary>Explains a case: purpose, requirements, how each IUT did.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="id">The case's id.</param>
    /// <param name="purpose">Its purpose.</param>
    /// <param name="requirements">The requirements that it judges.</param>
    /// <param name="iuts">Results at hand; may be empty.</param>
    public static void PrintCase(
        ReportConsole console,
        string id,
        string purpose,
        IReadOnlyList<Requirement> requirements,
        IReadOnlyList<IutResult> iuts)
    {
        console.Line(new Piece(id, Bold));
        console.Paragraph(2, purpose);
        foreach (Requirement requirement in requirements)
        {
            console.Line(
                new Piece($"  {requirement.Id}  {VerdictWord.Of(requirement.Level)}  ", Dim),
                new Piece(requirement.Text));
        }

        foreach (IutResult iut in iuts)
        {
            foreach (CaseResult result in iut.Cases.Where(c => c.Id == id))
            {
                PrintResult(console, iut, result);
            }
        }
    }

    private static void PrintCases(
        ReportConsole console, IReadOnlyList<(string Id, string Purpose)> cases)
    {
        console.Line(new Piece(cases.Count == 1 ? "1 case" : $"{cases.Count} cases", Bold));
        foreach ((string id, string purpose) in cases.Take(MostCases))
        {
            console.Line(new Piece($"  {id}"), new Piece($"  {purpose}", Dim));
        }

        if (cases.Count > MostCases)
        {
            console.Line(new Piece($"  … and {cases.Count - MostCases} more"));
        }
    }

    private static void PrintNotPassed(ReportConsole console, IutResult iut, string requirement)
    {
        IEnumerable<CaseResult> notPassed = iut.Cases.Where(c =>
            c.Verdict != Verdict.Pass && c.Requirements.Contains(requirement));
        foreach (CaseResult result in notPassed.Take(MostCases))
        {
            PrintResult(console, iut, result);
        }

        foreach (FindingResult finding in iut.Findings
            .Where(f => f.Requirement == requirement).Take(MostCases))
        {
            console.Line(new Piece($"  seen in {finding.Case} by the rule {finding.Rule}"));
            console.Paragraph(6, finding.Message);
        }
    }

    private static void PrintResult(ReportConsole console, IutResult iut, CaseResult result)
    {
        console.Line(
            new Piece($"  {iut.Name}  {result.Id}  "),
            new Piece(VerdictWord.Long(result.Verdict), ReportConsole.Of(result.Verdict)));
        if (result.Message is { } message)
        {
            console.Paragraph(6, message);
        }

        if (result.KnownDeviation is { } reason)
        {
            console.Paragraph(6, $"known deviation: {reason}");
        }

        if (result.Replay is { } replay)
        {
            console.Raw($"      {replay}");
        }
    }
}
