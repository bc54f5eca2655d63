using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>The woven program as afl-fuzz starts it: two processes. The worker runs the inputs and
/// speaks with afl-fuzz itself; the server does so only when a worker has died, and starts the
/// next.</summary>
/// <remarks>.NET cannot fork, and one process for each input would take a tenth of a second.
/// </remarks>
public static unsafe partial class AflServer
{
    /// <summary>The environment variable with the segment that test cases lie in: their length in
    /// 32 bits, then their octets.</summary>
    internal const string TestCaseVariable = "__AFL_SHM_FUZZ_ID";

    internal const string TargetOption = "--afl-target=";
    internal const string CountersOption = "--afl-counters=";
    internal const string FolderOption = "--afl-folder=";

    private const string WorkerOption = "--afl-worker=";
    private const int AflIsGone = 3;
    private const uint Abort = 6; // the signal, as waitpid(2) puts it
    private const int FirstSignal = 128;
    private const int DieWithParent = 1; // PR_SET_PDEATHSIG
    private const int Kill = 9;

    /// <summary>Whether the process was started to be one of the two.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        Option(arguments, TargetOption) is not null;

    /// <summary>Runs until afl-fuzz is gone.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        _ = ProcessControl(DieWithParent, Kill, 0, 0, 0);
        return Option(arguments, WorkerOption) is string area
            ? Work(targets.First(t => t.Name == Option(arguments, TargetOption)), area)
            : Serve(arguments);
    }

    private static string? Option(IReadOnlyList<string> arguments, string name) => arguments
        .FirstOrDefault(a => a.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    private static int Serve(IReadOnlyList<string> arguments)
    {
        RemoveSegmentsWithTheirUsers();
        int counters = int.Parse(
            Option(arguments, CountersOption)!, CultureInfo.InvariantCulture);
        if (!AflPipe.Write(AflPipe.Greeting(counters))
            || !AflPipe.Read(out uint agreed) || agreed != AflPipe.SharedTestCases)
        {
            return AflIsGone;
        }
        string area = Path.Combine(
            Option(arguments, FolderOption)!,
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [.. arguments, WorkerOption + area]);
        while (true)
        {
            using Process worker = Process.Start(start)!;
            worker.WaitForExit();
            bool ran = File.Exists(area)
                && InputArea.Recover(area, out _) == InputState.Running;
            if ((!ran && worker.ExitCode == AflIsGone)
                || (ran && !AflPipe.Write(Status(worker.ExitCode))))
            {
                File.Delete(area);
                return AflIsGone;
            }
        }
    }

    // What afl-fuzz expects of waitpid(2). An exit code is none that a target should cause.
    private static uint Status(int exitCode) =>
        exitCode > FirstSignal ? (uint)(exitCode - FirstSignal) : Abort;

    private static int Work(FuzzTarget target, string area)
    {
        RuntimeHelpers.RunClassConstructor(typeof(CoverageMap).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(CoverageHooks).TypeHandle);
        byte* testCase = SharedSegment.Attach(
            Environment.GetEnvironmentVariable(TestCaseVariable)!);
        using var inputs = new InputArea(area);
        uint self = (uint)Environment.ProcessId;
        while (AflPipe.Read(out _))
        {
            // From here until the status is given the server gives it if this process dies.
            int length = Math.Min(*(int*)testCase, InputArea.LongestInput);
            ReadOnlySpan<byte> input = inputs.Begin(
                new ReadOnlySpan<byte>(testCase + sizeof(int), length));
            if (!AflPipe.Write(self) || !AflPipe.Write(RunOne(target, input)))
            {
                inputs.End();
                break;
            }
            inputs.End();
        }
        return AflIsGone;
    }

    // An exception looks like a death, and the process lives on.
    private static uint RunOne(FuzzTarget target, ReadOnlySpan<byte> input)
    {
        try
        {
            target.Run(input);
            return 0;
        }
        catch (Exception)
        {
            return Abort;
        }
    }

    // Once marked, a segment goes with the last process that has it, however that ends; until
    // then it can still be attached to.
    private static void RemoveSegmentsWithTheirUsers()
    {
        foreach (string variable in (string[])[CoverageMap.SharedVariable, TestCaseVariable])
        {
            if (Environment.GetEnvironmentVariable(variable) is string id)
            {
                SharedSegment.RemoveWhenUnused(id);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int ProcessControl(
        int option, nuint argument, nuint third, nuint fourth, nuint fifth);
}
