using System.Collections;
using System.Text;

namespace TcpConformance.Tap;

/// <summary>What a child gets beside its pipes.</summary>
/// <param name="Descriptor">Ours; it becomes the child's number <see cref="Number"/>.</param>
/// <param name="Variables">Added to the environment.</param>
public sealed record ChildInheritance(
    int Descriptor, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The number of the descriptor in the child.</summary>
    public const int Number = 3;
}

/// <summary>A child with pipes, started in a network namespace, that dies with its owner.</summary>
/// <remarks>
/// The child is killed by the kernel when the namespace's thread ends, whatever ends it
/// (PR_SET_PDEATHSIG through setpriv(1)); and it sees its standard input end.
/// </remarks>
public sealed class ChildProcess : IDisposable
{
    private static readonly Dictionary<string, string> None = [];
    private readonly StringBuilder _errorText = new();
    private int? _status;

    private ChildProcess(int pid, Pipes pipes)
    {
        Pid = pid;
        InputFd = pipes.Input;
        OutputFd = pipes.Output;
        ErrorFd = pipes.Error;
    }

    /// <summary>The process id.</summary>
    public int Pid { get; }

    /// <summary>Our end of the child's standard input; non-blocking.</summary>
    public int InputFd { get; private set; }

    /// <summary>Our end of the child's standard output; non-blocking.</summary>
    public int OutputFd { get; private set; }

    /// <summary>Our end of the child's standard error; non-blocking.</summary>
    public int ErrorFd { get; private set; }

    /// <summary>Starts a program.</summary>
    /// <param name="space">The namespace it runs in; null for our own, and then the child does not
    /// die with its owner by itself.</param>
    /// <param name="program">A path, or a name to be looked for in PATH.</param>
    /// <param name="arguments">Its arguments, without the name.</param>
    /// <param name="inheritance">What it gets beside its pipes.</param>
    /// <exception cref="TapUnavailableException">No such program.</exception>
    public static ChildProcess Start(
        NetworkNamespace? space, string program, IReadOnlyList<string> arguments,
        ChildInheritance? inheritance = null)
    {
        if (space is null)
        {
            return Start([program, .. arguments], inheritance);
        }
        string[] command = ["setpriv", "--pdeathsig", "KILL", "--", program, .. arguments];
        return space.Run(() => Start(command, inheritance));
    }

    private static unsafe ChildProcess Start(string[] command, ChildInheritance? inheritance)
    {
        int* ends = stackalloc int[6];
        for (int i = 0; i < 6; i += 2)
        {
            _ = Libc.Pipe(ends + i, Libc.CloseOnExec);
        }
        byte* actions = stackalloc byte[Libc.SpawnStructureSize];
        _ = Libc.SpawnActionsInit(actions);
        _ = Libc.SpawnActionsDuplicate(actions, ends[0], 0);
        _ = Libc.SpawnActionsDuplicate(actions, ends[3], 1);
        _ = Libc.SpawnActionsDuplicate(actions, ends[5], 2);
        if (inheritance is not null)
        {
            _ = Libc.SpawnActionsDuplicate(
                actions, inheritance.Descriptor, ChildInheritance.Number);
        }
        int pid;
        int errno = Spawn(actions, command, inheritance, &pid);
        _ = Libc.SpawnActionsDestroy(actions);
        _ = Libc.Close(ends[0]);
        _ = Libc.Close(ends[3]);
        _ = Libc.Close(ends[5]);
        var pipes = new Pipes(ends[1], ends[2], ends[4]);
        if (errno != 0)
        {
            pipes.Close();
            throw new TapUnavailableException(
                TapFault.ProgramMissing,
                $"cannot start {command[0]} ({Errno.Name(errno)}); setpriv and unshare are in the "
                + "package util-linux");
        }
        pipes.MakeNonBlocking();
        return new ChildProcess(pid, pipes);
    }

    private static unsafe int Spawn(
        byte* actions, string[] command, ChildInheritance? inheritance, int* pid)
    {
        // .NET ignores SIGPIPE; the child shall not inherit that. A process group of its own keeps
        // Ctrl-C from it: its owner decides when it ends.
        byte* attributes = stackalloc byte[Libc.SpawnStructureSize];
        byte* signals = stackalloc byte[Libc.SpawnStructureSize];
        _ = Libc.SpawnAttributesInit(attributes);
        _ = Libc.SignalsEmpty(signals);
        _ = Libc.SignalsAdd(signals, Libc.SignalPipe);
        _ = Libc.SpawnAttributesSetDefaults(attributes, signals);
        _ = Libc.SpawnAttributesSetFlags(
            attributes, Libc.SpawnSetSignalDefaults | Libc.SpawnSetGroup);
        var variables = new List<string>();
        foreach (DictionaryEntry v in Environment.GetEnvironmentVariables())
        {
            variables.Add($"{v.Key}={v.Value}");
        }
        foreach ((string name, string value) in inheritance?.Variables ?? None)
        {
            variables.RemoveAll(v => v.StartsWith(name + "=", StringComparison.Ordinal));
            variables.Add($"{name}={value}");
        }
        using var arguments = new NativeStrings(command);
        using var environment = new NativeStrings(variables);
        int errno = Libc.Spawn(
            pid, arguments.Pointers[0], actions, attributes, arguments.Pointers,
            environment.Pointers);
        _ = Libc.SpawnAttributesDestroy(attributes);
        return errno;
    }

    /// <summary>What the child has written to its standard error so far.</summary>
    public string ErrorText
    {
        get
        {
            byte[] buffer = new byte[4096];
            nint n;
            while (ErrorFd >= 0 && (n = Libc.Read(ErrorFd, buffer)) > 0)
            {
                _errorText.Append(Encoding.UTF8.GetString(buffer, 0, (int)n));
            }
            return _errorText.ToString();
        }
    }

    /// <summary>The exit code, 128 + signal for a killed child, or null while it lives.</summary>
    public int? ExitCode => _status ?? Wait(Libc.WaitNoHang);

    /// <summary>Waits for the end of the child and gives its exit code, as <see cref="ExitCode"/>.
    /// </summary>
    public int WaitForExit()
    {
        int? code = ExitCode;
        while (code is null)
        {
            code = Wait(0);
        }
        return code.Value;
    }

    private unsafe int? Wait(int options)
    {
        int status;
        int pid = Libc.WaitFor(Pid, &status, options);
        if (pid == Pid)
        {
            int signal = status & 0x7f;
            _status = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
        }
        else if (pid < 0 && Libc.Errno != Errno.Eintr)
        {
            _status = 128; // Somebody else has taken the status.
        }
        return _status;
    }

    /// <summary>Closes the child's standard input: it sees the end of the stream.</summary>
    public void CloseInput()
    {
        if (InputFd >= 0)
        {
            _ = Libc.Close(InputFd);
            InputFd = -1;
        }
    }

    /// <summary>Kills the child, if it lives still.</summary>
    public void Kill()
    {
        if (ExitCode is null)
        {
            _ = Libc.Kill(Pid, Libc.SignalKill);
        }
    }

    /// <summary>Kills the child, waits for its end and closes the pipes.</summary>
    public void Dispose()
    {
        Kill();
        _ = WaitForExit();
        _ = ErrorText;
        new Pipes(InputFd, OutputFd, ErrorFd).Close();
        (InputFd, OutputFd, ErrorFd) = (-1, -1, -1);
    }

    /// <summary>Our ends of the three pipes.</summary>
    private readonly record struct Pipes(int Input, int Output, int Error)
    {
        internal void MakeNonBlocking()
        {
            Libc.MakeNonBlocking(Input);
            Libc.MakeNonBlocking(Output);
            Libc.MakeNonBlocking(Error);
        }

        internal void Close()
        {
            foreach (int fd in (ReadOnlySpan<int>)[Input, Output, Error])
            {
                if (fd >= 0)
                {
                    _ = Libc.Close(fd);
                }
            }
        }
    }
}
