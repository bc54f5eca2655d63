using System.Diagnostics;
using System.Globalization;
using TcpConformance.Fuzz;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Benchmarks;

// How long a target alone takes over a corpus: in a process of its own, woven or not.
internal static class TargetTimer
{
    internal const string Verb = "time-target";

    private const int Rounds = 7;
    private const int ListeningPeriod = 8; // as a campaign does

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(0.5);

    // Prints the nanoseconds of one run: the best round, since others only disturb.
    internal static int Print(string name, string folder)
    {
        FuzzTarget target = FuzzTargets.All.First(t => t.Name == name);
        byte[][] inputs = [.. Directory.GetFiles(folder).Select(File.ReadAllBytes)];
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long runs = 0;
            var watch = Stopwatch.StartNew();
            for (int pass = 0; watch.Elapsed < Round; pass++)
            {
                CoverageHooks.Listening = pass % ListeningPeriod == 0;
                foreach (byte[] input in inputs)
                {
                    target.Run(input);
                }
                runs += inputs.Length;
            }
            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / runs);
        }
        Console.WriteLine(best.ToString("F1", CultureInfo.InvariantCulture));
        return 0;
    }
}
