using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;

namespace TcpConformance.Harness.Replays;

/// <summary>The fewest stimuli of a trace after which the oracle still finds the same: delta
/// debugging.</summary>
public static class TraceShrinker
{
    // A long transfer is no short evidence whatever is left out.
    private const int MostStimuli = 300;
    private const int MostRuns = 400;

    /// <summary>Shrinks a trace.</summary>
    /// <param name="trace">What happened in a case.</param>
    /// <param name="requirement">What its verdict names.</param>
    /// <param name="open">The same IUT as in the case, fresh, in virtual time.</param>
    /// <returns>The shorter trace; null if the oracle alone does not find the same, e.g. because
    /// the case itself judged.</returns>
    public static IReadOnlyList<TraceEntry>? Shrink(
        IReadOnlyList<TraceEntry> trace, string requirement, Func<IIut> open)
    {
        IReadOnlyList<Stimulus> all = Stimulus.Of(trace);
        if (all.Count > MostStimuli || trace.Count == 0)
        {
            return null;
        }
        TimeSpan until = trace[^1].At;
        int runs = 0;
        Replay? Find(IReadOnlyList<Stimulus> stimuli)
        {
            using IIut iut = open();
            Replay replay = Replay.Play(stimuli, until, iut);
            return replay.Violation?.Requirement == requirement ? replay : null;
        }
        Replay? best = Find(all);
        if (best is null)
        {
            return null;
        }
        List<Stimulus> now = [.. all];
        for (int size = Math.Max(1, now.Count / 2); size > 0; size /= 2)
        {
            for (int at = now.Count - size; at >= 0 && runs < MostRuns; at--)
            {
                if (at + size > now.Count)
                {
                    continue;
                }
                runs++;
                List<Stimulus> fewer = Without(now, at, size);
                if (Find(fewer) is Replay found)
                {
                    best = found;
                    now = fewer;
                }
            }
        }
        return best.Trace;
    }

    private static List<Stimulus> Without(List<Stimulus> all, int at, int size)
    {
        List<Stimulus> fewer = [.. all[..at], .. all[(at + size)..]];
        if (at < fewer.Count)
        {
            // What it followed is gone.
            fewer[at] = fewer[at] with { Together = at > 0 && fewer[at - 1].At == fewer[at].At
                && fewer[at].Together };
        }
        return fewer;
    }
}
