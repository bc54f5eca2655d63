using System.Diagnostics;
using System.Globalization;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>Weaves the program and lets one or more processes of AFL++ run it.</summary>
public sealed class AflCampaign : IDisposable
{
    private const string Program = "afl-fuzz";
    private const string Owner = "setpriv";
    private const int MapUnit = 64; // afl-fuzz rounds the map up to it

    private const int RoundsOfAReport = 20;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly FuzzRequest _request;
    private readonly AflRequest _afl;
    private readonly WovenCopy _copy;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private AflFindings? _findings;

    /// <summary>Prepares a campaign.</summary>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public AflCampaign(FuzzRequest request, AflRequest afl)
    {
        if (request.Target.Surroundings is not null)
        {
            throw new FuzzUnavailableException(
                $"{request.Target.Name} runs under libFuzzer alone: leave --engine out");
        }
        Need(Program, "AFL++", "afl++");
        Need(Owner, Owner, "util-linux");
        _request = request;
        _afl = afl with { Sync = Path.GetFullPath(afl.Sync) };
        _copy = new WovenCopy(request.Target);
        Directory.CreateDirectory(_afl.Sync);
        Directory.CreateDirectory(request.Corpus);
        // Where the campaign begins; one that goes on does not look here.
        foreach (string file in Directory.GetFiles(request.Corpus))
        {
            if (new FileInfo(file).Length is > 0 and <= InputArea.LongestInput)
            {
                File.Copy(file, Path.Combine(_copy.Seeds, Path.GetFileName(file)), true);
            }
        }
    }

    /// <summary>Runs it to its end. The processes end with the thread that calls this.</summary>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="FuzzUnavailableException">AFL++ does not do what was asked.</exception>
    public FuzzResult Run(CancellationToken cancel = default)
    {
        List<AflInstance> instances = [];
        using var findings = new AflFindings(_request, cancel);
        _findings = findings;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            string[] names = _afl.Names;
            bool hasMain = HasMainElsewhere(names);
            foreach (string name in names)
            {
                bool main = !hasMain && name == names[0];
                instances.Add(new AflInstance(
                    name, Path.Combine(_afl.Sync, name), Command(name, main), _request.Say));
                _request.Started(instances[^1].Id);
            }
            using (stop.Token.Register(() => instances.ForEach(i => i.Stop())))
            {
                Watch(instances, stop);
            }
            return Result(instances, cancel);
        }
        finally
        {
            instances.ForEach(i => i.Dispose());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _copy.Dispose();

    // Findings are kept while it runs: who kills this process shall not lose them.
    private void Watch(List<AflInstance> instances, CancellationTokenSource stop)
    {
        int round = 0;
        while (!stop.IsCancellationRequested && instances.Exists(i => !i.HasEnded))
        {
            stop.Token.WaitHandle.WaitOne(Pace);
            _findings!.Take(instances);
            _request.Progress(Progress(instances));
            if (++round % RoundsOfAReport == 0)
            {
                instances.ForEach(i => i.Report());
            }
            if (instances.Exists(i => i.HasEnded && i.HasFailed))
            {
                stop.Cancel();
            }
        }
        instances.ForEach(i => i.WaitForEnd(stop.Token));
        _findings!.Take(instances);
        _findings.Finish();
    }

    private FuzzProgress Progress(List<AflInstance> instances) => new(_clock.Elapsed)
    {
        Remaining = _request.Time - _clock.Elapsed,
        Runs = instances.Sum(i => i.Stat("execs_done")),
        RunsPerSecond = instances.Sum(i => i.Stat("execs_per_sec")),
        Corpus = instances.Max(i => i.Stat("corpus_count")),
        Coverage = instances.Max(i => i.Stat("edges_found")),
        Counters = _copy.Counters,
        Findings = _findings!.Found.Count(f => f.IsNew),
    };

    private FuzzResult Result(List<AflInstance> instances, CancellationToken cancel)
    {
        AflInstance? failed = instances.Find(i => i.HasFailed && i.Failure is not null)
            ?? instances.Find(i => i.HasFailed);
        if (failed is not null && !cancel.IsCancellationRequested)
        {
            throw new FuzzUnavailableException(
                $"afl-fuzz has failed: {failed.Failure ?? "it does not say why"}");
        }
        foreach (AflInstance instance in instances)
        {
            AflFindings.CopyQueue(instance.Folder, _request.Corpus);
        }
        return new FuzzResult(_findings!.Found)
        {
            Runs = instances.Sum(i => i.Stat("execs_done")),
            RunsPerSecond = instances.Sum(i => i.Stat("execs_per_sec")),
            Counters = _copy.Counters,
            Corpus = Directory.GetFiles(_request.Corpus).Length,
        };
    }

    // There may be only one; another machine may have it.
    private bool HasMainElsewhere(string[] names) => Directory.GetDirectories(_afl.Sync)
        .Any(d => !names.Contains(Path.GetFileName(d))
            && File.Exists(Path.Combine(d, "is_main_node")));

    private ProcessStartInfo Command(string name, bool main)
    {
        var start = new ProcessStartInfo(Owner, Arguments(name, main))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        DotnetHome.SetForWoven(start);
        start.Environment.Remove(CoverageLibrary.Variable);
        int map = (_copy.Counters + MapUnit) / MapUnit * MapUnit;
        start.Environment["AFL_MAP_SIZE"] = map.ToString(CultureInfo.InvariantCulture);
        // A .NET program takes a while to start on a busy machine.
        start.Environment["AFL_FORKSRV_INIT_TMOUT"] = "60000";
        foreach (string set in (string[])[
            "AFL_AUTORESUME", "AFL_NO_UI", "AFL_NO_COLOR", "AFL_NO_AFFINITY",
            "AFL_SKIP_BIN_CHECK", "AFL_SKIP_CPUFREQ", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"])
        {
            start.Environment[set] = "1";
        }
        return start;
    }

    private List<string> Arguments(string name, bool main)
    {
        // Asked to end, afl-fuzz removes what it shares with its children.
        List<string> arguments =
        [
            "--pdeathsig", "TERM", "--", Program,
            "-i", _copy.Seeds, "-o", _afl.Sync, main ? "-M" : "-S", name,
        ];
        // afl-fuzz refuses to be told twice: the user's flags win.
        (string Flag, string Value)[] own =
        [
            ("-t", Text((long)FuzzReplay.Limit.TotalMilliseconds)), ("-m", "none"),
            ("-G", Text(_request.Target.LongestInput)),
        ];
        foreach ((string flag, string value) in own)
        {
            if (!_request.Flags.Any(f => f.StartsWith(flag, StringComparison.Ordinal)))
            {
                arguments.AddRange([flag, value]);
            }
        }
        if (_request.Target.Dictionary.Count > 0)
        {
            arguments.AddRange(["-x", _copy.Dictionary]);
        }
        if (_request.Runs is long runs)
        {
            arguments.AddRange(["-E", Text(runs)]);
        }
        if (_request.Time is TimeSpan time)
        {
            arguments.AddRange(["-V", Text((long)Math.Ceiling(time.TotalSeconds))]);
        }
        arguments.AddRange(_request.Flags);
        arguments.AddRange(
        [
            "--", Path.Combine(_copy.Folder, _request.Program),
            AflServer.TargetOption + _request.Target.Name,
            AflServer.CountersOption + Text(_copy.Counters),
            AflServer.FolderOption + _copy.Inputs,
        ]);
        return arguments;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Need(string program, string name, string package)
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (!path.Split(':').Any(d => d.Length > 0 && File.Exists(Path.Combine(d, program))))
        {
            throw new FuzzUnavailableException(
                $"{name} is missing: install the Debian package {package}");
        }
    }
}
