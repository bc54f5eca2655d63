using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>ns-3's TCP with an upper tester of ours, built at first use.</summary>
internal static class Ns3Build
{
    private const string Libraries = "libns3-dev";
    private const string Compiler = "g++";

    // pkg-config would ask for what the rest of ns-3 is made of.
    private static readonly string[] Modules =
        ["core", "network", "internet", "fd-net-device", "stats", "bridge", "traffic-control"];

    private static readonly string[] Flags = ["-std=c++17", "-O2", "-w"];

    /// <summary>The stack's entry in <see cref="StackPrograms"/>.</summary>
    internal static StackProgram Program { get; } = new("ns3", [Libraries, Compiler], Locate);

    private static StackCommand Locate(string cache)
    {
        string version = StackSources.VersionOf(Libraries);
        string compiler = ToolRun.Run(
            "g++", Compiler, Path.GetTempPath(), ["-dumpfullversion"]).Trim();
        return new StackCommand(
            StackSources.Locate(
                "ns3", cache, $"{version} {compiler} {string.Join(' ', Flags)}",
                folder => Build(folder, version)),
            []);
    }

    private static string Build(string folder, string version)
    {
        string[] files = Directory.GetFiles(folder, "*.cc");
        string made = Path.Combine(folder, "made");
        ToolRun.Run(
            "g++", Compiler, folder,
            [
                .. Flags, $"-DTCPCONF_VERSION=\"{version}\"", .. files, "-o", made,
                .. Modules.Select(m => $"-lns3-{m}"), "-lpthread",
            ]);
        return made;
    }
}
