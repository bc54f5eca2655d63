using System.Text.RegularExpressions;
using NUnit.Framework;

namespace TcpConformance.LiveTests.Cli;

/// <summary><c>tcpconf mutants --operators</c> as a user runs it.</summary>
[TestFixture]
internal sealed partial class OperatorMutantsTests
{
    [Test]
    public void Selection_IsJudgedAndWrittenDown()
    {
        using var folder = new TemporaryFolder();
        using CliProcess cli = CliProcess.Run(
            "mutants", "--operators", "--select", "ResetDecisions.AnswersStray/*", "--out",
            folder.Path);
        Assert.That(cli.ExitCode, Is.Zero, cli.Output + cli.Error);
        Assert.That(cli.Output, Does.Match(@"got a Fail: 100\.0 %"));
        Assert.That(
            File.ReadAllText(folder.File("operator-mutants.json")),
            Does.Contain("ResetDecisions.AnswersStray/negation-1"));
    }

    [Test]
    public void Killed_LeavesNoWorkerAndNoDirectoryForLong()
    {
        using CliProcess cli = CliProcess.Start("mutants", "--operators", "--jobs", "1");
        int worker = 0;
        string folder = "";
        // Between fork and exec the worker still has its parent's command line.
        Assert.That(
            SpinWait.SpinUntil(
                () => (worker = cli.Child()) != 0
                    && (folder = Folder().Match(
                        File.ReadAllText($"/proc/{worker}/cmdline")).Value).Length > 0,
                CliProcess.Limit),
            Is.True, () => cli.Output + cli.Error);
        Assert.That(Directory.Exists(folder), Is.True, folder);
        cli.Signal("KILL");
        Assert.That(
            SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{worker}"), CliProcess.Limit),
            Is.True, "the worker outlives its owner");
        Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow - TimeSpan.FromHours(1));
        using CliProcess next = CliProcess.Run(
            "mutants", "--operators", "--select", "ResetDecisions.AnswersStray/negation-1");
        Assert.That(Directory.Exists(folder), Is.False, "the next run removes what is left");
    }

    [GeneratedRegex("/[^\0]*tcpconf-operators-[^/\0]*")]
    private static partial Regex Folder();
}
