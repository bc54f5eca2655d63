using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>An external stack that this project can put on a link.</summary>
/// <param name="Name">As after <c>stack:</c> in a profile.</param>
/// <param name="Packages">The Debian packages that it is made of or built with.</param>
/// <param name="Locate">Its program, built at first use into the folder that is given.</param>
public sealed record StackProgram(
    string Name, IReadOnlyList<string> Packages, Func<string, StackCommand> Locate)
{
    /// <summary>What of it is on this machine; null: as <see cref="Packages"/> says, of which the
    /// first one is the stack.</summary>
    public Func<StackState>? State { get; init; }
}

/// <summary>The external stacks of this project, by name.</summary>
public static class StackPrograms
{
    /// <summary>All there are, sorted by name.</summary>
    public static IReadOnlyList<StackProgram> All { get; } =
    [
        GvisorBuild.Program,
        UmlBuild.Program,
        Ns3Build.Program,
        BehindBuild.Of("slirp", "libslirp0", "slirp4netns"),
        BehindBuild.Of("passt", "passt"),
        LwipProgram.Of("lwip", LwipFlavour.Plain),
        LwipProgram.Of("lwip-full", LwipFlavour.Full),
        LwipProgram.Of("lwip-asan", LwipFlavour.Sanitized),
    ];

    /// <summary>Where sources and programs are kept.</summary>
    public static string Cache => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData,
            Environment.SpecialFolderOption.DoNotVerify), "tcpconf");

    /// <summary>The stack of a name; null if there is none.</summary>
    public static StackProgram? Find(string name) => All.FirstOrDefault(s => s.Name == name);

    /// <summary>How the program of a profile is started, built first where need be.</summary>
    /// <param name="profile">A profile of the kind <see cref="IutKind.Process"/>.</param>
    /// <exception cref="StackUnavailableException">It is missing, or something that it is built
    /// with is.</exception>
    public static StackCommand CommandOf(IutProfile profile)
    {
        StackCommand command = profile.Stack is string stack
            ? Find(stack)!.Locate(Cache)
            : new StackCommand(profile.Program!, []);
        return command.CanStart
            ? command with { Arguments = [.. command.Arguments, .. profile.Arguments] }
            : throw new StackUnavailableException($"{profile.Name}: " + WhyNot(command.Program));
    }

    private static string WhyNot(string program) =>
        program.Contains('/') && File.Exists(program)
            ? $"'{program}' is not executable: 'chmod +x' it, or correct 'program' in the profile"
            : $"there is no executable '{program}': correct 'program' in the profile, or build it";
}
