using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Cli;
using TcpConformance.LiveTests.Tap;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>The example of specs/iuts/README.md, built and run as the page says.</summary>
public sealed class ExampleTests
{
    private static readonly string Example = Path.Combine(SourceFolder(), "specs/iuts/example");

    private static string SourceFolder()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TcpConformance.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        return folder;
    }

    // The example in a folder, with a source of ours in front of its calls of recv if there is one.
    private static void Build(TemporaryFolder folder, string? ours = null)
    {
        foreach (string file in Directory.GetFiles(Example))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }
        string[] more = ours is null ? [] : ["-Drecv=mortal_recv", ours];
        using Process compiler = Process.Start(
            "cc",
            ["-D_GNU_SOURCE", "-o", folder.File("mystack"), folder.File("mystack.c"), .. more]);
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero);
    }

    [Test]
    public void MyStack_ResetAtNext_IsJudged()
    {
        LiveLink.OpenNetwork().Dispose(); // skips the test where there can be no TAP
        using var folder = new TemporaryFolder();
        Build(folder);

        using CliProcess good = CliProcess.Run(
            "test", folder.File("mystack.yaml"), "--select",
            "rfc9293/3.10.7.4/established/rst-exact");

        Assert.That(good.ExitCode, Is.Zero, good.Output + good.Error);
        Assert.That(good.Output, Does.Contain("mystack 1.0: conforms"));
    }

    [Test]
    public void MyStack_DoesNotKnowThePattern_IsGivenItsOctets()
    {
        LiveLink.OpenNetwork().Dispose();
        using var folder = new TemporaryFolder();
        Build(folder);

        using CliProcess run = CliProcess.Run(
            "test", folder.File("mystack.yaml"), "--select", "walkthrough/congestion/slow-start");

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Error);
    }

    [Test]
    public void MyStack_ThatDiesOfAnOption_IsStartedAgainAndTheRunGoesOn()
    {
        const string Cases = "rfc9293/3.1/illegal-length/";
        const string LastWord = "mystack: assertion failed: an option has a length";
        LiveLink.OpenNetwork().Dispose();
        using var folder = new TemporaryFolder();
        Build(
            folder, Path.Combine(SourceFolder(), "tests/TcpConformance.LiveTests/Stacks/mortal.c"));

        using CliProcess run = CliProcess.Run(
            "test", folder.File("mystack.yaml"), "--select", Cases + "*", "--trace",
            "--out", folder.File("out"));

        IutResult mystack = CliProcess.Read(folder.File("out"))!.Iuts[0];
        CaseResult[] bad = mystack.Cases.Where(c => c.Verdict != Verdict.Pass).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
            Assert.That(mystack.Incomplete, Is.Null);
            Assert.That(mystack.Cases, Has.Count.GreaterThan(10));
            Assert.That(
                bad.Select(c => c.Id),
                Is.EquivalentTo(
                    (string[])[
                        Cases + "length-0", Cases + "mss-length-0",
                        Cases + "outside-window/length-0",
                    ]));
            Assert.That(
                bad.Select(c => c.Message),
                Is.All.EndsWith($"has ended with exit code 134: {LastWord}"));
            // A line of its own in the diagram of each case that has killed it.
            Assert.That(run.Output.Split($"| {LastWord} ").Length - 1, Is.EqualTo(bad.Length));
            Assert.That(run.Output, Does.Contain("The IUT was started again"));
        });
    }

    [TestCase("/bin/true", "has ended with exit code 0")]
    [TestCase("/etc/passwd", "'/etc/passwd' is not executable")]
    [TestCase("/no/such/program", "there is no executable '/no/such/program'")]
    public void Program_ThatIsNone_IsOneLineAndExitCodeTwo(string program, string says)
    {
        LiveLink.OpenNetwork().Dispose();
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder.File("bad.yaml"), $"name: bad\nkind: process\nprogram: {program}\nics: []\n");

        using CliProcess bad = CliProcess.Run(
            "test", folder.File("bad.yaml"), "--select", "rfc9293/3.10.7.4/established/*");

        bad.HasRefusedAtTheEnd(says);
    }
}
