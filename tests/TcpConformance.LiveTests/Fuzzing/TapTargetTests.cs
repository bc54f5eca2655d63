using NUnit.Framework;
using TcpConformance.Fuzz;
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

        using CliProcess run = CliProcess.Run(
            "fuzz", "tap:linux", "--runs", "100", "--corpus", folder.File("corpus"), "--out",
            folder.File("findings"));

        // Broken rules are printed: each has to be looked at by people.
        TestContext.Out.WriteLine(run.Output);
        Assert.That(run.Output, Does.Contain("tap:linux: 100 runs"), run.Error);
        Assert.That(run.Output, Does.Not.Contain("not-alive").And.Not.Contain("iut-died"));
        Assert.That(run.ExitCode, Is.AnyOf(0, 1));
    }

    [Test]
    public void Find_NoSuchIut_SaysWhichThereAre() => Assert.That(
        () => FuzzTargets.Find("tap:nosuch"),
        Throws.TypeOf<ProfileException>().With.Message.Contains("linux"));
}
