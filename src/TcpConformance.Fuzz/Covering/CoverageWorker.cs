using System.Diagnostics;
using System.Globalization;
using TcpConformance.Fuzz.Running;
using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.States;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Covering;

/// <summary>The process that runs a corpus in woven code. Started by <see cref="CorpusCoverage"/>,
/// never by people.</summary>
public static class CoverageWorker
{
    internal const string Option = "--fuzz-coverage=";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether the process was started to be one.</summary>
    public static bool IsAsked(IReadOnlyList<string> arguments) =>
        arguments.Count == 4 && arguments[0].StartsWith(Option, StringComparison.Ordinal);

    /// <summary>Runs the inputs that are left.</summary>
    /// <param name="arguments">The option with the target, a file with the names of the inputs, the
    /// file for what was reached, and the number of counters.</param>
    /// <param name="targets">Where the target is to be found.</param>
    /// <returns>The exit code.</returns>
    public static int Work(IReadOnlyList<string> arguments, IReadOnlyList<FuzzTarget> targets)
    {
        FuzzTarget target = targets.First(t => t.Name == arguments[0][Option.Length..]);
        string[] files = File.ReadAllLines(arguments[1]);
        int counters = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        new Thread(EndWithOwner) { IsBackground = true, Name = "owner" }.Start();
        using var tally = new CoverageTally(arguments[2], counters);
        // What earlier processes saw of states is only as good as their lives were long.
        var watch = new StateWatch();
        for (int next = tally.Next; next < files.Length; tally.Next = ++next)
        {
            byte[] input = File.ReadAllBytes(files[next]);
            Span<byte> map = CoverageMap.Span[..counters];
            map.Clear();
            try
            {
                target.Run(input);
            }
            catch (Exception)
            {
                // A finding reaches something, too.
            }
            for (int n = 0; n < counters; n++)
            {
                if (map[n] > 0)
                {
                    tally.Hit(n);
                }
            }
            target.Watch?.Invoke(input, watch);
            Keep(watch, tally);
        }
        return 0;
    }

    /// <summary>Lets a process run the inputs that are left.</summary>
    /// <returns>Whether it has run all of them; else the next is one further.</returns>
    internal static bool Run(
        string folder, string program, IReadOnlyList<string> arguments, string path,
        FuzzSurroundings? surroundings, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        DotnetHome.Set(start);
        surroundings?.Apply(start, first: null);
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        int counters = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        int last = -1;
        var clock = Stopwatch.StartNew();
        while (!process.WaitForExit(Glance))
        {
            int next = NextOf(path, counters);
            if (next != last)
            {
                (last, clock) = (next, Stopwatch.StartNew());
            }
            if (clock.Elapsed > FuzzReplay.Limit || cancel.IsCancellationRequested)
            {
                process.Kill();
            }
        }
        process.WaitForExit();
        if (process.ExitCode == 0)
        {
            return true;
        }
        using var tally = new CoverageTally(path, counters);
        tally.Next++;
        return false;
    }

    private static int NextOf(string path, int counters)
    {
        using var tally = new CoverageTally(path, counters);
        return tally.Next;
    }

    private static void Keep(StateWatch watch, CoverageTally tally)
    {
        foreach ((TcpState state, long times) in watch.States)
        {
            tally.Set(state, times);
        }
        foreach (((TcpState from, TcpState to), long times) in watch.Steps)
        {
            tally.Set(from, to, times);
        }
    }

    // Whoever started this process keeps its input open as long as he lives.
    private static void EndWithOwner()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }
        FuzzWorker.ExitNow(FuzzCampaign.OwnerIsGone);
    }
}
