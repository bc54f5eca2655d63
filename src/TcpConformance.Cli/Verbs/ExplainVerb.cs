using System.CommandLine;
using TcpConformance.Cli.Running;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Results;
using TcpConformance.Mutants;
using TcpConformance.Reports;
using TcpConformance.Reports.Terminal;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf explain</c>: one requirement or one case, and how the IUTs did.</summary>
internal static class ExplainVerb
{
    internal static Command Command()
    {
        var id = new Argument<string>("ID")
        {
            Description = "A requirement such as rfc9293/MUST-12, a case, or mutant:NAME.",
        };
        var results = new Option<string[]>("--result")
        {
            Description = "A result.json, or the --out directory of a run; may be repeated.",
            HelpName = "PATH",
        };
        var command = new Command(
            "explain",
            "Explains a requirement, a case or a mutant: text, section, cases, how IUTs did.")
        {
            id, results,
        };
        command.SetAction(parsed => Explain(
            parsed.GetRequiredValue(id), parsed.GetValue(results) ?? []));
        return command;
    }

    private static int Explain(string id, string[] paths)
    {
        IutResult[] iuts = paths.Select(Read).SelectMany(r => r.Iuts).ToArray();
        RequirementCatalogue catalogue = RequirementCatalogue.Embedded;
        ReportConsole console = ReportConsole.Standard();
        TestCase[] cases = FullSuite.All.Cases.ToArray();
        if (catalogue.Find(id) is Requirement requirement)
        {
            ExplainReport.PrintRequirement(
                console, requirement, catalogue.FindException(id),
                cases.Where(c => c.Requirements.Contains(id))
                    .Select(c => (c.Id, c.Purpose)).ToArray(),
                iuts);
            return ExitCode.Conforms;
        }
        if (Array.Find(cases, c => c.Id == id) is TestCase found)
        {
            ExplainReport.PrintCase(
                console, found.Id, found.Purpose,
                found.Requirements.Select(catalogue.Find).OfType<Requirement>().ToArray(), iuts);
            return ExitCode.Conforms;
        }
        if (id.StartsWith(Mutant.Prefix, StringComparison.Ordinal))
        {
            Mutant mutant = NamedProfile.FindMutant(id);
            MutantReport.PrintOne(
                console, mutant.Id, mutant.Source, mutant.Text,
                mutant.Neighbours.Prepend(mutant.Requirement).Select(catalogue.Find)
                    .OfType<Requirement>().ToArray());
            return ExitCode.Conforms;
        }
        string near = string.Join(", ", Selection.Near(
            id, catalogue.All.Select(r => r.Id).Concat(cases.Select(c => c.Id))));
        throw new UsageException(
            $"no requirement and no case has the id '{id}': see 'tcpconf list requirements' and "
            + "'tcpconf list cases'" + (near.Length == 0 ? "" : $"; near it is {near}"));
    }

    private static RunResult Read(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, ResultFolder.ResultFile) : path;
        string? why;
        try
        {
            if (ResultJson.Read(File.ReadAllText(file), out why) is RunResult run)
            {
                return run;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            why = e.Message;
        }
        throw new UsageException($"{file} is no result of tcpconf: {why}");
    }
}
