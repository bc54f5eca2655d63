namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>lwIP's source, from Debian's source package: fetched at first use, kept in a cache,
/// never part of this project.</summary>
internal static class LwipSource
{
    /// <summary>The version that is tested.</summary>
    internal const string Version = "2.1.3";

    private const string Package = "lwip";
    private const string PackageVersion = "2.1.3+dfsg1-2";
    private const string Release = "bookworm";
    private const string Mirror = "http://deb.debian.org/debian";
    private const string Keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>The folder that holds <c>core</c> and <c>include</c>.</summary>
    /// <param name="cache">Where it is kept.</param>
    /// <exception cref="StackUnavailableException">A tool or the network is missing.</exception>
    internal static string Locate(string cache)
    {
        string home = Path.Combine(cache, $"{Package}-{PackageVersion}");
        if (!Directory.Exists(home))
        {
            Directory.CreateDirectory(cache);
            Fetch(home);
        }
        return Path.Combine(home, "src");
    }

    private static void Fetch(string home)
    {
        string work = $"{home}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        Directory.CreateDirectory(Path.Combine(work, "lists", "partial"));
        Directory.CreateDirectory(Path.Combine(work, "archives", "partial"));
        try
        {
            string signed = File.Exists(Keyring) ? $" [signed-by={Keyring}]" : "";
            File.WriteAllText(
                Path.Combine(work, "sources.list"), $"deb-src{signed} {Mirror} {Release} main\n");
            // The machine's own lists stay as they are.
            string[] options =
            [
                "-q", "-o", $"Dir::Etc::sourcelist={work}/sources.list",
                "-o", "Dir::Etc::sourceparts=-", "-o", $"Dir::State::lists={work}/lists",
                "-o", $"Dir::Cache={work}", "-o", "APT::Sandbox::User=root",
                "-o", "Acquire::http::Timeout=30", "-o", "Acquire::Retries=1",
                "-o", "APT::Update::Error-Mode=any",
            ];
            ToolRun.Run("apt-get", "apt", work, [.. options, "update"]);
            ToolRun.Run(
                "apt-get", "apt", work,
                [.. options, "--download-only", "source", $"{Package}={PackageVersion}"]);
            ToolRun.Run(
                "dpkg-source", "dpkg-dev", work,
                ["--extract", $"{Package}_{PackageVersion}.dsc", "unpacked"]);
            Publish(Path.Combine(work, "unpacked"), home);
        }
        finally
        {
            Directory.Delete(work, true);
        }
    }

    // Others may fetch the same; what stands there is always whole.
    private static void Publish(string made, string home)
    {
        try
        {
            Directory.Move(made, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
        }
    }
}
