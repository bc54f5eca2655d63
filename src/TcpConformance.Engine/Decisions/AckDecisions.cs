using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>What an acknowledgment number is worth.</summary>
public enum AckVerdict
{
    /// <summary>SND.UNA &lt; SEG.ACK =&lt; SND.NXT.</summary>
    New,
    /// <summary>At or below SND.UNA, not too old.</summary>
    Duplicate,
    /// <summary>Below SND.UNA - MAX.SND.WND (RFC 5961 §5.2).</summary>
    TooOld,
    /// <summary>Above SND.NXT.</summary>
    Beyond,
}

/// <summary>When an acknowledgment of text is sent.</summary>
public enum AckTiming
{
    /// <summary>With the next segment at once.</summary>
    Now,
    /// <summary>After the delay, or with a second segment.</summary>
    Delayed,
}

/// <summary>Acknowledgments: what they mean, and when to send them.</summary>
public class AckDecisions
{
    /// <summary>Judges SEG.ACK (RFC 9293 §3.10.7.4, fifth; RFC 5961 §5.2).</summary>
    public virtual AckVerdict Judge(Tcb tcb, SeqNumber ack)
    {
        if (ack > tcb.SndNxt)
        {
            return AckVerdict.Beyond;
        }
        if (ack > tcb.SndUna)
        {
            return AckVerdict.New;
        }
        return ack < tcb.SndUna - tcb.MaxSndWnd ? AckVerdict.TooOld : AckVerdict.Duplicate;
    }

    /// <summary>Whether SEG.ACK is acceptable in SYN-SENT (RFC 9293 §3.10.7.3).</summary>
    public virtual bool IsAcceptableInSynSent(Tcb tcb, SeqNumber ack) =>
        ack > tcb.Iss && ack <= tcb.SndNxt;

    /// <summary>Whether SEG.ACK is acceptable in SYN-RECEIVED (RFC 9293 §3.10.7.4).</summary>
    public virtual bool IsAcceptableInSynReceived(Tcb tcb, SeqNumber ack) =>
        tcb.SndUna < ack && ack <= tcb.SndNxt;

    /// <summary>Whether the segment counts as a duplicate ACK (RFC 5681 §2; with SACK, RFC 6675
    /// §2).</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="segment">The segment, which acknowledges nothing new.</param>
    /// <param name="newSack">Whether it reports octets that were not known to have arrived.</param>
    public virtual bool IsDuplicateAck(Tcb tcb, in TcpHeader segment, bool newSack)
    {
        if (tcb.Flight == 0 || segment.Ack != tcb.SndUna)
        {
            return false;
        }
        if (tcb.SackOk)
        {
            return newSack;
        }
        // An ACK with a window of zero answers a probe; it tells of no loss.
        uint window = (uint)segment.Window << tcb.SndWindShift;
        return segment.TextLength == 0 && window != 0 && window == tcb.SndWnd
            && (segment.Flags & (TcpFlags.Syn | TcpFlags.Fin)) == 0;
    }

    /// <summary>When to acknowledge text or a FIN (RFC 9293 §3.8.6.3, RFC 5681 §4.2).</summary>
    /// <param name="tcb">The connection, the segment already taken.</param>
    /// <param name="inOrder">Whether the segment began at RCV.NXT and no hole was there.</param>
    public virtual AckTiming WhenToAck(Tcb tcb, bool inOrder)
    {
        if (!inOrder || tcb.FinReceived)
        {
            return AckTiming.Now;
        }
        // Every second full-sized segment; the peer's segments are taken to be as large as ours
        // (SHLD-19).
        uint full = (uint)Math.Max(1, tcb.EffSndMss);
        return tcb.UnackedOctets >= 2 * full ? AckTiming.Now : AckTiming.Delayed;
    }

    /// <summary>How long a delayed ACK waits: less than 0.5 s (MUST-40).</summary>
    public virtual TimeSpan Delay(Tcb tcb) => tcb.Options.DelayedAck;

    /// <summary>The acknowledgment number of a segment.</summary>
    public virtual SeqNumber AckNumber(Tcb tcb) => tcb.RcvNxt;
}
