using System.CommandLine;
using TcpConformance.Cli.Running;
using TcpConformance.Harness.Cases;
using TcpConformance.Mutants;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf mutants</c>: how well does the suite condemn?</summary>
internal static class MutantsVerb
{
    private const long DefaultSeed = 1;
    private const long MostJobs = 64;
    private const long DefaultTime = 60;
    private const long MostTime = 86_400;

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

    private static readonly Option<bool> Generator = new("--generator")
    {
        Description = "Leaves the random session generator alone with each mutant, without the "
            + "suite: how many does it find? Exit code 0: at least 80 %.",
    };

    private static readonly Option<long> Time = NumberOption.Create(
        "--time", DefaultTime, MostTime, "With --generator: seconds for each mutant.");

    internal static Command Command()
    {
        var command = new Command(
            "mutants",
            "Puts known misbehaviours before the suite: each must be condemned for what it does. "
            + "Exit code 0: all are, 1: one is not, 2: usage, 3: interrupted.")
        {
            Select, Seed, Jobs, Generator, Time,
        };
        command.SetAction(parsed => parsed.GetValue(Generator)
            ? Generate(parsed)
            : new MutantRun(
                Selected(parsed.GetValue(Select) ?? []), parsed.GetValue(Seed),
                (int)parsed.GetValue(Jobs)).Run());
        command.Validators.Add(result =>
        {
            if (!result.GetValue(Generator) && result.GetResult(Time) is { Implicit: false })
            {
                result.AddError("--time says nothing without --generator.");
            }
        });
        return command;
    }

    private static int Generate(ParseResult parsed)
    {
        long seconds = parsed.GetValue(Time);
        return seconds > 0
            ? new GeneratorRun(
                Selected(parsed.GetValue(Select) ?? []), TimeSpan.FromSeconds(seconds),
                parsed.GetValue(Seed), (int)parsed.GetValue(Jobs)).Run()
            : throw new UsageException("--time 0 leaves no time for any session");
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
