using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Tap;

namespace TcpConformance.LiveTests.Cli;

/// <summary>What can befall 'tcpconf test linux' in the middle of a run.</summary>
[TestFixture]
internal sealed class RunFaultTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public void NeedTap() => LiveLink.OpenNetwork().Dispose();

    [SetUp]
    public void MakeFolder() => _folder =
        Directory.CreateTempSubdirectory("tcpconf-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    // One case at a time: the run takes minutes unless something befalls it.
    private CliProcess Start() =>
        CliProcess.Start("test", "linux", "--jobs", "1", "--out", _folder);

    [TestCase("TERM"), TestCase("INT"), TestCase("HUP")]
    public void Signal_InMidRun_EndsWithThreeAndTheResultSoFar(string signal)
    {
        using CliProcess cli = Start();
        int upper = cli.UpperTester();
        int before = cli.SoFar(_folder).Iuts[0].Cases.Count;
        cli.Signal(signal);
        cli.Ended();
        Assert.That(cli.ExitCode, Is.EqualTo(3), cli.Error);
        Assert.That(cli.Error, Does.Match("^tcpconf: interrupted: [^\n]+\n$"));
        Assert.That(cli.Error, Does.Contain($"results are in {_folder}"));
        IutResult iut = CliProcess.Read(_folder)!.Iuts.Single();
        Assert.That(iut.Cases, Has.Count.AtLeast(before));
        Assert.That(iut.Incomplete, Does.Contain("interrupted"));
        Assert.That(File.Exists(Path.Combine(_folder, "junit.xml")), Is.True);
        Assert.That(File.Exists(Path.Combine(_folder, "report.html")), Is.True);
        Assert.That(Directory.Exists($"/proc/{upper}"), Is.False);
    }

    [Test]
    public void KillNine_InMidRun_LeavesTheResultSoFarAndNothingElse()
    {
        using CliProcess cli = Start();
        int upper = cli.UpperTester();
        cli.SoFar(_folder);
        string space = CliProcess.NamespaceOf(upper)!;
        Assert.That(NothingLeftTests.TasksIn(space), Has.Member(upper));
        cli.Kill();
        cli.Ended();
        Assert.That(
            SpinWait.SpinUntil(() => NothingLeftTests.TasksIn(space).Count == 0, CliProcess.Limit),
            Is.True);
        Assert.That(CliProcess.Read(_folder)!.Iuts[0].Cases, Is.Not.Empty);
    }

    [Test]
    public void UpperTester_KilledInMidRun_IsOneLineAndExitCodeTwo()
    {
        using CliProcess cli = Start();
        int upper = cli.UpperTester();
        cli.SoFar(_folder);
        Process.GetProcessById(upper).Kill();
        HasEndedBy(cli, "upper tester has ended");
    }

    [Test]
    public void UpperTester_HangsInMidRun_IsOneLineAndExitCodeTwo()
    {
        using CliProcess cli = Start();
        int upper = cli.UpperTester();
        cli.SoFar(_folder);
        CliProcess.Shell($"kill -STOP {upper}");
        HasEndedBy(cli, "upper tester");
        Assert.That(Directory.Exists($"/proc/{upper}"), Is.False);
    }

    [Test]
    public void Tap_DeletedInMidRun_IsOneLineAndExitCodeTwo()
    {
        using CliProcess cli = Start();
        int upper = cli.UpperTester();
        cli.SoFar(_folder);
        CliProcess.Shell($"nsenter --net=/proc/{upper}/ns/net ip link del tap0");
        HasEndedBy(cli, "vanished");
    }

    private void HasEndedBy(CliProcess cli, string words)
    {
        cli.Ended().HasRefused(words);
        IutResult iut = CliProcess.Read(_folder)!.Iuts.Single();
        Assert.That(iut.Cases, Is.Not.Empty);
        Assert.That(iut.Incomplete, Does.Contain(words));
        Assert.That(cli.Output, Does.Not.Contain("linux: conforms"));
    }
}
