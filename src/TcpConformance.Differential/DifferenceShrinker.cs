using System.Diagnostics;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>Makes the sessions of differences as short and as plain as they can be while they
/// still show the same: delta debugging in rounds, the candidates of all sessions side by side,
/// since a session in real time takes its time.</summary>
internal sealed class DifferenceShrinker
{
    private const int MostRounds = 40;
    private const int MostCandidates = 12;
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(90);

    // Until what is owed by a deadline is due; longer than the delay of an ACK.
    private static readonly TimeSpan Tail = TimeSpan.FromMilliseconds(700);

    private readonly Table _table;
    private readonly Action<int> _left;
    private readonly TimeSpan _limit;

    /// <summary>A shrinker.</summary>
    /// <param name="table">The IUTs.</param>
    /// <param name="left">Is told how many sessions are not at their least.</param>
    /// <param name="playing">How long sessions were played: so long they may be shrunk, too, and
    /// a while at least.</param>
    public DifferenceShrinker(Table table, Action<int> left, TimeSpan playing)
    {
        _table = table;
        _left = left;
        _limit = playing > LeastLimit ? playing : LeastLimit;
    }

    /// <summary>The least sessions, judged; those that came to the same are one.</summary>
    public IReadOnlyList<Cluster> Shrink(
        IReadOnlyList<Cluster> clusters, CancellationToken cancel)
    {
        Work[] all = [.. clusters.Select(c => new Work(c, c.Stimulus.Session))];
        long begin = Stopwatch.GetTimestamp();
        for (int round = 0; round < MostRounds && !cancel.IsCancellationRequested
            && Stopwatch.GetElapsedTime(begin) < _limit; round++)
        {
            Work[] open = [.. all.Where(w => !w.IsLeast)];
            if (open.Length == 0)
            {
                break;
            }
            _left(open.Length);
            PlayRound(open, cancel);
        }
        return Judge(all, cancel);
    }

    private void PlayRound(Work[] open, CancellationToken cancel)
    {
        (Work Work, Session Session)[] tries =
            [.. open.SelectMany(w => w.Candidates(MostCandidates).Select(s => (w, s)))];
        bool[] holds = Holds(tries, cancel);
        foreach (Work work in open)
        {
            Session[] held = [.. tries.Where((t, i) => t.Work == work && holds[i])
                .Select(t => t.Session)];
            work.Take(held);
        }
    }

    private bool[] Holds((Work Work, Session Session)[] tries, CancellationToken cancel)
    {
        Stimulus[] batch =
            [.. tries.Select(t => new Stimulus(t.Work.Cluster.Stimulus.Seed, t.Session))];
        IReadOnlyList<IReadOnlyList<Played>> played = _table.Play(batch, TimeSpan.Zero, cancel);
        return [.. tries.Select((t, i) => Comparison.Of(t.Session, played[i])
            .Any(d => d.Core == t.Work.Cluster.Core))];
    }

    // Played once more, and watched for longer: what is owed may be due later.
    private List<Cluster> Judge(Work[] all, CancellationToken cancel)
    {
        Stimulus[] batch = [.. all.Select(w => w.Cluster.Stimulus with { Session = w.Least })];
        IReadOnlyList<IReadOnlyList<Played>> played = _table.Play(batch, Tail, cancel);
        var judged = new List<Cluster>();
        for (int i = 0; i < all.Length; i++)
        {
            Cluster cluster = all[i].Cluster;
            Difference? difference = Comparison.Of(batch[i].Session, played[i])
                .FirstOrDefault(d => d.Core == cluster.Core);
            judged.Add(cluster with
            {
                Stimulus = batch[i],
                IsLeast = all[i].IsLeast,
                Difference = difference ?? cluster.Difference,
                Played = played[i],
                Judgments = [.. _table.Iuts.Select(
                    (iut, n) => Judgment.Of(iut, batch[i].Session, played[i][n]))],
            });
        }
        return [.. judged.GroupBy(Alike)
            .Select(g => g.MinBy(c => c.Stimulus.Session.ToString().Length)! with
            {
                Times = g.Sum(c => c.Times),
            })
            .OrderByDescending(c => c.IsFinding)
            .ThenByDescending(c => c.Judgments.Any(j => j.Violation is not null))
            .ThenByDescending(c => c.Times)];
    }

    // What violates the same requirement is one, wherever it shows; so is what is one difference
    // in the end.
    private static string Alike(Cluster cluster) => cluster.Judgments
        .All(j => j.Violation is null)
            ? cluster.Difference.Core
            : string.Join('|', cluster.Judgments.Select(
                j => $"{j.Violation?.Requirement} {j.Known?.Why}"));

    private sealed class Work(Cluster cluster, Session least)
    {
        private int _offset;
        private bool _joins;

        public Cluster Cluster { get; } = cluster;

        public Session Least { get; private set; } = least;

        public bool IsLeast { get; private set; }

        // What comes after the difference can't have made it.
        private Session? Joined { get; set; } = cluster.Difference.Step + 1 < least.Steps.Count
            ? new Session([.. least.Steps.Take(cluster.Difference.Step + 1)])
            : null;

        /// <summary>What is to be tried next: first all that held, together.</summary>
        public IEnumerable<Session> Candidates(int most)
        {
            _joins = Joined is not null;
            IEnumerable<Session> joined = Joined is Session j ? [j] : [];
            return joined.Concat(All().Skip(_offset).Take(most)).DistinctBy(s => s.ToString());
        }

        public void Take(Session[] held)
        {
            if (held.Length == 0)
            {
                Joined = null;
                _offset += MostCandidates;
                IsLeast = !All().Skip(_offset).Any();
                return;
            }
            Session before = Least;
            Session best = _joins && held[0] == Joined ? held[0]
                : held.MinBy(s => s.Steps.Count)!;
            Least = best;
            // The numbers that did not hold for the longer one are tried again at the end.
            bool fewer = best.Steps.Count < before.Steps.Count;
            _offset = fewer ? 0 : _offset;
            Joined = Join(before, [.. held.Where(h => h.Steps.Count <= before.Steps.Count)]);
            Joined = Joined?.Steps.Count <= best.Steps.Count ? Joined : null;
        }

        // All single steps that could be left out or plainer, at once.
        private Session? Join(Session before, Session[] held)
        {
            int count = before.Steps.Count;
            var gone = new HashSet<int>();
            var plainer = new Dictionary<int, SessionStep>();
            foreach (Session one in held)
            {
                int at = FirstDifference(before, one);
                if (one.Steps.Count == count - 1)
                {
                    gone.Add(at);
                }
                else if (one.Steps.Count == count && at < count)
                {
                    plainer.TryAdd(at, one.Steps[at]);
                }
            }
            return gone.Count + plainer.Count < 2 ? null : new Session(
                [.. before.Steps.Select((s, i) => plainer.GetValueOrDefault(i, s))
                    .Where((_, i) => !gone.Contains(i))]);
        }

        private static int FirstDifference(Session one, Session less)
        {
            int i = 0;
            while (i < less.Steps.Count && i < one.Steps.Count && one.Steps[i] == less.Steps[i])
            {
                i++;
            }
            return i;
        }

        private IEnumerable<Session> All()
        {
            int count = Least.Steps.Count;
            for (int size = Math.Max(1, count / 2); size > 0; size /= 2)
            {
                for (int at = count - size; at >= 0; at -= Math.Max(1, size / 2))
                {
                    yield return new Session(
                        [.. Least.Steps.Take(at), .. Least.Steps.Skip(at + size)]);
                }
            }
            for (int i = 0; i < count; i++)
            {
                foreach (SessionStep simpler in StepSimplifier.Of(Least.Steps[i]))
                {
                    yield return new Session(
                        [.. Least.Steps.Take(i), simpler, .. Least.Steps.Skip(i + 1)]);
                }
            }
        }
    }
}
