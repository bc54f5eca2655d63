using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>Stacks that end the connections of a guest and make new ones of the host's sockets: the
/// guest's side is the link, the upper tester an ordinary program on the host's.</summary>
internal static class BehindBuild
{
    private const string Compiler = "gcc";
    private const string Headers = "libc6-dev";

    /// <summary>The stack's entry in <see cref="StackPrograms"/>.</summary>
    /// <param name="name">The stack; its sources are under <c>src/stacks</c>.</param>
    /// <param name="packages">The Debian packages that it is made of, first the one whose version
    /// is the stack's.</param>
    internal static StackProgram Of(string name, params string[] packages) => new(
        name, [.. packages, Compiler, Headers], cache => Locate(name, packages, cache));

    private static StackCommand Locate(string name, string[] packages, string cache)
    {
        string version = packages.Select(StackSources.VersionOf).ToArray()[0];
        string gcc = ToolRun.Run(
            "gcc", Compiler, Path.GetTempPath(), ["-dumpfullversion"]).Trim();
        string tester = StackSources.Locate(
            "behind-tester", ["sockets", "behind"], cache, gcc,
            work => Compile(work, "tester", "sockets", "behind/tester"));
        string start = StackSources.Locate(
            $"{name}-start", ["behind", name], cache, gcc,
            work => Compile(work, "start", "behind/host", name));
        return new StackCommand(start, [tester, version]);
    }

    private static string Compile(string work, string name, params string[] folders)
    {
        string program = Path.Combine(work, name);
        ToolRun.Run(
            "gcc", Compiler, work,
            [
                "-std=gnu11", "-O2", "-w", "-I", "behind/host", "-o", program,
                .. folders.SelectMany(f => Directory.GetFiles(Path.Combine(work, f), "*.c"))
                    .Order(),
            ]);
        return program;
    }
}
