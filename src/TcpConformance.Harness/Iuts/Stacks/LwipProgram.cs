using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>lwIP as a program of its own on a link, in real time: the same stack as
/// <see cref="LwipIut"/>'s, reached as any other one is.</summary>
internal static class LwipProgram
{
    private const string Compiler = "clang";

    // Between frames and packets.
    private static readonly string[] Ethernet = ["core/ipv4/etharp", "netif/ethernet"];

    // What of the two folders is not for a process of another program, or another stack.
    private static readonly string[] Ours =
    [
        "lwip/link", "lwip/stack", "lwip/ticks", "lwip/tap/callbacks", "lwip/tap/main",
        "lwip/tap/settings", "lwip/tap/sockets", "sockets/calls", "sockets/lines",
        "sockets/names", "sockets/pattern", "sockets/requests", "sockets/words",
    ];

    /// <summary>An entry in <see cref="StackPrograms"/>.</summary>
    /// <param name="name">As after <c>stack:</c> in a profile.</param>
    /// <param name="flavour">How it is compiled.</param>
    internal static StackProgram Of(string name, LwipFlavour flavour) => new(
        name, [], cache => new StackCommand(Locate(name, flavour, cache), []))
    {
        State = () => new StackState(LwipBuild.Version, LwipBuild.MissingPackages()),
    };

    private static string Locate(string name, LwipFlavour flavour, string cache)
    {
        (string compiler, string resources, _) =
            LwipBuild.Compiler(LwipBuild.Sanitizes(flavour));
        string[] flags =
        [
            .. LwipBuild.Flags, .. FlagsOf(flavour), "-DTCPCONF_TAP",
            $"-DTCPCONF_VERSION=\"{LwipBuild.Version}\"",
        ];
        return StackSources.Locate(
            name, ["lwip", "sockets"], cache, $"{resources} {string.Join(' ', flags)}",
            work => Build(compiler, flags, LwipSource.Locate(cache), work));
    }

    private static IEnumerable<string> FlagsOf(LwipFlavour flavour) => flavour switch
    {
        LwipFlavour.Plain => [LwipBuild.PlainFlag],
        LwipFlavour.Full => [],
        // A report ends the program, and is the verdict of the case.
        LwipFlavour.Sanitized =>
            [.. LwipBuild.SanitizerFlags, "-fno-sanitize-recover=undefined"],
        LwipFlavour.Fuzzed or LwipFlavour.Planted or LwipFlavour.PlantedReports =>
            throw new ArgumentException($"{flavour} is for this process alone"),
    };

    private static string Build(
        string compiler, string[] flags, string source, string work)
    {
        string[] files =
        [
            .. LwipBuild.Sources.Concat(Ethernet).Select(s => Path.Combine(source, s + ".c")),
            .. Ours.Select(s => Path.Combine(work, s + ".c")),
        ];
        string[] objects = files.Select((_, i) => $"{i}.o").ToArray();
        string[] includes =
        [
            "-I", Path.Combine(work, "lwip"), "-I", work,
            "-I", Path.Combine(source, "include"), "-I", source,
        ];
        // Reports name files as they are called everywhere.
        string[] shown =
        [
            $"-ffile-prefix-map={source}/=lwip/", $"-ffile-prefix-map={work}/=stacks/",
            "-fdebug-compilation-dir=/",
        ];
        string program = Path.Combine(work, "made");
        try
        {
            Parallel.For(0, files.Length, i => ToolRun.Run(
                compiler, Compiler, work,
                [.. flags, .. shown, .. includes, "-c", files[i], "-o", objects[i]]));
            ToolRun.Run(compiler, Compiler, work, [.. flags, "-o", program, .. objects]);
        }
        catch (AggregateException all) when (all.InnerException is StackUnavailableException e)
        {
            throw new StackUnavailableException($"lwIP cannot be built: {e.Message}");
        }
        return program;
    }
}
