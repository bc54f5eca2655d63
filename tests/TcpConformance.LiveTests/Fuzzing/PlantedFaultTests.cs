using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Fuzz;
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
            Flags = ["-seed=1"],
        });
        Assert.That(result.Findings, Has.Count.EqualTo(1));
        FuzzFinding finding = result.Findings[0];
        Assert.That(finding.Message, Does.StartWith(message));
        Assert.That(finding.Path, Does.Exist);
        Assert.That(File.ReadAllText(finding.Path + ".txt"), Does.Contain(finding.Replay));
        FuzzOutcome[] replayed = [.. FuzzReplay.Run(Program, target, [finding.Path])];
        Assert.That(replayed, Has.Length.EqualTo(1));
        Assert.That(replayed[0].Finding, Is.Not.Null);
    }

    [Test]
    public void Fault_InLwipsLibrary_IsFoundByTheSanitizer_AndReplayed()
    {
        NeedLwip();
        Fault_IsFound_KeptAndReplayed("lwip-planted", "==");
        string story = Directory.GetFiles(_folder.File("findings"), "*.txt").Single();
        Assert.That(File.ReadAllText(story), Does.Contain("heap-buffer-overflow"));
    }

    [Test]
    public void Hang_IsFoundByTheFuzzersClock()
    {
        FuzzResult result = Run(new FuzzRequest(PlantedTargets.Find("hang"))
        {
            Program = Program,
            Time = Enough,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            Flags = ["-seed=1", "-timeout=2"],
        });
        Assert.That(
            result.Findings.Select(f => f.Message), Is.EqualTo(new[] { "it takes too long" }));
        Assert.That(Path.GetFileName(result.Findings[0].Path), Does.StartWith("timeout-"));
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
        using (var victim = Process.GetProcessById(pid))
        {
            victim.Kill();
        }
        Assert.That(run.Wait(Enough), Is.True);
        FuzzFinding finding = run.Result.Findings.Single();
        Assert.That(File.ReadAllText(finding.Path), Is.EqualTo("bug"));
        Assert.That(finding.Message, Does.Contain("SIGKILL"));
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
            _ = LwipSurroundings.For(LwipFlavour.Sanitized);
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
