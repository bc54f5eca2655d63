using System.Diagnostics;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Mutants.Trials;
using TcpConformance.Reports.Terminal;
using TcpConformance.Suite;

namespace TcpConformance.Cli.Running;

/// <summary>Puts mutants before the suite, shows what became of them and makes an exit code of it.
/// </summary>
internal sealed class MutantRun
{
    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly long _seed;
    private readonly int _jobs;
    private readonly ReportConsole _console = ReportConsole.Standard();

    internal MutantRun(IReadOnlyList<Mutant> mutants, long seed, int jobs)
    {
        _mutants = mutants;
        _seed = seed;
        _jobs = jobs;
    }

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        using var interruption = new Interruption();
        long start = Stopwatch.GetTimestamp();
        var trial = new MutantTrial(
            FullSuite.All.Cases, IutProfiles.Load(NamedProfile.Reference), (ulong)_seed);
        IReadOnlyList<MutantOutcome> outcomes =
            trial.Run(_mutants, _jobs, _ => { }, interruption.Token);
        MutantRow[] rows = outcomes.Select(Row).ToArray();
        MutantReport.PrintTable(_console, rows);
        MutantReport.PrintTotals(
            _console, rows, Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (interruption.HasCome)
        {
            CommandLine.Complain(
                $"interrupted: {outcomes.Count} of {_mutants.Count} mutants were tried");
            return ExitCode.Interrupted;
        }
        return rows.All(r => r.IsKilled) ? ExitCode.Conforms : ExitCode.Finding;
    }

    private static MutantRow Row(MutantOutcome outcome) => new(
        outcome.Mutant.Id, outcome.Mutant.Requirement,
        outcome.Fate == MutantFate.Condemned, Word(outcome.Fate))
    {
        Case = outcome.Evidence?.Case.Id,
        Named = outcome.Evidence?.Requirement,
        Message = outcome.Evidence?.Message ?? "",
        Kills = outcome.Kills,
        AllNamed = outcome.Named,
    };

    private static string Word(MutantFate fate) => fate switch
    {
        MutantFate.Condemned => "killed",
        MutantFate.Misjudged => "misjudged",
        MutantFate.Broken => "broken",
        MutantFate.Survived => "survived",
    };
}
