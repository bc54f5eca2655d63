using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Spec.Timing;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Segments with text or FIN.</summary>
public static class TextSent
{
    // Duplicate ACKs after a timeout may call for the oldest segment (RFC 5681 §3.2), and recovery
    // may rescue it (RFC 6675 §4, NextSeg (4)).
    private const int MostRepeats = 2;

    // The fraction Fs "whose recommended value is 1/2" may be another.
    private const uint LeastUseful = 8;

    // RFC 9293 §3.8.6.2.1 (4).
    private static readonly TimeSpan OverrideTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RtoAfterSlowSyn = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan PathAgesAfter = TimeSpan.FromMinutes(5);

    /// <summary>Judges a segment with text or FIN.</summary>
    public static RuleId Judge(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.New;
        if (BareAckSent.IsKeepAlive(in tcb, in seg))
        {
            return BareAckSent.BelowNext(in tcb, in c, out kind);
        }
        RuleId rule = Place(in tcb, in seg, in c);
        if (rule != RuleId.None)
        {
            return rule;
        }
        if (seg.End <= tcb.SndUna)
        {
            return RuleId.AckedTextSentAgain;
        }
        if (seg.End <= tcb.SndNxt)
        {
            return Again(ref tcb, in seg, in c, out kind);
        }
        rule = Window(in tcb, in seg, in c, out kind);
        if (rule == RuleId.None && kind == EmissionKind.New)
        {
            rule = OldPart(in tcb, in seg, in c);
        }
        if (rule == RuleId.None && kind == EmissionKind.New)
        {
            rule = Size(in tcb, in seg, in c);
        }
        if (rule == RuleId.None && kind == EmissionKind.New)
        {
            rule = CongestionSent.Judge(ref tcb, in seg, in c);
        }
        if (rule == RuleId.None)
        {
            Take(ref tcb, in seg);
        }
        return rule;
    }

    // Where text and FIN may stand at all (RFC 9293 §3.4, §3.10.4).
    private static RuleId Place(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (tcb.State == TcpState.TimeWait)
        {
            return RuleId.TextInTimeWait;
        }
        if (seg.Seq > tcb.SndNxt || seg.Seq <= tcb.Iss)
        {
            return RuleId.TextGap;
        }
        bool fin = seg.Has(TcpFlags.Fin);
        if (tcb.FinSent && seg.End > tcb.SndNxt)
        {
            return RuleId.TextAfterFin;
        }
        if (tcb.FinSent && fin && seg.End != tcb.SndNxt)
        {
            return RuleId.FinMoved;
        }
        if (tcb.FinSent && !fin && seg.TextLength > 0 && seg.End == tcb.SndNxt)
        {
            return RuleId.FinMoved; // an octet where the FIN stood
        }
        // §3.10.2 queues text until ESTABLISHED, §3.10.4 a CLOSE behind text, too.
        if (tcb.State == TcpState.SynReceived && (!tcb.CloseAsked || seg.TextLength > 0))
        {
            return RuleId.TextNotFromUser;
        }
        return tcb.UserKnown ? AgainstUser(in tcb, in seg, fin) : TooLong(in tcb, in seg, in c);
    }

    private static RuleId AgainstUser(in Tcb tcb, in TcpHeader seg, bool fin)
    {
        SeqNumber textEnd = seg.Seq + (uint)seg.TextLength;
        return textEnd > tcb.UserEnd ? RuleId.TextNotFromUser
            : fin && !tcb.CloseAsked ? RuleId.FinUnasked
            : fin && textEnd < tcb.UserEnd ? RuleId.FinBeforeText
            : RuleId.None;
    }

    private static RuleId TooLong(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        // RFC 9293 §3.7.1 (MUST-16), RFC 6691: options count against the peer's MSS.
        // Where no room is left for any text, one octet may go all the same: else nothing would be
        // allowed, as what the user sends must be sent, too (MUST-60).
        // RFC 1191 §3: after five minutes a larger path may be tried again.
        int path = c.At - tcb.PathLoweredAt >= PathAgesAfter - c.Early
            ? MssOf(c.Ixit.Mtu, in c)
            : PathMss(in tcb, in c);
        int room = Math.Min((int)tcb.PeerMss, path) - OptionsOf(in seg);
        return seg.TextLength > Math.Max(1, room)
            ? RuleId.TextBeyondMss
            : RuleId.None;
    }

    // Sent before, as a whole: a retransmission.
    private static RuleId Again(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        RuleId rule = TooLong(in tcb, in seg, in c);
        if (rule != RuleId.None)
        {
            kind = EmissionKind.Again;
            return rule;
        }
        if (tcb.SndWnd == 0)
        {
            kind = EmissionKind.Probe;
            RuleId probe = ProbeSent.Timing(in tcb, in c);
            // "MAY also retransmit old data beyond SND.UNA+SND.WND" (RFC 9293 §3.8.6, MAY-7): what
            // is known to be lost needs no probe's time, nor what a partial ACK leaves (RFC 6582),
            // what was too big for the path, or what lies behind the octet that is the probe.
            // And the timer that ran before the window closed expires (§3.10.8).
            SentStretch sent = c.History.Covering(seg.Seq);
            bool ran = c.History.Probes == 0 && sent.Times > 0
                && c.At - sent.NotBefore >= c.Ixit.RtoMin - c.Early;
            bool founded = tcb.InRecovery || IsLost(in tcb, in seg, in c)
                || WasTooBig(in tcb, in seg) || seg.Seq > tcb.SndUna || ran;
            return probe != RuleId.None && founded
                ? Timer(ref tcb, in seg, in c, out kind)
                : probe;
        }
        return Timer(ref tcb, in seg, in c, out kind);
    }

    // What is old of a segment with new octets is sent again like any other (RFC 9293 §3.8.1).
    private static RuleId OldPart(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        SeqNumber first = SeqNumber.Max(seg.Seq, tcb.SndUna);
        if (first >= tcb.SndNxt || tcb.InRecovery
            || (c.History.ProbedEnd is SeqNumber end && seg.Seq < end))
        {
            return RuleId.None;
        }
        SentStretch sent = c.History.Covering(first);
        bool expired = c.At - sent.NotBefore >= c.Ixit.RtoMin - c.Early;
        bool founded = expired || IsLost(in tcb, in seg, in c)
            || HasOtherReason(in tcb, in seg, in sent, in c);
        return founded ? RuleId.None : TooEarly(in tcb, in sent, in c);
    }

    // RFC 5681 §3.2; RFC 6675 §4 (IsLost) with SACK, where three stretches, or more than two
    // segments, above a hole say that it is lost whatever the number of ACKs.
    private static bool IsLost(in Tcb tcb, in TcpHeader seg, in EmissionContext c) =>
        tcb.DupAcks >= 3 || tcb.SackedRuns >= 3
        || tcb.SackedAbove > 2 * Smss(in tcb, in seg, in c);

    private static bool HasOtherReason(
        in Tcb tcb, in TcpHeader seg, in SentStretch sent, in EmissionContext c) =>
        sent.Times == 0 || WasTooBig(in tcb, in seg)
        // The SYN is taken, and the text that came with it is not.
        || (sent.Left == tcb.Iss && tcb.SndUna > tcb.Iss && seg.Seq == tcb.SndUna)
        || (tcb.WentBeyond && seg.End > tcb.LeastEdge)
        || (!seg.Has(TcpFlags.Syn) && c.ClaimAny(Claims.RackTlp | Claims.FRto));

    /// <summary>Whether something may be sent again now (RFC 6298 §5, RFC 5681 §3.2).</summary>
    internal static RuleId Timer(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.Again;
        tcb.AgainDuty = default;
        tcb.SentAgainBelow = tcb.SndNxt;
        if (c.History.ProbedEnd is SeqNumber end && seg.Seq < end)
        {
            return RuleId.None; // what a probe carried goes out again when the window opens
        }
        // What is acknowledged of it has no time any more.
        SeqNumber first = SeqNumber.Max(seg.Seq, tcb.SndUna);
        SentStretch sent = c.History.Covering(first);
        bool syn = seg.Has(TcpFlags.Syn);
        TimeSpan least = LeastRto(in tcb, in sent, syn, in c);
        bool expired = sent.Times > 0 && c.At - sent.NotBefore >= least - c.Early;
        // What follows a timeout, segment by segment as ACKs come, isn't the timer's work (RFC 5681
        // §3.1): the timer itself was started anew (RFC 6298 §5.3, §5.6).
        TimeSpan restarted = Later(c.History.LastAgain, tcb.UnaMovedAt);
        // It sends the oldest octet (§5.4); what goes again behind that goes for another reason.
        bool timer = expired && (syn || seg.Seq <= tcb.SndUna)
            && (syn || c.At - restarted >= least - c.Early);
        // Fast retransmission does not stop the timer, which goes on running for the oldest segment
        // (RFC 6298 §5.1, §5.3).
        bool wentOn = sent.Times > 1 && first == tcb.SndUna && !syn
            && c.At - TimerStarted(in tcb, in sent, in c) >= least - c.Early;
        expired |= wentOn;
        timer |= wentOn;
        bool lost = IsLost(in tcb, in seg, in c);
        if (!syn)
        {
            tcb.Recover = tcb.SndNxt; // until all that is out now is acknowledged
            StartFromHalf(ref tcb, lost && !tcb.InRecovery && first == tcb.SndUna);
        }
        bool other = HasOtherReason(in tcb, in seg, in sent, in c);
        tcb.DeflatedBound = expired ? 0 : tcb.DeflatedBound; // it may have been the timer
        bool cut = !expired && WasTooBig(in tcb, in seg);
        tcb.PathAgainFrom = cut ? seg.End : tcb.PathAgainFrom;
        // The timer sends the oldest octet (RFC 6298 §5.4); what follows is recovery's. The oldest
        // itself goes once for each time that SND.UNA moves, and then waits for the timer (§5.6).
        if (tcb.InRecovery && (!timer || first != tcb.SndUna))
        {
            bool waits = first == tcb.SndUna && !expired && !other;
            return waits && RepeatsTooOften(ref tcb, in sent, lost, in c)
                ? RuleId.RetransmissionTooEarly
                : CongestionSent.InRecovery(ref tcb, in seg, in c);
        }
        if (!syn && lost && !tcb.InRecovery)
        {
            BeginRecovery(ref tcb, in seg, isFast: !timer && !other);
            return RuleId.None;
        }
        if (!syn && timer && MayBeRecovery(in tcb, in sent, lost, in c))
        {
            return RuleId.None; // which of the two it was can't be told
        }
        if (!timer)
        {
            return other ? RuleId.None
                : !expired ? TooEarly(in tcb, in sent, in c)
                : IsNotOldest(in tcb, first, in c) ? RuleId.RetransmissionNotOldest
                : RuleId.None;
        }
        return ByTimer(ref tcb, in seg, in sent, in c, out kind);
    }

    // Fast recovery sets cwnd anew (RFC 5681 §3.2), unless the timer may have done it.
    private static void BeginRecovery(ref Tcb tcb, in TcpHeader seg, bool isFast)
    {
        tcb.InRecovery = true;
        tcb.DeflatedBound = isFast ? Ssthresh(in tcb) : 0;
        tcb.TimeoutWindow = Ssthresh(in tcb);
        tcb.TimeoutBudget = tcb.TimeoutWindow - seg.TextLength;
        tcb.Inflation = Math.Max(tcb.Inflation, tcb.DupAcks); // (3)
    }

    // RFC 9293 §3.10.8: the timer sends "the segment at the front of the retransmission queue",
    // which a probe may have done.
    private static bool IsNotOldest(in Tcb tcb, SeqNumber first, in EmissionContext c) =>
        first > tcb.SndUna && tcb.SackedAbove == 0 && c.History.ProbedEnd is null;

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    // The oldest segment went again since SND.UNA moved: once more is for ACKs that say so only.
    private static bool RepeatsTooOften(
        ref Tcb tcb, in SentStretch sent, bool lost, in EmissionContext c)
    {
        bool repeats = sent.Times > 1 && sent.NotBefore > tcb.UnaMovedAt + c.Ixit.Latency;
        tcb.Repeated += repeats ? (byte)1 : (byte)0;
        return repeats && (!lost || tcb.Repeated > MostRepeats);
    }

    // No RTO is less than this; that of a segment which went again before follows from the one that
    // it had then.
    private static TimeSpan LeastRto(
        in Tcb tcb, in SentStretch sent, bool syn, in EmissionContext c) =>
        syn ? c.Ixit.RtoInitial
        : sent.Times > 1 ? c.Ixit.RtoMin
        : AfterSlowSyn(in tcb, in c) && c.Ixit.RtoMin < RtoAfterSlowSyn ? RtoAfterSlowSyn
        : c.History.BackedOff(c.Ixit);

    // RFC 6298 §5.7: after a timeout of the SYN "the RTO MUST be re-initialized to 3 seconds when
    // data transmission begins", until there may be a measurement.
    private static bool AfterSlowSyn(in Tcb tcb, in EmissionContext c) =>
        tcb.SynTimeouts > 0 && !c.History.MayBeMeasured;

    // RFC 5681 §3.2 (2), (3): cwnd follows from half the flight, which an earlier recovery may have
    // let grow beyond what cwnd was after it.
    private static void StartFromHalf(ref Tcb tcb, bool isFast)
    {
        if (isFast)
        {
            tcb.CwndBound = Math.Max(tcb.CwndBound, Ssthresh(in tcb));
        }
    }

    // An ACK may have called for what the timer might have sent: the third duplicate (RFC 5681
    // §3.2), or one in recovery with SACK, where what has not gone again yet goes as soon as cwnd
    // lets it (RFC 6675 §4, NextSeg (3) and (4)). Once for each time that SND.UNA moves.
    private static bool MayBeRecovery(
        in Tcb tcb, in SentStretch sent, bool lost, in EmissionContext c)
    {
        bool called = c.At - c.LastReceived <= c.Ixit.Latency;
        bool waits = sent.Times == 1 || sent.NotBefore <= tcb.UnaMovedAt + c.Ixit.Latency;
        return sent.Times == 1
            ? lost || (called && tcb.InRecovery && tcb.SackOk)
            : called && waits && (lost || (tcb.InRecovery && tcb.SackOk));
    }

    private static RuleId ByTimer(
        ref Tcb tcb, in TcpHeader seg, in SentStretch sent, in EmissionContext c,
        out EmissionKind kind)
    {
        if (WasTooBig(in tcb, in seg))
        {
            kind = EmissionKind.Again; // perhaps the timer, but nobody is sure
            tcb.PathAgainFrom = seg.End;
            return RuleId.None;
        }
        kind = EmissionKind.Timeout;
        return Expired(ref tcb, in seg, in sent, in c);
    }

    private static TimeSpan TimerStarted(
        in Tcb tcb, in SentStretch sent, in EmissionContext c) =>
        Later(Later(sent.First, tcb.UnaMovedAt), c.History.LastTimeout);

    // Where nothing has come that it could be an answer to, it is the timer that is too short.
    private static RuleId TooEarly(
        in Tcb tcb, in SentStretch sent, in EmissionContext c)
    {
        // As long as an RTO may be, but not this one.
        bool other = sent.Times == 1 && tcb.SndUna > tcb.Iss
            && c.At - sent.NotBefore >= c.Ixit.RtoMin - c.Early;
        return other && AfterSlowSyn(in tcb, in c) ? RuleId.RtoAfterSynTooShort
            : other ? RuleId.BackoffForgotten
            : !c.History.Measured && c.History.Timeouts == 0 && c.LastReceived < sent.NotBefore
                ? RuleId.InitialRtoTooShort
            : RuleId.RetransmissionTooEarly;
    }

    // RFC 5681 §3.1 (4); what limited transmit has sent is counted, too, although it need not be.
    private static long Ssthresh(in Tcb tcb) => Math.Max(tcb.Flight / 2L, 2L * tcb.PeerMss);

    // RFC 1191 §6.4: what was too big for the path goes again at once after a message that
    // "actually decreases the PMTU", and not again for that message.
    private static bool WasTooBig(in Tcb tcb, in TcpHeader seg) => tcb.PathShrank
        && seg.Seq >= tcb.PathAgainFrom && seg.Seq < tcb.PathAgainBelow;

    // RFC 5681 §2: the largest segment that the IUT can send, without options; the path bounds it.
    private static uint Smss(in Tcb tcb, in TcpHeader seg, in EmissionContext c) => (uint)Math.Max(
        1, Math.Min((int)tcb.PeerMss, PathMss(in tcb, in c)) - OptionsOf(in seg));

    // What the path's MTU leaves for options and text.
    private static int PathMss(in Tcb tcb, in EmissionContext c) => MssOf(
        tcb.PathMtu == 0 ? c.Ixit.Mtu : Math.Min(c.Ixit.Mtu, (int)tcb.PathMtu), in c);

    private static int MssOf(int mtu, in EmissionContext c) =>
        mtu - c.IpHeader - TcpHeader.MinimumLength;

    private static int OptionsOf(in TcpHeader seg) =>
        (seg.DataOffset * 4) - TcpHeader.MinimumLength;

    private static RuleId Expired(
        ref Tcb tcb, in TcpHeader seg, in SentStretch sent, in EmissionContext c)
    {
        TimeSpan from = Later(sent.NotBefore, c.History.LastProgress);
        TimeSpan started = TimerStarted(in tcb, in sent, in c);
        from = from > started && seg.Seq <= tcb.SndUna ? started : from;
        TimeSpan interval = c.At - from;
        if (IsBeyondR2(in tcb, in seg, in sent, in c))
        {
            return RuleId.GaveUpNever;
        }
        // The first of a series may have been a probe of the tail (RFC 8985 §7.2), which comes
        // before the RTO and doesn't count.
        int known = c.ClaimAny(Claims.RackTlp) && !seg.Has(TcpFlags.Syn) ? 2 : 1;
        TimeSpan cap = c.Ixit.RtoMax * 0.95;
        // This history may know of octets that are acknowledged where another doesn't yet.
        bool movedOn = c.History.Una is SeqNumber una && tcb.SndUna > una;
        bool backsOff = c.History.Timeouts < known || movedOn
            || sent.Left != c.History.Oldest.Left
            || interval >= (c.History.LastInterval * 1.9) - c.Early || interval >= cap;
        if (!backsOff)
        {
            return RuleId.BackoffMissing;
        }
        tcb.InRecovery = true;
        tcb.DeflatedBound = 0;
        tcb.PathShrank = false; // what goes now, goes because of the timer
        tcb.Recover = tcb.SndNxt;
        tcb.DupAcks = 0;
        tcb.SureDupAcks = 0;
        tcb.Inflation = 0; // RFC 5681 §3.1: cwnd is the loss window, whatever duplicates have added
        tcb.Repeated = 0;
        tcb.SynTimeouts = seg.Has(TcpFlags.Syn)
            ? (byte)Math.Min(tcb.SynTimeouts + 1, byte.MaxValue)
            : tcb.SynTimeouts;
        // After a lost SYN the initial window rules, not the loss window (RFC 6928 §2).
        tcb.AfterTimeout = !seg.Has(TcpFlags.Syn) && c.History.Timeouts >= known - 1;
        tcb.TimeoutWindow = Math.Max((long)tcb.PeerMss, 1);
        tcb.TimeoutBudget = tcb.TimeoutWindow - seg.TextLength;
        return RuleId.None;
    }

    // RFC 9293 §3.8.3 (MUST-20): R2 is counted in time or in retransmissions, so that it is far
    // beyond it that one is sure.
    private static bool IsBeyondR2(
        in Tcb tcb, in TcpHeader seg, in SentStretch sent, in EmissionContext c)
    {
        TimeSpan stated = seg.Has(TcpFlags.Syn) ? c.Ixit.R2Syn : c.Ixit.R2;
        TimeSpan from = sent.First > tcb.UnaMovedAt ? sent.First : tcb.UnaMovedAt;
        from = from > c.History.LastProbe ? from : c.History.LastProbe;
        return stated > TimeSpan.Zero && !c.HasUserTimeout && c.At - from > stated * 3;
    }

    // New octets and the window (RFC 9293 §3.8.6).
    private static RuleId Window(
        in Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.New;
        RuleId tooLong = TooLong(in tcb, in seg, in c);
        if (tooLong != RuleId.None)
        {
            return tooLong;
        }
        if (seg.End <= tcb.SndEdge)
        {
            return RuleId.None;
        }
        if (tcb.SndEdge <= tcb.SndNxt)
        {
            kind = EmissionKind.Probe; // the usable window is zero, or less
            return ProbeSent.IsOne(in tcb, in seg, in c) ? ProbeSent.Timing(in tcb, in c)
                : seg.End <= tcb.MaxEdge ? RuleId.TextInShrunkWindow
                : RuleId.TextBeyondWindow;
        }
        return seg.End <= tcb.MaxEdge ? RuleId.TextInShrunkWindow : RuleId.TextBeyondWindow;
    }

    // Nagle and the sender's silly-window avoidance (RFC 9293 §3.7.4, §3.8.6.2.1).
    private static RuleId Size(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (IsSilly(in tcb, in seg, in c))
        {
            return RuleId.SmallSegmentFillsWindow;
        }
        if (!IsShort(in tcb, in seg, in c) || c.NoDelay || seg.Has(TcpFlags.Fin)
            || tcb.Flight == 0 || tcb.SndUna == tcb.Iss)
        {
            return RuleId.None;
        }
        if (seg.Seq <= tcb.SndUna)
        {
            return RuleId.None; // all that is outstanding goes with it: it waits for nothing
        }
        // Appendix A.3: a short segment waits only while another short one is outstanding.
        bool shortOut = c.History.Count > 0
            && c.History.LastShortEnd is SeqNumber end && end > tcb.SndUna;
        bool overridden = c.At - c.History.LastNew >= OverrideTimeout - c.Early;
        return shortOut && !overridden ? RuleId.SmallSegmentNagle : RuleId.None;
    }

    // RFC 9293 §3.8.6.2.1 (MUST-38): what fills a window that is smaller than a segment, and than
    // any fraction of the largest window that may pass for useful, waits for the override timeout
    // of 0.1 s or more. Only where nothing is in flight and it is sure what the IUT knew.
    private static bool IsSilly(in Tcb tcb, in TcpHeader seg, in EmissionContext c) =>
        c.Ixit.Latency == TimeSpan.Zero && tcb.UserKnown && tcb.Flight == 0
        && seg.End == tcb.SndEdge && tcb.UserEnd > seg.End && IsShort(in tcb, in seg, in c)
        && (uint)seg.TextLength < tcb.MaxSndWnd / LeastUseful
        && c.At - tcb.QueuedSince < OverrideTimeout - c.Early;

    /// <summary>Whether a segment is neither full-sized nor half the largest window.</summary>
    public static bool IsShort(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        int full = Math.Min((int)tcb.PeerMss, PathMss(in tcb, in c));
        return seg.TextLength > 0 && !tcb.PathUntold
            && seg.TextLength + OptionsOf(in seg) < full
            && (uint)seg.TextLength < tcb.MaxSndWnd / 2;
    }

    private static void Take(ref Tcb tcb, in TcpHeader seg)
    {
        tcb.SndNxt = seg.End;
        if (seg.Has(TcpFlags.Fin))
        {
            tcb.FinSent = true;
            if (tcb.State is TcpState.CloseWait or TcpState.Established or TcpState.SynReceived)
            {
                tcb.Move(StateEvent.Close);
            }
        }
    }
}
