using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;
using TcpConformance.Fuzz.Tapping;
using TcpConformance.Harness.Iuts;
using TcpConformance.LiveTests.Cli;
using TcpConformance.LiveTests.Tap;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>Sessions of the corpus on the machine's own kernel, over a TAP device.</summary>
public sealed class TapTargetTests
{
    [Test]
    public void Linux_CorpusOfSessions_IsPlayedAndTheKernelStillAnswers()
    {
        LiveLink.OpenNetwork().Dispose(); // skips the test where there can be no TAP
        using var folder = new TemporaryFolder();
        var campaign = new TapCampaign(
            new FuzzRequest(FuzzTargets.Find("tap:linux")!)
            {
                Runs = 150,
                Corpus = Path.Combine(folder.Path, "corpus"),
                Findings = Path.Combine(folder.Path, "findings"),
            },
            []);

        FuzzResult result = campaign.Run();

        Assert.That(result.Runs, Is.EqualTo(150));
        Assert.That(result.Restarts, Is.Zero, "the kernel was deaf or dead");
        // Broken rules are printed: each has to be looked at by people.
        result.Findings.ToList().ForEach(f => TestContext.Out.WriteLine(f.Message));
    }

    [Test]
    public void Find_NoSuchIut_SaysWhichThereAre() => Assert.That(
        () => FuzzTargets.Find("tap:nosuch"),
        Throws.TypeOf<ProfileException>().With.Message.Contains("linux"));
}
