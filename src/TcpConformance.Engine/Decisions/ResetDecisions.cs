using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>What to do about a segment with RST or SYN.</summary>
public enum Reaction
{
    /// <summary>Drop it silently.</summary>
    Drop,
    /// <summary>Drop it and send an ACK with SND.NXT and RCV.NXT.</summary>
    Challenge,
    /// <summary>Drop it and send an ACK, as for any segment outside the window.</summary>
    Acknowledge,
    /// <summary>End the connection.</summary>
    Reset,
    /// <summary>Return to LISTEN.</summary>
    ToListen,
    /// <summary>End this incarnation and begin a new one.</summary>
    Renew,
}

/// <summary>Resets, SYNs out of place and challenge ACKs.</summary>
public class ResetDecisions
{
    /// <summary>A RST in a state other than LISTEN and SYN-SENT (RFC 5961 §3.2).</summary>
    public virtual Reaction OnRst(Tcb tcb, in TcpHeader segment)
    {
        // RFC 9293 §3.10.7.4, second: RCV.NXT counts even if the window is closed (MUST-66).
        if (segment.Seq == tcb.RcvNxt)
        {
            return tcb.State == TcpState.SynReceived && tcb.IsPassive
                ? Reaction.ToListen
                : Reaction.Reset;
        }
        return segment.Seq.InWindow(tcb.RcvNxt, tcb.RcvWnd) ? Reaction.Challenge : Reaction.Drop;
    }

    /// <summary>A RST in SYN-SENT (RFC 9293 §3.10.7.3, second).</summary>
    public virtual Reaction OnRstInSynSent(Tcb tcb, in TcpHeader segment, bool ackAcceptable) =>
        ackAcceptable ? Reaction.Reset : Reaction.Drop;

    /// <summary>A SYN in a state other than LISTEN and SYN-SENT, wherever it lies (RFC 9293
    /// §3.10.7.4, fourth; RFC 5961 §4.2).</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="segment">The segment.</param>
    /// <param name="inWindow">Whether the segment is acceptable.</param>
    public virtual Reaction OnSyn(Tcb tcb, in TcpHeader segment, bool inWindow)
    {
        if (tcb.State != TcpState.SynReceived || !tcb.IsPassive)
        {
            return Reaction.Challenge;
        }
        // The fourth step has no challenge for this state: outside the window the first answers.
        return inWindow ? Reaction.ToListen : Reaction.Acknowledge;
    }

    /// <summary>A SYN without ACK, RST and FIN in TIME-WAIT: the rules of RFC 6191 §2.</summary>
    public virtual Reaction OnSynInTimeWait(Tcb tcb, in TcpHeader segment)
    {
        bool timestamps = segment.Options.Has(TcpOptionSet.Timestamps) && tcb.Options.Timestamps;
        // The last sequence number is the FIN's, the one before RCV.NXT.
        bool later = segment.Seq >= tcb.RcvNxt;
        bool honoured;
        if (tcb.SndTsOk && timestamps)
        {
            SeqNumber value = new(segment.Options.TsVal);
            SeqNumber recent = new(tcb.TsRecent);
            honoured = value > recent || (value == recent && later);
        }
        else
        {
            honoured = timestamps || later;
        }
        return honoured ? Reaction.Renew : Reaction.Challenge;
    }

    /// <summary>Whether a segment that belongs to no connection is answered by a RST (RFC 9293
    /// §3.10.7.1).</summary>
    public virtual bool AnswersStray(in TcpHeader segment) => !segment.Has(TcpFlags.Rst);

    /// <summary>A segment in LISTEN: Reset answers with a RST, Renew begins a connection
    /// (RFC 9293 §3.10.7.2).</summary>
    public virtual Reaction InListen(in TcpHeader segment)
    {
        if (segment.Has(TcpFlags.Rst))
        {
            return Reaction.Drop;
        }
        if (segment.Has(TcpFlags.Ack))
        {
            return Reaction.Reset;
        }
        return segment.Has(TcpFlags.Syn) ? Reaction.Renew : Reaction.Drop;
    }

    /// <summary>The RST that answers a segment (RFC 9293 §3.5.2, group 1).</summary>
    public virtual TcpHeader Answer(in TcpHeader segment)
    {
        TcpHeader reset = new()
        {
            SourcePort = segment.DestinationPort,
            DestinationPort = segment.SourcePort,
        };
        if (segment.Has(TcpFlags.Ack))
        {
            reset.Seq = segment.Ack;
            reset.Flags = TcpFlags.Rst;
        }
        else
        {
            reset.Ack = segment.End;
            reset.Flags = TcpFlags.Rst | TcpFlags.Ack;
        }
        // RFC 7323 §5.2: TSval zero, TSecr from the segment.
        if (segment.Options.Has(TcpOptionSet.Timestamps))
        {
            reset.Options.Present = TcpOptionSet.Timestamps;
            reset.Options.TsEcr = segment.Options.TsVal;
        }
        return reset;
    }

    /// <summary>Whether ABORT sends a RST in this state (RFC 9293 §3.10.5).</summary>
    public virtual bool AbortSendsReset(TcpState state) => state
        is TcpState.SynReceived or TcpState.Established or TcpState.FinWait1
        or TcpState.FinWait2 or TcpState.CloseWait;

    /// <summary>Whether CLOSE with unread text, or text after CLOSE, resets (SHLD-3).</summary>
    public virtual bool ResetsOnLostText(Tcb tcb) => true;
}
