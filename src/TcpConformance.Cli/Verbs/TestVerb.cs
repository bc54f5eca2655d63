using System.CommandLine;
using TcpConformance.Cli.Running;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Spec.Requirements;
using TcpConformance.Tap;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf test</c>: runs the suite against IUTs.</summary>
internal static class TestVerb
{
    private const long DefaultSeed = 1;
    private const long MostJobs = 10_000;

    private static readonly Argument<string[]> Iuts = new("IUT")
    {
        Description = "What to test: a name of 'tcpconf list iuts', mutant:NAME with a name of "
            + "'tcpconf list mutants', or a profile that ends with .yaml. "
            + $"[default: {NamedProfile.Reference}]",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string[]> Select = new("--select")
    {
        Description = "Only cases that GLOB means: '*' and '?' as in a shell, '*' also across "
            + "'/'; a name without either means a case or all below it. May be repeated.",
        HelpName = "GLOB",
    };

    private static readonly Option<RequirementLevel?> Level = new("--level")
    {
        Description = "Only cases that judge a requirement of this level or a stronger one.",
        HelpName = "must|should|may",
        CustomParser = result => Parse(result.Tokens[0].Value, result.AddError),
    };

    private static readonly Option<long> Seed = NumberOption.Create(
        "--seed", DefaultSeed, long.MaxValue,
        "Where all chance comes from; the same seed gives the same run.");

    private static readonly Option<long> Jobs = NumberOption.Create(
        "--jobs", 0, MostJobs, "Cases at once; 0 lets the program choose.");

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for result.json, junit.xml, report.html and the packets of each "
            + "case that did not pass.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> ListFailures = new("--list-failures")
    {
        Description = "Print only the cases that did not pass, one on a line.",
    };

    private static readonly Option<bool> Trace = new("--trace")
    {
        Description = "Print a ladder diagram of every case.",
    };

    internal static Command Command()
    {
        var command = new Command(
            "test",
            "Runs the conformance suite. Exit code 0: conforms, 1: a finding, 2: usage or "
            + "environment, 3: interrupted.")
        {
            Iuts, Select, Level, Seed, Jobs, Out, ListFailures, Trace,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] names = parsed.GetValue(Iuts) is { Length: > 0 } given
            ? given
            : [NamedProfile.Reference];
        NamedProfile[] profiles = names.Distinct().Select(NamedProfile.Load).ToArray();
        if (profiles.GroupBy(p => p.Profile.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new UsageException($"two profiles have the name {twice.Key}: rename one");
        }
        string[] globs = parsed.GetValue(Select) ?? [];
        RequirementLevel? level = parsed.GetValue(Level);
        IReadOnlyList<TestCase> cases = Selection.Cases(globs, level);
        ResultFolder? folder = parsed.GetValue(Out) is string path ? new ResultFolder(path) : null;
        if (profiles.Any(p => !p.Profile.IsVirtualTime))
        {
            // Does not return where it helps: the program goes on in a user namespace.
            UserNamespace.RestartWhereNeeded();
        }
        LwipSanitizer.RestartWhereNeeded(profiles.Select(p => p.Profile));
        return new TestRun(new TestRequest
        {
            Profiles = profiles,
            Cases = cases,
            IsFullRun = globs.Length == 0 && level is null,
            Seed = parsed.GetValue(Seed),
            Jobs = (int)parsed.GetValue(Jobs),
            Folder = folder,
            ListsFailures = parsed.GetValue(ListFailures),
            PrintsTraces = parsed.GetValue(Trace),
        }).Run();
    }

    private static RequirementLevel? Parse(string text, Action<string> wrong)
    {
        switch (text)
        {
            case "must":
                return RequirementLevel.Must;
            case "should":
                return RequirementLevel.Should;
            case "may":
                return RequirementLevel.May;
            default:
                wrong($"--level {text} is none of must, should, may.");
                return null;
        }
    }
}
