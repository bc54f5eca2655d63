namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>How a program that is an IUT is started.</summary>
/// <param name="Program">A path, or a name that is looked for in PATH.</param>
/// <param name="Arguments">Its arguments, without the name.</param>
public sealed record StackCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to its environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } =
        new Dictionary<string, string>();

    /// <summary>The program is there and may be executed.</summary>
    public bool CanStart => Program.Contains('/')
        ? IsExecutable(Program)
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => IsExecutable(Path.Combine(folder, Program)));

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Any =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path)
            && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Any) != 0);
    }
}
