using System.Diagnostics;
using System.Text;
using NUnit.Framework;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Tap;
using TcpConformance.Reports;

namespace TcpConformance.LiveTests.Cli;

/// <summary>The built command line as a process, as a user would run it.</summary>
internal sealed class CliProcess : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private CliProcess(IReadOnlyList<string> command)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(command[0], command.Skip(1))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public int ExitCode => _process.ExitCode;

    public string Output => Text(_output);

    public string Error => Text(_error);

    public static CliProcess Start(params string[] arguments) =>
        StartBehind([], arguments);

    /// <summary>Starts it as the end of another command's arguments.</summary>
    public static CliProcess StartBehind(string[] before, params string[] arguments) =>
        new([.. Heeding, .. before, "dotnet", LiveLink.CliPath, .. arguments]);

    // Whoever runs tests in the background may have them ignore signals, and children inherit it.
    private static readonly string[] Heeding = ["env", "--default-signal=INT,HUP,TERM"];

    public static CliProcess Run(params string[] arguments) => Start(arguments).Ended();

    /// <summary>Waits for the end.</summary>
    public CliProcess Ended()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"it has not ended within {Limit.TotalSeconds} s:\n{Output}{Error}");
        }
        _process.WaitForExit(); // for the rest of the output
        return this;
    }

    public void Kill() => _process.Kill();

    public void Signal(string name) => Shell($"kill -{name} {Pid}");

    /// <summary>Says one line on standard error, as for a user's mistake.</summary>
    public void HasRefused(string words)
    {
        Assert.That(Error, Does.Match("^tcpconf: [^\n]+\n$").And.Contain(words));
        Assert.That(ExitCode, Is.EqualTo(2), Output);
    }

    /// <summary>Says why at the end of standard error, after what went well.</summary>
    public void HasRefusedAtTheEnd(string words)
    {
        Assert.That(
            Error.Trim().Split('\n')[^1], Does.StartWith("tcpconf: ").And.Contain(words));
        Assert.That(ExitCode, Is.EqualTo(2), Output);
    }

    /// <summary>A process that it has started; 0 if there is none.</summary>
    public int Child() => Children(Pid).FirstOrDefault();

    /// <summary>The upper tester that it has started, once there is one.</summary>
    public int UpperTester()
    {
        int found = 0;
        Assert.That(
            SpinWait.SpinUntil(() => (found = Children(Pid).FirstOrDefault()) != 0, Limit), Is.True,
            () => $"no upper tester:\n{Output}{Error}");
        return found;
    }

    /// <summary>Waits until it has written down a case in the middle of its run.</summary>
    public RunResult SoFar(string folder)
    {
        RunResult? run = null;
        Assert.That(
            SpinWait.SpinUntil(() => (run = Read(folder))?.Iuts[0].Cases.Count > 0, Limit),
            Is.True, () => $"no result in mid-run:\n{Output}{Error}");
        return run!;
    }

    public static RunResult? Read(string folder)
    {
        string path = Path.Combine(folder, "result.json");
        return File.Exists(path) ? ResultJson.Read(File.ReadAllText(path), out _) : null;
    }

    public static void Shell(string line)
    {
        using Process sh = Process.Start("sh", ["-c", line]);
        sh.WaitForExit();
        Assert.That(sh.ExitCode, Is.Zero, line);
    }

    public static string? NamespaceOf(int pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
        _process.Dispose();
    }

    /// <summary>The processes that another has started.</summary>
    public static IEnumerable<int> Children(int parent)
    {
        foreach (string path in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), out int pid)
                && Status(path).Contains($"\nPPid:\t{parent}\n", StringComparison.Ordinal))
            {
                yield return pid;
            }
        }
    }

    private static string Status(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "status"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
