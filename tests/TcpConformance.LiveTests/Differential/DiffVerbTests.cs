using NUnit.Framework;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Differential;

/// <summary>The reference engine and the machine's kernel, side by side.</summary>
[TestFixture]
[NonParallelizable]
internal sealed class DiffVerbTests
{
    // The kernel takes text without the agreed timestamps: a known deviation.
    private const string WithoutTimestamps = """
        # iuts: reference linux
        open passive mss=1460 ts iss=1000
        segment A seq=next ack=all len=1 opt=
        """;

    [Test]
    public void Replay_OfAKnownDeviation_ShowsBothSides()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("without-timestamps.session");
        File.WriteAllText(file, WithoutTimestamps);
        using CliProcess cli = CliProcess.Run("diff", "replay", file);

        Assert.That(cli.ExitCode, Is.Zero, cli.Error + cli.Output);
        Assert.That(cli.Output, Does.Contain("violates rfc7323/3.2/10 (known)"));
        Assert.That(cli.Output, Does.Contain("segment A seq=next ack=all len=1 opt="));
    }

    [Test]
    public void FewSessions_OnBoth_FindWhatTheProfileKnows()
    {
        using var folder = new TemporaryFolder();
        using CliProcess cli = CliProcess.Run(
            "diff", "reference", "linux", "--count", "60", "--seed", "3", "--out", folder.Path);

        Assert.That(cli.ExitCode, Is.LessThan(2), cli.Error + cli.Output);
        Assert.That(cli.Output, Does.Contain("reference, linux: ").And.Contain(" a second"));
        Assert.That(cli.Output, Does.Contain("linux "));
        Assert.That(File.Exists(folder.File("diff.json")), Is.True);
        Assert.That(File.ReadAllText(folder.File("diff.html")), Does.Contain("class=\"sides\""));
        Assert.That(
            Directory.GetFiles(folder.Path, "linux.pcapng", SearchOption.AllDirectories),
            Is.Not.Empty);
    }

    [Test]
    public void SameIutTwice_DiffersNowhere()
    {
        using CliProcess cli = CliProcess.Run(
            "diff", "reference", "reference", "--count", "200");

        Assert.That(cli.ExitCode, Is.Zero, cli.Error + cli.Output);
        Assert.That(cli.Output, Does.Contain("reference, reference#2: 200 sessions"));
        Assert.That(cli.Output, Does.Contain("0 differences: "));
    }
}
