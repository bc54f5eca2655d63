using System.Diagnostics;
using TcpConformance.Fuzz.Running;
using TcpConformance.Mutants;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>The table of the catalogue's mutants and the time that <c>session</c> takes to find
/// each, from an empty corpus on one core.</summary>
internal static class MutantPower
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Prints the table; all that it starts stays on one core.</summary>
    /// <param name="seconds">Processor time for each mutant: on a busy machine the clock says
    /// nothing.</param>
    public static int Print(int seconds)
    {
        using (Process self = Process.GetCurrentProcess())
        {
            if (OperatingSystem.IsLinux())
            {
                self.ProcessorAffinity = 1;
            }
        }
        int found = 0;
        int named = 0;
        Console.WriteLine($"{"mutant",-44}{"CPU s",7}{"runs",10}  found by");
        foreach (Mutant mutant in MutantCatalogue.All)
        {
            (FuzzResult result, TimeSpan spent) = Hunt(mutant, TimeSpan.FromSeconds(seconds));
            string by = result.Findings.Count == 0 ? "-" : result.Findings[0].Message;
            string rule = by.Split(':')[0];
            found += by == "-" ? 0 : 1;
            named += rule == mutant.Requirement ? 1 : 0;
            Console.WriteLine(
                $"{mutant.Id,-44}{spent.TotalSeconds,7:0.0}{result.Runs,10}  {rule}");
        }
        int all = MutantCatalogue.All.Count;
        Console.WriteLine(
            $"{found} of {all} found ({100.0 * found / all:0.0} %) within {seconds} s each, "
            + $"{named} by the requirement that the catalogue names");
        return 0;
    }

    private static (FuzzResult Result, TimeSpan Spent) Hunt(Mutant mutant, TimeSpan limit)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mutant-power-");
        using var cancel = new CancellationTokenSource();
        var spent = new Spending(limit, cancel);
        try
        {
            using var campaign = new FuzzCampaign(new FuzzRequest(MutantTargets.Find(mutant))
            {
                Program = PlantedFaultTests.Program,
                Corpus = Path.Combine(folder.FullName, "corpus"),
                Findings = Path.Combine(folder.FullName, "findings"),
                StopsOnFinding = true,
                Flags = ["-seed=1"],
                Started = spent.Begin,
            });
            return (campaign.Run(cancel.Token), spent.Total);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    /// <summary>Watches how much processor time the processes of a campaign take.</summary>
    private sealed class Spending(TimeSpan limit, CancellationTokenSource cancel)
    {
        private TimeSpan _before;
        private TimeSpan _now;

        public TimeSpan Total => _before + _now;

        public void Begin(int process)
        {
            _before += _now;
            _now = default;
            new Thread(() => Watch(process)) { IsBackground = true }.Start();
        }

        private void Watch(int id)
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                while (!process.HasExited)
                {
                    process.Refresh();
                    _now = process.TotalProcessorTime;
                    if (Total >= limit)
                    {
                        cancel.Cancel();
                        return;
                    }
                    process.WaitForExit(Poll);
                }
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It has ended already.
            }
        }
    }
}
