using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    // Every how many inputs comparisons are reported, unless they count as coverage.
    private const uint ListeningPeriod = 8;

    private static bool _alwaysListening;
    private static uint _inputs;
    private static FuzzRun _run = _ => { };
    private static InputArea? _area;
    private static delegate* unmanaged<void> _crash;

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
        _crash = (delegate* unmanaged<void>)NativeLibrary.GetExport(library, "tcpconf_fuzz_crash");
        _run = target.Run;
        // Code that is compiled once these are there has them as constants.
        RuntimeHelpers.RunClassConstructor(typeof(CoverageMap).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(CoverageHooks).TypeHandle);
        _alwaysListening = arguments.Contains("-use_value_profile=1");
        _area = new InputArea(Path.Combine(
            Option(arguments, FolderOption)!,
            Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        int counters = int.Parse(
            Option(arguments, CountersOption)!, CultureInfo.InvariantCulture);
        new Thread(EndWithOwner) { IsBackground = true, Name = "owner" }.Start();
        // libFuzzer starts itself again by the first argument.
        string[] all = [Environment.ProcessPath!, .. arguments];
        byte** native = (byte**)NativeMemory.AllocZeroed(
            (nuint)(all.Length + 1), (nuint)sizeof(byte*));
        for (int i = 0; i < all.Length; i++)
        {
            native[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
        }
        return start(all.Length, native, &One, CoverageMap.Counters, (nuint)counters);
    }

    private static string? Option(IReadOnlyList<string> arguments, string name) => arguments
        .FirstOrDefault(a => a.StartsWith(name, StringComparison.Ordinal))?[name.Length..];

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int One(byte* data, nuint size)
    {
        CoverageHooks.Listening = _alwaysListening || _inputs % ListeningPeriod == 0;
        _inputs = unchecked(_inputs + 1);
        try
        {
            _run(_area!.Begin(new ReadOnlySpan<byte>(data, checked((int)size))));
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(FindingMark + FuzzOutcome.Words(e));
            Console.Error.WriteLine(e);
            Console.Error.Flush();
            _crash();
        }
        _area!.End();
        return 0;
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
    private static partial void ExitNow(int code);
}
