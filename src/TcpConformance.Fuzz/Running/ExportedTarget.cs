using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>An exported target as it is started elsewhere: runs libFuzzer in a process of its own,
/// and writes what a process could not write that has died.</summary>
public static class ExportedTarget
{
    internal const string Option = "--exported-target=";
    internal const string CountersOption = "--exported-counters=";

    private const int CrashExitCode = 77; // libFuzzer's own
    private const int FirstSignal = 128;
    private const string PrefixFlag = "-artifact_prefix=";
    private const string PathFlag = "-exact_artifact_path=";

    /// <summary>Whether the process was started to be one.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        arguments.Count > 1 && arguments[0].StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Runs libFuzzer to its end.</summary>
    /// <param name="arguments">Target, counters, then what is meant for libFuzzer.</param>
    /// <returns>libFuzzer's exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        string[] flags = [.. arguments.Skip(2)];
        DirectoryInfo inputs = Directory.CreateTempSubdirectory("tcpconf-exported-");
        try
        {
            using Process worker = Start(arguments, flags, inputs.FullName);
            using var interruption = new WorkerSignals(worker);
            worker.WaitForExit();
            return worker.ExitCode > FirstSignal
                ? KeepInput(inputs.FullName, flags, worker.ExitCode)
                : worker.ExitCode;
        }
        finally
        {
            inputs.Delete(true);
        }
    }

    private static Process Start(
        IReadOnlyList<string> arguments, string[] flags, string inputs)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                FuzzWorker.TargetOption + arguments[0][Option.Length..],
                FuzzWorker.CountersOption + arguments[1][CountersOption.Length..],
                FuzzWorker.FolderOption + inputs,
                "-handle_segv=0", "-handle_bus=0", "-handle_fpe=0", "-handle_ill=0",
                "-handle_abrt=0", "-detect_leaks=0", .. flags,
            ])
        {
            // It ends with its input, and so with this process.
            RedirectStandardInput = true,
        };
        DotnetHome.SetForWoven(start);
        start.Environment[CoverageLibrary.Variable] =
            Path.Combine(AppContext.BaseDirectory, FuzzExport.ShimName);
        return Process.Start(start)!;
    }

    // As libFuzzer would have done.
    private static int KeepInput(string inputs, string[] flags, int exitCode)
    {
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"==1== ERROR: libFuzzer: deadly signal ({exitCode - FirstSignal})"));
        foreach (string file in Directory.GetFiles(inputs))
        {
            if (InputArea.Recover(file, out byte[] input) == InputState.Running)
            {
                string path = Flag(flags, PathFlag)
                    ?? Flag(flags, PrefixFlag) + "crash-" + Convert.ToHexStringLower(Hash(input));
                File.WriteAllBytes(path, input);
                Console.Error.WriteLine($"Test unit written to {path}");
            }
        }
        return CrashExitCode;
    }

    private static string? Flag(string[] flags, string name) => flags
        .LastOrDefault(f => f.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    // libFuzzer names its artifacts so.
#pragma warning disable CA5350
    private static byte[] Hash(byte[] input) => SHA1.HashData(input);
#pragma warning restore CA5350
}
