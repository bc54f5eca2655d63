using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>The transmission control block (RFC 9293 §3.3.1), named as in the RFCs.</summary>
/// <remarks>Readable by the decisions; only the connection changes it.</remarks>
public sealed class Tcb
{
    internal Tcb(SocketPair pair, TcpStackOptions options)
    {
        Pair = pair;
        Options = options;
        Rto = options.RtoInitial;
        RcvBuff = (uint)options.ReceiveBuffer;
        PathMtu = options.Mtu;
        Sacked = new SequenceRanges(options.ReassemblyRanges * 4);
        Held = new SequenceRanges(options.ReassemblyRanges);
    }

    /// <summary>The configuration of the host.</summary>
    public TcpStackOptions Options { get; }

    /// <summary>Local (Iut) and remote (Tester) socket.</summary>
    public SocketPair Pair { get; }

    /// <summary>The state.</summary>
    public TcpState State { get; internal set; }

    /// <summary>Whether the connection came from LISTEN.</summary>
    public bool IsPassive { get; internal set; }

    /// <summary>Initial send sequence number.</summary>
    public SeqNumber Iss { get; internal set; }

    /// <summary>Oldest unacknowledged sequence number.</summary>
    public SeqNumber SndUna { get; internal set; }

    /// <summary>Next sequence number to send for the first time.</summary>
    public SeqNumber SndNxt { get; internal set; }

    /// <summary>Send window in octets from SND.UNA.</summary>
    public uint SndWnd { get; internal set; }

    /// <summary>Largest send window seen: MAX.SND.WND (RFC 5961 §5.2).</summary>
    public uint MaxSndWnd { get; internal set; }

    /// <summary>Sequence number of the segment of the last window update.</summary>
    public SeqNumber SndWl1 { get; internal set; }

    /// <summary>Acknowledgment number of the segment of the last window update.</summary>
    public SeqNumber SndWl2 { get; internal set; }

    /// <summary>First sequence number after urgent data to send, if any (MUST-62).</summary>
    public SeqNumber? SndUp { get; internal set; }

    /// <summary>Sequence number after the last octet that the user has handed over.</summary>
    public SeqNumber SndEnd { get; internal set; }

    /// <summary>Sequence number after the last octet that the user has pushed.</summary>
    public SeqNumber SndPush { get; internal set; }

    /// <summary>Whether a FIN stands behind the text to send.</summary>
    public bool FinQueued { get; internal set; }

    /// <summary>Whether the FIN is acknowledged.</summary>
    public bool FinAcked => FinQueued && SndUna > SndEnd;

    /// <summary>Initial receive sequence number.</summary>
    public SeqNumber Irs { get; internal set; }

    /// <summary>Next sequence number expected.</summary>
    public SeqNumber RcvNxt { get; internal set; }

    /// <summary>Largest right edge of the window that was offered.</summary>
    public SeqNumber RcvEdge { get; internal set; }

    /// <summary>Right edge as silly-window avoidance wants it, before the scale factor rounds it
    /// up (RFC 7323 §2.4).</summary>
    public SeqNumber RcvTarget { get; internal set; }

    /// <summary>Receive window in octets: what was offered and not used.</summary>
    public uint RcvWnd => RcvEdge > RcvNxt ? RcvEdge.DistanceFrom(RcvNxt) : 0;

    /// <summary>Octets of the receive buffer: RCV.BUFF.</summary>
    public uint RcvBuff { get; internal set; }

    /// <summary>Octets received and not yet read: RCV.USER.</summary>
    public uint RcvUser { get; internal set; }

    /// <summary>First sequence number after the peer's urgent data, if any.</summary>
    public SeqNumber? RcvUp { get; internal set; }

    /// <summary>Sequence number of the peer's FIN, if one has been seen.</summary>
    public SeqNumber? RcvFin { get; internal set; }

    /// <summary>Whether the peer's FIN has been taken.</summary>
    public bool FinReceived { get; internal set; }

    /// <summary>What was received out of order.</summary>
    public SequenceRanges Held { get; }

    /// <summary>Sequence numbers of the newest arrivals out of order, newest first.</summary>
    internal RecentArrivals Recent;

    /// <summary>Shift for windows from the peer (RFC 7323 §2.3).</summary>
    public byte SndWindShift { get; internal set; }

    /// <summary>Shift for windows to the peer (RFC 7323 §2.3).</summary>
    public byte RcvWindShift { get; internal set; }

    /// <summary>Whether window scaling is agreed.</summary>
    public bool SndWsOk { get; internal set; }

    /// <summary>Whether timestamps are agreed (RFC 7323 §3.2).</summary>
    public bool SndTsOk { get; internal set; }

    /// <summary>Whether the peer takes SACK blocks, and we do (RFC 2018 §2).</summary>
    public bool SackOk { get; internal set; }

    /// <summary>TS.Recent (RFC 7323 §4.3).</summary>
    public uint TsRecent { get; internal set; }

    /// <summary>When TS.Recent was last set (RFC 7323 §5.5).</summary>
    public TimeSpan TsRecentAt { get; internal set; }

    /// <summary>Added to the milliseconds of the clock to make TSval (RFC 7323 §5.4).</summary>
    public uint TsOffset { get; internal set; }

    /// <summary>Last.ACK.sent (RFC 7323 §4.3).</summary>
    public SeqNumber LastAckSent { get; internal set; }

    /// <summary>The peer's MSS: SendMSS (RFC 9293 §3.7.1).</summary>
    public int SendMss { get; internal set; }

    /// <summary>Octets of the largest IP packet that the path takes.</summary>
    public int PathMtu { get; internal set; }

    /// <summary>Eff.snd.MSS without SACK blocks, in octets of text (RFC 9293 §3.7.1).</summary>
    public int EffSndMss { get; internal set; } = 536;

    /// <summary>Smoothed round-trip time, if measured (RFC 6298 §2).</summary>
    public TimeSpan? Srtt { get; internal set; }

    /// <summary>Round-trip time variation (RFC 6298 §2).</summary>
    public TimeSpan RttVar { get; internal set; }

    /// <summary>Retransmission timeout (RFC 6298 §2).</summary>
    public TimeSpan Rto { get; internal set; }

    /// <summary>Retransmissions of the oldest segment by timeout.</summary>
    public int Retransmissions { get; internal set; }

    /// <summary>Congestion window in octets (RFC 5681 §3.1).</summary>
    public uint Cwnd { get; internal set; }

    /// <summary>Slow start threshold in octets (RFC 5681 §3.1).</summary>
    public uint Ssthresh { get; internal set; } = uint.MaxValue;

    /// <summary>Duplicate ACKs in a row (RFC 5681 §2).</summary>
    public int DupAcks { get; internal set; }

    /// <summary>Whether fast recovery is going on (RFC 6582, RFC 6675).</summary>
    public bool InRecovery { get; internal set; }

    /// <summary>"recover" of RFC 6582, RecoveryPoint of RFC 6675.</summary>
    public SeqNumber Recover { get; internal set; }

    /// <summary>Whether the loss recovery after a timeout is going on.</summary>
    public bool AfterTimeout { get; internal set; }

    /// <summary>Next number to send again after a timeout; SND.NXT if none.</summary>
    public SeqNumber Resend { get; internal set; }

    /// <summary>The sender's scoreboard (RFC 6675 §3).</summary>
    public SequenceRanges Sacked { get; }

    /// <summary>Number after the highest octet retransmitted in this recovery: HighRxt.</summary>
    public SeqNumber HighRxt { get; internal set; }

    /// <summary>RescueRxt (RFC 6675 §4).</summary>
    public SeqNumber RescueRxt { get; internal set; }

    /// <summary>Octets sent by limited transmit since the last new ACK (RFC 3042).</summary>
    public uint LimitedOctets { get; internal set; }

    /// <summary>Octets acknowledged towards the next step of congestion avoidance.</summary>
    public uint AvoidanceOctets { get; internal set; }

    /// <summary>Octets received in order and not yet acknowledged.</summary>
    public uint UnackedOctets { get; internal set; }

    /// <summary>Whether the Nagle algorithm is off (MUST-17).</summary>
    public bool NoDelay { get; internal set; }

    /// <summary>FlightSize in octets (RFC 5681 §2).</summary>
    public uint Flight => SndNxt.DistanceFrom(SndUna);

    /// <summary>Octets handed over and not sent.</summary>
    public int Unsent => Math.Max(0, SndEnd - SndNxt);

    /// <summary>Octets from SND.NXT to the right edge; negative after a shrink (MUST-34).</summary>
    public int UsableWindow => SndUna + SndWnd - SndNxt;
}
