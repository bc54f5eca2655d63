using System.Diagnostics;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Running;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Tapping;

/// <summary>Plays inputs in batches on an IUT over its link, until the time is over.</summary>
/// <remarks>Nothing leads it: it begins with what other targets have found interesting.</remarks>
public sealed class TapCampaign
{
    private const int BatchSize = 100;
    private static readonly TimeSpan ShorteningLimit = TimeSpan.FromSeconds(20);

    private readonly FuzzRequest _request;
    private readonly IutProfile _profile;
    private readonly FindingStore _store;
    private readonly TapInputs _inputs;
    private readonly List<FuzzFinding> _findings = [];
    private readonly List<(Finding Finding, byte[] Input)> _fresh = [];
    private readonly Dictionary<string, long> _times = [];
    private readonly Stopwatch _clock = new();
    private long _runs;
    private int _restarts;

    /// <summary>Prepares one.</summary>
    /// <param name="request">What it shall do; its target is a <see cref="TapTarget"/>.</param>
    /// <param name="corpora">Folders of inputs of <c>session</c> or <c>lwip</c>.</param>
    public TapCampaign(FuzzRequest request, IEnumerable<string> corpora)
    {
        _request = request;
        _profile = IutProfiles.Load(request.Target.Name[TapTarget.Prefix.Length..]);
        _store = new FindingStore(request.Findings);
        _inputs = new TapInputs(request.Target.Structure!, corpora);
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="IutLostException">The IUT can't be started.</exception>
    public FuzzResult Run(CancellationToken cancel = default)
    {
        _clock.Start();
        using var run = new TapRun(_profile);
        while (!IsOver(cancel))
        {
            PlayBatch(run, cancel);
            Report();
        }
        long begin = Stopwatch.GetTimestamp();
        foreach ((Finding finding, byte[] input) in _fresh)
        {
            bool hasTime = Stopwatch.GetElapsedTime(begin) < ShorteningLimit;
            Shorten(run, finding, hasTime ? input : null, cancel);
        }
        return new FuzzResult([.. _findings.Select(f => f with { Times = _times[f.Name] })])
        {
            Runs = _runs,
            RunsPerSecond = PerSecond,
            Corpus = _inputs.Count,
            Restarts = _restarts,
        };
    }

    private long PerSecond => (long)(_runs / Math.Max(_clock.Elapsed.TotalSeconds, 0.001));

    private bool IsOver(CancellationToken cancel) => cancel.IsCancellationRequested
        || (_request.Time is TimeSpan time && _clock.Elapsed >= time)
        || (_request.Runs is long runs && _runs >= runs)
        || (_request.StopsOnFinding && _findings.Any(f => f.IsNew));

    private void Report() => _request.Progress(new FuzzProgress(_clock.Elapsed)
    {
        Remaining = _request.Time is TimeSpan time
            ? (time > _clock.Elapsed ? time - _clock.Elapsed : TimeSpan.Zero)
            : null,
        Runs = _runs,
        RunsPerSecond = PerSecond,
        Corpus = _inputs.Count,
        Findings = _findings.Count(f => f.IsNew),
        Hits = _times.Values.Sum(),
        Restarts = _restarts,
    });

    private void PlayBatch(TapRun run, CancellationToken cancel)
    {
        List<(byte[] Input, Session Session)> batch = [];
        long most = Math.Min(BatchSize, (_request.Runs ?? long.MaxValue) - _runs);
        for (int tries = 0; batch.Count < most && tries < 10 * BatchSize; tries++)
        {
            byte[] input = _inputs.Next();
            if (run.Read(input) is Session session)
            {
                batch.Add((input, session));
            }
        }
        (TapFault?[] faults, TapFault? dead) =
            run.Play([.. batch.Select(b => b.Session)], cancel);
        _runs += batch.Count;
        if (dead is null)
        {
            var shown = batch.Where((_, i) => faults[i] is not null).ToList();
            (dead, batch) = (Confirm(run, shown, [.. faults.OfType<TapFault>()], cancel), shown);
        }
        if (dead is not null)
        {
            _restarts++;
            FindCulprit(run, batch, dead, cancel);
        }
    }

    // The machine may have been late: what does not come again among few is no finding.
    private TapFault? Confirm(
        TapRun run, List<(byte[] Input, Session Session)> shown, TapFault[] faults,
        CancellationToken cancel)
    {
        if (shown.Count == 0)
        {
            return null;
        }
        (TapFault?[] again, TapFault? dead) =
            run.Play([.. shown.Select(s => s.Session)], cancel);
        for (int i = 0; i < shown.Count; i++)
        {
            if (again[i]?.Rule == faults[i].Rule)
            {
                Take(shown[i].Input, faults[i]);
            }
        }
        return dead;
    }

    // One of the batch has killed it: each alone, until it dies again.
    private void FindCulprit(
        TapRun run, List<(byte[] Input, Session Session)> batch, TapFault dead,
        CancellationToken cancel)
    {
        List<(byte[] Input, Session Session)> suspects = batch;
        while (suspects.Count > 1 && !cancel.IsCancellationRequested)
        {
            int half = suspects.Count / 2;
            bool first = run.Play(
                [.. suspects.Take(half).Select(b => b.Session)], cancel).Dead is not null;
            suspects = first ? suspects[..half] : suspects[half..];
        }
        Take(suspects[0].Input, dead);
    }

    // At once on the disk; what takes time comes in the end.
    private void Take(byte[] input, TapFault fault)
    {
        var signature = new FindingSignature(FindingKind.Rule, fault.Rule, []);
        if (_store.Find(signature.Name) is Finding known)
        {
            _store.Count(known.Name, 1);
            if (_times.TryAdd(known.Name, 0))
            {
                _findings.Add(FuzzFinding.Of(known, _store, isNew: false));
            }
            _times[known.Name]++;
            return;
        }
        var finding = new Finding
        {
            Name = signature.Name,
            Target = _request.Target.Name,
            Kind = signature.Kind,
            Signature = signature.Text,
            Message = $"{fault.Rule}: {fault.Message}",
            FirstSeen = TimeProvider.System.GetUtcNow(),
            Times = 1,
            Replays = false,
            OctetsFound = input.Length,
            Octets = input.Length,
            Replay = FuzzRequest.ReplayCommand(_store.FolderOf(signature.Name)),
            Aliases = [signature.Hash],
        };
        _store.Add(finding, input, input, fault.Message);
        _times[finding.Name] = 1;
        _fresh.Add((finding, input));
        _findings.Add(FuzzFinding.Of(finding, _store, isNew: true));
    }

    // Null: there is no time for it.
    private void Shorten(
        TapRun run, Finding finding, byte[]? input, CancellationToken cancel)
    {
        string rule = finding.Message[..finding.Message.IndexOf(": ", StringComparison.Ordinal)];
        Finding known = _store.Find(finding.Name)!;
        if (input is not null)
        {
            (byte[] least, bool replays) = TapMinimizer.Minimize(
                run, input, _request.Target.Structure!, rule, cancel);
            _store.Add(
                known with { Replays = replays, Octets = least.Length }, least, input,
                finding.Message);
        }
        _request.Found(FuzzFinding.Of(known, _store, isNew: true));
    }
}
