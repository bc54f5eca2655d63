using System.Diagnostics;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Mutants.Trials;
using TcpConformance.Reports;
using TcpConformance.Reports.Terminal;
using TcpConformance.Suite;

namespace TcpConformance.Cli.Running;

/// <summary>Puts mutants before the suite, shows what became of them and makes an exit code of it.
/// </summary>
internal sealed class MutantRun
{
    private const string Bar = "mutants";

    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly long _seed;
    private readonly int _jobs;
    private readonly MutantFolder? _folder;
    private readonly ReportConsole _console = ReportConsole.Standard();

    internal MutantRun(
        IReadOnlyList<Mutant> mutants, long seed, int jobs, MutantFolder? folder)
    {
        _folder = folder;
        _mutants = mutants;
        _seed = seed;
        _jobs = jobs;
    }

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        using var interruption = new Interruption();
        DateTimeOffset started = DateTimeOffset.UtcNow;
        long start = Stopwatch.GetTimestamp();
        var trial = new MutantTrial(
            FullSuite.All.Cases, IutProfiles.Load(NamedProfile.Reference), (ulong)_seed);
        IReadOnlyList<MutantOutcome> outcomes = RunProgress.RunAsync(
            _console, [(Bar, _mutants.Count)],
            progress => Task.Run(() => trial.Run(
                _mutants, _jobs,
                o => progress.Done(Bar, o.Fate != MutantFate.Condemned), interruption.Token)),
            Bar).GetAwaiter().GetResult();
        MutantRow[] rows = outcomes.Select(Row).ToArray();
        var score = new MutantScore(
            _seed, started, Stopwatch.GetElapsedTime(start).TotalSeconds, rows);
        MutantReport.PrintTable(_console, rows);
        MutantReport.PrintTotals(_console, score);
        _folder?.Write(score);
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
        Source = outcome.Mutant.Source,
        Text = outcome.Mutant.Text,
        Neighbours = outcome.Mutant.Neighbours,
        Trace = outcome.Trace,
        IsShrunk = outcome.IsShrunk,
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
