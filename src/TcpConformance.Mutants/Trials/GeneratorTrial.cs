using System.Diagnostics;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Mutants.Trials;

/// <summary>Leaves the random session generator alone with mutants: does it find them, without
/// any written case?</summary>
/// <param name="reference">The reference engine's profile.</param>
/// <param name="seed">Where all chance comes from; each mutant meets the same sessions.</param>
public sealed class GeneratorTrial(IutProfile reference, ulong seed)
{
    private const int MostThreads = 64;

    /// <summary>Tries mutants side by side.</summary>
    /// <param name="mutants">The mutants.</param>
    /// <param name="budget">When to give one up.</param>
    /// <param name="jobs">Threads; 0: one for each core.</param>
    /// <param name="finished">Told of each outcome, on any thread, one at a time.</param>
    /// <param name="cancel">Ends the trial; what has finished is returned.</param>
    /// <returns>The outcomes, in the order of the mutants.</returns>
    public IReadOnlyList<GeneratorOutcome> Run(
        IReadOnlyList<Mutant> mutants, TimeSpan budget, int jobs,
        Action<GeneratorOutcome> finished, CancellationToken cancel)
    {
        GeneratorOutcome?[] outcomes = new GeneratorOutcome?[mutants.Count];
        var telling = new Lock();
        int next = -1;
        void Work()
        {
            int i;
            while ((i = Interlocked.Increment(ref next)) < mutants.Count
                && !cancel.IsCancellationRequested)
            {
                GeneratorOutcome outcome = Run(mutants[i], budget, cancel);
                if (outcome.Find is null && cancel.IsCancellationRequested)
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
        int threads = Math.Clamp(jobs > 0 ? jobs : Environment.ProcessorCount, 1, MostThreads);
        Thread[] workers = Enumerable.Range(0, threads)
            .Select(n => new Thread(Work) { IsBackground = true, Name = $"generator {n}" })
            .ToArray();
        Array.ForEach(workers, w => w.Start());
        Array.ForEach(workers, w => w.Join());
        return outcomes.OfType<GeneratorOutcome>().ToArray();
    }

    /// <summary>Tries one mutant until it is found or the time is over.</summary>
    public GeneratorOutcome Run(Mutant mutant, TimeSpan budget, CancellationToken cancel) =>
        Hunt(mutant, (open, wanted) => SessionHunt.Run(open, seed, budget, wanted, cancel));

    /// <summary>Tries one mutant until it is found or so many sessions are played: the same on
    /// every machine.</summary>
    public GeneratorOutcome Run(Mutant mutant, int sessions, CancellationToken cancel) =>
        Hunt(mutant, (open, wanted) => SessionHunt.Run(open, seed, sessions, wanted, cancel));

    private GeneratorOutcome Hunt(
        Mutant mutant,
        Func<Func<ulong, IIut>, Func<SessionOutcome, bool>, SessionFind?> hunt)
    {
        IutProfile profile = mutant.Profile(reference);
        var watch = Stopwatch.StartNew();
        int sessions = 0;
        SessionOutcome? other = null;
        SessionFind? find = hunt(Open, IsRight);
        return new GeneratorOutcome(mutant, sessions, watch.Elapsed)
        {
            Find = find,
            Other = other,
        };

        IIut Open(ulong each)
        {
            sessions++;
            return mutant.Open(profile, each);
        }

        bool IsRight(SessionOutcome outcome)
        {
            if (outcome.Violations.Any(v => mutant.Violates(v.Requirement)))
            {
                return true;
            }
            other ??= outcome;
            return false;
        }
    }
}
