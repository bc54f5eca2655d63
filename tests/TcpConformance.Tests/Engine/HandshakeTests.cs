using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>Opening and closing (RFC 9293 §3.5, §3.6), options of the SYN (RFC 7323).</summary>
public sealed class HandshakeTests
{
    private static readonly byte[] AllOptions =
        [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 9, 0, 0, 0, 0, 1, 3, 3, 7];

    [Test]
    public void Listen_Syn_IsAnsweredBySynAck()
    {
        Peer peer = new();
        Received answer = peer.Send(TcpFlags.Syn);
        Assert.Multiple(() =>
        {
            Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
            Assert.That(answer.Ack, Is.EqualTo(new SeqNumber(Peer.Irs + 1)));
            Assert.That(answer.Header.Options.Present, Is.EqualTo(TcpOptionSet.Mss));
            Assert.That(answer.Header.Options.Mss, Is.EqualTo(1460));
        });
    }

    [Test]
    public void Listen_SynWithOptions_AgreesOnAll()
    {
        Received answer = new Peer().Send(TcpFlags.Syn, options: AllOptions);
        TcpOptions options = answer.Header.Options;
        Assert.That(options.Present, Is.EqualTo(TcpOptionSet.Mss | TcpOptionSet.WindowScale
            | TcpOptionSet.SackPermitted | TcpOptionSet.Timestamps));
        Assert.That(options.TsEcr, Is.EqualTo(9));
    }

    [TestCase(new byte[] { 2, 0 })]
    [TestCase(new byte[] { 2, 1, 5 })]
    [TestCase(new byte[] { 2, 40, 0 })]
    [TestCase(new byte[] { 2, 4, 0, 0 })]
    [TestCase(new byte[] { 77, 4, 0, 0 })]
    public void Listen_SynWithOddOptions_IsServed(byte[] options)
    {
        Peer peer = new Peer().InEstablished(options);
        peer.Connection.Send(new byte[5], peer.Now);
        Assert.That(peer.Next().Text, Is.InRange(1, 5));
    }

    [Test]
    public void Listen_SynWithText_DeliversItAfterTheHandshake()
    {
        Peer peer = new();
        Received answer = peer.Send(TcpFlags.Syn, text: 4);
        Assert.That(answer.Ack, Is.EqualTo(new SeqNumber(Peer.Irs + 1)));
        peer.Nxt += 5u;
        peer.Send(TcpFlags.Ack);
        Assert.That(peer.Listener.TryAccept(out TcpConnection? connection));
        Assert.That(connection!.ReadableBytes, Is.EqualTo(4));
    }

    [Test]
    public void SynSent_SynAck_IsAcknowledged()
    {
        Peer peer = new Peer().InSynSent();
        Received answer = peer.Send(TcpFlags.Syn | TcpFlags.Ack);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Ack));
        Assert.That(answer.Ack, Is.EqualTo(peer.Nxt + 1u));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void SynSent_Syn_OpensSimultaneously()
    {
        Peer peer = new Peer().InSynSent();
        SeqNumber iss = peer.Rcv - 1u;
        Received answer = peer.Send(TcpFlags.Syn);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That(answer.Seq, Is.EqualTo(iss));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.SynReceived));
        answer = peer.Send(TcpFlags.Syn | TcpFlags.Ack);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Ack));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void SynReceived_CloseWithNothingSent_SendsFinAndWaitsForIt()
    {
        Peer peer = new Peer().InSynSent();
        peer.Send(TcpFlags.Syn);
        SeqNumber synEnd = peer.Rcv;
        peer.Nxt += 1u;
        peer.Connection.Shutdown(peer.Now);
        Assert.That(peer.Next().Flags, Is.EqualTo(TcpFlags.Fin | TcpFlags.Ack));
        peer.Send(TcpFlags.Ack, ack: synEnd);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.FinWait1));
        peer.Send(TcpFlags.Ack);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.FinWait2));
    }

    [Test]
    public void SynSent_NoAnswer_RetransmitsAndGivesUpAfterThreeMinutes()
    {
        Peer peer = new Peer().InSynSent();
        List<double> gaps = [];
        TimeSpan start = peer.Now;
        TimeSpan last = start;
        Received again;
        while (!(again = peer.Wait(TimeSpan.FromMinutes(2))).IsNone)
        {
            Assert.That(again.Flags, Is.EqualTo(TcpFlags.Syn));
            gaps.Add((peer.Now - last).TotalSeconds);
            last = peer.Now;
        }
        Assert.That(gaps, Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 32, 60 }));
        Assert.That(peer.Connection.Error, Is.EqualTo(TcpError.TimedOut));
    }

    [Test]
    public void LastAck_AckOfFin_Closes()
    {
        Peer peer = new Peer().InLastAck();
        TcpConnection connection = peer.Connection;
        peer.Send(TcpFlags.Ack, ack: peer.Rcv - 1u);
        Assert.That(connection.State, Is.EqualTo(TcpState.LastAck));
        peer.Send(TcpFlags.Ack);
        Assert.That(connection.State, Is.EqualTo(TcpState.Closed));
        Assert.That(connection.Error, Is.EqualTo(TcpError.None));
    }

    [Test]
    public void Closing_AckOfFin_EntersTimeWait()
    {
        Peer peer = new Peer().InClosing();
        peer.Send(TcpFlags.Ack);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.TimeWait));
    }

    [Test]
    public void FinWait1_FinWithAckOfFin_EntersTimeWait()
    {
        Peer peer = new Peer().InFinWait1();
        peer.Send(TcpFlags.Fin | TcpFlags.Ack);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.TimeWait));
    }

    [Test]
    public void TimeWait_FinAgain_IsAcknowledgedAndRestarts2Msl()
    {
        Peer peer = new Peer().InTimeWait();
        peer.Wait(TimeSpan.FromMinutes(3));
        Received answer = peer.Send(TcpFlags.Fin | TcpFlags.Ack, peer.Nxt - 1u);
        Assert.That(answer.Ack, Is.EqualTo(peer.Nxt));
        peer.Wait(TimeSpan.FromMinutes(3));
        Assert.That(peer.Stack.ConnectionCount, Is.EqualTo(1));
        peer.Wait(TimeSpan.FromMinutes(1));
        Assert.That(peer.Stack.ConnectionCount, Is.Zero);
    }

    [Test]
    public void TimeWait_LargerSyn_BeginsAnewAboveTheOldNumbers()
    {
        Peer peer = new Peer().InTimeWait();
        SeqNumber old = peer.Rcv;
        Received answer = peer.Send(TcpFlags.Syn, peer.Nxt + 1000u);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That(answer.Seq > old);
    }

    [Test]
    public void TimeWait_OldDuplicateSynThenRst_ReturnsToTimeWait()
    {
        Peer peer = new Peer().InTimeWait();
        TcpConnection old = peer.Connection;
        peer.Send(TcpFlags.Syn, peer.Nxt + 1000u);
        Assert.That(peer.Stack.Find(old.Pair), Is.Not.SameAs(old));
        peer.Send(TcpFlags.Rst, peer.Nxt + 1001u);
        Assert.That(peer.Stack.Find(old.Pair), Is.SameAs(old));
        Assert.That(old.State, Is.EqualTo(TcpState.TimeWait));
    }

    [Test]
    public void TimeWait_SynFin_DoesNotBeginAnew()
    {
        Peer peer = new Peer().InTimeWait();
        Received answer = peer.Send(TcpFlags.Syn | TcpFlags.Fin, peer.Nxt + 1000u);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Ack));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.TimeWait));
    }

    [Test]
    public void Listen_ThousandsInTimeWait_StillServes()
    {
        Peer peer = new();
        for (int i = 0; i < 5000; i++)
        {
            peer.OwnPort = (ushort)(10_000 + i);
            peer.Nxt = new SeqNumber(Peer.Irs);
            peer.InTimeWait();
        }
        Assert.That(peer.Stack.ConnectionCount, Is.EqualTo(5000));
        peer.OwnPort = 9999;
        peer.Nxt = new SeqNumber(Peer.Irs);
        peer.InEstablished();
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
        peer.Wait(TimeSpan.FromMinutes(4));
        Assert.That(peer.Stack.ConnectionCount, Is.EqualTo(1));
    }

    [Test]
    public void Listen_ManyConnections_InitialNumbersDifferAndFollowTheClock()
    {
        HashSet<uint> seen = [];
        for (ushort port = 1000; port < 1200; port++)
        {
            seen.Add(new Peer { OwnPort = port }.Send(TcpFlags.Syn).Seq.Value);
        }
        Assert.That(seen, Has.Count.EqualTo(200));
        SeqNumber first = new Peer().Send(TcpFlags.Syn).Seq;
        SeqNumber later = new Peer { Now = TimeSpan.FromSeconds(2) }.Send(TcpFlags.Syn).Seq;
        Assert.That(later - first, Is.EqualTo(250_000));
    }
}
