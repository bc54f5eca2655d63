using TcpConformance.Harness;
using TcpConformance.Harness.Lower;
using TcpConformance.Wire;

namespace TcpConformance.Suite;

/// <summary>What the IUT owes at once to a segment that the tester sends now.</summary>
internal static class Answers
{
    /// <summary>An empty ACK: <c>&lt;SEQ=SND.NXT&gt;&lt;ACK=RCV.NXT&gt;&lt;CTL=ACK&gt;</c>.
    /// Retransmissions that come in between don't matter.</summary>
    public static async Task<ReceivedSegment> AckTo(
        this CaseContext ctx, Peer peer, Func<SentSegment> stimulus, string requirement,
        string words)
    {
        peer.TakeUnread();
        stimulus();
        return await peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack)
            {
                Seq = peer.RcvNxt, Ack = peer.SndNxt, TextLength = 0,
            },
            ctx.Times.AtOnce, requirement, words);
    }

    /// <summary>What acknowledges the peer's FIN in CLOSING: an empty ACK, or the IUT's own FIN
    /// once more, which an early timer may send (RFC 9293 §3.10.8).</summary>
    public static Func<ReceivedSegment, bool> AcknowledgesFin(Peer peer) =>
        r => r.Has(TcpFlags.Ack) && !r.Has(TcpFlags.Rst) && !r.Has(TcpFlags.Syn)
            && r.TextLength == 0 && r.Ack == peer.SndNxt
            && r.Seq == (r.Has(TcpFlags.Fin) ? peer.RcvNxt - 1 : peer.RcvNxt);

    /// <summary>A reset in the form of RFC 9293 §3.5.2: from SEG.ACK if there is one, else
    /// zero with an acknowledgment of the whole segment.</summary>
    public static async Task<ReceivedSegment> ResetTo(
        this CaseContext ctx, Peer peer, Func<SentSegment> stimulus, string requirement,
        string words)
    {
        peer.TakeUnread();
        SentSegment sent = stimulus();
        ExpectedSegment reset = sent.Segment.Flags.Has(TcpFlags.Ack)
            ? new ExpectedSegment(TcpFlags.Rst) { Seq = sent.Segment.Ack, TextLength = 0 }
            : new ExpectedSegment(TcpFlags.Rst | TcpFlags.Ack)
            {
                Seq = new SeqNumber(0), Ack = sent.End, TextLength = 0,
            };
        return await peer.ExpectEventually(reset, ctx.Times.AtOnce, requirement, words);
    }

    /// <summary>Nothing, but for what <paramref name="except"/> lets pass.</summary>
    public static async Task NothingTo(
        this CaseContext ctx, Peer peer, Func<SentSegment> stimulus, string requirement,
        string words, Func<ReceivedSegment, bool>? except = null)
    {
        peer.TakeUnread();
        stimulus();
        await peer.Quiet(ctx.Times.AtOnce, requirement, words, except);
    }

    /// <summary>A SYN or a SYN,ACK: what SYN-SENT and SYN-RECEIVED may send again.</summary>
    public static bool IsSyn(ReceivedSegment s) => s.Has(TcpFlags.Syn);

    /// <summary>A FIN: what the closing states may send again.</summary>
    public static bool IsFin(ReceivedSegment s) => s.Has(TcpFlags.Fin);
}
