using System.Collections.Concurrent;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Harness.Suites;

/// <summary>Runs cases on one IUT.</summary>
public sealed class SuiteRunner
{
    // In flight in real time: enough that a suite of waits takes as long as its longest.
    private const int RealTimeJobs = 400;

    // What failed among many is run again among so few, so many times.
    private const int Few = 8;
    private const int MostTimesAgain = 2;

    private readonly IutProfile _profile;
    private readonly SuiteOptions _options;
    private readonly Func<IutProfile, ulong, IIut> _open;
    private readonly KnownDeviations _known;
    private readonly ConcurrentDictionary<string, FinishedCase> _finished = new();
    private readonly Lock _progress = new();
    private readonly List<string> _strays = [];
    private readonly List<string> _restarts = [];
    private bool _warmUpKills;
    private readonly List<CaseOutcome> _unsteady = [];
    private bool _isAgain;
    private readonly Deaths _deaths = new();
    private string? _fault;
    private string? _version;

    /// <summary>A runner for one run.</summary>
    public SuiteRunner(IutProfile profile, SuiteOptions options)
    {
        _profile = profile;
        _options = options;
        _open = options.Open ?? OpenByKind;
        _known = new KnownDeviations(profile.KnownDeviations);
    }

    /// <summary>The IUT that a profile describes.</summary>
    /// <exception cref="IutLostException">It can't be reached; the message says what to do.
    /// </exception>
    public static IIut OpenByKind(IutProfile profile, ulong seed) => profile.Kind switch
    {
        IutKind.Engine => new EngineIut(profile, seed),
        IutKind.TapLinux or IutKind.Process => TapIut.Open(profile),
        IutKind.Lwip => new LwipIut(profile, seed),
    };

    /// <summary>Runs the cases. Nothing that an IUT does makes this throw.</summary>
    /// <param name="cases">The cases; each id once.</param>
    /// <param name="cancel">Ends the run; what was measured so far is returned.</param>
    public SuiteRun Run(IReadOnlyList<TestCase> cases, CancellationToken cancel)
    {
        IReadOnlyList<LeftOutCase> leftOut = LeftOut(cases);
        TestCase[] fitting = cases.Except(leftOut.Select(l => l.Case)).ToArray();
        if (IsVirtual)
        {
            RunInVirtualTime(fitting, cancel);
        }
        else
        {
            RunInRealTime(fitting, cancel);
        }
        FinishedCase[] finished = _finished.Values.ToArray();
        Array.Sort(finished, (a, b) => string.CompareOrdinal(a.Result.Id, b.Result.Id));
        TestCase[] notRun = fitting.Where(c => !_finished.ContainsKey(c.Id)).ToArray();
        IutResult result = SuiteResults.Of(_profile.Name, _version, finished) with
        {
            Incomplete = _fault ?? (notRun.Length == 0
                ? null
                : $"{notRun.Length} of {fitting.Length} cases were not run: interrupted"),
            Restarts = _restarts,
            Unsteady = [.. _unsteady.Select(o => $"{o.Case.Id}: {o.Message}")],
        };
        return new SuiteRun(result, finished.Select(f => f.Outcome).ToArray())
        {
            LeftOut = leftOut,
            NotRun = notRun,
            StaleDeviations = _options.IsFullRun && _fault is null
                && finished.Length == fitting.Length ? _known.Stale : [],
            Unsteady = _unsteady,
            Strays = _strays,
            Fault = _fault,
        };
    }

    /// <summary>Those cases that <see cref="Run"/> would leave out.</summary>
    public IReadOnlyList<LeftOutCase> LeftOut(IEnumerable<TestCase> cases) => cases
        .Select(c => new LeftOutCase(c, WhyNot(c) ?? ""))
        .Where(l => l.Why.Length > 0).ToArray();

    private bool IsVirtual => _profile.IsVirtualTime;

    // How a replay names the IUT.
    private string Argument => _options.Argument ?? _profile.Name;

    private string? WhyNot(TestCase c)
    {
        bool isVirtual = IsVirtual;
        Claims needs = c.Needs | (c.Traits.HasFlag(CaseTraits.Ipv6) ? Claims.Ipv6 : 0);
        Claims lacks = needs & ~_profile.Claims;
        if (lacks != Claims.None)
        {
            return $"the IUT does not claim {lacks}";
        }
        if (_profile.LeftOut.FirstOrDefault(
            l => new CaseGlob(l.Cases).Matches(c.Id)) is UnusableCases unusable)
        {
            return unusable.Why;
        }
        if (isVirtual && c.Traits.HasFlag(CaseTraits.RealTimeOnly))
        {
            return "the case needs real time";
        }
        return !isVirtual && c.Traits.HasFlag(CaseTraits.VirtualTimeOnly)
            ? "the case waits too long for real time"
            : null;
    }

    private void RunInVirtualTime(TestCase[] cases, CancellationToken cancel)
    {
        int jobs = _profile.Kind == IutKind.Lwip ? 1 // its state is global
            : _options.Jobs > 0 ? _options.Jobs
            : Environment.ProcessorCount;
        int next = -1;
        void Work()
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < cases.Length
                && !cancel.IsCancellationRequested)
            {
                RunOne(cases[i], cancel);
            }
        }
        Thread[] workers = Enumerable.Range(1, Math.Clamp(cases.Length, 1, jobs) - 1)
            .Select(n => new Thread(Work) { IsBackground = true, Name = $"cases {n}" })
            .ToArray();
        foreach (Thread worker in workers)
        {
            worker.Start();
        }
        Work();
        foreach (Thread worker in workers)
        {
            worker.Join();
        }
    }

    // A world of its own for each case, so that it is the same whatever else is selected.
    private void RunOne(TestCase c, CancellationToken cancel)
    {
        bool runs = false;
        try
        {
            using IIut iut = _open(_profile, CaseSeed.Of(_options.Seed, c.Id));
            _version ??= iut.Profile.Version;
            var loop = new CaseLoop(iut, _options.Seed, 1) { HasOracle = _options.HasOracle };
            runs = true;
            // There is nothing but the IUT itself that could be lost.
            loop.Run([c], o => Finished(o.IsLost ? Deaths.Of(o) : o), cancel);
        }
        catch (IutLostException) when (runs && _finished.ContainsKey(c.Id))
        {
            // The case has been told of it.
        }
        catch (IutLostException lost) when (runs)
        {
            Finished(Deaths.Of(c, lost));
        }
        catch (IutLostException lost)
        {
            _fault ??= lost.Message;
        }
        catch (Exception e)
        {
            // Our own bug, or the engine's: it belongs to the case that showed it.
            Finished(new CaseOutcome(c, Verdict.Error)
            {
                Message = $"{e.GetType().Name}: {e.Message}",
            });
        }
    }

    private void RunInRealTime(TestCase[] cases, CancellationToken cancel)
    {
        int jobs = _options.Jobs > 0 ? _options.Jobs
            : _profile.Jobs > 0 ? _profile.Jobs
            : RealTimeJobs;
        // The longest first: the others run beside them.
        TestCase[] together = cases.Where(c => !c.Traits.HasFlag(CaseTraits.Alone))
            .OrderBy(c => c.Traits.HasFlag(CaseTraits.LongRunning) ? 0 : 1)
            .ThenBy(c => c.Id, StringComparer.Ordinal).ToArray();
        if (_options.WarmsUp && Math.Min(jobs, together.Length) > Few)
        {
            WarmUp.Harness(together, _options.Seed);
        }
        RunOnOne(together, jobs, cancel);
        foreach (TestCase alone in cases.Where(c => c.Traits.HasFlag(CaseTraits.Alone)))
        {
            RunOnOne([alone], 1, cancel);
        }
        for (int time = 0; time < MostTimesAgain && jobs > Few; time++)
        {
            RunDoubtfulAgain(together, cancel);
        }
    }

    // A stack that shares the machine may have been late, which the harness cannot see: what
    // contradicts the RFCs only in a crowd, or only once in three times, is no contradiction.
    private void RunDoubtfulAgain(TestCase[] cases, CancellationToken cancel)
    {
        CaseOutcome[] doubtful = cases.Where(c => _finished.ContainsKey(c.Id))
            .Select(c => _finished[c.Id])
            .Where(f => f.Outcome.Verdict is Verdict.Fail or Verdict.Inconclusive
                && f.Result.KnownDeviation is null && !f.Outcome.IsLost)
            .Select(f => f.Outcome).ToArray();
        if (doubtful.Length > cases.Length / 4)
        {
            return; // so much is no matter of chance
        }
        _isAgain = true;
        RunOnOne([.. doubtful.Select(o => o.Case)], Few, cancel);
        _isAgain = false;
        _unsteady.AddRange(doubtful
            .Where(o => _finished[o.Case.Id].Outcome.Verdict == Verdict.Pass));
    }

    private void RunOnOne(TestCase[] cases, int jobs, CancellationToken cancel)
    {
        if (cases.Length == 0 || cancel.IsCancellationRequested || _fault is not null)
        {
            return;
        }
        if (RunUntilLost(cases, jobs, cancel) is IutLostException lost)
        {
            GoOn(cases, jobs, lost, cancel);
        }
    }

    private IutLostException? RunUntilLost(
        TestCase[] cases, int jobs, CancellationToken cancel)
    {
        try
        {
            using IIut iut = _open(_profile, _options.Seed);
            _version ??= iut.Profile.Version;
            var loop = new CaseLoop(iut, _options.Seed, jobs)
            {
                HasOracle = _options.HasOracle,
                IsKnown = o => o.Verdict == Verdict.Fail && _known.Knows(o),
            };
            try
            {
                if (_options.WarmsUp && _profile.Kind == IutKind.Process && jobs > 1
                    && !_warmUpKills)
                {
                    _warmUpKills = true;
                    WarmUp.Program(loop, cancel);
                    _warmUpKills = false;
                }
                loop.Run(cases, Finished, cancel);
            }
            finally
            {
                _strays.AddRange(loop.Strays);
            }
            return null;
        }
        catch (IutLostException lost)
        {
            return lost;
        }
    }

    // A program that dies is the verdict of the case that has killed it, and is started again.
    private void GoOn(
        TestCase[] cases, int jobs, IutLostException lost, CancellationToken cancel)
    {
        TestCase[] suspects = _deaths.TakeSuspects();
        TestCase[] rest = cases.Except(suspects)
            .Where(c => _isAgain || !_finished.ContainsKey(c.Id)).ToArray();
        bool inWarmUp = suspects.Length == 0 && _warmUpKills && _deaths.Count == 0;
        bool goesOn = _profile.Kind == IutKind.Process && (suspects.Length > 0 || inWarmUp)
            && _deaths.MayRestart();
        if (!goesOn)
        {
            _fault = lost.Message;
            return;
        }
        _restarts.Add(lost.Message);
        if (suspects.Length == 1)
        {
            Finished(Deaths.Of(suspects[0], lost));
        }
        else
        {
            RunOnOne(suspects, Deaths.JobsFor(suspects.Length), cancel);
            Blame(suspects, lost);
        }
        RunOnOne(rest, jobs, cancel);
    }

    // Who dies of several cases together, or of all that came before, dies all the same.
    private void Blame(TestCase[] suspects, IutLostException lost)
    {
        CaseOutcome[] again = [.. suspects.OrderBy(c => c.Id, StringComparer.Ordinal)
            .Where(c => _finished.ContainsKey(c.Id)).Select(c => _finished[c.Id].Outcome)];
        if (again.Length > 0 && again.Length == suspects.Length && !again.Any(o => o.IsLost))
        {
            Finished(Deaths.OfSeveral(again, lost));
        }
    }

    private void Finished(CaseOutcome outcome)
    {
        if (outcome is { IsLost: true, Verdict: not Verdict.Fail }
            && _profile.Kind == IutKind.Process)
        {
            _deaths.Note(outcome.Case); // it may have been another one's fault
            return;
        }
        CaseOutcome kept = outcome.Verdict == Verdict.Pass && !_options.KeepsAllTraces
            ? outcome with { Trace = [] }
            : WithLastWord(outcome);
        lock (_progress)
        {
            FinishedCase finished = SuiteResults.Of(Argument, kept, _known, _options.Seed);
            _finished[outcome.Case.Id] = finished;
            if (!_isAgain)
            {
                _options.Progress?.Invoke(finished);
            }
        }
    }

    // What the case itself found out stands in its trace, as the oracle's words do.
    private static CaseOutcome WithLastWord(CaseOutcome outcome)
    {
        bool said = outcome.Message.Length == 0
            || outcome.Violations.Any(v =>
                outcome.Message.StartsWith(v.Message, StringComparison.Ordinal));
        TraceKind kind = outcome.Verdict == Verdict.Fail ? TraceKind.Violation : TraceKind.Note;
        return said ? outcome : outcome with
        {
            Trace = [.. outcome.Trace, LastWord(outcome, kind)],
        };
    }

    private static TraceEntry LastWord(CaseOutcome outcome, TraceKind kind)
    {
        TimeSpan at = outcome.Trace.Count > 0 ? outcome.Trace[^1].At : TimeSpan.Zero;
        return new TraceEntry(at, kind, null, outcome.Message);
    }
}
