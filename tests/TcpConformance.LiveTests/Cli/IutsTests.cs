using NUnit.Framework;

namespace TcpConformance.LiveTests.Cli;

/// <summary><c>tcpconf iuts</c>.</summary>
public sealed class IutsTests
{
    [TestCase("reference", "part of this program")]
    [TestCase("lwip", "2.1.3")]
    [TestCase("lwip-tap", "2.1.3")]
    public void Iuts_Name_StandsWithItsVersion(string name, string version)
    {
        using CliProcess cli = CliProcess.Run("iuts");

        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(
            cli.Output.Split('\n'),
            Has.Some.StartWith(name + " ").And.Some.Contains($"{version}: "));
    }

    [Test]
    public void Iuts_KernelOfThisMachine_HasItsRelease()
    {
        using CliProcess cli = CliProcess.Run("iuts");

        Assert.That(
            cli.Output,
            Does.Contain(File.ReadAllText("/proc/sys/kernel/osrelease").Trim() + ": "));
    }
}
