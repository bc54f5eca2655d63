using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>libslirp behind slirp4netns, with an upper tester on its host's side.</summary>
internal static class SlirpBuild
{
    private const string Package = "slirp4netns";
    private const string Library = "libslirp0";
    private const string Compiler = "gcc";
    private const string Headers = "libc6-dev";
    private static readonly string[] Folders = ["sockets", "slirp"];

    /// <summary>The stack's entry in <see cref="StackPrograms"/>.</summary>
    internal static StackProgram Program { get; } =
        new("slirp", [Package, Library, Compiler, Headers], Locate);

    private static StackCommand Locate(string cache)
    {
        _ = StackSources.VersionOf(Package);
        string version = StackSources.VersionOf(Library);
        string gcc = ToolRun.Run(
            "gcc", Compiler, Path.GetTempPath(), ["-dumpfullversion"]).Trim();
        string tester = StackSources.Locate(
            "slirp-tester", Folders, cache, gcc,
            work => Compile(work, "tester", "sockets", "slirp/tester"));
        string start = StackSources.Locate(
            "slirp-start", Folders, cache, gcc,
            work => Compile(work, "start", "slirp/host"));
        return new StackCommand(start, [tester, version]);
    }

    private static string Compile(string work, string name, params string[] folders)
    {
        string program = Path.Combine(work, name);
        ToolRun.Run(
            "gcc", Compiler, work,
            [
                "-std=gnu11", "-O2", "-w", "-o", program,
                .. folders.SelectMany(f => Directory.GetFiles(Path.Combine(work, f), "*.c"))
                    .Order(),
            ]);
        return program;
    }
}
