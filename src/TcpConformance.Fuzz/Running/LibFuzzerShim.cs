using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TcpConformance.Fuzz.Running;

/// <summary>The native library that holds libFuzzer: made at first use from what is installed.
/// </summary>
public static class LibFuzzerShim
{
    private const string Source = "native/shim.cpp";
    private const string Compiler = "g++";

    /// <summary>Where Debian puts the runtime libraries of clang.</summary>
    public const string DefaultRoot = "/usr/lib";

    /// <summary>The library, built if it is not there yet.</summary>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public static string Locate() => Locate(
        DefaultRoot, Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify), "tcpconf"));

    /// <summary>The library, built if it is not there yet.</summary>
    /// <param name="root">Where the runtime libraries of clang are looked for.</param>
    /// <param name="cache">Where what was built is kept.</param>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public static string Locate(string root, string cache)
    {
        string archive = FindArchive(root) ?? throw new FuzzUnavailableException(
            "libFuzzer is missing: install the Debian package libclang-rt-19-dev or "
            + "libclang-rt-14-dev");
        byte[] source = ReadSource();
        string library = Path.Combine(cache, $"libfuzzer-{Mark(archive, source)}.so");
        if (!File.Exists(library))
        {
            Directory.CreateDirectory(cache);
            Build(archive, source, library);
        }
        return library;
    }

    private static byte[] ReadSource()
    {
        using Stream stream =
            typeof(LibFuzzerShim).Assembly.GetManifestResourceStream(Source)!;
        byte[] octets = new byte[stream.Length];
        stream.ReadExactly(octets);
        return octets;
    }

    // Another archive or another shim makes another library.
    private static string Mark(string archive, byte[] source)
    {
        string what = string.Create(
            CultureInfo.InvariantCulture,
            $"{archive} {File.GetLastWriteTimeUtc(archive).Ticks} ");
        byte[] hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(what), .. source]);
        return Convert.ToHexStringLower(hash)[..16];
    }

    /// <summary>The archive of the newest version of clang; null if there is none.</summary>
    internal static string? FindArchive(string root)
    {
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? "aarch64"
            : "x86_64";
        string file = $"libclang_rt.fuzzer_no_main-{machine}.a";
        if (!Directory.Exists(root))
        {
            return null;
        }
        IEnumerable<string> homes = Directory.GetDirectories(root, "llvm-*")
            .Select(d => Path.Combine(d, "lib", "clang"))
            .Append(Path.Combine(root, "clang"))
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories);
        return homes
            .Select(home => (Version: VersionOf(home), Path: Path.Combine(
                home, "lib", "linux", file)))
            .Where(a => File.Exists(a.Path))
            .OrderByDescending(a => a.Version)
            .Select(a => a.Path)
            .FirstOrDefault();
    }

    // .../clang/19 or .../clang/14.0.6
    private static Version VersionOf(string home)
    {
        string name = Path.GetFileName(home);
        return Version.TryParse(name.Contains('.') ? name : name + ".0", out Version? version)
            ? version
            : new Version();
    }

    private static void Build(string archive, byte[] source, string library)
    {
        DirectoryInfo work = Directory.CreateTempSubdirectory("tcpconf-shim-");
        try
        {
            string code = Path.Combine(work.FullName, "shim.cpp");
            File.WriteAllBytes(code, source);
            string made = Path.Combine(work.FullName, "shim.so");
            Compile(
            [
                "-shared", "-fPIC", "-O2", "-o", made, code, "-Wl,-Bsymbolic-functions",
                "-Wl,--whole-archive", archive, "-Wl,--no-whole-archive",
                "-lpthread", "-lm", "-ldl", "-lrt",
            ]);
            // Others may build the same: what is there is always whole.
            string next = $"{library}.{Environment.ProcessId}";
            File.Copy(made, next, true);
            File.Move(next, library, true);
        }
        finally
        {
            work.Delete(true);
        }
    }

    private static void Compile(string[] arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(Compiler, arguments)
            {
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new FuzzUnavailableException(
                $"{Compiler} is missing: install the Debian package g++");
        }
        using (process)
        {
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new FuzzUnavailableException(
                    $"{Compiler} cannot build libFuzzer's shim: {said.Trim()}");
            }
        }
    }
}
