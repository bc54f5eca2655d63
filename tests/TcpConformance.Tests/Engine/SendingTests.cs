using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>Windows, Nagle, retransmission, probes, congestion control, keep-alive.</summary>
public sealed class SendingTests
{
    private static readonly byte[] Mss1000 = [2, 4, 3, 0xe8];
    private static readonly byte[] Mss1000Sack = [2, 4, 3, 0xe8, 4, 2];

    [Test]
    public void Established_Text_IsCutToTheMss()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[1500], peer.Now);
        Assert.That(peer.Next().Text, Is.EqualTo(1000));
        Assert.That(peer.Next().IsNone); // Nagle: 500 octets wait
        Assert.That(peer.Send(TcpFlags.Ack).Text, Is.EqualTo(500));
    }

    [Test]
    public void Established_NoMssOption_SendsAtMost536()
    {
        Peer peer = new Peer().InEstablished();
        peer.Connection.Send(new byte[3000], peer.Now);
        Assert.That(peer.Next().Text, Is.EqualTo(536));
    }

    [Test]
    public void Established_NagleOff_SendsSmallSegments()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.NoDelay = true;
        peer.Connection.Send(new byte[1500], peer.Now);
        Assert.That(peer.Next().Text, Is.EqualTo(1000));
        Assert.That(peer.Next().Text, Is.EqualTo(500));
    }

    [Test]
    public void Established_NothingAcknowledged_BacksOffAndGivesUp()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[10], peer.Now);
        SeqNumber seq = peer.Next().Seq;
        List<double> gaps = [];
        TimeSpan last = peer.Now;
        Received again;
        while (!(again = peer.Wait(TimeSpan.FromMinutes(2))).IsNone)
        {
            Assert.That(again.Seq, Is.EqualTo(seq));
            gaps.Add((peer.Now - last).TotalSeconds);
            last = peer.Now;
        }
        Assert.That(gaps, Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 32 }));
    }

    [Test]
    public void Established_RetransmittedSegmentAcknowledged_KeepsTheBackedOffRto()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[10], peer.Now);
        peer.Next();
        peer.Wait(TimeSpan.FromSeconds(1));
        peer.Send(TcpFlags.Ack);
        Assert.That(peer.Connection.Tcb.Rto, Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public void Established_ZeroWindow_IsProbedWithGrowingIntervalsForEver()
    {
        Peer peer = new Peer().InEstablished(Mss1000, window: 0);
        peer.Connection.Send(new byte[100], peer.Now);
        Assert.That(peer.Next().IsNone);
        List<double> gaps = [];
        for (int i = 0; i < 20; i++)
        {
            TimeSpan last = peer.Now;
            Received probe = peer.Wait(TimeSpan.FromMinutes(2));
            Assert.That(probe.Text, Is.EqualTo(1));
            gaps.Add((peer.Now - last).TotalSeconds);
            peer.Send(TcpFlags.Ack, ack: probe.Seq, window: 0);
        }
        Assert.That(gaps[..7], Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 32, 60 }));
        Received text = peer.Send(TcpFlags.Ack, ack: peer.Rcv - 1u);
        Assert.That(text.Text, Is.EqualTo(100));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void Established_ProbesUnanswered_GivesUp()
    {
        Peer peer = new Peer().InEstablished(Mss1000, window: 0);
        TcpConnection connection = peer.Connection;
        connection.Send(new byte[100], peer.Now);
        peer.Next();
        while (!peer.Wait(TimeSpan.FromMinutes(3)).IsNone)
        {
        }
        Assert.That(connection.Error, Is.EqualTo(TcpError.TimedOut));
    }

    [Test]
    public void Established_SmallWindow_WaitsForTheOverride()
    {
        Peer peer = new Peer().InEstablished(Mss1000, window: 5000);
        peer.Send(TcpFlags.Ack, window: 100);
        peer.Connection.Send(new byte[500], peer.Now);
        TimeSpan start = peer.Now;
        Assert.That(peer.Next().IsNone);
        Assert.That(peer.Wait(TimeSpan.FromSeconds(2)).Text, Is.EqualTo(100));
        Assert.That((peer.Now - start).TotalSeconds, Is.InRange(0.1, 1.0));
    }

    [Test]
    public void Established_OldSegment_DoesNotUpdateTheWindow()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Send(TcpFlags.Ack, text: 5, window: 500);
        peer.Nxt += 5u;
        peer.Send(TcpFlags.Ack, window: 700);
        peer.Send(TcpFlags.Ack, peer.Nxt - 5u, text: 6, window: 9000);
        Assert.That(peer.Connection.Tcb.SndWnd, Is.EqualTo(700));
    }

    [Test]
    public void Established_ShrunkWindow_SendsNothingNew()
    {
        Peer peer = new Peer().InEstablished(Mss1000, window: 3000);
        peer.Connection.Send(new byte[5000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        peer.Next();
        peer.Next();
        Assert.That(peer.Send(TcpFlags.Ack, ack: start + 1000u, window: 500).IsNone);
        Assert.That(peer.Connection.Tcb.UsableWindow, Is.Negative);
    }

    [Test]
    public void Established_InitialWindow_IsTenSegments()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[30_000], peer.Now);
        Assert.That(Burst(peer), Is.EqualTo(10));
        Assert.That(peer.Connection.Tcb.Cwnd, Is.EqualTo(10_000));
    }

    [Test]
    public void Established_AckOfOneSegment_SlowStartSendsTwo()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[30_000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        Burst(peer);
        peer.Send(TcpFlags.Ack, ack: start + 1000u);
        Assert.That(1 + Burst(peer), Is.EqualTo(2));
        Assert.That(peer.Connection.Tcb.Cwnd, Is.EqualTo(11_000));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Established_ThirdDuplicateAck_RetransmitsAndHalves(bool sack)
    {
        Peer peer = new Peer().InEstablished(sack ? Mss1000Sack : Mss1000);
        peer.Connection.Send(new byte[30_000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        Burst(peer);
        Assert.That(Duplicate(peer, start, 1, sack).Seq, Is.EqualTo(start + 10_000u));
        Assert.That(Duplicate(peer, start, 2, sack).Seq, Is.EqualTo(start + 11_000u));
        Received again = Duplicate(peer, start, 3, sack);
        Assert.That(again.Seq, Is.EqualTo(start));
        Assert.That(again.Text, Is.EqualTo(1000));
        Assert.That(peer.Connection.Tcb.Ssthresh, Is.EqualTo(5000));
    }

    [Test]
    public void Recovery_PartialAck_RetransmitsTheNextHole()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[10_000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        Burst(peer);
        for (int i = 1; i <= 3; i++)
        {
            Duplicate(peer, start, i, false);
        }
        Assert.That(peer.Send(TcpFlags.Ack, ack: start + 2000u).Seq, Is.EqualTo(start + 2000u));
        peer.Send(TcpFlags.Ack, ack: start + 10_000u);
        Assert.That(peer.Connection.Tcb.InRecovery, Is.False);
        Assert.That(peer.Connection.Tcb.Cwnd, Is.LessThanOrEqualTo(5000));
    }

    [Test]
    public void SackRecovery_TwoHoles_OnlyThoseAreSentAgain()
    {
        Peer peer = new Peer().InEstablished(Mss1000Sack);
        peer.Connection.Send(new byte[10_000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        Burst(peer);
        // Segments 0 and 4 are lost.
        List<SeqNumber> again = [];
        for (int i = 1; i < 10; i++)
        {
            byte[] options = i < 4
                ? Sack((start + 1000u, start + (uint)((i + 1) * 1000)))
                : Sack((start + 1000u, start + 4000u),
                    (start + 5000u, start + (uint)(Math.Max(i, 5) + 1) * 1000u));
            Received received = peer.Send(TcpFlags.Ack, ack: start, options: options);
            if (!received.IsNone)
            {
                again.Add(received.Seq);
            }
        }
        Assert.That(again, Is.EqualTo(new[] { start, start + 4000u }));
    }

    [Test]
    public void Established_Timeout_SendsOneSegmentAndSlowStarts()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[10_000], peer.Now);
        SeqNumber start = peer.Next().Seq;
        Burst(peer);
        Assert.That(peer.Wait(TimeSpan.FromSeconds(2)).Seq, Is.EqualTo(start));
        Assert.That(peer.Next().IsNone);
        Assert.That(peer.Connection.Tcb.Cwnd, Is.EqualTo(1000));
        Assert.That(peer.Connection.Tcb.Ssthresh, Is.EqualTo(5000));
        Assert.That(peer.Send(TcpFlags.Ack, ack: start + 1000u).Seq, Is.EqualTo(start + 1000u));
        Assert.That(Burst(peer), Is.EqualTo(1));
    }

    [Test]
    public void Established_KeepAlive_ProbesAfterTwoHoursAndGivesUpAtLast()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        TcpConnection connection = peer.Connection;
        connection.SetKeepAlive(true, peer.Now);
        TimeSpan start = peer.Now;
        Received probe = peer.Wait(TimeSpan.FromHours(3));
        Assert.That(peer.Now - start, Is.EqualTo(TimeSpan.FromHours(2)));
        Assert.That(probe.Seq, Is.EqualTo(peer.Rcv - 1u));
        Assert.That(probe.Text, Is.Zero);
        int probes = 1;
        while (!peer.Wait(TimeSpan.FromHours(1)).IsNone)
        {
            probes++;
        }
        Assert.That(probes, Is.EqualTo(9));
        Assert.That(connection.Error, Is.EqualTo(TcpError.TimedOut));
    }

    [Test]
    public void Established_KeepAliveOff_StaysSilent()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        Assert.That(peer.Wait(TimeSpan.FromDays(10)).IsNone);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.Established));
    }

    [Test]
    public void Established_UserTimeout_Aborts()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        TcpConnection connection = peer.Connection;
        connection.SetUserTimeout(TimeSpan.FromSeconds(20), peer.Now);
        connection.Send(new byte[5], peer.Now);
        TimeSpan start = peer.Now;
        while (connection.State != TcpState.Closed && !peer.Wait(TimeSpan.FromMinutes(1)).IsNone)
        {
        }
        Assert.That(connection.Error, Is.EqualTo(TcpError.UserTimeout));
        Assert.That(peer.Now - start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Established_UrgentSend_PointsBehindTheUrgentData()
    {
        Peer peer = new Peer().InEstablished(Mss1000);
        peer.Connection.Send(new byte[10], peer.Now, urgent: true);
        Received urgent = peer.Next();
        Assert.That(urgent.Flags.Has(TcpFlags.Urg));
        Assert.That(urgent.Header.UrgentPointer, Is.EqualTo(10));
    }

    private static int Burst(Peer peer)
    {
        int count = 0;
        while (!peer.Next().IsNone)
        {
            count++;
        }
        return count;
    }

    private static Received Duplicate(Peer peer, SeqNumber start, int segments, bool sack) =>
        peer.Send(TcpFlags.Ack, ack: start, options: sack
            ? Sack((start + 1000u, start + (uint)((segments + 1) * 1000)))
            : null);

    private static byte[] Sack(params (SeqNumber Left, SeqNumber Right)[] blocks)
    {
        List<byte> octets = [5, (byte)(2 + (8 * blocks.Length))];
        foreach ((SeqNumber left, SeqNumber right) in blocks)
        {
            octets.AddRange(BitConverter.GetBytes(left.Value).Reverse());
            octets.AddRange(BitConverter.GetBytes(right.Value).Reverse());
        }
        return [.. octets];
    }
}
