using System.Collections.Concurrent;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>Looks at what workers leave, on a thread of its own while they go on.</summary>
internal sealed class TriageQueue : IDisposable
{
    // A slow input alone is no finding.
    private const string Slow = "slow-unit-";

    private static readonly string[] Artifacts = ["crash-", "timeout-", "oom-", "leak-", Slow];

    private readonly FindingStore _store;
    private readonly FindingTriage _triage;
    private readonly Action<FuzzFinding> _found;
    private readonly CancellationToken _cancel;
    private readonly BlockingCollection<string> _paths = [];
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<string, FuzzFinding> _findings = [];
    private readonly Task _work;

    internal TriageQueue(
        FindingStore store, FindingTriage triage, Action<FuzzFinding> found,
        CancellationToken cancel)
    {
        _store = store;
        _triage = triage;
        _found = found;
        _cancel = cancel;
        _work = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>What was found so far.</summary>
    internal IReadOnlyList<FuzzFinding> Findings
    {
        get
        {
            lock (_findings)
            {
                return [.. _findings.Values];
            }
        }
    }

    /// <summary>Whether it is a file that libFuzzer has named.</summary>
    internal static bool IsArtifact(string path) => Artifacts.Any(
        kind => Path.GetFileName(path).StartsWith(kind, StringComparison.Ordinal));

    /// <summary>Takes what is new in the folder.</summary>
    /// <param name="all">With what libFuzzer writes, which may not be whole while it runs.</param>
    internal void Sweep(bool all = false)
    {
        foreach (string path in Directory.GetFiles(_store.Incoming).Order())
        {
            if (!path.EndsWith(IncomingFindings.Said, StringComparison.Ordinal)
                && !path.EndsWith(IncomingFindings.Draft, StringComparison.Ordinal)
                && (all || !IsArtifact(path))
                && Claim(path))
            {
                _paths.Add(path);
            }
        }
    }

    /// <summary>Waits until all is looked at; no more can be taken then.</summary>
    internal void Finish()
    {
        Sweep(all: true);
        _paths.CompleteAdding();
        _work.Wait();
    }

    /// <summary>Adds how often findings came, by what fast code says of them.</summary>
    internal void Count(IReadOnlyDictionary<uint, long> tallies)
    {
        foreach ((uint hash, long times) in tallies)
        {
            if (_store.FindAlias(hash) is Finding finding)
            {
                Count(finding, false, times);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _triage.Dispose();
        _paths.Dispose();
    }

    private void Run()
    {
        foreach (string path in _paths.GetConsumingEnumerable())
        {
            // What is left is looked at by the next campaign.
            if (!_cancel.IsCancellationRequested)
            {
                Take(path);
            }
        }
    }

    private void Take(string path)
    {
        string said = path + IncomingFindings.Said;
        if (!File.Exists(path))
        {
            return;
        }
        if (!Path.GetFileName(path).StartsWith(Slow, StringComparison.Ordinal))
        {
            FuzzOutcome words = File.Exists(said) ? Read(said) : new FuzzOutcome(path, null);
            byte[] input = File.ReadAllBytes(path);
            if (_triage.Take(input, words, _cancel) is (Finding finding, bool isFirst))
            {
                bool isNew = isFirst && !_triage.Target.Known.ContainsKey(finding.Name);
                // An exception is tallied by the worker, a death by nobody.
                Count(finding, isNew, IsTallied(finding) ? 0 : 1);
                if (isFirst)
                {
                    _found(FuzzFinding.Of(finding, _store, isNew));
                }
            }
        }
        File.Delete(path);
        File.Delete(said);
        // Another input may come under the same name.
        lock (_taken)
        {
            _taken.Remove(path);
        }
    }

    private bool Claim(string path)
    {
        lock (_taken)
        {
            return _taken.Add(path);
        }
    }

    private static bool IsTallied(Finding finding) =>
        finding.Kind is FindingKind.Rule or FindingKind.Exception;

    private void Count(Finding finding, bool isNew, long times)
    {
        _store.Count(finding.Name, times);
        lock (_findings)
        {
            FuzzFinding so = _findings.GetValueOrDefault(finding.Name)
                ?? FuzzFinding.Of(finding, _store, isNew) with { Times = 0 };
            _findings[finding.Name] = so with { Times = so.Times + times };
        }
    }

    private static FuzzOutcome Read(string said)
    {
        string[] lines = File.ReadAllText(said).Split('\n', 3);
        return new FuzzOutcome(said, lines.ElementAtOrDefault(1))
        {
            Signature = FindingSignature.Read(lines[0]),
            Story = lines.ElementAtOrDefault(2) ?? "",
        };
    }
}
