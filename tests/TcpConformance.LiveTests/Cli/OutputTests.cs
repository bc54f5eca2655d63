using System.Xml.Linq;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Cli;

/// <summary>What a run prints, writes and ends with.</summary>
[TestFixture]
internal sealed class OutputTests
{
    // An engine that gives up a SYN long before the three minutes of MUST-23.
    private const string Sloppy = """
        name: sloppy
        kind: engine
        ixit:
          r2Syn: 1s

        """;

    private const string Selected = "rfc9293/3.10.7.4/established";
    private const string SynTimeouts = "rfc9293/3.8.3";

    [Test]
    public void Test_Reference_ConformsAndSaysSo()
    {
        using CliProcess cli = CliProcess.Run("test", "--select", Selected);
        Assert.That(cli.ExitCode, Is.Zero, cli.Output);
        Assert.That(cli.Output, Does.Contain("reference: conforms").And.Contain("RFC 9293"));
        Assert.That(cli.Output, Does.Not.Contain('\u001b'));
        Assert.That(cli.Error, Is.Empty);
    }

    [Test]
    public void Test_IutThatDoesNotConform_WritesAllFiles()
    {
        using var folder = new TemporaryFolder();
        string profile = folder.File("sloppy.yaml");
        File.WriteAllText(profile, Sloppy);
        string results = folder.File("out");
        using CliProcess cli = CliProcess.Run(
            "test", "reference", profile, "--select", SynTimeouts, "--out", results,
            "--seed", "5");
        Assert.That(cli.ExitCode, Is.EqualTo(1), cli.Output + cli.Error);
        Assert.That(cli.Output, Does.Contain("sloppy: does not conform"));
        RunResult run = CliProcess.Read(results)!;
        Assert.That(run.Iuts.Select(i => i.Name), Is.EqualTo(new[] { "reference", "sloppy" }));
        Assert.That(run.Iuts[0].Cases.Select(c => c.Verdict), Has.All.EqualTo(Verdict.Pass));
        CaseResult[] failed =
            [.. run.Iuts[1].Cases.Where(c => c.Verdict == Verdict.Fail)];
        Assert.That(failed, Is.Not.Empty);
        Assert.That(
            failed[0].Replay,
            Is.EqualTo($"./tcpconf test {profile} --select {failed[0].Id} --seed 5"));
        Assert.That(Comments(Path.Combine(results, failed[0].Trace!)), Does.Contain("VIOLATION"));
        XDocument junit = XDocument.Load(Path.Combine(results, "junit.xml"));
        Assert.That(junit.Descendants("failure").Count(), Is.EqualTo(failed.Length));
        Assert.That(
            File.ReadAllText(Path.Combine(results, "report.html")), Does.Contain(failed[0].Id));
        using CliProcess explained = CliProcess.Run("explain", failed[0].Id, "--result", results);
        Assert.That(explained.Output, Does.Contain(failed[0].Message![..20]).And.Contain("sloppy"));
    }

    [Test]
    public void Test_SameSeedTwice_SameResult()
    {
        using var folder = new TemporaryFolder();
        CaseResult[][] runs = [.. new[] { "a", "b" }.Select(name =>
        {
            using CliProcess cli = CliProcess.Run(
                "test", "--select", Selected, "--seed", "9", "--out", folder.File(name));
            return CliProcess.Read(folder.File(name))!.Iuts[0].Cases
                .Select(c => c with { Requirements = [] }).ToArray();
        })];
        Assert.That(runs[0], Is.Not.Empty.And.EqualTo(runs[1]));
    }

    [Test]
    public void List_Cases_NamesEveryCaseOnce()
    {
        using CliProcess cli = CliProcess.Run("list", "cases", Selected);
        string[] ids = [.. cli.Output.TrimEnd('\n').Split('\n').Select(l => l.Split(' ')[0])];
        Assert.That(ids, Is.Unique.And.All.StartsWith(Selected));
        Assert.That(cli.ExitCode, Is.Zero);
    }

    [Test]
    public void Explain_Requirement_SaysSectionAndCases()
    {
        using CliProcess cli = CliProcess.Run("explain", "rfc9293/MUST-3");
        Assert.That(cli.Output, Does.StartWith("rfc9293/MUST-3").And.Contain("§"));
        Assert.That(cli.ExitCode, Is.Zero);
    }

    private static string Comments(string path)
    {
        using FileStream stream = File.OpenRead(path);
        var reader = new PcapngReader(stream);
        var comments = new List<string>();
        while (reader.Read(out CapturedPacket? packet) == CaptureResult.Packet)
        {
            comments.Add(packet!.Comment);
        }
        return string.Join('\n', comments);
    }
}
