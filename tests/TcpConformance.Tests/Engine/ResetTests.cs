using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>RST, SYN and ACK out of place, state by state (RFC 9293 §3.10.7, RFC 5961).</summary>
public sealed class ResetTests
{
    private static readonly TcpState[] Synchronized =
    [
        TcpState.Established, TcpState.FinWait1, TcpState.FinWait2, TcpState.CloseWait,
        TcpState.Closing, TcpState.LastAck, TcpState.TimeWait,
    ];

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_Preamble_ReachesState(TcpState state) =>
        Assert.That(new Peer().In(state).Connection.State, Is.EqualTo(state));

    // RFC 7323 §5.2
    [Test]
    public void Closed_AckWithTimestamps_ResetEchoesThem()
    {
        Peer peer = new() { Port = 81 };
        byte[] stamps = [1, 1, 8, 10, 0, 0, 4, 210, 0, 0, 0, 9];
        Received answer = peer.Send(TcpFlags.Ack, ack: new SeqNumber(77), options: stamps);
        TcpOptions options = answer.Header.Options;
        Assert.That(answer.Header.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(options.Has(TcpOptionSet.Timestamps));
        Assert.That((options.TsVal, options.TsEcr), Is.EqualTo((0u, 1234u)));
    }

    // RFC 9293 §3.9.2.2 (SHLD-25)
    [TestCase(true, TcpError.Unreachable)]
    [TestCase(false, TcpError.UserTimeout)]
    public void Established_UserTimeout_SoftErrorSaysWhy(bool reported, TcpError expected)
    {
        Peer peer = new Peer().In(TcpState.Established);
        TcpConnection connection = peer.Connection;
        connection.SetUserTimeout(TimeSpan.FromSeconds(5), peer.Now);
        connection.Send(new byte[10], peer.Now);
        Received text = peer.Next();
        if (reported)
        {
            peer.SendIcmp(3, 1, text.Header.Seq);
        }
        while (connection.State != TcpState.Closed)
        {
            peer.Wait(TimeSpan.FromSeconds(1));
        }
        Assert.That(connection.Error, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_RstAtRcvNxt_Closes(TcpState state)
    {
        Peer peer = new Peer().In(state);
        TcpConnection connection = peer.Connection;
        Received answer = peer.Send(TcpFlags.Rst);
        Assert.Multiple(() =>
        {
            Assert.That(answer.IsNone);
            Assert.That(connection.State, Is.EqualTo(TcpState.Closed));
            Assert.That(peer.Stack.ConnectionCount, Is.Zero);
        });
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_RstInWindow_IsChallenged(TcpState state)
    {
        Peer peer = new Peer().In(state);
        Received answer = peer.Send(TcpFlags.Rst, peer.Nxt + 1u);
        AssertChallenge(peer, answer, state);
    }

    // RFC 5961 §7
    [Test]
    public void Established_ChallengesInRow_AreTenInFiveSeconds()
    {
        Peer peer = new Peer().In(TcpState.Established);
        int Answers(int resets) => Enumerable.Range(0, resets)
            .Count(_ => !peer.Send(TcpFlags.Rst, peer.Nxt + 1u).IsNone);

        Assert.That(Answers(12), Is.EqualTo(10));
        peer.Wait(TimeSpan.FromSeconds(4.9));
        Assert.That(Answers(1), Is.Zero);
        peer.Wait(TimeSpan.FromSeconds(0.1));
        Assert.That(Answers(12), Is.EqualTo(10));
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_RstOutsideWindow_IsIgnored(TcpState state)
    {
        Peer peer = new Peer().In(state);
        Assert.That(peer.Send(TcpFlags.Rst, peer.Nxt + 70_000u).IsNone);
        Assert.That(peer.Send(TcpFlags.Rst, peer.Nxt - 1u).IsNone);
        Assert.That(peer.Connection.State, Is.EqualTo(state));
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_SynInOrOutsideWindow_IsChallenged(TcpState state)
    {
        foreach (int offset in (int[])[0, 100, -100_000])
        {
            if (state == TcpState.TimeWait && offset >= 0)
            {
                continue; // may begin anew
            }
            Peer peer = new Peer().In(state);
            AssertChallenge(peer, peer.Send(TcpFlags.Syn, peer.Nxt + offset), state);
        }
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_TextBelowWindow_IsAcknowledgedAndDropped(TcpState state)
    {
        Peer peer = new Peer().In(state);
        AssertChallenge(peer, peer.Send(TcpFlags.Ack, peer.Nxt - 10u, text: 5), state);
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_AckAboveSndNxt_IsAcknowledgedAndTextDropped(TcpState state)
    {
        Peer peer = new Peer().In(state);
        SeqNumber nxt = peer.Nxt;
        Received answer = peer.Send(TcpFlags.Ack, ack: peer.Rcv + 1u, text: 5);
        Assert.That(answer.Ack, Is.EqualTo(nxt));
        AssertChallenge(peer, answer, state);
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_AckFarBelowSndUna_IsChallenged(TcpState state)
    {
        Peer peer = new Peer().In(state);
        AssertChallenge(peer, peer.Send(TcpFlags.Ack, ack: peer.Rcv - 100_000u), state);
    }

    [TestCaseSource(nameof(Synchronized))]
    public void Synchronized_NoAckBit_IsDropped(TcpState state)
    {
        Peer peer = new Peer().In(state);
        SeqNumber rcvNxt = peer.Connection.Tcb.RcvNxt;
        Assert.That(peer.Send(TcpFlags.Psh, text: 3).IsNone);
        Assert.That(peer.Connection.Tcb.RcvNxt, Is.EqualTo(rcvNxt));
    }

    [Test]
    public void Closed_SegmentWithAck_IsReset()
    {
        Peer peer = new() { Port = 81 };
        Received answer = peer.Send(TcpFlags.Ack, ack: new SeqNumber(77));
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(answer.Seq, Is.EqualTo(new SeqNumber(77)));
    }

    [Test]
    public void Closed_SegmentWithoutAck_IsResetWithAck()
    {
        Peer peer = new() { Port = 81 };
        Received answer = peer.Send(TcpFlags.Syn | TcpFlags.Fin, text: 3);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Rst | TcpFlags.Ack));
        Assert.That(answer.Seq, Is.EqualTo(new SeqNumber(0)));
        Assert.That(answer.Ack, Is.EqualTo(peer.Nxt + 5u));
    }

    [Test]
    public void Closed_Rst_IsIgnored() =>
        Assert.That(new Peer { Port = 81 }.Send(TcpFlags.Rst).IsNone);

    [Test]
    public void Closed_BadChecksum_IsIgnored() =>
        Assert.That(new Peer { Port = 81 }.Send(TcpFlags.Syn, checksum: 1).IsNone);

    [Test]
    public void Listen_Rst_IsIgnored() => Assert.That(new Peer().Send(TcpFlags.Rst).IsNone);

    [Test]
    public void Listen_Ack_IsReset()
    {
        Received answer = new Peer().Send(TcpFlags.Ack | TcpFlags.Syn, ack: new SeqNumber(9));
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(answer.Seq, Is.EqualTo(new SeqNumber(9)));
    }

    [Test]
    public void Listen_NeitherSynNorAck_IsDropped()
    {
        Peer peer = new();
        Assert.That(peer.Send(TcpFlags.Fin, text: 3).IsNone);
        Assert.That(peer.Stack.ConnectionCount, Is.Zero);
    }

    [Test]
    public void SynReceived_RstAtRcvNxt_ReturnsToListen()
    {
        Peer peer = new Peer().InSynReceived();
        peer.Send(TcpFlags.Rst);
        Assert.That(peer.Stack.ConnectionCount, Is.Zero);
        Assert.That(peer.Listener.HalfOpen, Is.Zero);
        Assert.That(peer.Send(TcpFlags.Syn).Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
    }

    [Test]
    public void SynReceived_UnacceptableAck_IsReset()
    {
        Peer peer = new Peer().InSynReceived();
        Received answer = peer.Send(TcpFlags.Ack, ack: peer.Rcv + 5u);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(answer.Seq, Is.EqualTo(peer.Rcv + 5u));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.SynReceived));
    }

    [Test]
    public void SynSent_UnacceptableAck_IsResetUnlessRst()
    {
        Peer peer = new Peer().InSynSent();
        SeqNumber bad = peer.Rcv + 1u;
        Assert.That(peer.Send(TcpFlags.Rst | TcpFlags.Ack, ack: bad).IsNone);
        Received answer = peer.Send(TcpFlags.Ack | TcpFlags.Syn, ack: bad);
        Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(answer.Seq, Is.EqualTo(bad));
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.SynSent));
    }

    [Test]
    public void SynSent_RstWithoutAck_IsIgnored()
    {
        Peer peer = new Peer().InSynSent();
        Assert.That(peer.Send(TcpFlags.Rst).IsNone);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.SynSent));
    }

    [Test]
    public void SynSent_RstWithGoodAck_IsRefused()
    {
        Peer peer = new Peer().InSynSent();
        peer.Send(TcpFlags.Rst | TcpFlags.Ack);
        Assert.That(peer.Connection.Error, Is.EqualTo(TcpError.Refused));
    }

    [Test]
    public void Established_Abort_SendsRstAtSndNxt()
    {
        Peer peer = new Peer().InEstablished();
        peer.Connection.Abort(peer.Now);
        Received reset = peer.Next();
        Assert.That(reset.Flags, Is.EqualTo(TcpFlags.Rst));
        Assert.That(reset.Seq, Is.EqualTo(peer.Rcv));
    }

    [Test]
    public void Established_CloseWithUnreadText_Resets()
    {
        Peer peer = new Peer().InEstablished();
        peer.Send(TcpFlags.Ack, text: 10);
        peer.Connection.Close(peer.Now);
        Assert.That(peer.Next().Flags, Is.EqualTo(TcpFlags.Rst));
    }

    [Test]
    public void FinWait2_TextAfterClose_Resets()
    {
        Peer peer = new Peer().InEstablished();
        peer.Connection.Close(peer.Now);
        peer.Next();
        peer.Send(TcpFlags.Ack);
        Assert.That(peer.Connection.State, Is.EqualTo(TcpState.FinWait2));
        Assert.That(peer.Send(TcpFlags.Ack, text: 1).Flags, Is.EqualTo(TcpFlags.Rst));
    }

    private static void AssertChallenge(Peer peer, Received answer, TcpState state) =>
        Assert.Multiple(() =>
        {
            Assert.That(answer.Flags, Is.EqualTo(TcpFlags.Ack));
            Assert.That(answer.Seq, Is.EqualTo(peer.Rcv));
            Assert.That(answer.Ack, Is.EqualTo(peer.Connection.Tcb.RcvNxt));
            Assert.That(answer.Text, Is.Zero);
            Assert.That(peer.Connection.State, Is.EqualTo(state));
        });
}
