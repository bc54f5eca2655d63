using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Running;

/// <summary>The woven program: the process in which libFuzzer and the target run. Started by
/// <see cref="FuzzCampaign"/>, never by people.</summary>
public static unsafe partial class FuzzWorker
{
    /// <summary>What precedes the name of an exception that a target has thrown.</summary>
    internal const string FindingMark = "== finding: ";

    internal const string TargetOption = "--fuzz-target=";
    internal const string CountersOption = "--fuzz-counters=";
    internal const string FolderOption = "--fuzz-folder=";
    internal const string IncomingOption = "--fuzz-incoming=";
    internal const string KnownOption = "--fuzz-known=";
    internal const string StopOption = "--fuzz-stop";

    // Every how many inputs comparisons are reported, unless they count as coverage.
    private const uint ListeningPeriod = 16;

    private static bool _alwaysListening;
    private static uint _inputs;
    private static FuzzRun _run = _ => { };
    private static InputArea? _area;
    private static delegate* unmanaged<void> _crash;
    private static IncomingFindings? _findings; // null: libFuzzer keeps what it finds
    private static int _counters;
    private static bool _stops;

    /// <summary>Whether the process was started to be one.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        Option(arguments, TargetOption) is not null;

    /// <summary>Runs libFuzzer; the process usually ends within.</summary>
    /// <param name="arguments">The process's arguments; libFuzzer skips those that begin with two
    /// hyphens, and gives all of them to processes that it starts itself.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    public static int Run(IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        string name = Option(arguments, TargetOption)!;
        FuzzTarget target = targets.First(t => t.Name == name);
        nint library = CoverageLibrary.Handle;
        var start = (delegate* unmanaged<
            int, byte**, delegate* unmanaged[Cdecl]<byte*, nuint, int>, byte*, nuint, int>)
            NativeLibrary.GetExport(library, "tcpconf_fuzz");
        _run = target.Run;
        // Code that is compiled once these are there has them as constants.
        RuntimeHelpers.RunClassConstructor(typeof(CoverageMap).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(CoverageHooks).TypeHandle);
        _alwaysListening = arguments.Contains("-use_value_profile=1");
        _area = new InputArea(Path.Combine(
            Option(arguments, FolderOption)!,
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        _crash = (delegate* unmanaged<void>)NativeLibrary.GetExport(library, "tcpconf_fuzz_crash");
        _findings = Option(arguments, IncomingOption) is string incoming
            ? new IncomingFindings(incoming, Option(arguments, KnownOption)!)
            : null;
        WorkerMutators.Install(library, target.Structure);
        _stops = arguments.Contains(StopOption);
        _counters = int.Parse(
            Option(arguments, CountersOption)!, CultureInfo.InvariantCulture);
        new Thread(EndWithOwner) { IsBackground = true, Name = "owner" }.Start();
        SlowInputWatch.Start(_area, _counters);
        // libFuzzer starts itself again by the first argument.
        string[] all = [Environment.ProcessPath!, .. arguments];
        byte** native = (byte**)NativeMemory.AllocZeroed(
            (nuint)(all.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < all.Length; i++)
        {
            native[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
        }
        return start(all.Length, native, &One, CoverageMap.Counters, (nuint)_counters);
    }

    private static string? Option(IReadOnlyList<string> arguments, string name) => arguments
        .FirstOrDefault(a => a.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int One(byte* data, nuint size)
    {
        CoverageHooks.Listening = _alwaysListening || _inputs % ListeningPeriod == 0;
        _inputs = unchecked(_inputs + 1);
        var given = new ReadOnlySpan<byte>(data, checked((int)size));
        if (_findings?.IsDeadly(given) == true)
        {
            return Reject();
        }
        ReadOnlySpan<byte> input = _area!.Begin(given);
        try
        {
            _run(input);
        }
        catch (Exception e)
        {
            Take(e, input);
            _area.End();
            return Reject();
        }
        _area.End();
        return 0;
    }

    // A finding does not end the process: there may be thousands of the same.
    private static void Take(Exception e, ReadOnlySpan<byte> input)
    {
        if (_findings is null)
        {
            Console.Error.WriteLine(FindingMark + FuzzOutcome.Words(e));
            Console.Error.WriteLine(e);
            Console.Error.Flush();
            _crash();
        }
        FindingSignature signature = FindingSignature.Of(e);
        uint hash = signature.Hash;
        _area!.Tally(hash);
        if (_findings!.Add(hash, input, signature, e))
        {
            Console.Error.WriteLine(FindingMark + FuzzOutcome.Words(e));
            Console.Error.Flush();
            if (_stops)
            {
                _area.End();
                ExitNow(FuzzCampaign.HasStopped);
            }
        }
    }

    // Later versions of libFuzzer heed the result, earlier ones see an input that reaches nothing:
    // what is a finding does not go into the corpus.
    private static int Reject()
    {
        CoverageMap.Span[.._counters].Clear();
        return -1;
    }

    // Whoever started this process keeps its input open as long as he lives.
    private static void EndWithOwner()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
        ExitNow(FuzzCampaign.OwnerIsGone);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    internal static partial void ExitNow(int code);
}
