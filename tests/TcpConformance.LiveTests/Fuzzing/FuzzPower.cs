using System.Diagnostics;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>The table of planted faults and the time to find each, on one core.</summary>
internal static class FuzzPower
{
    /// <summary>Runs after which a test gives up; more than ten times what any fault takes.
    /// </summary>
    public const long MostRuns = 20_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Looks for a fault, from the corpus of packets.</summary>
    public static FuzzResult Hunt(ReaderFault fault, string folder, long runs)
    {
        using var campaign = new FuzzCampaign(RequestOf(fault, folder) with { Runs = runs });
        return campaign.Run();
    }

    /// <summary>Prints the table; all that it starts stays on one core.</summary>
    public static int Print()
    {
        using (Process self = Process.GetCurrentProcess())
        {
            if (OperatingSystem.IsLinux())
            {
                self.ProcessorAffinity = 1;
            }
        }
        int missed = 0;
        Console.WriteLine($"{"fault",-26}{"seconds",9}{"runs",12}  found by");
        foreach (ReaderFault fault in Enum.GetValues<ReaderFault>().Skip(1))
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("fuzz-power-");
            try
            {
                var clock = new Stopwatch();
                using var campaign = new FuzzCampaign(RequestOf(fault, folder.FullName) with
                {
                    Time = Limit,
                    Started = _ => clock.Start(),
                });
                FuzzResult result = campaign.Run();
                missed += result.Findings.Count == 0 ? 1 : 0;
                string by = result.Findings.Count == 0 ? "-" : result.Findings[0].Message;
                Console.WriteLine(
                    $"{fault,-26}{clock.Elapsed.TotalSeconds,9:0.0}{result.Runs,12}  {by}");
            }
            finally
            {
                folder.Delete(true);
            }
        }
        Console.WriteLine(missed == 0 ? "all were found" : $"{missed} were not found");
        return missed == 0 ? 0 : 1;
    }

    // It begins with the corpus of 'ipv4' and 'ipv6': a header checksum that is right over options
    // is not for chance to find. For options and segments it begins with nothing.
    private static FuzzRequest RequestOf(ReaderFault fault, string folder)
    {
        string corpus = Path.Combine(folder, "corpus");
        Directory.CreateDirectory(corpus);
        foreach (string version in new[] { "ipv4", "ipv6" })
        {
            foreach (FuzzInput seed in FuzzCorpus.Seeds(version))
            {
                File.WriteAllBytes(
                    Path.Combine(corpus, $"{version}-{seed.Name}"),
                    [PlantedReaders.IsPacket, .. seed.Octets]);
            }
        }
        return new FuzzRequest(PlantedReaders.Find(fault))
        {
            Program = PlantedFaultTests.Program,
            Corpus = corpus,
            Findings = Path.Combine(folder, "findings"),
            StopsOnFinding = true,
            Flags = ["-seed=1", "-use_value_profile=1", "-timeout=2"],
        };
    }
}
