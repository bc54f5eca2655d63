using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Replays;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;

namespace TcpConformance.Mutants.Trials;

/// <summary>Puts mutants before the suite: does it condemn them, and for what they do?</summary>
public sealed class MutantTrial
{
    // The more cases fail, the shorter the shortest trace; a few are enough to choose from.
    private const int EnoughKills = 4;
    private const int Batch = 16;

    private readonly IReadOnlyList<TestCase> _cases;
    private readonly IutProfile _reference;
    private readonly ulong _seed;

    /// <summary>A trial.</summary>
    /// <param name="cases">The suite.</param>
    /// <param name="reference">The reference engine's profile.</param>
    /// <param name="seed">Where all chance comes from.</param>
    public MutantTrial(IReadOnlyList<TestCase> cases, IutProfile reference, ulong seed)
    {
        _cases = cases;
        _reference = reference;
        _seed = seed;
    }

    /// <summary>Tries mutants side by side.</summary>
    /// <param name="mutants">The mutants.</param>
    /// <param name="jobs">Threads; 0: one for each core.</param>
    /// <param name="finished">Told of each outcome, on any thread, one at a time.</param>
    /// <param name="cancel">Ends the trial; what has finished is returned.</param>
    /// <returns>The outcomes, in the order of the mutants.</returns>
    public IReadOnlyList<MutantOutcome> Run(
        IReadOnlyList<Mutant> mutants, int jobs, Action<MutantOutcome> finished,
        CancellationToken cancel)
    {
        MutantOutcome?[] outcomes = new MutantOutcome?[mutants.Count];
        var telling = new Lock();
        int next = -1;
        void Work()
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < mutants.Count
                && !cancel.IsCancellationRequested)
            {
                MutantOutcome outcome = Run(mutants[i], cancel);
                if (cancel.IsCancellationRequested)
                {
                    return;
                }
                outcomes[i] = outcome;
                lock (telling)
                {
                    finished(outcome);
                }
            }
        }
        int threads = Math.Clamp(jobs > 0 ? jobs : Environment.ProcessorCount, 1, 64);
        Thread[] workers = Enumerable.Range(0, threads)
            .Select(n => new Thread(Work) { IsBackground = true, Name = $"mutants {n}" })
            .ToArray();
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return outcomes.OfType<MutantOutcome>().ToArray();
    }

    /// <summary>Tries one mutant: first with the cases that name what it violates.</summary>
    public MutantOutcome Run(Mutant mutant, CancellationToken cancel)
    {
        List<CaseOutcome> bad = [];
        List<CaseOutcome> right = [];
        int run = 0;
        foreach (TestCase[] batch in InOrder(mutant).Chunk(Batch))
        {
            foreach (CaseOutcome outcome in RunCases(mutant, batch, cancel))
            {
                run++;
                if (outcome.Verdict != Verdict.Pass)
                {
                    bad.Add(outcome);
                }
                if (outcome.Verdict == Verdict.Fail && mutant.Violates(outcome.Requirement))
                {
                    right.Add(outcome);
                }
            }
            if (right.Count >= EnoughKills || cancel.IsCancellationRequested)
            {
                break;
            }
        }
        return WithTrace(Conclude(mutant, bad, right, run));
    }

    private IEnumerable<TestCase> InOrder(Mutant mutant) => _cases
        .OrderBy(c => c.Requirements.Contains(mutant.Requirement) ? 0
            : c.Requirements.Any(mutant.Neighbours.Contains) ? 1 : 2);

    private IReadOnlyList<CaseOutcome> RunCases(
        Mutant mutant, TestCase[] cases, CancellationToken cancel)
    {
        IutProfile profile = mutant.Profile(_reference);
        var runner = new SuiteRunner(profile, new SuiteOptions
        {
            Seed = _seed,
            Jobs = 1,
            Open = mutant.Open,
        });
        return runner.Run(cases, cancel).Outcomes;
    }

    // The world of the case once more, with ever fewer of its stimuli: first without the case, and
    // where it was the case that judged, with it.
    private MutantOutcome WithTrace(MutantOutcome outcome)
    {
        if (outcome.Evidence is not CaseOutcome evidence || evidence.Requirement is null)
        {
            return outcome;
        }
        IutProfile profile = outcome.Mutant.Profile(_reference);
        ulong seed = CaseSeed.Of(_seed, evidence.Case.Id);
        IReadOnlyList<TraceEntry>? shrunk = TraceShrinker.Shrink(
            evidence.Trace, evidence.Requirement, () => outcome.Mutant.Open(profile, seed))
            ?? CaseShrinker.Shrink(
                evidence, _seed, () => outcome.Mutant.Open(profile, seed),
                () => new EngineIut(_reference, seed));
        return outcome with { Trace = shrunk ?? evidence.Trace, IsShrunk = shrunk is not null };
    }

    private static MutantOutcome Conclude(
        Mutant mutant, List<CaseOutcome> bad, List<CaseOutcome> right, int run)
    {
        List<CaseOutcome> failed = bad.FindAll(o => o.Verdict == Verdict.Fail);
        MutantFate fate = right.Count > 0 ? MutantFate.Condemned
            : failed.Count > 0 ? MutantFate.Misjudged
            : bad.Count > 0 ? MutantFate.Broken
            : MutantFate.Survived;
        List<CaseOutcome> telling = right.Count > 0 ? right : failed.Count > 0 ? failed : bad;
        return new MutantOutcome(mutant, fate)
        {
            Evidence = telling.MinBy(o => (o.Trace.Count, o.Case.Id)),
            Named = failed.Where(o => o.Requirement is not null)
                .GroupBy(o => o.Requirement!).OrderByDescending(g => g.Count())
                .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).ToArray(),
            Kills = right.Count,
            CasesRun = run,
        };
    }
}
