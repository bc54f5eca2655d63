using System.CommandLine;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Reports.Terminal;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf list</c>: what there is to select from.</summary>
internal static class ListVerb
{
    internal static Command Command()
    {
        var command = new Command(
            "list", "Lists requirements, cases, IUTs, fuzz targets or mutants.");
        command.Add(Requirements());
        command.Add(Cases());
        command.Add(Iuts());
        command.Add(Mutants());
        command.Add(Targets());
        return command;
    }

    private static Command Requirements()
    {
        var command = new Command(
            "requirements", "Lists the requirements of the RFCs: id, level, cases, text.");
        command.SetAction(_ =>
        {
            RequirementCatalogue catalogue = RequirementCatalogue.Embedded;
            ILookup<string, TestCase> judges = FullSuite.All.Cases
                .SelectMany(c => c.Requirements.Select(id => (id, c)))
                .ToLookup(pair => pair.id, pair => pair.c);
            ListReport.PrintRequirements(
                ReportConsole.Standard(), catalogue, id => judges[id].Count());
            return ExitCode.Conforms;
        });
        return command;
    }

    private static Command Cases()
    {
        var globs = new Argument<string[]>("GLOB")
        {
            Description = "Which cases, as for 'test --select'; all if none is given.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("cases", "Lists the test cases: id, level, purpose.") { globs };
        command.SetAction(parsed =>
        {
            IReadOnlyList<TestCase> cases =
                Selection.Cases(parsed.GetValue(globs) ?? [], level: null);
            ListReport.PrintCases(
                ReportConsole.Standard(), cases.Select(c => (c.Id, c.Level, c.Purpose)));
            return ExitCode.Conforms;
        });
        return command;
    }

    private static Command Iuts()
    {
        var command = new Command("iuts", "Lists the implementations that can be tested.");
        command.SetAction(_ =>
        {
            ListReport.PrintIuts(
                ReportConsole.Standard(),
                IutProfiles.Names.Select(IutProfiles.Load).Select(p => (p.Name, p.Description)));
            return ExitCode.Conforms;
        });
        return command;
    }

    private static Command Mutants()
    {
        var command = new Command(
            "mutants", "Lists the known misbehaviours that can be built into the reference "
            + "engine: id, requirement, source, text.");
        command.SetAction(_ =>
        {
            MutantReport.PrintList(
                ReportConsole.Standard(),
                MutantCatalogue.All.Select(m => (m.Id, m.Requirement, m.Source, m.Text)));
            return ExitCode.Conforms;
        });
        return command;
    }

    private static Command Targets()
    {
        var command = new Command(
            "fuzz-targets", "Lists what 'tcpconf fuzz' can be pointed at: name, purpose.");
        command.SetAction(_ =>
        {
            ListReport.PrintIuts(
                ReportConsole.Standard(),
                FuzzTargets.All.Select(t => (t.Name, t.Purpose)).Append((
                    TapTarget.Prefix + "IUT",
                    "Ensure that an IUT of 'list iuts', or of a profile, conforms and stays alive "
                    + "over its link, without looking inside.")));
            return ExitCode.Conforms;
        });
        return command;
    }
}
