using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Benchmarks;

// 'fuzz-speed [SECONDS]': executions a second in the process and out of it, and what weaving costs;
// everything on one core.
internal sealed partial class FuzzSpeed : IDisposable
{
    private const string Program = "TcpConformance.Benchmarks";
    private const int Rounds = 3;
    private const double SpeedGoal = 1_000_000;
    private const double RatioGoal = 20;
    private const double WeavingGoal = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fuzz-speed-");
    private readonly TimeSpan _time;

    private FuzzSpeed(TimeSpan time) => _time = time;

    // Runs and what they took by the clock and of the processor.
    private readonly record struct Sample(long Runs, double Seconds, double ProcessorSeconds);

    internal static int Print(string? seconds)
    {
        PinToOneCore();
        using var speed = new FuzzSpeed(TimeSpan.FromSeconds(
            seconds is null ? 10 : double.Parse(seconds, CultureInfo.InvariantCulture)));
        speed.PrintDrivers(Find("tcp-options"));
        foreach (string name in (string[])["tcp-options", "frame"])
        {
            speed.PrintWeaving(Find(name));
        }
        return 0;
    }

    public void Dispose() => _folder.Delete(true);

    private static FuzzTarget Find(string name) => FuzzTargets.All.First(t => t.Name == name);

    private void PrintDrivers(FuzzTarget target)
    {
        string driver = PipeDriver.Build(_folder.FullName);
        List<Sample> inside = [];
        List<Sample> outside = [];
        // By turns, so that both have the machine's good and bad moments.
        for (int round = 0; round < Rounds; round++)
        {
            inside.Add(InProcess(target));
            outside.Add(OutOfProcess(target, driver));
        }
        (double near, double nearBusy) = Best($"{target.Name}, in the process", inside);
        (double far, double farBusy) = Best($"{target.Name}, out of process", outside);
        Say($"ratio: {near / far:F1} by the clock, {nearBusy / farBusy:F1} by the processor's "
            + $"time (goal {RatioGoal:F0})");
        Say($"goal in the process: {SpeedGoal:N0} a second");
    }

    private static (double ByClock, double ByProcessor) Best(string what, List<Sample> samples)
    {
        foreach (Sample s in samples)
        {
            Say($"  {what}: {s.Runs:N0} runs, {s.Runs / s.Seconds:N0} a second, "
                + $"{s.Runs / s.ProcessorSeconds:N0} a second of the processor");
        }
        double clock = samples.Max(s => s.Runs / s.Seconds);
        double processor = samples.Max(s => s.Runs / s.ProcessorSeconds);
        Say($"{what}: {clock:N0} a second, {processor:N0} a second of the processor (best of "
            + $"{samples.Count})");
        return (clock, processor);
    }

    private Sample InProcess(FuzzTarget target)
    {
        string said = "";
        using var campaign = new FuzzCampaign(new FuzzRequest(target)
        {
            Program = Program,
            Time = _time,
            Corpus = Fresh("corpus"),
            Findings = Fresh("findings"),
            Say = line => said += line + "\n",
        });
        double busy = ChildrenBusy();
        campaign.Run();
        return Read(said, busy);
    }

    private Sample OutOfProcess(FuzzTarget target, string driver)
    {
        using var copy = new WovenCopy(target);
        var start = new ProcessStartInfo(
            driver,
            [
                Path.Combine(copy.Folder, Program), PipeDriver.Option + target.Name,
                $"-max_total_time={_time.TotalSeconds:F0}", "-print_final_stats=1",
                $"-max_len={target.LongestInput}", "-dict=" + copy.Dictionary, "-timeout=10",
                .. target.LibFuzzerFlags, Fresh("corpus"), copy.Seeds,
            ])
        {
            RedirectStandardError = true,
        };
        Prepare(start, shim: null);
        double busy = ChildrenBusy();
        using Process process = Process.Start(start)!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return Read(said, busy);
    }

    // Either side's libFuzzer counts the seconds itself, from when the process is up.
    private static Sample Read(string said, double busy)
    {
        long runs = Number(Runs(), said);
        return new Sample(runs, (double)runs / Number(PerSecond(), said), ChildrenBusy() - busy);
    }

    private void PrintWeaving(FuzzTarget target)
    {
        string corpus = Fresh("corpus");
        using (var campaign = new FuzzCampaign(new FuzzRequest(target)
        {
            Program = Program,
            Runs = 300_000,
            Corpus = corpus,
            Findings = Fresh("findings"),
            Flags = ["-seed=1"],
        }))
        {
            campaign.Run();
        }
        using var copy = new WovenCopy(target);
        double plain = double.MaxValue;
        double woven = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            plain = Math.Min(plain, Time(AppContext.BaseDirectory, target, corpus, null));
            woven = Math.Min(
                woven, Time(copy.Folder, target, corpus, LibFuzzerShim.Locate()));
        }
        Say($"{target.Name}, one run of the target alone: {plain:F0} ns as built, {woven:F0} ns "
            + $"woven: {woven / plain:F2} times (goal: below {WeavingGoal:F0})");
    }

    private static double Time(string folder, FuzzTarget target, string corpus, string? shim)
    {
        var start = new ProcessStartInfo(
            Path.Combine(folder, Program), [TargetTimer.Verb, target.Name, corpus])
        {
            RedirectStandardOutput = true,
        };
        Prepare(start, shim);
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return double.Parse(said, CultureInfo.InvariantCulture);
    }

    private static void Prepare(ProcessStartInfo start, string? shim)
    {
        DotnetHome.SetForWoven(start);
        start.Environment[CoverageLibrary.Variable] = shim;
    }

    private string Fresh(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        if (Directory.Exists(path))
        {
            Directory.Delete(path, true);
        }
        return Directory.CreateDirectory(path).FullName;
    }

    private static void Say(string line) => Console.WriteLine(line);

    private static long Number(Regex pattern, string said) => pattern.Match(said) is
        { Success: true } match
        ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : throw new InvalidOperationException($"the driver has failed: {said}");

    // Children inherit it from the thread that starts them: this one.
    private static unsafe void PinToOneCore()
    {
        ulong core = 1ul << (Environment.ProcessorCount - 1);
        _ = SetAffinity(0, sizeof(ulong), &core);
    }

    // The processor's time of all children that have ended and been waited for.
    private static unsafe double ChildrenBusy()
    {
        long* usage = stackalloc long[32];
        _ = ResourceUsage(-1, usage);
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    [GeneratedRegex(@"stat::number_of_executed_units:\s*(\d+)")]
    private static partial Regex Runs();

    [GeneratedRegex(@"stat::average_exec_per_sec:\s*(\d+)")]
    private static partial Regex PerSecond();

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int SetAffinity(int process, nuint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static unsafe partial int ResourceUsage(int who, long* usage);
}
