using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace TcpConformance.Fuzz.Running;

/// <summary>One afl-fuzz.</summary>
internal sealed partial class AflInstance : IDisposable
{
    private const int Terminate = 15;
    private const string Fatal = "PROGRAM ABORT";
    private const string FatalSystem = "SYSTEM ERROR";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Action<string> _say;
    private readonly string _name;

    /// <summary>Starts it. It ends with the thread that does so.</summary>
    internal AflInstance(string name, string folder, ProcessStartInfo command, Action<string> say)
    {
        _name = name;
        _say = say;
        Folder = folder;
        _process = Process.Start(command)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, e) => Hear(e.Data);
        _process.ErrorDataReceived += (_, e) => Hear(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it writes: queue, crashes, hangs, fuzzer_stats.</summary>
    internal string Folder { get; }

    internal int Id => _process.Id;

    internal bool HasEnded => _process.HasExited;

    /// <summary>Why it could not go on; null: it could, or nothing was said.</summary>
    internal string? Failure { get; private set; }

    internal bool HasFailed => _process.ExitCode != 0;

    /// <summary>Asks it to end in good order.</summary>
    internal void Stop()
    {
        if (!_process.HasExited)
        {
            _ = Signal(_process.Id, Terminate);
        }
    }

    /// <summary>Waits until it has ended, after <see cref="Stop"/> not for ever.</summary>
    internal void WaitForEnd(CancellationToken stopped)
    {
        try
        {
            _process.WaitForExitAsync(stopped).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            if (!_process.WaitForExit(Grace))
            {
                _process.Kill();
            }
        }
        _process.WaitForExit();
    }

    /// <summary>A number of fuzzer_stats; 0 if it is not there.</summary>
    internal long Stat(string key)
    {
        string path = Path.Combine(Folder, "fuzzer_stats");
        string? line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(l => l.Split(':')[0].Trim() == key)
            : null;
        return line is not null && double.TryParse(
            line.Split(':')[1], CultureInfo.InvariantCulture, out double number)
            ? (long)number
            : 0;
    }

    /// <summary>Says how far it is.</summary>
    internal void Report() => _say(string.Create(
        CultureInfo.InvariantCulture,
        $"{_name}: {Stat("execs_done")} runs, {Stat("execs_per_sec")} a second, "
        + $"{Stat("corpus_count")} inputs ({Stat("corpus_imported")} imported), "
        + $"{Stat("edges_found")} of {Stat("total_edges")} counters, "
        + $"{Stat("saved_crashes")} crashes, {Stat("saved_hangs")} hangs"));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        line = Colour().Replace(line ?? "", "").Trim();
        // One for each round of its queue: thousands in a second.
        if (line.Length == 0 || line.Contains("Fuzzing test case #", StringComparison.Ordinal))
        {
            return;
        }
        if (line.Contains(Fatal, StringComparison.Ordinal)
            || line.Contains(FatalSystem, StringComparison.Ordinal))
        {
            Failure ??= line;
        }
        _say($"{_name}: {line}");
    }

    // What a terminal would make colours of.
    [GeneratedRegex(@"\x1b\[[?\d;]*[a-zA-Z]")]
    private static partial Regex Colour();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
