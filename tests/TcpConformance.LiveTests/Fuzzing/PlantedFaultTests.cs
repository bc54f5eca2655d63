using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Running;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>Whatever way an input kills the process, it is found, kept, and runs again.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PlantedFaultTests : IDisposable
{
    internal const string Program = "TcpConformance.LiveTests";

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [SetUp]
    public void Need() => NeedLibFuzzer();

    public void Dispose() => _folder.Dispose();

    [TestCase("constant", "planted: two constants")]
    [TestCase("pair", "planted: two values that belong together")]
    [TestCase("span", "planted: a word")]
    [TestCase("overflow", "Stack overflow.")]
    [TestCase("failfast", "Process terminated.")]
    [TestCase("thread", "Unhandled exception.")]
    [TestCase("native", "Fatal error.")]
    [TestCase("outside", "Fatal error.")]
    public void Fault_IsFound_KeptAndReplayed(string name, string message)
    {
        FuzzTarget target = PlantedTargets.Find(name);
        FuzzResult result = Run(new FuzzRequest(target)
        {
            Program = Program,
            Time = Enough,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            StopsOnFinding = true,
            Flags = ["-seed=1"],
        });
        Assert.That(result.Findings, Has.Count.EqualTo(1));
        FuzzFinding finding = result.Findings[0];
        Assert.That(finding.Message, Does.StartWith(message));
        Assert.That(finding.Path, Does.Exist);
        string home = Path.GetDirectoryName(finding.Path)!;
        Assert.That(Path.GetFileName(home), Is.EqualTo(finding.Name));
        Assert.That(
            File.ReadAllText(Path.Combine(home, FindingStore.WordsFile)),
            Does.Contain(finding.Replay).And.Contain("first seen"));
        FuzzOutcome[] replayed = [.. FuzzReplay.Run(Program, target, [finding.Path])];
        Assert.That(replayed, Has.Length.EqualTo(1));
        Assert.That(replayed[0].Signature!.Name, Is.EqualTo(finding.Name));
        Assert.That(
            Directory.GetFileSystemEntries(_folder.File("findings")), Has.Length.EqualTo(2),
            "the finding, and a folder for what nobody has looked at");
        Assert.That(Directory.GetFiles(_folder.File("findings/incoming")), Is.Empty);
    }

    [Test]
    public void Fault_InLwipsLibrary_IsFoundByTheSanitizer_AndReplayed()
    {
        NeedLwip();
        Fault_IsFound_KeptAndReplayed("lwip-planted", "heap-buffer-overflow");
    }

    [Test]
    public void Hang_IsFoundByTheFuzzersClock_AndNamedAfterItsLoop()
    {
        FuzzResult result = Run(new FuzzRequest(PlantedTargets.Find("hang"))
        {
            Program = Program,
            Time = Enough,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            StopsOnFinding = true,
            Flags = ["-seed=1", "-timeout=2"],
        });
        FuzzFinding finding = result.Findings.Single();
        Assert.That(finding.Message, Is.EqualTo("it takes longer than 2 s"));
        Assert.That(finding.Name, Does.StartWith("hang-plantedtargets-runhang-"));
        Assert.That(File.ReadAllText(finding.Path), Does.StartWith("bug"));
    }

    [Test]
    public void Memory_BeyondTheLimit_IsFound_AndNamedAfterItsLoop()
    {
        FuzzResult result = Run(new FuzzRequest(PlantedTargets.Find("memory"))
        {
            Program = Program,
            Time = Enough,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            StopsOnFinding = true,
            Flags = ["-seed=1", "-rss_limit_mb=600"],
        });
        FuzzFinding finding = result.Findings.Single();
        Assert.That(finding.Message, Is.EqualTo("it takes more than 600 MiB of memory"));
        Assert.That(finding.Name, Does.StartWith("memory-plantedtargets-runmemory-"));
        Assert.That(File.ReadAllText(finding.Path), Does.StartWith("bug"));
    }

    [Test]
    public void ManyFindings_AreEachWrittenOnce_AndTheCampaignGoesOn()
    {
        FuzzRequest request = new(PlantedTargets.Find("many"))
        {
            Program = Program,
            Runs = 20_000,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            Flags = ["-seed=1"],
        };
        Directory.CreateDirectory(request.Corpus);
        File.WriteAllText(Path.Combine(request.Corpus, "dies"), "\0bug");
        FuzzResult first = Run(request);
        Assert.That(
            first.Findings.Where(f => f.Name.StartsWith("rule-", StringComparison.Ordinal))
                .Select(f => f.Name[..6]).Order(),
            Is.EqualTo(new[] { "rule-0", "rule-1", "rule-2" }));
        Assert.That(
            first.Findings.Select(f => f.Name),
            Has.Some.StartsWith("fail-fast-plantedtargets-runmany-"));
        Assert.That(first.Restarts, Is.Positive);
        // Inputs that have killed a process are not run again.
        Assert.That(first.Runs, Is.AtLeast(19_900));
        Assert.That(first.Findings.Sum(f => f.Times), Is.AtLeast(1000));
        FuzzResult again = Run(request);
        Assert.That(again.Findings.Where(f => f.IsNew), Is.Empty);
        Assert.That(
            again.Findings.Select(f => f.Name).Order(),
            Is.EqualTo(first.Findings.Select(f => f.Name).Order()));
        Finding kept = FindingStore.Read(Path.GetDirectoryName(again.Findings[0].Path)!)!;
        Assert.That(
            kept.Times, Is.EqualTo(first.Findings.Single(f => f.Name == kept.Name).Times
                + again.Findings[0].Times));
    }

    [Test]
    public void SameException_AtTwoPlaces_IsTwoFindings_EachShortened()
    {
        FuzzResult result = Run(new FuzzRequest(PlantedTargets.Find("where"))
        {
            Program = Program,
            Runs = 200_000,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            Flags = ["-seed=1"],
        });
        Assert.That(
            result.Findings.Select(f => f.Name[..f.Name.LastIndexOf('-')]).Order(),
            Is.EqualTo(new[]
            {
                "invalidoperation-plantedtargets-throwhere",
                "invalidoperation-plantedtargets-throwthere",
            }));
        FuzzFinding here = result.Findings.MinBy(f => f.Name)!;
        Assert.That(File.ReadAllBytes(here.Path), Is.EqualTo(new byte[] { 0, 7, 0, 0 }));
        Assert.That(here.Message, Is.EqualTo("InvalidOperationException: planted 0"));
    }

    [Test]
    public void KilledProcess_LeavesItsInput()
    {
        // A hang that the fuzzer's own clock does not end: only kill -9 does.
        int pid = 0;
        FuzzRequest request = new(PlantedTargets.Find("hang"))
        {
            Program = Program,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            StopsOnFinding = true,
            Flags = ["-seed=1", "-timeout=0"],
            Started = started => pid = started,
        };
        Directory.CreateDirectory(request.Corpus);
        File.WriteAllText(Path.Combine(request.Corpus, "hangs"), "bug");
        using var campaign = new FuzzCampaign(request);
        Task<FuzzResult> run = Task.Run(() => campaign.Run());
        Assert.That(
            SpinWait.SpinUntil(() => run.IsCompleted || campaign.IsRunning("bug"u8), Enough),
            Is.True);
        Assert.That(run.IsCompleted, Is.False);
        Assert.That(pid, Is.Positive);
        // It is dead once and for all: there is no limit to start it again for.
        using (var victim = Process.GetProcessById(pid))
        {
            victim.Kill();
        }
        Assert.That(run.Wait(Enough), Is.True);
        FuzzFinding finding = run.Result.Findings.Single();
        Assert.That(File.ReadAllText(finding.Path), Is.EqualTo("bug"));
        // Looked at again, it is seen to hang.
        Assert.That(finding.Name, Does.StartWith("hang-plantedtargets-runhang-"));
    }

    [Test]
    public void NoFault_NoFinding()
    {
        FuzzResult result = Run(new FuzzRequest(PlantedTargets.Find("fine"))
        {
            Program = Program,
            Runs = 5000,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
        });
        Assert.That(result.Findings, Is.Empty);
        Assert.That(result.Runs, Is.EqualTo(5000));
    }

    [Test]
    public void Replay_GoesOnAfterADeath()
    {
        string[] files = [_folder.File("1"), _folder.File("2"), _folder.File("3")];
        File.WriteAllText(files[0], "fine");
        File.WriteAllText(files[1], "bug");
        File.WriteAllText(files[2], "fine too");
        FuzzOutcome[] outcomes =
            [.. FuzzReplay.Run(Program, PlantedTargets.Find("failfast"), files)];
        Assert.That(outcomes.Select(o => o.Input), Is.EqualTo(files));
        Assert.That(
            outcomes.Select(o => o.Finding is null), Is.EqualTo(new[] { true, false, true }));
    }

    internal static void NeedLwip()
    {
        try
        {
            _ = LwipSurroundings.For(LwipFlavour.Fuzzed);
        }
        catch (FuzzUnavailableException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    internal static void NeedLibFuzzer()
    {
        try
        {
            LibFuzzerShim.Locate();
        }
        catch (FuzzUnavailableException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    private static FuzzResult Run(FuzzRequest request)
    {
        using var campaign = new FuzzCampaign(request);
        return campaign.Run();
    }
}
