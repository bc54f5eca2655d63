using System.Diagnostics;
using NUnit.Framework;

namespace TcpConformance.LiveTests.Cli;

/// <summary>'tcpconf test linux' where the environment lacks something.</summary>
[TestFixture]
internal sealed class EnvironmentTests
{
    private const string WithoutTun = "mount -t tmpfs none /dev/net && exec \"$@\"";
    private const string WithoutRights =
        "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all "
        + "--inh-caps=-all \"$@\"";

    [Test]
    public void NoTunDevice_IsOneLineAndExitCodeTwo()
    {
        string[] behind = ["unshare", "-Urm", "sh", "-c", WithoutTun, "sh"];
        NeedToWork([.. behind, "true"]);
        using CliProcess cli = CliProcess.StartBehind(behind, "test", "linux").Ended();
        cli.HasRefused("/dev/net/tun is missing: ");
    }

    [Test]
    public void NoRights_IsOneLineAndExitCodeTwo()
    {
        string[] behind = ["unshare", "-Ur", "sh", "-c", WithoutRights, "sh"];
        NeedToWork([.. behind, "true"]);
        using CliProcess cli = CliProcess.StartBehind(behind, "test", "linux").Ended();
        cli.HasRefused("run with sudo, or allow user namespaces");
    }

    [Test]
    public void NoRootButUserNamespaces_RunsAllTheSame()
    {
        if (Environment.UserName != "root")
        {
            Assert.Ignore("only root can give up root");
        }
        string[] behind =
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
        NeedToWork([.. behind, "unshare", "-Urn", "test", "-w", "/dev/net/tun"]);
        using CliProcess cli = CliProcess.StartBehind(
            behind, "test", "linux", "--select", "*/established/bare-ack-next/seq-exact").Ended();
        Assert.That(cli.Error, Is.Empty);
        Assert.That(cli.Output, Does.Contain(": conforms"));
        Assert.That(cli.ExitCode, Is.Zero);
    }

    private static void NeedToWork(string[] command)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Assert.Ignore($"this machine does not let us take that away: {said.Trim()}");
        }
    }
}
