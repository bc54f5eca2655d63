using System.Security.Cryptography;
using System.Text;
using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>Sources of ours that travel inside this assembly and are built where a stack is.
/// </summary>
internal static class StackSources
{
    /// <summary>A program, built if the cache has none of the same sources and tools.</summary>
    /// <param name="name">The stack; its sources are under <c>src/stacks</c>.</param>
    /// <param name="cache">Where programs are kept.</param>
    /// <param name="tools">What else makes another program: versions, flags.</param>
    /// <param name="build">Makes the program of the sources in a folder and returns its path.
    /// </param>
    /// <exception cref="StackUnavailableException">It can't be built.</exception>
    internal static string Locate(
        string name, string cache, string tools, Func<string, string> build) =>
        Locate(name, cache, tools, $"stacks/{name}/", ours => ours.StartsWith(
            $"stacks/{name}/", StringComparison.Ordinal), build);

    /// <summary>The same of several folders under <c>src/stacks</c>, each a folder of its own
    /// where the program is built, too.</summary>
    /// <exception cref="StackUnavailableException">It can't be built.</exception>
    internal static string Locate(
        string name, IReadOnlyList<string> folders, string cache, string tools,
        Func<string, string> build) =>
        Locate(name, cache, tools, "stacks/", ours => folders.Any(
            f => ours.StartsWith($"stacks/{f}/", StringComparison.Ordinal)), build);

    private static string Locate(
        string name, string cache, string tools, string home, Func<string, bool> isOurs,
        Func<string, string> build)
    {
        string[] ours = typeof(StackSources).Assembly.GetManifestResourceNames()
            .Where(isOurs)
            .Order(StringComparer.Ordinal)
            .ToArray();
        string program = Path.Combine(cache, $"{name}-{Mark(ours, tools)}");
        if (File.Exists(program))
        {
            return program;
        }
        DirectoryInfo work = Directory.CreateTempSubdirectory($"tcpconf-{name}-");
        try
        {
            foreach (string resource in ours)
            {
                string file = Path.Combine(work.FullName, resource[home.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, Read(resource));
            }
            string made = build(work.FullName);
            Directory.CreateDirectory(cache);
            // Others may build the same: what is there is always whole.
            string next = $"{program}.{Environment.ProcessId}";
            File.Copy(made, next, true);
            File.Move(next, program, true);
            return program;
        }
        finally
        {
            work.Delete(true);
        }
    }

    /// <summary>The version of a Debian package.</summary>
    /// <exception cref="StackUnavailableException">It is not installed.</exception>
    internal static string VersionOf(string package)
    {
        try
        {
            string version = ToolRun.Run(
                "dpkg-query", "dpkg", Path.GetTempPath(),
                ["-W", "-f", "${db:Status-Status} ${Version}", package]).Trim();
            if (version.StartsWith("installed ", StringComparison.Ordinal))
            {
                return version["installed ".Length..];
            }
        }
        catch (StackUnavailableException)
        {
            // Not known to dpkg: the same to us as not installed.
        }
        throw new StackUnavailableException(
            $"{package} is missing: install the Debian package {package}");
    }

    private static byte[] Read(string resource)
    {
        using Stream stream =
            typeof(StackSources).Assembly.GetManifestResourceStream(resource)!;
        byte[] octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }

    private static string Mark(string[] resources, string tools)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(tools));
        foreach (string resource in resources)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(resource));
            hash.AppendData(Read(resource));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
