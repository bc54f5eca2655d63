using System.Diagnostics;
using System.Globalization;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Benchmarks;

/// <summary>How many sessions of ten events the targets <c>session</c> and <c>lwip</c> play in a
/// second on one core, the oracle watching; lwIP with its sanitizers.</summary>
internal static class SessionSpeed
{
    internal const string Verb = "play-sessions";

    private const int Inputs = 2000;
    private const int Events = 10;
    private static readonly TimeSpan Warmth = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    /// <summary>Plays and prints: each target in a process of its own, with what it needs.
    /// </summary>
    public static void Print()
    {
        foreach (string name in (string[])["session", "lwip"])
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [Verb, name]);
            Find(name).Surroundings?.Invoke().Apply(start, first: null);
            using Process process = Process.Start(start)!;
            process.WaitForExit();
        }
    }

    private static FuzzTarget Find(string name) => FuzzTargets.All.First(t => t.Name == name);

    /// <summary>Plays and prints one target.</summary>
    internal static void PlayHere(string name)
    {
        FuzzTarget target = Find(name);
        byte[][] inputs = [.. Make(target)];
        Play(target, inputs, Warmth);
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (byte[] input in inputs)
        {
            target.Run(input);
        }
        long memory = (GC.GetAllocatedBytesForCurrentThread() - before) / inputs.Length;
        double perSecond = Play(target, inputs, Time);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {perSecond:0} sessions of {Events} events a second of the processor, "
            + $"{memory} bytes allocated by each"));
    }

    private static double Play(FuzzTarget target, byte[][] inputs, TimeSpan time)
    {
        // Of the processor, so that what else runs counts little.
        TimeSpan start = Environment.CpuUsage.TotalTime;
        long runs = 0;
        while (Environment.CpuUsage.TotalTime - start < time)
        {
            foreach (byte[] input in inputs)
            {
                target.Run(input);
            }
            runs += inputs.Length;
        }
        return runs / (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    // Any octets, cut where the tenth event ends. A flow is no event, but as many as one likes;
    // and what the oracle minds is for a campaign.
    private static IEnumerable<byte[]> Make(FuzzTarget target)
    {
        var random = new Random(1);
        for (int made = 0; made < Inputs;)
        {
            byte[] input = new byte[160];
            random.NextBytes(input);
            int length = 1;
            while (SessionDecoder.Read(input.AsSpan(0, length)).Steps.Count < Events)
            {
                length++;
            }
            byte[] cut = input[..length];
            if (!SessionDecoder.Read(cut).Steps.Any(s => s is FlowStep) && IsFine(target, cut))
            {
                made++;
                yield return cut;
            }
        }
    }

    private static bool IsFine(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return true;
        }
        catch (FuzzFindingException)
        {
            return false;
        }
    }
}
