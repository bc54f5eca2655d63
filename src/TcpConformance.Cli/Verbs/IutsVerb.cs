using System.CommandLine;
using System.Diagnostics;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Stacks;
using TcpConformance.Reports.Terminal;
using TcpConformance.Tap;

namespace TcpConformance.Cli.Verbs;

/// <summary><c>tcpconf iuts</c>: what can be tested on this machine, and what that lacks.</summary>
internal static class IutsVerb
{
    private static readonly Option<bool> Install = new("--install")
    {
        Description = "Install the Debian packages that are missing; as root.",
    };

    internal static Command Command()
    {
        var command = new Command(
            "iuts", "Lists the implementations that can be tested, with their versions and what "
            + "is missing for them.")
        {
            Install,
        };
        command.SetAction(parsed => Run(parsed.GetValue(Install)));
        return command;
    }

    private static int Run(bool installs)
    {
        (IutProfile Profile, StackState State)[] all =
            [.. IutProfiles.Names.Select(IutProfiles.Load).Select(p => (p, StackInventory.Of(p)))];
        string[] missing = [.. all.SelectMany(a => a.State.Missing).Distinct()];
        if (installs && missing.Length > 0)
        {
            InstallAll(missing);
            return Run(installs: false);
        }
        ListReport.PrintStacks(
            ReportConsole.Standard(),
            all.Select(a => (
                a.Profile.Name, a.State.Version, a.Profile.Description, a.State.Missing)));
        if (missing.Length > 0)
        {
            Console.WriteLine("'tcpconf iuts --install' installs what is missing.");
        }
        return ExitCode.Conforms;
    }

    private static void InstallAll(string[] packages)
    {
        if (!UserNamespace.IsRoot)
        {
            throw new UsageException(
                "to install packages takes root: sudo apt-get install -y "
                + string.Join(' ', packages));
        }
        AptGet(["update", "-qq"]);
        AptGet(["install", "-y", "-qq", .. packages]);
    }

    private static void AptGet(string[] arguments)
    {
        var start = new ProcessStartInfo("apt-get", arguments);
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new UsageException("there is no apt-get here: the stacks are Debian's packages");
        }
        using (process)
        {
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new UsageException(
                    $"apt-get {arguments[0]} ended with {process.ExitCode}: see what it says");
            }
        }
    }
}
