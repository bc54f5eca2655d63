using System.Text;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>What an attempt to read a line of an upper tester has brought.</summary>
public enum LineOutcome
{
    /// <summary>A line.</summary>
    Line,
    /// <summary>None yet; the process lives.</summary>
    None,
    /// <summary>None, and none will come: the process has closed its output or died.</summary>
    Ended,
}

/// <summary>The tester's side of an upper tester process; nothing here blocks.</summary>
public sealed class UpperTesterProcess : IDisposable
{
    private readonly ChildProcess _child;
    private readonly LineBuffer _lines = new();
    private readonly byte[] _chunk = new byte[64 * 1024];
    private byte[] _unsent = [];

    private UpperTesterProcess(ChildProcess child) => _child = child;

    /// <summary>The descriptor to poll for replies.</summary>
    public int OutputFd => _child.OutputFd;

    /// <summary>The descriptor to poll for room while <see cref="HasUnsent"/>.</summary>
    public int InputFd => _child.InputFd;

    /// <summary>Whether lines wait for room in the pipe: call <see cref="Flush"/>.</summary>
    public bool HasUnsent => _unsent.Length > 0;

    /// <summary>The process id.</summary>
    public int Pid => _child.Pid;

    /// <summary>What the process has said on its standard error, for messages.</summary>
    public string ErrorText => _child.ErrorText;

    /// <summary>The exit code, 128 + signal after a signal, or null while it lives.</summary>
    public int? ExitCode => _child.ExitCode;

    /// <summary>Starts a program as the upper tester in a namespace.</summary>
    /// <exception cref="TapUnavailableException">It can't be started.</exception>
    public static UpperTesterProcess Start(
        NetworkNamespace space, string program, IReadOnlyList<string> arguments,
        ChildInheritance? inheritance = null) =>
        new(ChildProcess.Start(space, program, arguments, inheritance));

    /// <summary>Starts this program's own Linux upper tester in a namespace.</summary>
    /// <param name="space">The namespace.</param>
    /// <param name="options">Options of every socket, each name=value.</param>
    public static UpperTesterProcess StartLinux(
        NetworkNamespace space, IReadOnlyList<string> options)
    {
        string program = Environment.ProcessPath ?? "tcpconf";
        string[] verb = ["upper-tester", .. options];
        bool byHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string assembly = Environment.GetCommandLineArgs()[0];
        return Start(space, program, byHost ? [assembly, .. verb] : verb);
    }

    /// <summary>Sends a line as far as there is room; the rest goes with <see cref="Flush"/>.
    /// </summary>
    /// <param name="line">Without its line feed.</param>
    /// <returns>False if the process is gone.</returns>
    public bool Send(string line)
    {
        byte[] octets = Encoding.UTF8.GetBytes(line + "\n");
        _unsent = _unsent.Length == 0 ? octets : [.. _unsent, .. octets];
        return Flush();
    }

    /// <summary>Writes what has found no room so far.</summary>
    /// <returns>False if the process is gone.</returns>
    public bool Flush()
    {
        while (_unsent.Length > 0)
        {
            nint n = Libc.Write(_child.InputFd, _unsent);
            if (n < 0)
            {
                return Libc.Errno is Errno.Eagain or Errno.Eintr;
            }
            _unsent = _unsent[(int)n..];
        }
        return true;
    }

    /// <summary>Takes the next line, if there is one.</summary>
    public LineOutcome TryReadLine(out string line)
    {
        while (!_lines.TryTake(out line))
        {
            nint n = Libc.Read(_child.OutputFd, _chunk);
            if (n <= 0)
            {
                bool waiting = n < 0 && Libc.Errno is Errno.Eagain or Errno.Eintr;
                return waiting ? LineOutcome.None : LineOutcome.Ended;
            }
            _lines.Add(_chunk.AsSpan(0, (int)n));
        }
        return LineOutcome.Line;
    }

    /// <summary>Kills the process and waits for its end.</summary>
    public void Dispose() => _child.Dispose();
}
