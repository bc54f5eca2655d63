using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TcpConformance.Harness.Iuts.Stacks;

namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>How lwIP is compiled.</summary>
public enum LwipFlavour
{
    /// <summary>With the mechanisms that lwIP has on by default, for any process.</summary>
    Plain,
    /// <summary>With all of lwIP's mechanisms, for any process.</summary>
    Full,
    /// <summary>The same with AddressSanitizer and UndefinedBehaviorSanitizer, whose reports are
    /// the loss of one case; <see cref="LwipSanitizer"/> must be there from the start of the
    /// process.</summary>
    Sanitized,
    /// <summary>The same with libFuzzer's coverage, where a report ends the process.</summary>
    Fuzzed,
    /// <summary>The same with a fault that the sanitizer has to see: for tests.</summary>
    Planted,
    /// <summary><see cref="Sanitized"/> with faults that packets call for: for tests.</summary>
    PlantedReports,
}

/// <summary>lwIP as a library, built at first use.</summary>
/// <param name="Library">The library.</param>
/// <param name="Sanitizer">The runtime that must be loaded first; null: none.</param>
public sealed record LwipBuild(string Library, string? Sanitizer)
{
    private const string Home = "stacks/lwip/";

    // The oldest one that is known to work is Debian 12's.
    private static readonly string[] Compilers = ["clang-19", "clang-14", "clang"];

    // The part of lwIP that is TCP over IP; ticks.c contains core/tcp.c.
    internal static IReadOnlyList<string> Sources { get; } =
    [
        "core/def", "core/inet_chksum", "core/init", "core/ip", "core/mem", "core/memp",
        "core/netif", "core/pbuf", "core/stats", "core/sys", "core/tcp_in", "core/tcp_out",
        "core/ipv4/icmp", "core/ipv4/ip4", "core/ipv4/ip4_addr", "core/ipv4/ip4_frag",
        "core/ipv6/icmp6", "core/ipv6/inet6", "core/ipv6/ip6", "core/ipv6/ip6_addr",
        "core/ipv6/ip6_frag", "core/ipv6/nd6",
    ];

    internal static IReadOnlyList<string> Flags { get; } =
    [
        "-std=gnu11", "-O2", "-gline-tables-only", "-fPIC", "-fdata-sections",
        "-fvisibility=hidden", "-w",
    ];

    // lwIP shifts into the sign on purpose in many places.
    internal static IReadOnlyList<string> SanitizerFlags { get; } =
    [
        "-fsanitize=address,undefined", "-fno-sanitize=shift,function,vptr",
        "-fno-omit-frame-pointer",
    ];

    // A fault leaves lwIP, as a failed assertion does: reports.c.
    private const string Signals = "-DTCPCONF_SIGNALS";

    /// <summary>Without what is off by default: lwipopts.h.</summary>
    internal const string PlainFlag = "-DTCPCONF_PLAIN";

    // And so does a report.
    private static readonly string[] ReportFlags =
        ["-fsanitize-recover=address,undefined", "-DTCPCONF_REPORTS", Signals];

    // A report ends the process.
    private static readonly string[] FuzzerFlags =
        ["-fsanitize=fuzzer-no-link", "-fno-sanitize-recover=undefined", "-DTCPCONF_FUZZED"];

    /// <summary>lwIP's version.</summary>
    public static string Version => LwipSource.Version;

    /// <summary>Debian packages without which it can't be built here.</summary>
    public static IReadOnlyList<string> MissingPackages()
    {
        List<string> missing = [];
        if (!Compilers.Any(c => new StackCommand(c, []).CanStart))
        {
            missing.Add("clang");
        }
        if (!new StackCommand("dpkg-source", []).CanStart)
        {
            missing.Add("dpkg-dev");
        }
        return missing;
    }

    /// <summary>The library of a flavour, built if it is not there yet.</summary>
    /// <exception cref="StackUnavailableException">A package is missing.</exception>
    public static LwipBuild Locate(LwipFlavour flavour) => Locate(
        flavour, Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify), "tcpconf"));

    /// <summary>The library of a flavour, built if it is not there yet.</summary>
    /// <param name="flavour">How it is compiled.</param>
    /// <param name="cache">Where sources and libraries are kept.</param>
    /// <exception cref="StackUnavailableException">A package is missing.</exception>
    public static LwipBuild Locate(LwipFlavour flavour, string cache)
    {
        (string compiler, string resources, string? runtime) =
            Compiler(Sanitizes(flavour));
        string[] flags = FlagsOf(flavour);
        string library = Path.Combine(
            cache, $"lwip-{flavour.ToString().ToLowerInvariant()}-{Mark(resources, flags)}.so");
        if (!File.Exists(library))
        {
            string source = LwipSource.Locate(cache);
            Build(compiler, source, flags, library);
        }
        return new LwipBuild(library, runtime);
    }

    /// <summary>Whether a flavour needs a sanitizer's runtime in its process.</summary>
    internal static bool Sanitizes(LwipFlavour flavour) =>
        flavour is not (LwipFlavour.Plain or LwipFlavour.Full);

    private static string[] FlagsOf(LwipFlavour flavour) => flavour switch
    {
        LwipFlavour.Plain => [.. Flags, Signals, PlainFlag],
        LwipFlavour.Full => [.. Flags, Signals],
        LwipFlavour.Sanitized => [.. Flags, .. SanitizerFlags, .. ReportFlags],
        LwipFlavour.Fuzzed => [.. Flags, .. SanitizerFlags, .. FuzzerFlags],
        LwipFlavour.Planted =>
            [.. Flags, .. SanitizerFlags, .. FuzzerFlags, "-DTCPCONF_PLANTED_FAULT"],
        LwipFlavour.PlantedReports =>
            [.. Flags, .. SanitizerFlags, .. ReportFlags, "-DTCPCONF_PLANTED_REPORTS"],
    };

    // The first that is installed whole, with its runtime libraries where they are needed.
    internal static (string Name, string Resources, string? Runtime) Compiler(bool sanitizes)
    {
        string? without = null;
        foreach (string name in Compilers)
        {
            string resources;
            try
            {
                resources = ToolRun.Run(
                    name, "clang", Path.GetTempPath(), ["-print-resource-dir"]).Trim();
            }
            catch (StackUnavailableException)
            {
                continue;
            }
            string runtime = Runtime(resources);
            if (!sanitizes || File.Exists(runtime))
            {
                return (name, resources, sanitizes ? runtime : null);
            }
            without ??= Path.GetFileName(resources).Split('.')[0];
        }
        throw new StackUnavailableException(without is null
            ? "clang is missing: install the Debian package clang"
            : "clang's AddressSanitizer is missing: install the Debian package "
                + $"libclang-rt-{without}-dev");
    }

    private static string Runtime(string resources)
    {
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? "aarch64"
            : "x86_64";
        return Path.Combine(resources, "lib", "linux", $"libclang_rt.asan-{machine}.so");
    }

    private static IEnumerable<string> Ours => typeof(LwipBuild).Assembly
        .GetManifestResourceNames()
        .Where(n => n.StartsWith(Home, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private static byte[] Read(string resource)
    {
        using Stream stream = typeof(LwipBuild).Assembly.GetManifestResourceStream(resource)!;
        byte[] octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }

    // Another compiler, other flags or other sources of ours make another library.
    private static string Mark(string resources, string[] flags)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{LwipSource.Version} {resources} {string.Join(' ', flags)} "
            + $"{string.Join(' ', Sources)}")));
        if (LwipCompiler.IsTraced(flags))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Join(' ', LwipCompiler.FlagsOfCode)));
        }
        foreach (string resource in Ours)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(resource));
            hash.AppendData(Read(resource));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static void Build(string compiler, string source, string[] flags, string library)
    {
        DirectoryInfo work = Directory.CreateTempSubdirectory("tcpconf-lwip-");
        try
        {
            string here = work.FullName;
            foreach (string resource in Ours)
            {
                string file = Path.Combine(here, resource[Home.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, Read(resource));
            }
            string[] files =
            [
                .. Sources.Select(s => Path.Combine(source, s + ".c")),
                .. Directory.GetFiles(here, "*.c"),
            ];
            string[] includes =
                ["-I", here, "-I", Path.Combine(source, "include"), "-I", source];
            var one = new LwipCompiler(compiler, flags, includes, here);
            Parallel.ForEach(
                files, file => one.Compile(file, Path.Combine(here, Object(file))));
            ToolRun.Run(
                compiler, "clang", here,
                [
                    .. flags, "-shared", "-Wl,-z,now", "-Wl,-T,state.ld", "-o", "made.so",
                    .. files.Select(Object),
                ]);
            // Others may build the same: what is there is always whole.
            string next = $"{library}.{Environment.ProcessId}";
            File.Copy(Path.Combine(here, "made.so"), next, true);
            File.Move(next, library, true);
        }
        catch (AggregateException all) when (all.InnerException is StackUnavailableException e)
        {
            throw new StackUnavailableException($"lwIP cannot be built: {e.Message}");
        }
        finally
        {
            work.Delete(true);
        }
    }

    // state.ld knows them by this name.
    private static string Object(string file) =>
        $"stack_{Path.GetFileNameWithoutExtension(file)}.o";
}
