using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Weaver;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>Weaves the program, runs libFuzzer in it, and keeps what kills it.</summary>
public sealed class FuzzCampaign : IDisposable
{
    internal const int OwnerIsGone = 3;

    private const string Prefix = "tcpconf-fuzz-";
    private const string InputFolder = "inputs";
    private const int UsageExitCode = 1; // libFuzzer's own, for a flag that it can't follow

    // What libFuzzer calls the inputs that it writes; a slow one alone is no finding.
    private static readonly string[] ArtifactKinds =
        ["crash-", "timeout-", "oom-", "leak-", "minimized-from-"];

    private readonly FuzzRequest _request;
    private readonly string _library;
    private readonly ProgramCopy _copy;
    private readonly int _counters;
    private readonly WorkerSpeech _speech;
    private readonly FuzzSurroundings? _surroundings;

    /// <summary>Prepares a campaign.</summary>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public FuzzCampaign(FuzzRequest request)
    {
        _request = request;
        _speech = new WorkerSpeech(request.Say);
        _library = LibFuzzerShim.Locate();
        _surroundings = request.Target.Surroundings?.Invoke();
        _copy = ProgramCopy.Make(Prefix);
        var weaver = new CoverageWeaver();
        foreach (string assembly in request.Target.Assemblies)
        {
            string file = assembly + ".dll";
            weaver.Weave(
                Path.Combine(AppContext.BaseDirectory, file), Path.Combine(_copy.Folder, file),
                request.Target.Includes);
        }
        _counters = weaver.Counters;
        Directory.CreateDirectory(Inputs);
        Directory.CreateDirectory(request.Corpus);
        Directory.CreateDirectory(request.Findings);
        FuzzCorpus.Write(request.Target.Name, Seeds);
        FuzzCorpus.WriteDictionary(request.Target, Dictionary);
    }

    private string Inputs => Path.Combine(_copy.Folder, InputFolder);

    private string Seeds => Path.Combine(_copy.Folder, "seeds");

    private string Dictionary => Path.Combine(_copy.Folder, "words.dict");

    /// <summary>Runs it to its end, or to its first finding.</summary>
    /// <param name="cancel">Ends it early.</param>
    /// <exception cref="FuzzUnavailableException">libFuzzer does not do what was asked.
    /// </exception>
    public FuzzResult Run(CancellationToken cancel = default)
    {
        HashSet<string> before = [.. Artifacts()];
        using Process process = Process.Start(Command())!;
        _speech.Listen(process);
        _request.Started(process.Id);
        using (cancel.Register(process.Kill))
        {
            process.WaitForExit();
        }
        // Minimizing kills one process after the other; only the shortest input is kept.
        if (!cancel.IsCancellationRequested && !_request.Flags.Contains("-minimize_crash=1"))
        {
            KeepInput(process.ExitCode);
        }
        string[] found = [.. Artifacts().Where(a => !before.Contains(a))];
        if (found.Length == 0 && process.ExitCode != 0 && !cancel.IsCancellationRequested)
        {
            throw new FuzzUnavailableException(
                $"libFuzzer ended with {process.ExitCode}: {_speech.LastLine}");
        }
        string message = _speech.Finding ?? FuzzOutcome.Death(process.ExitCode);
        return new FuzzResult([.. found.Select(path => Describe(path, message))])
        {
            Runs = _speech.Runs,
            RunsPerSecond = _speech.RunsPerSecond,
            Counters = _counters,
            Corpus = Directory.GetFiles(_request.Corpus).Length,
        };
    }

    /// <summary>Whether a process runs this input now.</summary>
    public bool IsRunning(ReadOnlySpan<byte> input)
    {
        foreach (string path in Directory.GetFiles(Inputs))
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

    private ProcessStartInfo Command()
    {
        string program = Path.Combine(_copy.Folder, _request.Program);
        var start = new ProcessStartInfo(program, Arguments())
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        start.Environment[CoverageLibrary.Variable] = _library;
        // Below it stands shared/Microsoft.NETCore.App/VERSION.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        _surroundings?.Apply(start, _library);
        return start;
    }

    private List<string> Arguments()
    {
        List<string> arguments =
        [
            FuzzWorker.TargetOption + _request.Target.Name,
            Text(FuzzWorker.CountersOption, _counters),
            FuzzWorker.FolderOption + Inputs,
            // .NET makes exceptions of these signals.
            "-handle_segv=0", "-handle_bus=0", "-handle_fpe=0", "-handle_ill=0", "-handle_abrt=0",
            "-print_final_stats=1", "-detect_leaks=0", "-timeout=10",
            Text("-max_len=", _request.Target.LongestInput),
            "-artifact_prefix=" + Path.GetFullPath(_request.Findings) + "/",
        ];
        if (_request.Target.Dictionary.Count > 0)
        {
            arguments.Add("-dict=" + Dictionary);
        }
        if (_request.Runs is long runs)
        {
            arguments.Add(Text("-runs=", runs));
        }
        if (_request.Time is TimeSpan time)
        {
            arguments.Add(Text("-max_total_time=", (long)Math.Ceiling(time.TotalSeconds)));
        }
        arguments.AddRange(_request.Flags);
        if (_request.Flags.All(f => f.StartsWith('-')))
        {
            arguments.Add(Path.GetFullPath(_request.Corpus));
            arguments.Add(Seeds);
        }
        return arguments;
    }

    private static string Text(string option, long number) =>
        option + number.ToString(CultureInfo.InvariantCulture);

    // A process that could not write its input has left it here.
    private void KeepInput(int exitCode)
    {
        foreach (string path in Directory.GetFiles(Inputs))
        {
            InputState state = InputArea.Recover(path, out byte[] input);
            bool killed = exitCode != 0 && exitCode != UsageExitCode
                && state == InputState.Done;
            if (state != InputState.Running && !killed)
            {
                continue;
            }
            string hash = Convert.ToHexStringLower(HashOf(input));
            if (!ArtifactKinds.Any(kind =>
                File.Exists(Path.Combine(_request.Findings, kind + hash))))
            {
                File.WriteAllBytes(
                    Path.Combine(_request.Findings, ArtifactKinds[0] + hash), input);
            }
        }
    }

    // libFuzzer names its artifacts so.
#pragma warning disable CA5350
    private static byte[] HashOf(byte[] input) => SHA1.HashData(input);
#pragma warning restore CA5350

    private IEnumerable<string> Artifacts() => Directory.GetFiles(_request.Findings)
        .Where(path => ArtifactKinds.Any(kind =>
            Path.GetFileName(path).StartsWith(kind, StringComparison.Ordinal)
            && !path.EndsWith(".txt", StringComparison.Ordinal)));

    // The words lie beside the input.
    private FuzzFinding Describe(string path, string message)
    {
        string kind = Path.GetFileName(path).Split('-')[0];
        string words = kind switch
        {
            "timeout" => "it takes too long",
            "oom" => "it takes too much memory",
            _ => message,
        };
        string replay = $"{_request.ReplayCommand} {path}";
        File.WriteAllText(
            path + ".txt", $"{_request.Target.Name}: {words}\n{replay}\n{_speech.Story}");
        return new FuzzFinding(path, words, replay);
    }
}
