using System.Runtime.InteropServices;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Connection;

/// <summary>What the specification supposes that the IUT knows of one connection: the TCB of
/// RFC 9293 §3.3.1, and what the IUT owes.</summary>
/// <remarks>A mutable value: hypotheses are made by copying it, and told apart by their octets.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct Tcb
{
    /// <summary>The state.</summary>
    public TcpState State;

    /// <summary>The connection came from LISTEN (MUST-11).</summary>
    public bool Passive;

    /// <summary>The first hypothesis that isn't allowed by the RFCs, but explains what comes; None
    /// if this one is a conforming history.</summary>
    public RuleId Deviation;

    // --- sending (RFC 9293 §3.3.1, table 2) ---

    /// <summary>How often the SYN or SYN,ACK went again because the timer had expired.</summary>
    public byte SynTimeouts;

    /// <summary>Whether the SYN has been seen, so that <see cref="Iss"/> is known.</summary>
    public bool IssKnown;

    /// <summary>ISS.</summary>
    public SeqNumber Iss;

    /// <summary>SND.UNA.</summary>
    public SeqNumber SndUna;

    /// <summary>SND.NXT: after the highest octet that has been seen on the wire.</summary>
    public SeqNumber SndNxt;

    /// <summary>Whether the FIN has been sent; it then stands just below SND.NXT.</summary>
    public bool FinSent;

    /// <summary>SND.WND in octets, scaled.</summary>
    public uint SndWnd;

    /// <summary>SND.WL1.</summary>
    public SeqNumber SndWl1;

    /// <summary>SND.WL2.</summary>
    public SeqNumber SndWl2;

    /// <summary>MAX.SND.WND in octets (RFC 5961 §5.2).</summary>
    public uint MaxSndWnd;

    /// <summary>The largest right edge that the peer has offered.</summary>
    public SeqNumber MaxEdge;

    /// <summary>When the send window became zero; meaningful while it is.</summary>
    public TimeSpan ZeroWindowSince;

    /// <summary>When the peer last acknowledged anything in a window of zero.</summary>
    public TimeSpan ProbeAnsweredAt;

    /// <summary>Duplicate ACKs in a row (RFC 5681 §2).</summary>
    public int DupAcks;

    /// <summary>Duplicate ACKs since recovery began, or in a row where there is none: each lets
    /// one more segment out (RFC 5681 §3.2, RFC 6582 §3.2).</summary>
    public int Inflation;

    /// <summary>Octets above SND.UNA that the peer has reported by SACK (RFC 6675 §2).</summary>
    public uint SackedAbove;

    /// <summary>The highest number that the peer has reported by SACK, if
    /// <see cref="SackedAbove"/> is not 0.</summary>
    public SeqNumber SackedTop;

    /// <summary>Discontiguous stretches that the peer has told of at once by SACK.</summary>
    public byte SackedRuns;

    /// <summary>The first block above SND.UNA that the peer reported last by SACK.</summary>
    public SackBlock SackedLast;

    /// <summary>As many of <see cref="DupAcks"/> as were surely duplicates.</summary>
    public int SureDupAcks;

    /// <summary>Recovery goes on until this number is acknowledged (RFC 6582 §3.2).</summary>
    public SeqNumber Recover;

    /// <summary>Below this, duplicate ACKs may come from octets that were sent again, and say
    /// nothing of a loss (RFC 6582 §4).</summary>
    public SeqNumber SentAgainBelow;

    /// <summary>Whether the window was once offered no further than <see cref="LeastEdge"/>, below
    /// what had been sent: the peer may have dropped what lay beyond.</summary>
    public bool WentBeyond;

    /// <summary>The right edge that was passed.</summary>
    public SeqNumber LeastEdge;

    /// <summary>Loss recovery is under way.</summary>
    public bool InRecovery;

    /// <summary>The last new ACK came in recovery.</summary>
    public bool JustRecovered;

    /// <summary>How often the oldest segment went again in recovery for what ACKs said, since
    /// SND.UNA moved or the timer expired.</summary>
    public byte Repeated;

    /// <summary>Upper bound of cwnd in octets, as the acknowledgments so far allow.</summary>
    public long CwndBound;

    /// <summary>The flight began after an idle time, and nothing of it is acknowledged.</summary>
    public bool Restarted;

    /// <summary>Whether a retransmission timeout limits the flight now.</summary>
    public bool AfterTimeout;

    /// <summary>What cwnd is at most after fast recovery (RFC 5681 §3.2 (6)), in octets; 0 if that
    /// isn't known.</summary>
    public long DeflatedBound;

    /// <summary>Octets that may still be sent after a timeout (RFC 5681 §3.1).</summary>
    public long TimeoutBudget;

    /// <summary>Upper bound of cwnd since a timeout: the loss window, and what slow start has
    /// added.</summary>
    public long TimeoutWindow;

    /// <summary>The window has opened from zero since SND.UNA moved, and nothing went again since
    /// then.</summary>
    public bool Reopened;

    /// <summary>When SND.UNA last moved, or the window opened: the retransmission timer runs from
    /// here, or later (RFC 6298 §5.3).</summary>
    public TimeSpan UnaMovedAt;

    // --- receiving (table 3) ---

    /// <summary>IRS.</summary>
    public SeqNumber Irs;

    /// <summary>RCV.NXT.</summary>
    public SeqNumber RcvNxt;

    /// <summary>Whether the peer's FIN has been taken; RCV.NXT counts it.</summary>
    public bool FinReceived;

    /// <summary>FINs that were taken after the first; RCV.NXT counts them.</summary>
    public byte FinsAgain;

    /// <summary>Text, and perhaps a FIN, above RCV.NXT.</summary>
    public SeqRanges Held;

    /// <summary>If it is above RCV.NXT: of what came up to here a part, though not all, may have
    /// been kept (SHLD-31).</summary>
    public SeqNumber MayHoldTo;

    /// <summary>Whether a FIN is held above a gap, at <see cref="HeldFin"/>.</summary>
    public bool FinIsHeld;

    /// <summary>Sequence number of the held FIN.</summary>
    public SeqNumber HeldFin;

    /// <summary>Text that came with the SYN and may be held, in octets.</summary>
    public int SynText;

    /// <summary>A FIN came with the SYN.</summary>
    public bool SynFin;

    /// <summary>Sequence number of the segment that arrived last above a gap.</summary>
    public SeqNumber NewestHeld;

    /// <summary>A segment has arrived above the gap and no ACK has gone out since.</summary>
    public bool NewestHeldUnreported;

    /// <summary>An ACK has said nothing of what is held, although SACK is agreed.</summary>
    public bool SackWithheld;

    /// <summary>What a D-SACK may name (RFC 2883).</summary>
    public Duplicates Duplicates;

    /// <summary>Whether a window has been announced yet.</summary>
    public bool EdgeKnown;

    /// <summary>The largest right edge that the IUT has announced (RFC 7323 §2.4).</summary>
    public SeqNumber RcvEdge;

    /// <summary>The window that was announced last, in octets.</summary>
    public uint RcvWndSent;

    /// <summary>Largest window announced, in octets.</summary>
    public uint MaxRcvWnd;

    /// <summary>Last.ACK.sent (RFC 7323 §4.3).</summary>
    public SeqNumber LastAckSent;

    // --- options ---

    /// <summary>Options of the peer's SYN.</summary>
    public TcpOptionSet PeerOffers;

    /// <summary>Options of the IUT's SYN or SYN,ACK.</summary>
    public TcpOptionSet IutOffers;

    /// <summary>SendMSS: the peer's MSS, or the default (MUST-15); the path bounds it.</summary>
    public ushort PeerMss;

    /// <summary>The MSS that the IUT has announced, or the default.</summary>
    public ushort OwnMss;

    /// <summary>Shift for windows from the peer (RFC 7323 §2.3).</summary>
    public byte SndShift;

    /// <summary>Shift for windows from the IUT.</summary>
    public byte RcvShift;

    /// <summary>TS.Recent (RFC 7323 §4.3).</summary>
    public uint TsRecent;

    /// <summary>When TS.Recent was taken (RFC 7323 §5.5).</summary>
    public TimeSpan TsRecentAt;

    /// <summary>TSval that the IUT sent last.</summary>
    public uint LastTsVal;

    /// <summary>TSval of the SYN or SYN,ACK that the IUT sent last.</summary>
    public uint SynTsVal;

    /// <summary>When a segment first had <see cref="LastTsVal"/>.</summary>
    public TimeSpan LastTsValSince;

    /// <summary>Whether the IUT has sent a TSval.</summary>
    public bool TsValSeen;

    /// <summary>Path MTU as far as ICMP has lowered it; 0 if it hasn't.</summary>
    public ushort PathMtu;

    /// <summary>When ICMP last lowered it.</summary>
    public TimeSpan PathLoweredAt;

    /// <summary>The path takes less than it did, and how much was not told (RFC 1191 §5).</summary>
    public bool PathUntold;

    /// <summary>Not all that was out when the path MTU was lowered is acknowledged yet.</summary>
    public bool PathShrank;

    /// <summary>What has this number or a higher one wasn't sent again for that yet.</summary>
    public SeqNumber PathAgainFrom;

    /// <summary>SND.NXT when the path MTU was lowered.</summary>
    public SeqNumber PathAgainBelow;

    /// <summary>The peer's SYN was an ECN-setup one, or its SYN,ACK (RFC 3168 §6.1.1).</summary>
    public bool EcnOffered;

    /// <summary>The IUT's SYN or SYN,ACK was an ECN-setup one.</summary>
    public bool EcnAnswered;

    // --- the user ---

    /// <summary>The user's calls are known: an upper tester makes them.</summary>
    public bool UserKnown;

    /// <summary>Octets that the user has given, in all.</summary>
    public uint UserOctets;

    /// <summary>How many of them there were after the last urgent one; 0 if none was.</summary>
    public uint UrgentOctets;

    /// <summary>When the user last sent or closed.</summary>
    public TimeSpan UserActedAt;

    /// <summary>Since when the user's text has waited at the longest.</summary>
    public TimeSpan QueuedSince;

    /// <summary>The user has closed: a FIN follows the last octet.</summary>
    public bool CloseAsked;

    /// <summary>The user receives no more (RFC 9293 §3.6.1).</summary>
    public bool UserGone;

    /// <summary>The user had not read all text when closing, or text came after (SHLD-3).</summary>
    public bool TextLost;

    /// <summary>Since when <see cref="TextLost"/> is sure; null if it isn't.</summary>
    public TimeSpan? TextLostAt;

    /// <summary>The user has aborted.</summary>
    public bool Aborted;

    /// <summary>The connection ended by a RST from the peer, or by one of its own.</summary>
    public bool WasReset;

    /// <summary>Not before this is the connection given up (R2); after it, it may be.</summary>
    public bool MayBeGone;

    // --- duties ---

    /// <summary>An acknowledgment of RCV.NXT.</summary>
    public Duty AckDuty;

    /// <summary>A SYN or SYN,ACK.</summary>
    public Duty SynDuty;

    /// <summary>A retransmission that doesn't wait for the timer (RFC 5681 §3.2).</summary>
    public Duty AgainDuty;

    /// <summary>Resets.</summary>
    public OwedResets Resets;

    /// <summary>ACKs without text that may be sent although none is owed.</summary>
    public byte AckCredit;

    /// <summary>Until when, if it is known: no ACK waits longer for anything (MUST-40).</summary>
    public TimeSpan AckCreditUntil;

    /// <summary>What is violated by an ACK for which there's no reason.</summary>
    public RuleId SilenceRule;

    /// <summary>Challenge ACKs asked for since <see cref="ChallengesSince"/> (RFC 5961 §7).
    /// </summary>
    public byte ChallengesNow;

    /// <summary>The same in the interval before.</summary>
    public byte ChallengesBefore;

    /// <summary>When the current interval began.</summary>
    public TimeSpan ChallengesSince;

    /// <summary>The connection that was in TIME-WAIT before this one.</summary>
    public EarlierIncarnation Earlier;

    /// <summary>TIME-WAIT ends no earlier.</summary>
    public TimeSpan TimeWaitEndsFrom;

    /// <summary>TIME-WAIT ends no later.</summary>
    public TimeSpan TimeWaitEndsBy;

    // --- how far the IUT has got ---

    /// <summary>Inputs on the link that the IUT has processed.</summary>
    public int SegmentsDone;

    /// <summary>User calls that the IUT has processed.</summary>
    public int CallsDone;

    /// <summary>TIME-WAIT may have ended by now, or have been left at any time.</summary>
    public readonly bool TimeWaitMayBeOver(TimeSpan now) =>
        TimeWaitEndsFrom == TimeSpan.MaxValue || now >= TimeWaitEndsFrom;

    /// <summary>The connection has ended by the timeout of TIME-WAIT.</summary>
    public readonly bool TimeWaitIsOver =>
        State == TcpState.Closed && TimeWaitEndsBy > TimeSpan.Zero && !WasReset;

    /// <summary>The connection has ended by the acknowledgment of the last FIN.</summary>
    public readonly bool LastAckIsOver => State == TcpState.Closed && FinAcked && FinReceived
        && TimeWaitEndsBy == TimeSpan.Zero && !WasReset;

    /// <summary>Timestamps are agreed (Snd.TS.OK, RFC 7323 §3.2).</summary>
    public readonly bool TsOk => (PeerOffers & IutOffers & TcpOptionSet.Timestamps) != 0;

    /// <summary>SACK is agreed (RFC 2018 §2).</summary>
    public readonly bool SackOk =>
        (PeerOffers & IutOffers & TcpOptionSet.SackPermitted) != 0;

    /// <summary>SND.UNA + SND.WND.</summary>
    public readonly SeqNumber SndEdge => SndUna + SndWnd;

    /// <summary>Octets in flight, SYN and FIN counted.</summary>
    public readonly uint Flight => SndNxt.DistanceFrom(SndUna);

    /// <summary>RCV.WND: what is left of the largest window announced.</summary>
    public readonly uint RcvWnd =>
        !EdgeKnown ? 65535 : RcvEdge > RcvNxt ? RcvEdge.DistanceFrom(RcvNxt) : 0;

    /// <summary>Sequence number after the last octet of the user; the FIN's.</summary>
    public readonly SeqNumber UserEnd => Iss + 1u + UserOctets;

    /// <summary>Whether the peer may be told of urgent text (RFC 9293 §3.8.5).</summary>
    public readonly bool MayBeUrgent =>
        !UserKnown || (UrgentOctets > 0 && SndUna <= Iss + UrgentOctets);

    /// <summary>Octets of text that have been taken in order.</summary>
    public readonly uint TextTaken => Irs == RcvNxt
        ? 0
        : RcvNxt.DistanceFrom(Irs) - 1u - (FinReceived ? 1u : 0u) - FinsAgain;

    /// <summary>Whether our FIN is acknowledged.</summary>
    public readonly bool FinAcked => FinSent && SndUna == SndNxt;

    /// <summary>Moves the state by the table.</summary>
    public void Move(StateEvent occurs) => State = StateTable.Next(State, occurs, Passive);

    /// <summary>An ACK is owed by <paramref name="due"/>, and one more may be sent.</summary>
    public void OweAck(RuleId rule, TimeSpan due)
    {
        AckDuty = AckDuty.Sooner(new Duty(rule, due));
        AllowAck();
    }

    /// <summary>Whether an ACK without text may be sent.</summary>
    /// <param name="at">When, since the start of the case.</param>
    public readonly bool MayAck(TimeSpan at) => AckDuty.IsOwed
        || (AckCredit > 0 && (AckCreditUntil == default || at <= AckCreditUntil));

    /// <summary>One more ACK without text may be sent.</summary>
    public void AllowAck()
    {
        if (AckCredit < byte.MaxValue)
        {
            AckCredit++;
        }
        AckCreditUntil = default;
        SilenceRule = RuleId.None;
    }
}
