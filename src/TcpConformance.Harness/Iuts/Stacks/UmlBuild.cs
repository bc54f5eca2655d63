using TcpConformance.Harness.Iuts.Lwip;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>Debian's User-mode Linux with a first file system of ours, made at first use.
/// </summary>
internal static class UmlBuild
{
    private const string Package = "user-mode-linux";
    private const string Compiler = "gcc";
    private const string Headers = "libc6-dev";
    private const string Modules = "/usr/lib/uml/modules";

    // ipv6 needs the first.
    private static readonly string[] Ipv6 =
        ["kernel/lib/crc-ccitt.ko", "kernel/net/ipv6/ipv6.ko"];

    private static readonly string[] Flags = ["-std=gnu11", "-O2", "-w"];

    /// <summary>The stack's entry in <see cref="StackPrograms"/>.</summary>
    internal static StackProgram Program { get; } =
        new("linux-6.1", [Package, Compiler, Headers], Locate);

    private static StackCommand Locate(string cache)
    {
        string folder = Path.GetTempPath();
        string version = ToolRun.Run("linux.uml", Package, folder, ["--version"]).Trim();
        string gcc = ToolRun.Run("gcc", Compiler, folder, ["-dumpfullversion"]).Trim();
        string tools = $"{version} {gcc} {string.Join(' ', Flags)}";
        string[] folders = ["sockets", "uml"];
        string image = StackSources.Locate(
            "uml-image", folders, cache, tools, work => Image(work, version));
        string start = StackSources.Locate(
            "uml-start", folders, cache, tools,
            work => Compile(work, "uml/host", "start", []));
        return new StackCommand(start, [image]);
    }

    private static string Image(string work, string version)
    {
        var archive = new CpioWriter();
        archive.AddFolder("dev");
        archive.AddDevice("dev/console", 5, 1);
        // The image has no libraries.
        archive.AddFile("init", Read(Compile(work, "uml/guest", "init", ["-static"])));
        archive.AddFile("tester", Read(Compile(work, "sockets", "tester", ["-static"])));
        foreach (string module in Ipv6)
        {
            archive.AddFile(Path.GetFileName(module), Module(version, module));
        }
        string image = Path.Combine(work, "image.cpio");
        File.WriteAllBytes(image, archive.Finish());
        return image;
    }

    private static byte[] Module(string version, string name)
    {
        string path = Path.Combine(Modules, version, name);
        return File.Exists(path)
            ? Read(path)
            : throw new StackUnavailableException(
                $"{path} is missing: install the Debian package {Package}");
    }

    private static byte[] Read(string file) => File.ReadAllBytes(file);

    private static string Compile(
        string work, string folder, string name, IReadOnlyList<string> more)
    {
        string home = Path.Combine(work, folder);
        string program = Path.Combine(home, name);
        ToolRun.Run(
            "gcc", Compiler, home,
            [.. Flags, .. more, "-o", program, .. Directory.GetFiles(home, "*.c").Order()]);
        return program;
    }
}
