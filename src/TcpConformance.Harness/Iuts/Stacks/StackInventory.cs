using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>What of an IUT is on this machine.</summary>
/// <param name="Version">Which version there is; empty if none.</param>
/// <param name="Missing">Debian packages that it lacks.</param>
public sealed record StackState(string Version, IReadOnlyList<string> Missing);

/// <summary>Looks what of the IUTs is on this machine; builds and starts nothing.</summary>
public static class StackInventory
{
    private const string KernelRelease = "/proc/sys/kernel/osrelease";

    /// <summary>Looks for one.</summary>
    public static StackState Of(IutProfile profile) => profile.Kind switch
    {
        IutKind.Engine => new StackState("part of this program", []),
        IutKind.TapLinux => new StackState(
            File.Exists(KernelRelease) ? File.ReadAllText(KernelRelease).Trim() : "", []),
        IutKind.Lwip => new StackState(LwipBuild.Version, LwipBuild.MissingPackages()),
        IutKind.Process => OfProgram(profile),
    };

    private static StackState OfProgram(IutProfile profile)
    {
        if (profile.Stack is not string name)
        {
            bool there = new StackCommand(profile.Program!, []).CanStart;
            return new StackState(there ? profile.Program! : $"no {profile.Program}", []);
        }
        StackProgram program = StackPrograms.Find(name)!;
        if (program.State is not null)
        {
            return program.State();
        }
        IReadOnlyList<string> packages = program.Packages;
        string[] missing = [.. packages.Where(p => VersionOf(p) is null)];
        return new StackState(VersionOf(packages[0]) ?? "", missing);
    }

    private static string? VersionOf(string package)
    {
        try
        {
            return StackSources.VersionOf(package);
        }
        catch (StackUnavailableException)
        {
            return null;
        }
    }
}
