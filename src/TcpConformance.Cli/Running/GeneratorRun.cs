using System.Diagnostics;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Mutants.Trials;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Cli.Running;

/// <summary>Leaves the session generator alone with mutants and shows how good it is.</summary>
internal sealed class GeneratorRun
{
    private readonly IReadOnlyList<Mutant> _mutants;
    private readonly TimeSpan _budget;
    private readonly long _seed;
    private readonly int _jobs;
    private readonly ReportConsole _console = ReportConsole.Standard();

    internal GeneratorRun(
        IReadOnlyList<Mutant> mutants, TimeSpan budget, long seed, int jobs)
    {
        _mutants = mutants;
        _budget = budget;
        _seed = seed;
        _jobs = jobs;
    }

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        using var interruption = new Interruption();
        long start = Stopwatch.GetTimestamp();
        var trial = new GeneratorTrial(
            IutProfiles.Load(NamedProfile.Reference), unchecked((ulong)_seed));
        GeneratorReport.PrintHead(_console);
        GeneratorRow[] rows = trial.Run(
            _mutants, _budget, _jobs, o => GeneratorReport.Print(_console, Row(o)),
            interruption.Token).Select(Row).ToArray();
        GeneratorReport.PrintTotals(
            _console, rows, Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (interruption.HasCome)
        {
            CommandLine.Complain(
                $"interrupted: {rows.Length} of {_mutants.Count} mutants were tried");
            return ExitCode.Interrupted;
        }
        return GeneratorReport.ReachesTarget(rows) ? ExitCode.Conforms : ExitCode.Finding;
    }

    private static GeneratorRow Row(GeneratorOutcome outcome) => new(
        outcome.Mutant.Id, outcome.Mutant.Requirement, outcome.Find is not null)
    {
        Named = outcome.Evidence?.Requirement ?? outcome.Other?.Requirement
            ?? outcome.Other?.Ending.ToString().ToLowerInvariant(),
        Sessions = outcome.Sessions,
        Seconds = outcome.Elapsed.TotalSeconds,
    };
}
