using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>A process that tries mutants. When it dies of one, the next trial starts another.
/// </summary>
/// <remarks>It ends when its input does, so it never outlives its owner.</remarks>
internal sealed class WorkerProcess : IDisposable
{
    // A mutant that allocates without end must not take the machine with it.
    private const string HeapLimit = "0x60000000";

    private readonly string _folder;
    private readonly TimeSpan _limit;
    private readonly WovenHost _host;
    private Process? _process;
    private string _lastWords = "";

    /// <summary>A worker that is started with its first trial.</summary>
    /// <param name="folder">The woven program.</param>
    /// <param name="limit">How long one trial may take.</param>
    /// <param name="host">What was woven; null: the engine.</param>
    internal WorkerProcess(string folder, TimeSpan limit, WovenHost? host = null)
    {
        _folder = folder;
        _limit = limit;
        _host = host ?? WovenHost.Engine;
    }

    /// <summary>What the present process said when it was ready; empty before the first.</summary>
    internal string Greeting { get; private set; } = "";

    /// <summary>The present process; 0 if there is none.</summary>
    internal int Pid => _process?.Id ?? 0;

    /// <summary>Tries a mutant.</summary>
    /// <exception cref="UsageException">What is not mutated does not pass.</exception>
    internal TrialOutcome Try(OperatorMutant mutant)
    {
        Process worker = _process ??= Start();
        Task<string?> answer;
        try
        {
            worker.StandardInput.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{mutant.Place} {mutant.Variant}"));
            worker.StandardInput.Flush();
            answer = worker.StandardOutput.ReadLineAsync();
        }
        catch (IOException)
        {
            return Died();
        }
        if (!answer.Wait(_limit))
        {
            End();
            return new TrialOutcome(TrialEnd.Hung)
            {
                Message = $"not finished after {_limit.TotalSeconds:0} s",
            };
        }
        return answer.Result is string line
            ? JsonSerializer.Deserialize(line, TrialJsonContext.Default.TrialOutcome)!
            : Died();
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private Process Start()
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, _host.Program))
        {
            ArgumentList = { _host.Verb },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_ROOT"] = RuntimeRoot();
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        Process process = Process.Start(start)!;
        _lastWords = "";
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginErrorReadLine();
        string? greeting = process.StandardOutput.ReadLine();
        if (greeting?.StartsWith(OperatorWorker.Ready, StringComparison.Ordinal) != true)
        {
            process.Kill();
            process.WaitForExit();
            throw new UsageException(
                $"woven, {_host.Assembly} does not pass: " + (greeting ?? _lastWords));
        }
        Greeting = greeting;
        return process;
    }

    // Below it stands shared/Microsoft.NETCore.App/VERSION.
    private static string RuntimeRoot() => Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    // The first line tells: 'Stack overflow.', 'Out of memory.'
    private void Hear(string? line)
    {
        if (_lastWords.Length == 0 && line is not null)
        {
            _lastWords = line;
        }
    }

    private TrialOutcome Died()
    {
        _process!.WaitForExit();
        End();
        return new TrialOutcome(TrialEnd.Crashed)
        {
            Message = _lastWords.Length > 0 ? _lastWords : "the process died",
        };
    }

    private void End()
    {
        if (_process is not Process process)
        {
            return;
        }
        _process = null;
        if (!process.HasExited)
        {
            process.Kill();
        }
        process.WaitForExit();
        process.Dispose();
    }
}
