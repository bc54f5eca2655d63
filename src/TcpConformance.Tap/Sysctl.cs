namespace TcpConformance.Tap;

/// <summary>What became of setting a kernel parameter.</summary>
public enum SysctlOutcome
{
    /// <summary>It has the value.</summary>
    Set,
    /// <summary>This kernel does not have it.</summary>
    Unknown,
    /// <summary>The kernel does not let us, or does not take the value.</summary>
    Refused,
}

/// <summary>Kernel parameters of a network namespace under /proc/sys/net.</summary>
internal static class Sysctl
{
    internal static string PathOf(string name)
    {
        // Names may be written with dots or with slashes, as sysctl(8) takes them.
        string path = name.Contains('/') ? name : name.Replace('.', '/');
        return path.StartsWith("net/", StringComparison.Ordinal) && !path.Contains("..")
            ? "/proc/sys/" + path
            : throw new ArgumentException($"not a parameter of a network namespace: {name}");
    }

    internal static SysctlOutcome Write(string path, string value)
    {
        try
        {
            File.WriteAllText(path, value + "\n");
            return SysctlOutcome.Set;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return SysctlOutcome.Unknown;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only a file that exists can refuse: O_CREAT on an unknown name gives EACCES.
            return File.Exists(path) ? SysctlOutcome.Refused : SysctlOutcome.Unknown;
        }
    }
}
