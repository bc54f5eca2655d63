using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>Text, FIN, reassembly, delayed ACK, SACK and timestamps at the receiver.</summary>
public sealed class TextTests
{
    private static readonly byte[] SackPermitted = [4, 2];

    [Test]
    public void Established_OneSegment_IsAcknowledgedAfterTheDelay()
    {
        Peer peer = new Peer().InEstablished();
        TimeSpan start = peer.Now;
        Assert.That(peer.Send(TcpFlags.Ack, text: 10).IsNone);
        Received ack = peer.Wait(TimeSpan.FromSeconds(1));
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt + 10u));
        Assert.That(peer.Now - start, Is.LessThan(TimeSpan.FromSeconds(0.5)));
    }

    [Test]
    public void Established_SecondFullSegment_IsAcknowledgedAtOnce()
    {
        Peer peer = new Peer().InEstablished();
        Assert.That(peer.Send(TcpFlags.Ack, text: 536).IsNone);
        Received ack = peer.Send(TcpFlags.Ack, peer.Nxt + 536u, text: 536);
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt + 1072u));
    }

    [Test]
    public void Established_HoleThenFilled_IsAcknowledgedAtOnceEachTime()
    {
        Peer peer = new Peer().InEstablished();
        Assert.That(peer.Send(TcpFlags.Ack, peer.Nxt + 5u, text: 5).Ack, Is.EqualTo(peer.Nxt));
        Assert.That(peer.Send(TcpFlags.Ack, text: 5).Ack, Is.EqualTo(peer.Nxt + 10u));
        Assert.That(peer.Connection.ReadableBytes, Is.EqualTo(10));
    }

    [Test]
    public void Established_Overlap_KeepsWhatCameFirst()
    {
        Peer peer = new Peer().InEstablished();
        peer.Send(TcpFlags.Ack, peer.Nxt + 2u, text: 2, fill: 1);
        peer.Send(TcpFlags.Ack, peer.Nxt + 6u, text: 2, fill: 2);
        peer.Send(TcpFlags.Ack, peer.Nxt + 1u, text: 6, fill: 3);
        peer.Send(TcpFlags.Ack, text: 9, fill: 4);
        byte[] octets = new byte[20];
        Assert.That(peer.Connection.Receive(octets, peer.Now), Is.EqualTo(9));
        Assert.That(octets[..9], Is.EqualTo(new byte[] { 4, 3, 1, 1, 3, 3, 2, 2, 4 }));
    }

    [Test]
    public void Established_TextPastTheWindow_OnlyTheInsideIsTaken()
    {
        Peer peer = new Peer(b => b.ReceiveBuffer = 100).InEstablished();
        Received ack = peer.Send(TcpFlags.Ack | TcpFlags.Fin, text: 150);
        ack = ack.IsNone ? peer.Wait(TimeSpan.FromSeconds(1)) : ack;
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt + 100u));
        Assert.That(ack.Header.Window, Is.Zero);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void Established_ZeroWindow_AckIsTakenTextIsNot()
    {
        Peer peer = new Peer(b => b.ReceiveBuffer = 100).InEstablished();
        peer.Send(TcpFlags.Ack, text: 100);
        peer.Nxt += 100u;
        peer.Connection.Send(new byte[7], peer.Now);
        peer.Next();
        Received answer = peer.Send(TcpFlags.Ack, text: 1);
        Assert.That(answer.Ack, Is.EqualTo(peer.Nxt));
        Assert.That(peer.Connection.Tcb.SndUna, Is.EqualTo(peer.Rcv));
    }

    [Test]
    public void Established_ReadingOpensTheWindow_InUsefulSteps()
    {
        Peer peer = new Peer(b => b.ReceiveBuffer = 2000).InEstablished();
        peer.Send(TcpFlags.Ack, text: 2000);
        peer.Nxt += 2000u;
        peer.Wait(TimeSpan.FromSeconds(1));
        peer.Connection.Receive(new byte[400], peer.Now);
        Assert.That(peer.Next().IsNone);
        peer.Connection.Receive(new byte[400], peer.Now);
        Assert.That(peer.Next().Header.Window, Is.EqualTo(800));
    }

    [Test]
    public void Established_Fin_IsAcknowledgedAndEndsTheStream()
    {
        Peer peer = new Peer().InEstablished();
        Received ack = peer.Send(TcpFlags.Fin | TcpFlags.Ack, text: 3);
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt + 4u));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.CloseWait));
        Assert.That(peer.Connection.EndOfStream, Is.False);
        peer.Connection.Receive(new byte[9], peer.Now);
        Assert.That(peer.Connection.EndOfStream);
    }

    [Test]
    public void Established_FinBeyondAHole_WaitsForIt()
    {
        Peer peer = new Peer().InEstablished();
        Received ack = peer.Send(TcpFlags.Fin | TcpFlags.Ack, peer.Nxt + 3u);
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt));
        Assert.That(peer.Send(TcpFlags.Ack, text: 3).Ack, Is.EqualTo(peer.Nxt + 4u));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.CloseWait));
    }

    [Test]
    public void CloseWait_TextAfterFin_IsNotTaken()
    {
        Peer peer = new Peer().InCloseWait();
        Assert.That(peer.Send(TcpFlags.Ack, text: 3).Ack, Is.EqualTo(peer.Nxt));
        Assert.That(peer.Connection.ReadableBytes, Is.Zero);
    }

    [Test]
    public void Established_Holes_AreReportedNewestFirst()
    {
        Peer peer = new Peer().InEstablished(SackPermitted);
        peer.Send(TcpFlags.Ack, peer.Nxt + 10u, text: 5);
        peer.Send(TcpFlags.Ack, peer.Nxt + 30u, text: 5);
        Received ack = peer.Send(TcpFlags.Ack, peer.Nxt + 20u, text: 5);
        TcpOptions options = ack.Header.Options;
        Assert.Multiple(() =>
        {
            Assert.That(options.SackCount, Is.EqualTo(3));
            Assert.That(options.Sack[0].Left, Is.EqualTo(peer.Nxt + 20u));
            Assert.That(options.Sack[1].Left, Is.EqualTo(peer.Nxt + 30u));
            Assert.That(options.Sack[2].Left, Is.EqualTo(peer.Nxt + 10u));
        });
    }

    [Test]
    public void Established_WithoutSackPermitted_NoBlocks()
    {
        Peer peer = new Peer().InEstablished();
        Received ack = peer.Send(TcpFlags.Ack, peer.Nxt + 10u, text: 5);
        Assert.That(ack.Header.Options.Present, Is.EqualTo(TcpOptionSet.None));
    }

    [Test]
    public void Established_OldTimestamp_IsAcknowledgedAndDropped()
    {
        Peer peer = WithTimestamps(100);
        Received answer = peer.Send(TcpFlags.Ack, text: 5, options: Timestamp(99));
        Assert.That(answer.Ack, Is.EqualTo(peer.Nxt));
        Assert.That(peer.Connection.ReadableBytes, Is.Zero);
    }

    [Test]
    public void Established_OldTimestampAfter24Days_IsTaken()
    {
        Peer peer = WithTimestamps(100);
        peer.Now += TimeSpan.FromDays(25);
        peer.Send(TcpFlags.Ack, text: 5, options: Timestamp(99));
        Assert.That(peer.Connection.ReadableBytes, Is.EqualTo(5));
    }

    [Test]
    public void Established_DelayedAck_EchoesTheEarliestTimestamp()
    {
        Peer peer = WithTimestamps(100);
        peer.Send(TcpFlags.Ack, text: 5, options: Timestamp(101));
        peer.Send(TcpFlags.Ack, peer.Nxt + 5u, text: 5, options: Timestamp(102));
        Received ack = peer.Wait(TimeSpan.FromSeconds(1));
        Assert.That(ack.Ack, Is.EqualTo(peer.Nxt + 10u));
        Assert.That(ack.Header.Options.TsEcr, Is.EqualTo(101));
    }

    [Test]
    public void Established_MissingTimestamp_IsDropped()
    {
        Peer peer = WithTimestamps(100);
        Assert.That(peer.Send(TcpFlags.Ack, text: 5).IsNone);
        Assert.That(peer.Connection.ReadableBytes, Is.Zero);
    }

    [Test]
    public void Established_UrgentPointer_NotifiesOnceAndMarksTheEnd()
    {
        Peer peer = new Peer().InEstablished();
        peer.Send(TcpFlags.Ack | TcpFlags.Urg, text: 6, urgent: 4);
        Assert.That(peer.Connection.UrgentEvents, Is.EqualTo(1));
        Assert.That(peer.Connection.UrgentBytes, Is.EqualTo(4));
        Assert.That(peer.Connection.Receive(new byte[10], peer.Now), Is.EqualTo(4));
        Assert.That(peer.Connection.UrgentBytes, Is.Zero);
        Assert.That(peer.Connection.Receive(new byte[10], peer.Now), Is.EqualTo(2));
    }

    [Test]
    public void Established_ManyHoles_AreBounded()
    {
        Peer peer = new Peer().InEstablished();
        for (uint i = 1; i < 1000; i++)
        {
            peer.Send(TcpFlags.Ack, peer.Nxt + (i * 2), text: 1);
        }
        Assert.That(peer.Connection.Tcb.Held.Count, Is.EqualTo(64));
    }

    private static Peer WithTimestamps(byte value)
    {
        Peer peer = new();
        peer.InSynReceived(Timestamp(value));
        peer.Send(TcpFlags.Ack, options: Timestamp(value));
        Assert.That(peer.Listener.TryAccept(out _));
        return peer;
    }

    private static byte[] Timestamp(byte value) => [1, 1, 8, 10, 0, 0, 0, value, 0, 0, 0, 0];
}
