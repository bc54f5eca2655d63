using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>Tries operator mutants one after the other with the cases that reach their place, in a
/// process whose engine is woven.</summary>
internal sealed class MutantTrials
{
    // Generous: a mutant may well take another way than the engine.
    private const long FuelFactor = 20;
    private const long FuelBase = 2_000_000;

    // A mutant that only hangs or crashes does so in every case.
    private const int DeathsAtMost = 8;

    private readonly IutProfile _profile;
    private readonly ulong _seed;
    private readonly List<Reached> _cases = [];
    private readonly List<Reached>[] _byPlace = new List<Reached>[MutantSwitch.Places];

    /// <summary>Trials with these cases.</summary>
    internal MutantTrials(IutProfile profile, IReadOnlyList<TestCase> cases, ulong seed)
    {
        _profile = profile;
        _seed = seed;
        var runner = new SuiteRunner(profile, new SuiteOptions());
        HashSet<TestCase> leftOut = [.. runner.LeftOut(cases).Select(l => l.Case)];
        foreach (TestCase c in cases.Where(c => !leftOut.Contains(c)))
        {
            MutantSwitch.Record();
            Run run = RunCase(c, long.MaxValue);
            var reached = new Reached(
                c, MutantSwitch.Reached(), run.Hash, long.MaxValue - MutantSwitch.Fuel);
            _cases.Add(reached);
            if (run.Outcome.Verdict != Verdict.Pass)
            {
                Fault ??= $"{c.Id}: {run.Outcome.Message}";
            }
        }
        foreach (Reached reached in _cases.OrderBy(r => r.Fuel))
        {
            foreach (int place in reached.Places)
            {
                (_byPlace[place] ??= []).Add(reached);
            }
        }
    }

    /// <summary>Why the woven engine, unmutated, does not pass; null if it does.</summary>
    internal string? Fault { get; }

    /// <summary>Cases that are run.</summary>
    internal int CaseCount => _cases.Count;

    /// <summary>One number of all that is seen of the unmutated engine in all cases.</summary>
    internal ulong Fingerprint => _cases.Aggregate(
        0UL, (sum, r) => unchecked(((sum << 7) | (sum >> 57)) ^ r.Hash));

    /// <summary>Tries one mutant.</summary>
    internal TrialOutcome Try(int place, int variant)
    {
        if (_byPlace[place] is not List<Reached> reaching)
        {
            return new TrialOutcome(TrialEnd.Unreached);
        }
        TrialOutcome best = new(TrialEnd.Invisible) { Reaching = reaching.Count };
        int deaths = 0;
        int differing = 0;
        foreach (Reached reached in reaching)
        {
            MutantSwitch.Activate(place, variant);
            Run run = RunCase(reached.Case, (reached.Fuel * FuelFactor) + FuelBase);
            bool differs = run.Hash != reached.Hash || run.Death is not null;
            differing += differs ? 1 : 0;
            TrialEnd end = EndOf(run, differs);
            if (Rank(end) > Rank(best.End))
            {
                best = best with
                {
                    End = end,
                    Case = reached.Case.Id,
                    Requirement = run.Outcome.Requirement,
                    Message = run.Outcome.Message,
                };
            }
            deaths += end is TrialEnd.Hung or TrialEnd.Crashed ? 1 : 0;
            if (end == TrialEnd.Failed || deaths == DeathsAtMost)
            {
                break;
            }
        }
        return best with { Differing = differing };
    }

    private static TrialEnd EndOf(Run run, bool differs) => run.Outcome.Verdict switch
    {
        Verdict.Fail => TrialEnd.Failed,
        _ when run.Outcome.Violations.Count > 0 => TrialEnd.Failed,
        _ when run.Death is OutOfFuelException => TrialEnd.Hung,
        _ when run.Death is not null => TrialEnd.Crashed,
        Verdict.Error => TrialEnd.Error,
        _ => differs ? TrialEnd.Survived : TrialEnd.Invisible,
    };

    // A verdict of the suite is worth more than a death, whichever came first.
    private static int Rank(TrialEnd end) => end switch
    {
        TrialEnd.Unreached => 0,
        TrialEnd.Invisible => 1,
        TrialEnd.Survived => 2,
        TrialEnd.Error => 3,
        TrialEnd.Hung => 4,
        TrialEnd.Crashed => 5,
        TrialEnd.Failed => 6,
    };

    private Run RunCase(TestCase c, long fuel)
    {
        MutantSwitch.Refuel(fuel);
        CaseOutcome? outcome = null;
        WatchedIut? watched = null;
        try
        {
            using var iut = new WatchedIut(
                new EngineIut(_profile, CaseSeed.Of(_seed, c.Id)));
            watched = iut;
            new CaseLoop(iut, _seed, 1).Run([c], o => outcome = o, CancellationToken.None);
        }
        catch (Exception e)
        {
            return new Run(Died(c, e), watched?.Hash ?? 0, watched?.Death ?? e);
        }
        return new Run(outcome!, watched.Hash, watched.Death);
    }

    private static CaseOutcome Died(TestCase c, Exception e) => new(c, Verdict.Error)
    {
        Message = $"{e.GetType().Name}: {e.Message}",
    };

    /// <summary>What a case is on the unmutated engine.</summary>
    private sealed record Reached(TestCase Case, int[] Places, ulong Hash, long Fuel);

    private sealed record Run(CaseOutcome Outcome, ulong Hash, Exception? Death);
}
