using System.Diagnostics;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>How far a campaign is.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Sessions">Sessions that all IUTs have played.</param>
/// <param name="Stimuli">Segments, user calls and waits in them.</param>
/// <param name="Differences">Kinds of differences so far.</param>
/// <param name="Phase">What it is at.</param>
public sealed record CampaignStatus(
    TimeSpan Elapsed, int Sessions, long Stimuli, int Differences, string Phase);

/// <summary>What a campaign has found.</summary>
/// <param name="Clusters">The differences, the findings first.</param>
/// <param name="Sessions">Sessions that all IUTs have played.</param>
/// <param name="Stimuli">Segments, user calls and waits in them.</param>
/// <param name="Playing">How long that took.</param>
public sealed record CampaignResult(
    IReadOnlyList<Cluster> Clusters, int Sessions, long Stimuli, TimeSpan Playing)
{
    /// <summary>Stimuli in a second.</summary>
    public double PerSecond => Playing > TimeSpan.Zero ? Stimuli / Playing.TotalSeconds : 0;

    /// <summary>Time of the processor that this process took for it.</summary>
    public TimeSpan Processor { get; init; }

    /// <summary>Sessions of which nothing could be said.</summary>
    public int Unusable { get; init; }

    /// <summary>Why, of most of them; empty if there is none.</summary>
    public string WhyUnusable { get; init; } = "";

    /// <summary>Differences that did not come again: chance, or the machine.</summary>
    public int Unsteady { get; init; }
}

/// <summary>Gives IUTs the same sessions, and gathers where they differ.</summary>
public sealed class Campaign
{
    private const int RealBatch = 1000;
    private const int VirtualBatch = 200;
    private const int Confirmations = 2;
    private const int MostDoubts = 3;

    private readonly Table _table;
    private readonly StimulusMaker _maker;
    private readonly Action<CampaignStatus> _progress;
    private readonly Dictionary<string, Suspect> _suspects = [];
    private readonly List<Suspect> _toConfirm = [];
    private readonly Dictionary<string, int> _unusable = [];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly TimeSpan _processor = Environment.CpuUsage.TotalTime;
    private int _sessions;
    private long _stimuli;

    /// <summary>A campaign.</summary>
    /// <param name="table">The IUTs.</param>
    /// <param name="seed">Where all chance comes from.</param>
    /// <param name="progress">Is told now and then.</param>
    public Campaign(Table table, ulong seed, Action<CampaignStatus> progress)
    {
        _table = table;
        _progress = progress;
        bool v6 = table.Iuts.All(
            i => i.Profile.Claims.HasFlag(Spec.Profile.Claims.Ipv6));
        bool passive = table.Iuts.Any(i => !i.Profile.HasActiveOpen);
        _maker = new StimulusMaker(seed, v6, table.IsReal, passive)
        {
            Mtu = table.IsReal ? table.Iuts.Min(i => i.Profile.Ixit.Mtu) : int.MaxValue,
        };
    }

    /// <summary>Plays, and shrinks what was found.</summary>
    /// <param name="count">How many sessions; null: as many as there is time for.</param>
    /// <param name="time">How long; null: until all are played.</param>
    /// <param name="cancel">Ends it; what was found is returned.</param>
    public CampaignResult Run(int? count, TimeSpan? time, CancellationToken cancel)
    {
        for (int next = 0; next < (count ?? int.MaxValue)
            && !(Stopwatch.GetElapsedTime(_begin) >= time) && !cancel.IsCancellationRequested;)
        {
            int size = Math.Min(
                (count ?? int.MaxValue) - next, _table.IsReal ? RealBatch : VirtualBatch);
            PlayBatch([.. Enumerable.Range(next, size).Select(_maker.Make)], cancel);
            next += size;
            Report("playing");
        }
        TimeSpan playing = Stopwatch.GetElapsedTime(_begin);
        TimeSpan processor = Environment.CpuUsage.TotalTime - _processor;
        long stimuli = _stimuli;
        for (int i = 0; i < Confirmations && !cancel.IsCancellationRequested; i++)
        {
            PlayBatch([], cancel);
        }
        Suspect[] sure = [.. _suspects.Values.Where(s => s.IsSure)];
        var result = new CampaignResult([], _sessions, stimuli, playing)
        {
            Processor = processor,
            Unusable = _unusable.Values.Sum(),
            WhyUnusable = _unusable.OrderByDescending(u => u.Value).FirstOrDefault().Key ?? "",
            Unsteady = _suspects.Count - sure.Length,
        };
        var shrinker = new DifferenceShrinker(
            _table, left => Report($"shrinking, {left} left"), playing);
        return result with { Clusters = shrinker.Shrink(Merge(sure), cancel) };
    }

    // Two differences in one session, or of one kind with other numbers, may be one in the end.
    private static List<Cluster> Merge(IEnumerable<Suspect> sure) => [.. sure
        .GroupBy(s => s.Difference.Core)
        .Select(g => (All: g, Least: g.MinBy(s => s.Stimulus.Session.Steps.Count)!))
        .Select(g => new Cluster(g.All.Key)
        {
            Stimulus = g.Least.Stimulus,
            Difference = g.Least.Difference,
            Times = g.All.Sum(s => s.Times),
        })];

    private void PlayBatch(IReadOnlyList<Stimulus> fresh, CancellationToken cancel)
    {
        Suspect[] doubted = [.. _toConfirm];
        _toConfirm.Clear();
        Stimulus[] batch = [.. fresh, .. doubted.Select(s => s.Stimulus)];
        if (batch.Length == 0)
        {
            return;
        }
        IReadOnlyList<IReadOnlyList<Played>> played = _table.Play(batch, TimeSpan.Zero, cancel);
        for (int i = 0; i < batch.Length; i++)
        {
            if (played[i].FirstOrDefault(p => p.Unusable is not null)?.Unusable is string why)
            {
                if (!cancel.IsCancellationRequested)
                {
                    _unusable[why] = _unusable.GetValueOrDefault(why) + 1;
                }
                continue;
            }
            _sessions++;
            _stimuli += played[i].Min(p => p.Given)
                + batch[i].Session.Steps.Count(s => s is WaitStep);
            IReadOnlyList<Difference> found = Comparison.Of(batch[i].Session, played[i]);
            if (i < fresh.Count)
            {
                Suspected(batch[i], found);
            }
            else
            {
                Confirm(doubted[i - fresh.Count], found);
            }
        }
    }

    private void Suspected(Stimulus stimulus, IReadOnlyList<Difference> found)
    {
        foreach (Difference difference in found)
        {
            if (_suspects.TryGetValue(difference.Signature, out Suspect? suspect))
            {
                suspect.Times++;
                // A shorter one is less to shrink; one that did not come again gets another try.
                if (suspect is { IsSure: false, IsWaiting: false, Doubts: < MostDoubts })
                {
                    suspect.Stimulus = stimulus;
                    suspect.Difference = difference;
                    Ask(suspect);
                }
                continue;
            }
            var fresh = new Suspect { Stimulus = stimulus, Difference = difference };
            _suspects.Add(difference.Signature, fresh);
            fresh.Seen = _table.IsReal ? 0 : Confirmations; // virtual time repeats itself
            if (!fresh.IsSure)
            {
                Ask(fresh);
            }
        }
    }

    private void Confirm(Suspect suspect, IReadOnlyList<Difference> found)
    {
        suspect.IsWaiting = false;
        if (!found.Any(d => d.Signature == suspect.Difference.Signature))
        {
            suspect.Seen = 0;
            suspect.Doubts++;
            return;
        }
        suspect.Seen++;
        if (!suspect.IsSure)
        {
            Ask(suspect);
        }
    }

    private void Ask(Suspect suspect)
    {
        suspect.IsWaiting = true;
        _toConfirm.Add(suspect);
    }

    private void Report(string phase) => _progress(new CampaignStatus(
        Stopwatch.GetElapsedTime(_begin), _sessions, _stimuli,
        _suspects.Values.Count(s => s.IsSure), phase));

    // A difference that is yet to come again.
    private sealed class Suspect
    {
        public required Stimulus Stimulus { get; set; }

        public required Difference Difference { get; set; }

        public int Times { get; set; } = 1;

        public int Seen { get; set; }

        public int Doubts { get; set; }

        public bool IsWaiting { get; set; }

        public bool IsSure => Seen >= Confirmations;
    }
}
