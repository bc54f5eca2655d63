using System.Globalization;

namespace TcpConformance.Tap;

/// <summary>Runs the program again as the root of a user namespace of its own.</summary>
/// <remarks>
/// A process with several threads cannot enter a user namespace (unshare(2)), and .NET has several
/// from the start. So the process replaces itself by unshare(1), which replaces itself by us.
/// </remarks>
public static class UserNamespace
{
    private const string Guard = "TCPCONF_USER_NAMESPACE";

    // CAP_NET_ADMIN (12) for the TAP, CAP_SYS_ADMIN (21) for the network namespace.
    private const ulong NeededCapabilities = (1ul << 12) | (1ul << 21);

    internal const string Advice = "run with sudo, or allow user namespaces "
        + "(sysctl kernel.apparmor_restrict_unprivileged_userns=0, "
        + "kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0)";

    /// <summary>Whether this process lacks the capabilities that a TAP needs.</summary>
    public static bool IsNeeded =>
        OperatingSystem.IsLinux() && (Capabilities() & NeededCapabilities) != NeededCapabilities;

    /// <summary>Whether this process runs as root.</summary>
    public static bool IsRoot => OperatingSystem.IsLinux() && Libc.EffectiveUser() == 0;

    /// <summary>Whether <see cref="RestartWhereNeeded"/> has brought us into a user namespace.
    /// </summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Guard) is not null;

    /// <summary>
    /// Where capabilities lack, starts this program again with the same arguments as root of a new
    /// user namespace, and does not return then. The process id stays the same.
    /// </summary>
    /// <exception cref="TapUnavailableException">User namespaces are forbidden here.</exception>
    public static void RestartWhereNeeded()
    {
        if (!IsNeeded)
        {
            return;
        }
        if (Environment.GetEnvironmentVariable(Guard) is not null)
        {
            throw new TapUnavailableException(
                TapFault.NamespaceForbidden,
                "a user namespace was made but gives no right over a network: " + Advice);
        }
        Probe();
        OwnProgram.Restart(
            ["unshare", "-Ur", "--"], new Dictionary<string, string> { [Guard] = "1" });
    }

    private static void Probe()
    {
        using ChildProcess probe = ChildProcess.Start(null, "unshare", ["-Ur", "--", "true"]);
        if (probe.WaitForExit() != 0)
        {
            throw new TapUnavailableException(
                TapFault.NamespaceForbidden,
                "no root, and user namespaces are forbidden here: " + Advice);
        }
    }

    private static ulong Capabilities()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                return ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber);
            }
        }
        return 0;
    }
}
