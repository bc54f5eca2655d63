using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.LiveTests.Tap;

[TestFixture]
internal sealed class NothingLeftTests
{
    [OneTimeSetUp]
    public void NeedTap() => LiveLink.OpenNetwork().Dispose();

    [Test]
    public void Owner_KillNine_LeavesNoProcessAndNoNamespace()
    {
        using Process owner = Program("hold");
        string[] told = owner.StandardOutput.ReadLine()!.Split(' ');
        int upper = int.Parse(told[0]);
        Assert.That(IsAlive(upper), Is.True);
        Assert.That(TasksIn(told[1]), Has.Member(upper).And.Member(int.Parse(told[2])));
        owner.Kill();
        owner.WaitForExit();
        Assert.That(SpinWait.SpinUntil(() => !IsAlive(upper), LiveLink.Limit), Is.True);
        Assert.That(SpinWait.SpinUntil(() => TasksIn(told[1]).Count == 0, LiveLink.Limit), Is.True);
        Assert.That(NamedNamespaces(), Has.None.Contains(told[1]));
    }

    [Test]
    public void Owner_InputEnds_LeavesNoProcess()
    {
        using Process owner = Program("hold");
        string[] told = owner.StandardOutput.ReadLine()!.Split(' ');
        owner.StandardInput.Close();
        owner.WaitForExit();
        Assert.That(owner.ExitCode, Is.Zero);
        Assert.That(IsAlive(int.Parse(told[0])), Is.False);
    }

    [Test]
    public void Tap_DeviceDeleted_SaysVanished()
    {
        using IutNetwork network = LiveLink.OpenNetwork();
        using (ChildProcess ip = StartIp(network))
        {
            Assert.That(ip.WaitForExit(), Is.Zero, ip.ErrorText);
        }
        var poller = new Poller();
        int slot = poller.Add(network.Link.Fd);
        Assert.That(poller.Wait(LiveLink.Limit), Is.EqualTo(1));
        Assert.That(poller.Came(slot).HasFlag(PollEvents.Error), Is.True);
        byte[] frame = new byte[2048];
        TapResult last;
        do
        {
            last = network.Link.Read(frame, out _);
        }
        while (last == TapResult.Frame);
        Assert.That(last, Is.EqualTo(TapResult.Vanished));
        Assert.That(network.Link.Write(frame), Is.EqualTo(TapResult.Vanished));
    }

    [Test]
    public void UpperTester_Killed_IsSeenToEnd()
    {
        using LiveLink link = LiveLink.Open();
        using (Process upper = Process.GetProcessById(link.Upper.Pid))
        {
            upper.Kill();
        }
        var poller = new Poller();
        poller.Add(link.Upper.OutputFd);
        Assert.That(poller.Wait(LiveLink.Limit), Is.EqualTo(1));
        Assert.That(link.Upper.TryReadLine(out _), Is.EqualTo(LineOutcome.Ended));
        Assert.That(SpinWait.SpinUntil(() => link.Upper.ExitCode == 137, LiveLink.Limit), Is.True);
        Assert.That(link.Upper.Send("1 ping"), Is.False);
    }

    [Test]
    public void UpperTester_InputEnds_Ends()
    {
        using IutNetwork network = LiveLink.OpenNetwork();
        using ChildProcess upper = ChildProcess.Start(
            network.Space, "dotnet", [LiveLink.CliPath, "upper-tester"]);
        upper.CloseInput();
        Assert.That(upper.WaitForExit(), Is.Zero, upper.ErrorText);
    }

    [Test]
    public void NoRoot_UserNamespace_GivesNamespaceAndClearWords()
    {
        if (Environment.UserName != "root")
        {
            Assert.Ignore("only root can give up root");
        }
        using Process program = Start(
            "setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "dotnet",
                typeof(TapOwner).Assembly.Location, "user-namespace"]);
        string[] lines = program.StandardOutput.ReadToEnd().Split('\n');
        program.WaitForExit();
        if (lines[0].StartsWith("NamespaceForbidden", StringComparison.Ordinal))
        {
            Assert.Ignore(lines[0]);
        }
        Assert.That(lines[0], Is.EqualTo("Set 0"), program.StandardError.ReadToEnd());
        Assert.That(lines[1], Is.EqualTo("tap0").Or.StartsWith("TunForbidden no permission for "));
    }

    private static ChildProcess StartIp(IutNetwork network)
    {
        try
        {
            return ChildProcess.Start(network.Space, "ip", ["link", "del", network.Plan.Device]);
        }
        catch (TapUnavailableException e)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }

    private static Process Program(string verb) =>
        Start("dotnet", [typeof(TapOwner).Assembly.Location, verb]);

    private static Process Start(string program, IReadOnlyList<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static bool IsAlive(int pid) => Directory.Exists($"/proc/{pid}");

    /// <summary>Threads, of whatever process, that are in a network namespace.</summary>
    internal static List<int> TasksIn(string space)
    {
        var found = new List<int>();
        foreach (string process in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out int pid))
            {
                found.AddRange(Tasks(pid).Where(t => NamespaceOf(pid, t) == space));
            }
        }
        return found;
    }

    private static List<int> Tasks(int pid)
    {
        try
        {
            return [.. Directory.GetDirectories($"/proc/{pid}/task")
                .Select(t => int.Parse(Path.GetFileName(t)))];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string? NamespaceOf(int pid, int task)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/task/{task}/ns/net").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Mounted namespaces, as ip netns makes them.</summary>
    private static IEnumerable<string> NamedNamespaces() =>
        File.ReadLines("/proc/self/mountinfo").Where(l => l.Contains("net:["));
}
