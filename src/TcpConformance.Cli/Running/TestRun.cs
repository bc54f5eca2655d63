using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Suites;
using TcpConformance.Reports.Terminal;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Cli.Running;

/// <summary>Runs what was asked for, shows it, writes it down and makes an exit code of it.
/// </summary>
internal sealed class TestRun
{
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(3);

    private readonly TestRequest _request;
    private readonly ReportConsole _console = ReportConsole.Standard();
    private readonly RunSoFar _soFar;
    private RunProgress? _progress;

    internal TestRun(TestRequest request)
    {
        _request = request;
        _soFar = new RunSoFar(request.Seed);
    }

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        using var interruption = new Interruption();
        (NamedProfile Iut, SuiteRunner Runner, int Fitting)[] plan =
            _request.Profiles.Select(Plan).ToArray();
        using (Timer? saving = SaveNowAndThen())
        {
            if (_request.ListsFailures)
            {
                RunAll(plan.Select(p => (p.Iut, p.Runner)), interruption.Token);
            }
            else
            {
                RunWithProgress(plan, interruption.Token);
            }
        }
        RunResult result = _soFar.Result();
        Print(result);
        _request.Folder?.Write(result, _soFar.Ended);
        return Conclude(interruption);
    }

    private (NamedProfile Iut, SuiteRunner Runner, int Fitting) Plan(NamedProfile iut)
    {
        var runner = new SuiteRunner(iut.Profile, new SuiteOptions
        {
            Seed = (ulong)_request.Seed,
            Jobs = _request.Jobs,
            IsFullRun = _request.IsFullRun,
            KeepsAllTraces = _request.PrintsTraces,
            Argument = iut.Argument,
            Open = iut.Open,
            Progress = finished =>
            {
                _soFar.Add(finished);
                _progress?.Done(iut.Profile.Name, finished.Result);
            },
        });
        IReadOnlyList<LeftOutCase> leftOut = runner.LeftOut(_request.Cases);
        return leftOut.Count < _request.Cases.Count
            ? (iut, runner, _request.Cases.Count - leftOut.Count)
            : throw new UsageException(
                $"no selected case fits {iut.Profile.Name}: {leftOut[0].Why} "
                + $"({leftOut[0].Case.Id})");
    }

    private void RunWithProgress(
        (NamedProfile Iut, SuiteRunner Runner, int Fitting)[] plan, CancellationToken cancel)
    {
        (string, int)[] bars = plan.Select(p => (p.Iut.Profile.Name, p.Fitting)).ToArray();
        RunProgress.RunAsync(_console, bars, progress =>
        {
            _progress = progress;
            return Task.Run(() =>
            {
                RunAll(plan.Select(p => (p.Iut, p.Runner)), cancel);
                return true;
            });
        }).GetAwaiter().GetResult();
    }

    private void RunAll(
        IEnumerable<(NamedProfile Iut, SuiteRunner Runner)> plan, CancellationToken cancel)
    {
        // One IUT after the other: what one burns in virtual time would make the other late.
        foreach ((NamedProfile iut, SuiteRunner runner) in plan)
        {
            _soFar.Begin(iut.Profile.Name);
            _soFar.End(runner.Run(_request.Cases, cancel));
        }
    }

    private Timer? SaveNowAndThen() => _request.Folder is ResultFolder folder
        ? new Timer(_ => Save(folder), null, SavePeriod, SavePeriod)
        : null;

    private void Save(ResultFolder folder)
    {
        try
        {
            folder.WriteSoFar(_soFar.Result());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The end of the run writes again, and says so if it can't.
        }
    }

    private void Print(RunResult result)
    {
        if (_request.ListsFailures)
        {
            foreach (IutResult iut in result.Iuts)
            {
                RunNotes.PrintFailures(_console, iut);
            }
            return;
        }
        if (_request.PrintsTraces)
        {
            foreach (SuiteRun run in _soFar.Ended)
            {
                RunNotes.PrintTraces(_console, run);
            }
        }
        RunReport.Print(_console, result, RequirementCatalogue.Embedded);
        foreach (SuiteRun run in _soFar.Ended)
        {
            RunNotes.Print(_console, run);
        }
    }

    private int Conclude(Interruption interruption)
    {
        SuiteRun[] cut = _soFar.Ended.Where(r => r.Result.Incomplete is not null).ToArray();
        if (cut.Length > 0 && interruption.HasCome)
        {
            int run = _soFar.Ended.Sum(r => r.Outcomes.Count);
            int all = run + cut.Sum(r => r.NotRun.Count);
            CommandLine.Complain($"interrupted: {run} of {all} cases were run; "
                + (_request.Folder is null
                    ? "--out DIR would keep their results"
                    : $"their results are in {_request.Folder.Location}"));
            return ExitCode.Interrupted;
        }
        foreach (SuiteRun faulty in cut)
        {
            CommandLine.Complain($"{faulty.Result.Name}: {faulty.Result.Incomplete}");
        }
        if (cut.Length > 0)
        {
            return ExitCode.Usage;
        }
        return _soFar.Ended.Any(r => r.Result.Cases.Any(c => c.IsOpen))
            ? ExitCode.Finding
            : ExitCode.Conforms;
    }
}
