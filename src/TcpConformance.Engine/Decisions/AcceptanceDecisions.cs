using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Which segments are acceptable (RFC 9293 §3.10.7.4, RFC 7323 §5.3).</summary>
public class AcceptanceDecisions
{
    private static readonly TimeSpan OutdatedAfter = TimeSpan.FromDays(24);

    /// <summary>The four cases of RFC 9293 §3.10.7.4, table 6.</summary>
    public virtual bool IsAcceptable(Tcb tcb, in TcpHeader segment)
    {
        uint window = tcb.RcvWnd;
        uint length = segment.SegLen;
        if (window == 0)
        {
            return length == 0 && segment.Seq == tcb.RcvNxt;
        }
        return segment.Seq.InWindow(tcb.RcvNxt, window)
            || (length > 0 && (segment.End - 1u).InWindow(tcb.RcvNxt, window));
    }

    /// <summary>Whether ACK and URG of an unacceptable segment are taken all the same: at a zero
    /// window, at the left edge (RFC 9293 §3.10.7.4, MUST-66).</summary>
    public virtual bool TakesControlsAtZeroWindow(Tcb tcb, in TcpHeader segment) =>
        tcb.RcvWnd == 0 && segment.Seq == tcb.RcvNxt;

    /// <summary>Whether a SYN,ACK that crosses ours acknowledges our SYN, although its own SYN is
    /// old (RFC 9293 figure 7, Appendix A.2).</summary>
    public virtual bool TakesAckOfCrossingSynAck(Tcb tcb, in TcpHeader segment) =>
        tcb.State == TcpState.SynReceived && !tcb.IsPassive
        && segment.Has(TcpFlags.Syn | TcpFlags.Ack) && !segment.Has(TcpFlags.Rst)
        && segment.Seq == tcb.Irs && segment.Ack == tcb.SndNxt;

    /// <summary>Whether a segment without the timestamps that were agreed is dropped (RFC 7323
    /// §3.2, SHOULD).</summary>
    public virtual bool LacksTimestamps(Tcb tcb, in TcpHeader segment) =>
        tcb.SndTsOk && !segment.Has(TcpFlags.Rst)
        && !segment.Options.Has(TcpOptionSet.Timestamps);

    /// <summary>Rule R1 of PAWS (RFC 7323 §5.3), with the end of TS.Recent after 24 idle days
    /// (§5.5).</summary>
    public virtual bool FailsPaws(Tcb tcb, in TcpHeader segment, TimeSpan now) =>
        tcb.SndTsOk && !segment.Has(TcpFlags.Rst)
        && segment.Options.Has(TcpOptionSet.Timestamps)
        && new SeqNumber(segment.Options.TsVal) < new SeqNumber(tcb.TsRecent)
        && now - tcb.TsRecentAt <= OutdatedAfter;

    /// <summary>Rule R3 of PAWS: whether TSval becomes TS.Recent (RFC 7323 §4.3).</summary>
    /// <remarks>A TSval that is less has come here only because TS.Recent is outdated.</remarks>
    public virtual bool UpdatesTsRecent(Tcb tcb, in TcpHeader segment) =>
        tcb.SndTsOk && !segment.Has(TcpFlags.Rst)
        && segment.Options.Has(TcpOptionSet.Timestamps)
        && segment.Seq <= tcb.LastAckSent;

    /// <summary>Whether an unacceptable segment gets an ACK (RFC 9293 §3.10.7.4).</summary>
    public virtual bool AnswersUnacceptable(Tcb tcb, in TcpHeader segment) =>
        !segment.Has(TcpFlags.Rst);

    /// <summary>Whether an ACK in answer may call forth another one without end: the segment is
    /// empty and stands at the right edge, as the peer's does when it has filled the window and a
    /// segment of its was lost, or one beyond, after a probe. Two such peers would answer each
    /// other for ever (RFC 9293 Appendix A.2); RFC 5961 §7 lets answers be throttled.</summary>
    public virtual bool CouldBeAckWar(Tcb tcb, in TcpHeader segment) =>
        segment.SegLen == 0 && (segment.Seq - tcb.RcvEdge) is 0 or 1;

    /// <summary>Time between two answers where an ACK war is possible.</summary>
    public virtual TimeSpan AckWarPause => TimeSpan.FromMilliseconds(500);

    /// <summary>Where what lies beyond the window is cut off (RFC 9293 §3.10.7.4, first): at the
    /// largest right edge that was offered (RFC 7323 §2.4).</summary>
    public virtual SeqNumber TrimEdge(Tcb tcb) => tcb.RcvEdge;

    /// <summary>Whether text above a gap is held (RFC 9293 §3.10.7.4, SHLD-31).</summary>
    public virtual bool HoldsOutOfOrder(Tcb tcb, in TcpHeader segment) => true;

    /// <summary>The urgent pointer as a sequence number: the octet after the urgent data
    /// (RFC 9293 §3.8.5, MUST-62).</summary>
    public virtual SeqNumber UrgentEnd(in TcpHeader segment) =>
        segment.Seq + (uint)segment.UrgentPointer;
}
