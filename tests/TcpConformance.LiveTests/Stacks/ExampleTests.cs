using System.Diagnostics;
using NUnit.Framework;
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

    [Test]
    public void MyStack_ResetAtNext_IsJudged()
    {
        LiveLink.OpenNetwork().Dispose(); // skips the test where there can be no TAP
        using var folder = new TemporaryFolder();
        foreach (string file in Directory.GetFiles(Example))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }
        using (Process compiler = Process.Start(
            "cc", ["-D_GNU_SOURCE", "-o", folder.File("mystack"), folder.File("mystack.c")]))
        {
            compiler.WaitForExit();
            Assert.That(compiler.ExitCode, Is.Zero);
        }

        using CliProcess good = CliProcess.Run(
            "test", folder.File("mystack.yaml"), "--select",
            "rfc9293/3.10.7.4/established/rst-exact");

        Assert.That(good.ExitCode, Is.Zero, good.Output + good.Error);
        Assert.That(good.Output, Does.Contain("mystack 1.0: conforms"));
    }

    [TestCase("/bin/true", "has ended with exit code 0")]
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
