using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Tap;

[TestFixture("10.77.0.1", "10.77.3.4")]
[TestFixture("fd77::1", "fd77::3:4")]
internal sealed class KernelOverTapTests(string iutAddress, string testerAddress)
{
    private static int s_ports = 20000;

    private LiveLink _link = null!;

    [OneTimeSetUp]
    public void Open() => _link = LiveLink.Open();

    [OneTimeTearDown]
    public void Close() => _link?.Dispose();

    private HandMadePeer Peer(ushort iutPort) => new(
        _link, IpAddress.Parse(testerAddress),
        (ushort)Interlocked.Increment(ref s_ports), iutPort);

    [Test]
    public void Listen_Syn_IsAnsweredBySynAck()
    {
        Assert.That(_link.Ask($"1 listen {iutAddress} 80 5"), Does.Match(@"^ok \d+ 80$"));
        HandMadePeer peer = Peer(80);
        peer.Send(TcpFlags.Syn);
        HandMadePeer.Came answer = peer.Receive();
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That(answer.Ack, Is.EqualTo(peer.SndNxt));
        peer.Send(TcpFlags.Rst);
    }

    [Test]
    public void Established_TextBothWays_Arrives()
    {
        (HandMadePeer peer, string handle) = Accepted(81);
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "from us");
        Assert.That(
            _link.Ask($"10 recv {handle} 100"),
            Is.EqualTo("ok " + Convert.ToHexStringLower("from us"u8)));
        HandMadePeer.Came ack = peer.Receive();
        Assert.That(ack.Ack, Is.EqualTo(peer.SndNxt));
        Assert.That(
            _link.Ask($"11 send {handle} hex {Convert.ToHexString("from you"u8)}"),
            Is.EqualTo("ok 8"));
        Assert.That(peer.Receive().Text, Is.EqualTo("from you"));
        _link.Ask($"12 abort {handle}");
        Assert.That(peer.Receive().Flags.Has(TcpFlags.Rst), Is.True);
    }

    [Test]
    public void Established_PeerCloses_UserSeesEndOfStream()
    {
        (HandMadePeer peer, string handle) = Accepted(82);
        peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.That(_link.Ask($"20 recv {handle} 100"), Is.EqualTo("ok eof"));
        Assert.That(_link.Ask($"21 getinfo {handle}"), Does.StartWith("ok state=CLOSE-WAIT "));
        Assert.That(_link.Ask($"22 close {handle}"), Is.EqualTo("ok"));
        _ = peer.Receive();
        Assert.That(_link.Ask($"23 recv {handle} 1"), Is.EqualTo("err EBADF"));
    }

    [Test]
    public void Established_Reset_IsToldByEveryLaterCall()
    {
        (HandMadePeer peer, string handle) = Accepted(83);
        Assert.That(_link.Upper.Send($"30 recv {handle} 100"), Is.True);
        peer.Send(TcpFlags.Rst);
        Assert.That(_link.Line(), Is.EqualTo("30 err ECONNRESET 0"));
        Assert.That(_link.Ask($"31 recv {handle} 100"), Is.EqualTo("err ECONNRESET 0"));
        Assert.That(_link.Ask($"32 send {handle} hex 00"), Is.EqualTo("err ECONNRESET 0"));
        Assert.That(_link.Ask($"33 error {handle}"), Is.EqualTo("ok ECONNRESET"));
    }

    [Test]
    public void Open_Refused_IsToldToTheUser()
    {
        HandMadePeer peer = Peer(40000);
        (string reply, HandMadePeer.Came syn) = OpenFromIut(peer, 40000, 40);
        string handle = reply.Split(' ')[1];
        Assert.That(syn.Flags.Has(TcpFlags.Syn), Is.True);
        Assert.That(_link.Upper.Send($"41 connected {handle}"), Is.True);
        peer.SndNxt = new SeqNumber(0);
        peer.RcvNxt = syn.Seq + 1;
        peer.Send(TcpFlags.Rst | TcpFlags.Ack);
        Assert.That(_link.Line(), Is.EqualTo("41 err ECONNREFUSED"));
    }

    [Test]
    public void Open_SynAck_IsToldAndPatternPasses()
    {
        HandMadePeer peer = Peer(40001);
        (string reply, HandMadePeer.Came syn) = OpenFromIut(peer, 40001, 50);
        string handle = reply.Split(' ')[1];
        Assert.That(_link.Upper.Send($"51 connected {handle}"), Is.True);
        peer.RcvNxt = syn.Seq + 1;
        peer.Send(TcpFlags.Syn | TcpFlags.Ack);
        Assert.That(_link.Line(), Is.EqualTo("51 ok"));
        Assert.That(peer.Receive().Flags, Is.EqualTo(TcpFlags.Ack));
        Assert.That(_link.Ask($"52 send {handle} pattern 7 0 20"), Is.EqualTo("ok 20"));
        string text = peer.Receive().Text;
        Assert.That(text, Has.Length.EqualTo(20));
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, "not the pattern");
        Assert.That(
            _link.Ask($"53 recv-pattern {handle} 7 0 15"), Is.EqualTo("err EILSEQ 0"));
        _link.Ask($"54 abort {handle}");
    }

    [Test]
    public void Established_UrgentText_IsAnnounced()
    {
        (HandMadePeer peer, string handle) = Accepted(84);
        Assert.That(_link.Upper.Send($"60 urgent {handle}"), Is.True);
        Assert.That(_link.Ask("61 ping"), Is.EqualTo("ok"));
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, "x", urgentPointer: 1);
        Assert.That(_link.Line(), Is.EqualTo("60 ok"));
        Assert.That(_link.Ask($"62 recv-urgent {handle}"), Is.EqualTo("ok 78"));
        _link.Ask($"63 abort {handle}");
    }

    [Test]
    public void Outstanding_Cancel_AnswersBoth()
    {
        (HandMadePeer _, string handle) = Accepted(85);
        Assert.That(_link.Upper.Send($"70 recv {handle} 1"), Is.True);
        Assert.That(_link.Upper.Send("71 cancel 70"), Is.True);
        Assert.That(_link.Line(), Is.EqualTo("70 err ECANCELED 0"));
        Assert.That(_link.Line(), Is.EqualTo("71 ok"));
        Assert.That(_link.Upper.Send($"72 recv {handle} 1"), Is.True);
        Assert.That(_link.Upper.Send($"73 abort {handle}"), Is.True);
        Assert.That(_link.Line(), Is.EqualTo("72 err ECANCELED 0"));
        Assert.That(_link.Line(), Is.EqualTo("73 ok"));
    }

    private (string Reply, HandMadePeer.Came Syn) OpenFromIut(HandMadePeer peer, int port, int id)
    {
        string reply = _link.Ask($"{id} open {iutAddress} {port} {testerAddress} {peer.Port}");
        Assert.That(reply, Does.Match($@"^ok \d+ {port}$"));
        return (reply, peer.Receive());
    }

    private (HandMadePeer Peer, string Handle) Accepted(ushort port)
    {
        string listener = _link.Ask($"{port}0 listen {iutAddress} {port} 5").Split(' ')[1];
        Assert.That(_link.Upper.Send($"{port}1 accept {listener}"), Is.True);
        HandMadePeer peer = Peer(port);
        peer.Connect();
        string[] reply = _link.Line().Split(' ');
        Assert.That(reply[1], Is.EqualTo("ok"));
        Assert.That(reply[3..], Is.EqualTo((string[])[testerAddress, $"{peer.Port}"]));
        return (peer, reply[2]);
    }
}
