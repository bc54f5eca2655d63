using System.Globalization;
using System.IO.Compression;
using System.Text;
using TcpConformance.Fuzz.Corpus;

namespace TcpConformance.Fuzz.Running;

/// <summary>Lays targets out as ClusterFuzz and OSS-Fuzz expect them: for each an executable that
/// takes libFuzzer's flags, a seed corpus, a dictionary and options. .NET itself goes with them:
/// what runs there need not have it.</summary>
public sealed class FuzzExport
{
    /// <summary>The folder of .NET, below the export.</summary>
    public const string DotnetFolder = "dotnet.runtime";

    internal const string ShimName = "libtcpconf-fuzzer.so";

    private const string ProgramFolder = ".program";
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] Frameworks =
        ["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"];

    private readonly string _folder;
    private readonly string _program;
    private readonly string _library;

    /// <summary>Prepares an export.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="program">The program, see <see cref="FuzzRequest.Program"/>; it must hand its
    /// arguments to <see cref="ExportedTarget"/> and <see cref="FuzzWorker"/>.</param>
    /// <exception cref="FuzzUnavailableException">A package is missing.</exception>
    public FuzzExport(string folder, string program)
    {
        _library = LibFuzzerShim.Locate();
        _folder = Directory.CreateDirectory(folder).FullName;
        _program = program;
        CopyDotnet();
    }

    /// <summary>Writes a target.</summary>
    public void Write(FuzzTarget target)
    {
        string home = Path.Combine(_folder, target.Name + ProgramFolder);
        if (Directory.Exists(home))
        {
            Directory.Delete(home, true);
        }
        Directory.CreateDirectory(home);
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(home, Path.GetFileName(file)));
        }
        File.Copy(_library, Path.Combine(home, ShimName));
        int counters = WovenCopy.Weave(target, home);
        WriteLauncher(target, counters);
        WriteSeeds(target);
        WriteOptions(target);
        if (target.Dictionary.Count > 0)
        {
            FuzzCorpus.WriteDictionary(target, Path.Combine(_folder, target.Name + ".dict"));
        }
    }

    private void WriteLauncher(FuzzTarget target, int counters)
    {
        string path = Path.Combine(_folder, target.Name);
        string script = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            #!/bin/sh
            # ClusterFuzz takes an executable for a fuzz target if it finds this word in it:
            # LLVMFuzzerTestOneInput
            here=$(dirname -- "$(readlink -f -- "$0")")
            DOTNET_ROOT=$here/{DotnetFolder}
            export DOTNET_ROOT
            exec "$here/{target.Name}{ProgramFolder}/{_program}" \
                {ExportedTarget.Option}{target.Name} {ExportedTarget.CountersOption}{counters} \
                -timeout=10 -max_len={target.LongestInput} "$@"

            """);
        File.WriteAllText(path, script);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Executable);
        }
    }

    private void WriteSeeds(FuzzTarget target)
    {
        string path = Path.Combine(_folder, target.Name + "_seed_corpus.zip");
        File.Delete(path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        HashSet<string> names = [];
        foreach (FuzzInput input in
            FuzzCorpus.Seeds(target.Name).Concat(FuzzCorpus.Regressions(target.Name)))
        {
            if (names.Add(input.Name))
            {
                using Stream entry = archive.CreateEntry(input.Name).Open();
                entry.Write(input.Octets);
            }
        }
    }

    private void WriteOptions(FuzzTarget target)
    {
        var text = new StringBuilder("[libfuzzer]\n");
        text.Append(CultureInfo.InvariantCulture, $"max_len = {target.LongestInput}\n");
        text.Append("timeout = 10\ndetect_leaks = 0\n");
        File.WriteAllText(Path.Combine(_folder, target.Name + ".options"), text.ToString());
    }

    // Of .NET what the program runs on, in the version that runs now.
    private void CopyDotnet()
    {
        string root = DotnetHome.Root;
        string version = Path.GetFileName(Path.GetDirectoryName(typeof(object).Assembly.Location))!;
        foreach (string framework in Frameworks)
        {
            string part = Path.Combine("shared", framework, version);
            if (Directory.Exists(Path.Combine(root, part)))
            {
                CopyFolder(Path.Combine(root, part), Path.Combine(_folder, DotnetFolder, part));
            }
        }
        string host = Path.Combine("host", "fxr", version);
        CopyFolder(Path.Combine(root, host), Path.Combine(_folder, DotnetFolder, host));
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), true);
        }
    }
}
