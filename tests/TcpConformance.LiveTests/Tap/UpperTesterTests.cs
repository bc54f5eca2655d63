using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

[TestFixture]
internal sealed class UpperTesterTests
{
    private LiveLink _link = null!;

    [OneTimeSetUp]
    public void Open() => _link = LiveLink.Open();

    [OneTimeTearDown]
    public void Close() => _link?.Dispose();

    [TestCase("", "0 err EPROTO NoId")]
    [TestCase("ping", "0 err EPROTO NoId")]
    [TestCase("1 ping 2", "1 err EPROTO WrongCount")]
    [TestCase("1 fly", "1 err EPROTO UnknownVerb")]
    [TestCase("1 recv x 1", "1 err EPROTO WrongArgument")]
    [TestCase("1 recv 1 0", "1 err EPROTO WrongArgument")]
    [TestCase("1 recv 1 99999999", "1 err EPROTO WrongArgument")]
    [TestCase("1 send 1 hex 0", "1 err EPROTO WrongArgument")]
    [TestCase("1 send 1 hex 0g", "1 err EPROTO WrongArgument")]
    [TestCase("1 send 1 text hello", "1 err EPROTO WrongArgument")]
    [TestCase("1 listen here 80 5", "1 err EPROTO WrongArgument")]
    [TestCase("1 listen ::1 65536 5", "1 err EPROTO WrongArgument")]
    [TestCase("1 listen ::1 80 5 nodelay", "1 err EPROTO WrongArgument")]
    [TestCase("1 open ::1 0 10.77.1.1 80", "1 err EPROTO WrongArgument")]
    [TestCase("1 recv 4711 1", "1 err EBADF")]
    [TestCase("1 listen ::1 80 5 colour=red", "1 err EINVAL")]
    [TestCase("1 listen 192.0.2.1 80 5", "1 err EADDRNOTAVAIL")]
    [TestCase("1 cancel 99", "1 err ENOENT")]
    public void Line_Wrong_GetsAnErrorAndChangesNothing(string line, string reply)
    {
        Assert.That(_link.Upper.Send(line), Is.True);
        Assert.That(_link.Line(), Is.EqualTo(reply));
        Assert.That(_link.Ask("2 ping"), Is.EqualTo("ok"));
    }

    [Test]
    public void Line_TooLong_GetsOneErrorAndTheNextOneIsRead()
    {
        Assert.That(_link.Upper.Send("7 send 1 hex " + new string('0', 3_000_000)), Is.True);
        Assert.That(_link.Upper.Send("8 ping"), Is.True);
        Assert.That(_link.Line(), Is.EqualTo("7 err EPROTO TooLong"));
        Assert.That(_link.Line(), Is.EqualTo("8 ok"));
    }

    [Test]
    public void Id_InUse_IsRefused()
    {
        string listener = _link.Ask("1 listen 10.77.0.1 70 5").Split(' ')[1];
        Assert.That(_link.Upper.Send($"2 accept {listener}"), Is.True);
        Assert.That(_link.Upper.Send("2 ping"), Is.True);
        Assert.That(_link.Line(), Is.EqualTo("2 err EPROTO NoId"));
        Assert.That(_link.Upper.Send($"3 close {listener}"), Is.True);
        Assert.That(_link.Line(), Is.EqualTo("2 err ECANCELED"));
        Assert.That(_link.Line(), Is.EqualTo("3 ok"));
    }

    [TestCase("nodelay 1")]
    [TestCase("keepalive 1")]
    [TestCase("keepalive-idle 1500")]
    [TestCase("keepalive-interval 1000")]
    [TestCase("keepalive-count 3")]
    [TestCase("user-timeout 5000")]
    [TestCase("rcvbuf 65536")]
    [TestCase("sndbuf 65536")]
    [TestCase("maxseg 1000")]
    [TestCase("window-clamp 10000")]
    [TestCase("oobinline 1")]
    [TestCase("cork 0")]
    [TestCase("quickack 1")]
    [TestCase("congestion cubic")]
    public void Option_OfTheProtocol_IsTaken(string option)
    {
        string socket = _link.Ask("1 listen :: 0 5").Split(' ')[1];
        Assert.That(_link.Ask($"2 setopt {socket} {option}"), Is.EqualTo("ok"));
        Assert.That(_link.Ask($"3 close {socket}"), Is.EqualTo("ok"));
    }

    [Test]
    public void Connections_Thousand_AreAllServed()
    {
        const int count = 1000;
        string listener = _link.Ask("1 listen 10.77.0.1 71 4096").Split(' ')[1];
        for (int i = 0; i < count; i++)
        {
            Assert.That(_link.Upper.Send($"{1000 + i} accept {listener}"), Is.True);
        }
        Assert.That(_link.Ask("2 ping"), Is.EqualTo("ok"));
        var handles = new HashSet<string>();
        for (int i = 0; i < count; i++)
        {
            IpAddress address = IpAddress.Parse("10.77.16.0").Plus((uint)i);
            var peer = new HandMadePeer(_link, address, 5000, 71);
            peer.Connect();
            peer.Send(TcpFlags.Ack | TcpFlags.Psh, "hello");
            string[] reply = _link.Line().Split(' ');
            Assert.That(reply[0], Is.EqualTo($"{1000 + i}"));
            Assert.That(reply[3], Is.EqualTo(address.ToString()));
            handles.Add(reply[2]);
        }
        Assert.That(handles, Has.Count.EqualTo(count));
        foreach (string handle in handles)
        {
            Assert.That(_link.Ask($"3 recv {handle} 9"), Is.EqualTo("ok 68656c6c6f"));
        }
    }

    [Test]
    public void Loopback_BulkPattern_PassesWhole()
    {
        string listener = _link.Ask("1 listen 127.0.0.1 72 5").Split(' ')[1];
        string client = _link.Ask("2 open 127.0.0.1 0 127.0.0.1 72").Split(' ')[1];
        string server = _link.Ask($"3 accept {listener}").Split(' ')[1];
        const long octets = 50_000_000;
        Assert.That(_link.Upper.Send($"4 recv-pattern {server} 9 5 {octets}"), Is.True);
        Assert.That(_link.Upper.Send($"5 send {client} pattern 9 5 {octets}"), Is.True);
        Assert.That(_link.Upper.Send($"6 close {client}"), Is.True);
        Assert.That(
            (string[])[_link.Line(), _link.Line(), _link.Line()],
            Is.EquivalentTo((string[])[$"4 ok {octets}", $"5 ok {octets}", "6 ok"]));
        Assert.That(_link.Ask($"7 recv {server} 1"), Is.EqualTo("ok eof"));
        Assert.That(_link.Ask($"8 abort {server}"), Is.EqualTo("ok"));
    }
}
