using System.Diagnostics;
using System.Security.Cryptography;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Weaver;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>Weaves the program, runs libFuzzer in it, keeps what it finds, and starts it again when
/// an input has killed it.</summary>
public sealed class FuzzCampaign : IDisposable
{
    internal const int OwnerIsGone = 3;
    internal const int HasStopped = 4;

    private const string Prefix = "tcpconf-fuzz-";
    private const int UsageExitCode = 1; // libFuzzer's own, for a flag that it can't follow
    private const int TimeoutExitCode = 70; // likewise
    private const int MemoryExitCode = 71;
    private const int Killed = 137;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    // Inputs of which processes have died: the next one leaves them out.
    private readonly List<byte[]> _deadly = [];
    private readonly FuzzRequest _request;
    private readonly ProgramCopy _copy;
    private readonly CoverageWeaver _weaver = new();
    private readonly WorkerCommand _command;
    private readonly FindingStore _store;
    private readonly Stopwatch _clock = new();
    private WorkerSpeech _speech = new(_ => { });
    private TriageQueue? _queue;
    private int _restarts;

    /// <summary>Prepares a campaign.</summary>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public FuzzCampaign(FuzzRequest request)
    {
        _request = request;
        string library = LibFuzzerShim.Locate();
        FuzzSurroundings? surroundings = request.Target.Surroundings?.Invoke();
        _copy = ProgramCopy.Make(Prefix);
        foreach (string assembly in request.Target.Assemblies)
        {
            string file = assembly + ".dll";
            _weaver.Weave(
                Path.Combine(AppContext.BaseDirectory, file), Path.Combine(_copy.Folder, file),
                request.Target.Includes);
        }
        _store = new FindingStore(request.Findings);
        _command = new WorkerCommand(request, _copy.Folder, _weaver.Counters)
        {
            Library = library,
            Incoming = _store.Incoming,
            Surroundings = surroundings,
        };
        Directory.CreateDirectory(_command.Inputs);
        Directory.CreateDirectory(request.Corpus);
        FuzzCorpus.Write(request.Target.Name, _command.Seeds);
        // libFuzzer does not begin without an input that is none.
        File.WriteAllBytes(Path.Combine(_command.Seeds, "least"), [0]);
        FuzzCorpus.WriteDictionary(request.Target, _command.Dictionary);
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="cancel">Ends it early; what was found and not yet looked at is left for the
    /// next campaign.</param>
    /// <exception cref="FuzzUnavailableException">libFuzzer does not do what was asked.
    /// </exception>
    public FuzzResult Run(CancellationToken cancel = default)
    {
        var probe = new ProbeProcess(
            _copy.Folder, _request.Program, _request.Target, _weaver.Methods)
        {
            MemoryLimit = (_command.Flag("-rss_limit_mb=") ?? 2048) << 20,
        };
        TimeSpan? limit = _command.Flag("-timeout=") is > 0 and long seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
        using var queue = new TriageQueue(
            _store, new FindingTriage(_request.Target, _store, probe, limit), _request.Found,
            cancel);
        _queue = queue;
        queue.Sweep(all: true);
        _clock.Start();
        bool again = true;
        while (again && !cancel.IsCancellationRequested)
        {
            again = RunWorker(cancel);
        }
        _clock.Stop();
        queue.Finish();
        queue.Count(WorkerEnd.Tallies(_command.Inputs));
        long runs = WorkerEnd.Runs(_command.Inputs);
        return new FuzzResult(queue.Findings)
        {
            Runs = runs,
            RunsPerSecond = PerSecond(runs, _clock.Elapsed),
            Counters = _weaver.Counters,
            Corpus = Directory.GetFiles(_request.Corpus).Length,
            Restarts = _restarts,
        };
    }

    /// <summary>Whether a process runs this input now.</summary>
    public bool IsRunning(ReadOnlySpan<byte> input)
    {
        foreach (string path in Directory.GetFiles(_command.Inputs))
        {
            if (InputArea.Recover(path, out byte[] present) == InputState.Running
                && input.SequenceEqual(present))
            {
                return true;
            }
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();

    // True: it has died before its time, and is to be started again.
    private bool RunWorker(CancellationToken cancel)
    {
        HashSet<string> before = [.. Directory.GetFiles(_command.Inputs)];
        IncomingFindings.WriteKnown(
            _command.Known, _store.All.SelectMany(f => f.Aliases)
                .Concat(WorkerEnd.Tallies(_command.Inputs).Keys).Distinct(),
            _deadly);
        _speech = new WorkerSpeech(_request.Say);
        using Process process = Process.Start(_command.Start(RunsLeft(), TimeLeft()))!;
        _speech.Listen(process);
        _request.Started(process.Id);
        using (cancel.Register(process.Kill))
        {
            Watch(process);
        }
        if (cancel.IsCancellationRequested || process.ExitCode is 0 or HasStopped)
        {
            return false;
        }
        bool found = KeepInputs(process.ExitCode, before);
        if (!found && WorkerEnd.Tallies(_command.Inputs).Count > 0)
        {
            return false; // each input that it began with is a finding
        }
        if (!found)
        {
            throw new FuzzUnavailableException(
                $"libFuzzer ended with {process.ExitCode}: {_speech.LastLine}");
        }
        _queue!.Sweep();
        _restarts++;
        return !_request.StopsOnFinding && RunsLeft() is not 0
            && (TimeLeft() is not TimeSpan left || left > TimeSpan.Zero)
            && (_request.Runs ?? 0) + (_request.Time?.Ticks ?? 0) > 0;
    }

    private void Watch(Process process)
    {
        long last = WorkerEnd.Runs(_command.Inputs);
        TimeSpan then = _clock.Elapsed;
        while (!process.WaitForExit(Tick))
        {
            _queue!.Sweep();
            long runs = WorkerEnd.Runs(_command.Inputs);
            TimeSpan now = _clock.Elapsed;
            _request.Progress(new FuzzProgress(now)
            {
                Remaining = TimeLeft(),
                Runs = runs,
                RunsPerSecond = PerSecond(runs - last, now - then),
                Corpus = _speech.Corpus,
                Coverage = _speech.Coverage,
                Counters = _weaver.Counters,
                Findings = _queue.Findings.Count(f => f.IsNew),
                Hits = WorkerEnd.Tallies(_command.Inputs).Values.Sum() + _restarts,
                Restarts = _restarts,
            });
            (last, then) = (runs, now);
        }
        process.WaitForExit(); // for the rest of what it says
    }

    private long? RunsLeft() => _request.Runs is long all
        ? Math.Max(0, all - WorkerEnd.Runs(_command.Inputs))
        : null;

    private TimeSpan? TimeLeft() => _request.Time - _clock.Elapsed;

    private static long PerSecond(long runs, TimeSpan time) =>
        time > TimeSpan.Zero ? (long)(runs / time.TotalSeconds) : 0;

    // A process that could not write its input has left it in memory; libFuzzer writes it when its
    // own clock or scales say so.
    private bool KeepInputs(int exitCode, HashSet<string> before)
    {
        bool any = false;
        foreach ((string area, byte[] input) in WorkerEnd.Left(
            _command.Inputs, exitCode != UsageExitCode))
        {
            if (before.Contains(area))
            {
                continue;
            }
            any = true;
            _deadly.Add(input);
            FuzzOutcome death = Death(exitCode, area);
            string path = Path.Combine(
                _store.Incoming, "death-" + Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
            File.WriteAllText(
                path + IncomingFindings.Said,
                $"{death.Signature!.ToLine()}\n{death.Finding}\n{death.Story}\n");
            File.WriteAllBytes(path, input);
        }
        foreach (string artifact in Directory.GetFiles(_store.Incoming))
        {
            if (TriageQueue.IsArtifact(artifact))
            {
                any = true;
                File.Delete(artifact); // it was in memory as well
            }
        }
        return any;
    }

    private FuzzOutcome Death(int exitCode, string area)
    {
        IReadOnlyList<string> loop = WorkerEnd.MethodsOf(area, _weaver.Methods);
        return exitCode switch
        {
            TimeoutExitCode => new FuzzOutcome("", "it takes too long")
            {
                Signature = new FindingSignature(FindingKind.Hang, "", loop),
            },
            MemoryExitCode => new FuzzOutcome("", "it takes too much memory")
            {
                Signature = new FindingSignature(FindingKind.Memory, "", loop),
            },
            Killed => new FuzzOutcome("", FuzzOutcome.Death(exitCode))
            {
                Signature = DeathSignature.Of("", exitCode) with { Frames = loop },
            },
            _ => new FuzzOutcome("", _speech.Finding ?? FuzzOutcome.Death(exitCode))
            {
                Signature = DeathSignature.Of(_speech.Story, exitCode),
                Story = _speech.Story,
            },
        };
    }
}
