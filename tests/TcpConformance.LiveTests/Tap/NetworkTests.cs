using System.Net.NetworkInformation;
using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

[TestFixture]
internal sealed class NetworkTests
{
    private IutNetwork _network = null!;

    [OneTimeSetUp]
    public void Open() => _network = LiveLink.OpenNetwork();

    [OneTimeTearDown]
    public void Close() => _network?.Dispose();

    [Test]
    public void Sysctl_InNamespace_LeavesTheHostAlone()
    {
        const string name = "net.ipv4.tcp_syn_retries";
        string host = File.ReadAllText("/proc/sys/net/ipv4/tcp_syn_retries").Trim();
        Assert.That(_network.Space.WriteSysctl(name, "11"), Is.EqualTo(SysctlOutcome.Set));
        Assert.That(_network.Space.ReadSysctl(name), Is.EqualTo("11"));
        Assert.That(
            File.ReadAllText("/proc/sys/net/ipv4/tcp_syn_retries").Trim(), Is.EqualTo(host));
    }

    [Test]
    public void Sysctl_WrongNameOrValue_IsSaid()
    {
        Assert.That(
            _network.Space.WriteSysctl("net.ipv4.no_such_thing", "1"),
            Is.EqualTo(SysctlOutcome.Unknown));
        Assert.That(
            _network.Space.WriteSysctl("net.ipv4.tcp_syn_retries", "many"),
            Is.EqualTo(SysctlOutcome.Refused));
        Assert.That(
            () => _network.Space.WriteSysctl("kernel.panic", "1"), Throws.ArgumentException);
    }

    [Test]
    public void Device_IsNotSeenOutside() => Assert.That(
        NetworkInterface.GetAllNetworkInterfaces().Select(i => i.GetPhysicalAddress().ToString()),
        Has.None.EqualTo("020000770001"));

    [Test]
    public void ArpRequest_ForTheIut_IsAnswered()
    {
        // What follows the answer to the probe at open: one more exchange.
        byte[] frame = new byte[2048];
        var poller = new Poller();
        poller.Add(_network.Link.Fd);
        Assert.That(_network.Link.Write(_network.Answers.AskForIut()), Is.EqualTo(TapResult.Frame));
        bool answered = false;
        while (!answered && poller.Wait(LiveLink.Limit) > 0)
        {
            Assert.That(_network.Link.Read(frame, out int n), Is.EqualTo(TapResult.Frame));
            answered = _network.Answers.IsIutsAnswer(frame.AsSpan(0, n));
        }
        Assert.That(answered, Is.True);
    }

    [TestCase("10.77.9.9")]
    [TestCase("fd77::9:9")]
    public void Neighbour_AskedByTheKernel_IsLearntFromOurAnswer(string address)
    {
        using ChildProcess ip = StartIp(["route", "get", address]);
        Assert.That(ip.WaitForExit(), Is.Zero, ip.ErrorText);
        // A direct route makes the kernel ask for the address instead of the gateway.
        string prefix = address.Contains(':') ? "/128" : "/32";
        using ChildProcess route = StartIp(["route", "add", address + prefix, "dev", "tap0"]);
        Assert.That(route.WaitForExit(), Is.Zero, route.ErrorText);
        using ChildProcess ping = LiveLink.StartUpperChild(_network.Space);
        SendLine(ping, $"1 open {(address.Contains(':') ? "::" : "0.0.0.0")} 0 {address} 9");
        Assert.That(SynAfterAnswer(IpAddress.Parse(address)), Is.True);
    }

    /// <summary>Answers neighbour questions until a SYN for the address comes.</summary>
    private bool SynAfterAnswer(IpAddress address)
    {
        byte[] frame = new byte[2048];
        bool asked = false;
        var poller = new Poller();
        poller.Add(_network.Link.Fd);
        while (poller.Wait(LiveLink.Limit) > 0)
        {
            while (_network.Link.Read(frame, out int n) == TapResult.Frame)
            {
                if (_network.Answers.Answer(frame.AsSpan(0, n)) is byte[] answer)
                {
                    asked = true;
                    Assert.That(_network.Link.Write(answer), Is.EqualTo(TapResult.Frame));
                }
                PacketView packet = PacketView.Read(frame.AsSpan(14, n - 14));
                if (packet.Protocol == (byte)IpProtocol.Tcp && packet.Destination == address)
                {
                    return asked && frame.AsSpan(0, 6).SequenceEqual(
                        (ReadOnlySpan<byte>)[2, 0, 0, 0x77, 0, 2]);
                }
            }
        }
        return false;
    }

    private static void SendLine(ChildProcess child, string line)
    {
        using var input = new FileStream(
            new Microsoft.Win32.SafeHandles.SafeFileHandle(child.InputFd, false),
            FileAccess.Write, 0);
        input.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
    }

    private ChildProcess StartIp(IReadOnlyList<string> arguments)
    {
        try
        {
            return ChildProcess.Start(_network.Space, "ip", arguments);
        }
        catch (TapUnavailableException e)
        {
            Assert.Ignore(e.Message);
            throw;
        }
    }
}
