using System.Text;

namespace TcpConformance.Tap;

/// <summary>Starts this program again in its own place.</summary>
public static class OwnProgram
{
    /// <summary>Replaces this process by one with the same arguments; does not return. The process
    /// id stays the same.</summary>
    /// <param name="before">What the command line begins with; empty: with this program.</param>
    /// <param name="variables">Added to its environment.</param>
    /// <exception cref="TapUnavailableException">It cannot be started.</exception>
    public static unsafe void Restart(
        IReadOnlyList<string> before, IReadOnlyDictionary<string, string> variables)
    {
        foreach ((string name, string value) in variables)
        {
            _ = Libc.SetEnvironment(name, value, 1);
        }
        string[] command = [.. before, .. Command()];
        using var arguments = new NativeStrings(command);
        _ = Libc.Execute(arguments.Pointers[0], arguments.Pointers);
        throw new TapUnavailableException(
            TapFault.ProgramMissing,
            $"cannot start {command[0]} ({Errno.Name(Libc.Errno)})");
    }

    private static string[] Command()
    {
        string[] line = File.ReadAllText("/proc/self/cmdline", Encoding.UTF8)
            .TrimEnd('\0').Split('\0');
        line[0] = Environment.ProcessPath ?? line[0];
        return line;
    }
}
