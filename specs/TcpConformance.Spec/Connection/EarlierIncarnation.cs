using TcpConformance.Wire;

namespace TcpConformance.Spec.Connection;

/// <summary>What is remembered of a connection in TIME-WAIT while a SYN tries to reopen it: if
/// that SYN was an old duplicate, the state returns (RFC 9293 §3.6.1, MAY-2).</summary>
public struct EarlierIncarnation
{
    /// <summary>Whether there is one.</summary>
    public bool IsKnown;

    /// <summary>Its SND.NXT.</summary>
    public SeqNumber SndNxt;

    /// <summary>Its RCV.NXT.</summary>
    public SeqNumber RcvNxt;

    /// <summary>Its right edge of the receive window.</summary>
    public SeqNumber RcvEdge;

    /// <summary>Options of the peer's SYN.</summary>
    public TcpOptionSet PeerOffers;

    /// <summary>Options of the IUT's SYN.</summary>
    public TcpOptionSet IutOffers;

    /// <summary>Its TS.Recent.</summary>
    public uint TsRecent;

    /// <summary>So long must a new ISS be larger than the largest number that it used (RFC 9293
    /// §3.6.1, MAY-2 (1)).</summary>
    public TimeSpan LivesUntil;

    /// <summary>Whether a new connection may begin with this number.</summary>
    public readonly bool Permits(SeqNumber iss, TimeSpan at) => at >= LivesUntil || iss >= SndNxt;

    /// <summary>Remembers a connection.</summary>
    public static EarlierIncarnation Of(in Tcb tcb) => new()
    {
        IsKnown = true,
        SndNxt = tcb.SndNxt,
        RcvNxt = tcb.RcvNxt,
        RcvEdge = tcb.RcvEdge,
        PeerOffers = tcb.PeerOffers,
        IutOffers = tcb.IutOffers,
        TsRecent = tcb.TsRecent,
    };

    /// <summary>Puts the connection back; its state is set by the caller.</summary>
    public readonly void Restore(ref Tcb tcb)
    {
        tcb = new Tcb
        {
            Deviation = tcb.Deviation,
            SegmentsDone = tcb.SegmentsDone,
            CallsDone = tcb.CallsDone,
            UserKnown = tcb.UserKnown,
            IssKnown = true,
            Iss = SndNxt - 2u, // at least SYN and FIN were sent
            SndUna = SndNxt,
            SndNxt = SndNxt,
            FinSent = true,
            FinReceived = true,
            Irs = RcvNxt - 2u,
            RcvNxt = RcvNxt,
            LastAckSent = RcvNxt,
            EdgeKnown = true,
            RcvEdge = RcvEdge,
            PeerOffers = PeerOffers,
            IutOffers = IutOffers,
            TsRecent = TsRecent,
            Earlier = this, // it has come back
        };
    }
}
