namespace TcpConformance.Engine;

/// <summary>Congestion control (RFC 5681, RFC 3042, RFC 6582, RFC 6675, RFC 6928).</summary>
public class CongestionDecisions
{
    /// <summary>Duplicate ACKs that mean a loss: DupThresh (RFC 5681 §3.2).</summary>
    public virtual int DupThresh => 3;

    /// <summary>Initial window in octets: RFC 6928 §2; one segment after the SYN was lost (RFC
    /// 5681 §3.1).</summary>
    public virtual uint InitialWindow(Tcb tcb, bool synRetransmitted)
    {
        uint mss = (uint)tcb.EffSndMss;
        uint segments = (uint)tcb.Options.InitialWindowSegments;
        return synRetransmitted ? mss : Math.Min(segments * mss, Math.Max(2 * mss, 14600));
    }

    /// <summary>Cwnd after an ACK of new text outside recovery (RFC 5681 §3.1).</summary>
    /// <param name="tcb">The connection; AvoidanceOctets counts this ACK.</param>
    /// <param name="acked">Octets newly acknowledged.</param>
    public virtual uint Grow(Tcb tcb, uint acked)
    {
        uint mss = (uint)tcb.EffSndMss;
        if (tcb.Cwnd < tcb.Ssthresh)
        {
            return Sum(tcb.Cwnd, Math.Min(acked, mss));
        }
        return tcb.AvoidanceOctets >= tcb.Cwnd ? Sum(tcb.Cwnd, mss) : tcb.Cwnd;
    }

    /// <summary>Ssthresh after a loss: half the flight, two segments at least (RFC 5681 §3.1,
    /// equation 4).</summary>
    /// <param name="tcb">The connection.</param>
    public virtual uint SsthreshAfterLoss(Tcb tcb)
    {
        // Limited transmit does not count (RFC 5681 §3.2).
        uint flight = tcb.Flight - Math.Min(tcb.Flight, tcb.LimitedOctets);
        return Math.Max(flight / 2, 2 * (uint)tcb.EffSndMss);
    }

    /// <summary>Cwnd after a timeout: the loss window of one segment (RFC 5681 §3.1).</summary>
    public virtual uint LossWindow(Tcb tcb) => (uint)tcb.EffSndMss;

    /// <summary>Cwnd when transmission begins again after idleness (RFC 5681 §4.1).</summary>
    public virtual uint RestartWindow(Tcb tcb) => Math.Min(InitialWindow(tcb, false), tcb.Cwnd);

    /// <summary>Octets beyond cwnd that duplicate ACKs allow: at most two segments (RFC 3042
    /// §2).</summary>
    public virtual uint LimitedTransmit(Tcb tcb) =>
        (uint)Math.Min(tcb.DupAcks, 2) * (uint)tcb.EffSndMss;

    /// <summary>Whether the third duplicate ACK starts recovery: not for losses of before the
    /// last recovery (RFC 6582 §3.2 step 2, RFC 6675 §5.1).</summary>
    public virtual bool MayEnterRecovery(Tcb tcb) => tcb.SndUna > tcb.Recover;

    /// <summary>Cwnd at the end of NewReno's recovery (RFC 6582 §3.2 step 3, option 1).</summary>
    public virtual uint AfterRecovery(Tcb tcb)
    {
        uint mss = (uint)tcb.EffSndMss;
        return Math.Min(tcb.Ssthresh, Math.Max(tcb.Flight, mss) + mss);
    }

    private static uint Sum(uint a, uint b) => (uint)Math.Min((ulong)a + b, 1u << 30);
}
