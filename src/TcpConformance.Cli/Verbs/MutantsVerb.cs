using System.CommandLine;
using TcpConformance.Cli.Operators;
using TcpConformance.Cli.Running;
using TcpConformance.Harness.Cases;
using TcpConformance.Mutants;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf mutants</c>: how well does the suite condemn?</summary>
internal static class MutantsVerb
{
    private const long DefaultSeed = 1;
    private const long MostJobs = 64;

    private static readonly Option<string[]> Select = new("--select")
    {
        Description = "Only mutants that GLOB means, as for 'test --select'. May be repeated.",
        HelpName = "GLOB",
    };

    private static readonly Option<long> Seed = NumberOption.Create(
        "--seed", DefaultSeed, long.MaxValue,
        "Where all chance comes from; the same seed gives the same run.");

    private static readonly Option<long> Jobs = NumberOption.Create(
        "--jobs", 0, MostJobs, "Mutants at once; 0 lets the program choose.");

    private static readonly Option<bool> Operators = new("--operators")
    {
        Description = "Not the catalogue, but mutants of each operator of the reference engine.",
    };

    private static readonly Option<long> Sample = NumberOption.Create(
        "--sample", 0, 1_000_000,
        "With --operators: how many, drawn by --seed; 0 takes all.");

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Directory for mutants.json and mutants.html, with the least trace that "
            + "shows each mutant; with --operators for operator-mutants.json.",
        HelpName = "DIR",
    };

    internal static Command Command()
    {
        var command = new Command(
            "mutants",
            "Puts known misbehaviours before the suite: each must be condemned for what it does. "
            + "Exit code 0: all are, 1: one is not, 2: usage, 3: interrupted.")
        {
            Select, Seed, Jobs, Operators, Sample, Out,
        };
        command.SetAction(parsed => parsed.GetValue(Operators)
            ? OfOperators(parsed)
            : OfCatalogue(parsed));
        return command;
    }

    private static int OfOperators(ParseResult parsed) => OperatorRun.RunAndPrint(
        new OperatorRequest
        {
            Sample = parsed.GetValue(Sample) is > 0 and long sample ? (int)sample : null,
            Seed = parsed.GetValue(Seed),
            Jobs = (int)parsed.GetValue(Jobs),
            Select = parsed.GetValue(Select) ?? [],
        },
        parsed.GetValue(Out));

    private static int OfCatalogue(ParseResult parsed)
    {
        if (parsed.GetValue(Sample) > 0)
        {
            throw new UsageException("--sample belongs to --operators: add it");
        }
        MutantFolder? folder = parsed.GetValue(Out) is string path ? new(path) : null;
        return new MutantRun(
            Selected(parsed.GetValue(Select) ?? []), parsed.GetValue(Seed),
            (int)parsed.GetValue(Jobs), folder).Run();
    }

    private static IReadOnlyList<Mutant> Selected(string[] globs)
    {
        if (globs.Length == 0)
        {
            return MutantCatalogue.All;
        }
        CaseGlob[] patterns = globs.Select(g => new CaseGlob(g)).ToArray();
        int none = Array.FindIndex(
            patterns, p => !MutantCatalogue.All.Any(m => p.Matches(m.Id)));
        return none < 0
            ? MutantCatalogue.All.Where(m => patterns.Any(p => p.Matches(m.Id))).ToArray()
            : throw new UsageException(
                $"no mutant matches '{globs[none]}': see 'tcpconf list mutants'");
    }
}
