using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, fifth: the ACK field, with the mitigation of RFC 5961 §5.</summary>
internal static class CheckAck
{
    /// <summary>Who claims any of these recovers by other rules than those of RFC 5681 §3.2.
    /// </summary>
    internal const Claims OtherRecovery = Claims.OtherCongestionControl | Claims.Prr
        | Claims.RackTlp | Claims.FRto;

    public static void Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (!seg.Has(TcpFlags.Ack))
        {
            tcb.SilenceRule = RuleId.AckMissingBitTaken;
            after.Add(in tcb);
            InSynSent.Deviate(ref tcb, RuleId.AckMissingBitTaken);
            TakeText.Process(ref tcb, in seg, in c, after);
            return;
        }
        bool above = seg.Ack > tcb.SndNxt;
        bool below = seg.Ack < tcb.SndUna - tcb.MaxSndWnd;
        if (tcb.State == TcpState.SynReceived)
        {
            InSynReceived(ref tcb, in seg, above || below, in c, after);
            return;
        }
        Synchronized(ref tcb, in seg, above, below, in c, after);
    }

    private static void Synchronized(
        ref Tcb tcb, in TcpHeader seg, bool above, bool below, in ArrivalContext c,
        Branches after)
    {
        if (tcb.State == TcpState.LastAck && (above || seg.Ack <= tcb.SndUna))
        {
            ref Tcb gone = ref after.Add(in tcb);
            Ending.Forget(ref gone);
            gone.State = TcpState.Closed;
            InSynSent.Deviate(ref gone, RuleId.LastAckEndedEarly);
        }
        if (above)
        {
            Above(ref tcb, in seg, in c, after);
            return;
        }
        // Within the range, but of what can never have been sent: a stricter check than that of
        // RFC 5961 is no violation.
        bool beforeIss = seg.Ack <= tcb.Iss && seg.Ack < tcb.SndUna;
        if (below || beforeIss)
        {
            // RFC 5961 §5.2 (MAY-12): discarded with an ACK; without it a duplicate as any other.
            ref Tcb challenged = ref after.Add(in tcb);
            challenged.OweChallenge(RuleId.AckBelowNoChallenge, in c);
            if (!IsFarBelow(in tcb, in seg) || !c.Claim(Claims.BlindAttackMitigation))
            {
                if (tcb.SndUna == tcb.Iss)
                {
                    KeptOfSyn(in tcb, in seg, in c, after);
                }
                TakeText.Process(ref tcb, in seg, in c, after);
            }
            return;
        }
        // Closed in SYN-RECEIVED: whether what the SYN brought waits for the acknowledgment of our
        // SYN, where ESTABLISHED is never reached, the RFC doesn't say (§3.10.7.2, §3.10.4).
        bool opens = tcb.SndUna == tcb.Iss;
        TakeAcknowledgment(ref tcb, in seg, in c);
        if (tcb.State == TcpState.Closed)
        {
            after.Add(in tcb); // LAST-ACK: the TCB is gone
            return;
        }
        if (opens)
        {
            KeptOfSyn(in tcb, in seg, in c, after);
        }
        TakeText.Process(ref tcb, in seg, in c, after);
    }

    // RFC 9293 §3.10.7.4, fifth: MAX.SND.WND "may be hard-coded to a maximum permissible window
    // value", as in RFC 5961 §5.2.
    private static bool IsFarBelow(in Tcb tcb, in TcpHeader seg)
    {
        int shift = ShiftOf(in tcb) == 0 ? 0 : SynOptions.MaximumShift;
        return seg.Ack < tcb.SndUna - Math.Max(tcb.MaxSndWnd, (uint)ushort.MaxValue << shift);
    }

    // An ACK of what was never sent. RFC 9293 has no limit for its answer. Who has the mitigation
    // of RFC 5961 §5.2, whose range has two ends, may count it with the challenges: our reading,
    // without which two such hosts answer each other for ever.
    private static void Above(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        ref Tcb answered = ref after.Add(in tcb);
        if (c.Claim(Claims.BlindAttackMitigation))
        {
            answered.OweChallenge(RuleId.AckAboveNoAck, in c);
        }
        else
        {
            answered.OweAck(RuleId.AckAboveNoAck, c.AtOnce);
        }
        if (seg.SegLen > 0)
        {
            InSynSent.Deviate(ref tcb, RuleId.AckAboveTextTaken);
            TakeText.Process(ref tcb, in seg, in c, after);
        }
    }

    private static void InSynReceived(
        ref Tcb tcb, in TcpHeader seg, bool outside, in ArrivalContext c, Branches after)
    {
        bool good = seg.Ack > tcb.SndUna && seg.Ack <= tcb.SndNxt;
        if (!good)
        {
            ref Tcb reset = ref after.Add(in tcb);
            InClosed.OweReset(ref reset, in seg, in c, true, RuleId.SynReceivedBadAckNoReset);
            if (outside)
            {
                // The check of RFC 5961 §5.2 comes first where it is implemented.
                ref Tcb challenged = ref after.Add(in tcb);
                challenged.OweChallenge(RuleId.SynReceivedBadAckNoReset, in c);
            }
            InFinWait(in tcb, in seg, outside, in c, after);
            return;
        }
        if (!IsNewer(in tcb, in seg))
        {
            InFinWait(in tcb, in seg, outside, in c, after);
        }
        tcb.Move(StateEvent.ReceiveAckOfSyn);
        tcb.SndUna = seg.Ack;
        tcb.UnaMovedAt = c.At;
        tcb.SynDuty = default;
        Established(ref tcb, in c);
        SynOptions.TakeWindow(ref tcb, in seg, (uint)seg.Window << ShiftOf(in tcb));
        tcb.MaxEdge = SeqNumber.Max(tcb.MaxEdge, tcb.SndEdge);
        if (tcb.CloseAsked)
        {
            tcb.Move(StateEvent.Close);
        }
        KeptOfSyn(in tcb, in seg, in c, after);
        TakeText.Process(ref tcb, in seg, in c, after);
    }

    // §3.10.4: CLOSE has led to FIN-WAIT-1 at once, although the window lets no FIN out. There a
    // bad ACK is only a duplicate, and the window of an old segment does not count.
    private static void InFinWait(
        in Tcb tcb, in TcpHeader seg, bool outside, in ArrivalContext c, Branches after)
    {
        if (!tcb.CloseAsked || tcb.UserOctets > 0)
        {
            return;
        }
        Tcb closed = tcb;
        closed.Move(StateEvent.Close);
        bool above = seg.Ack > tcb.SndNxt;
        Synchronized(ref closed, in seg, above, outside && !above, in c, after);
    }

    // §3.10.7.4, fifth: the window of a segment is taken only if it is not an old one.
    private static bool IsNewer(in Tcb tcb, in TcpHeader seg) =>
        tcb.SndWl1 < seg.Seq || (tcb.SndWl1 == seg.Seq && tcb.SndWl2 <= seg.Ack);

    // Text and FIN that came with the SYN may have been kept, or not (§3.10.7.2).
    private static void KeptOfSyn(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (tcb.SynText == 0 && !tcb.SynFin)
        {
            return;
        }
        Tcb kept = tcb;
        if (!tcb.SynFin)
        {
            TakeText.TakeOfSyn(ref kept, in c);
            TakeText.Process(ref kept, in seg, in c, after);
            return;
        }
        TcpHeader withSyn = seg;
        withSyn.Seq = tcb.Irs + 1u;
        withSyn.TextLength = tcb.SynText;
        withSyn.Flags = TcpFlags.Ack | TcpFlags.Fin;
        TakeText.Process(ref kept, in withSyn, in c, after);
    }

    /// <summary>The shift for windows of segments without SYN (RFC 7323 §2.3).</summary>
    internal static int ShiftOf(in Tcb tcb) =>
        (tcb.PeerOffers & tcb.IutOffers & TcpOptionSet.WindowScale) != 0 ? tcb.SndShift : 0;

    /// <summary>RFC 6928 §2: min (10*MSS, max (2*MSS, 14600)).</summary>
    internal static long InitialWindow(in Tcb tcb, Ixit ixit)
    {
        long segment = Math.Max((int)tcb.PeerMss, 1);
        return Math.Min(ixit.InitialWindow * segment, Math.Max(2L * segment, 14600));
    }

    /// <summary>What begins when both SYNs are acknowledged.</summary>
    internal static void Established(ref Tcb tcb, in ArrivalContext c)
    {
        // RFC 5681 §3.1: one segment if the SYN was lost. RFC 6928 §2 would have it so only after
        // more than one timeout; timestamps may tell that nothing was lost.
        bool lost = tcb.SynTimeouts > 1 && !tcb.TsOk
            && (c.Claims & (Claims.OtherCongestionControl | Claims.FRto)) == 0;
        tcb.CwndBound = lost
            ? Math.Max((long)tcb.PeerMss, 1)
            : InitialWindow(in tcb, c.Ixit);
        tcb.InRecovery = false; // that was of the SYN
        // RFC 6582 §3.2: recover begins as ISS, and an ACK that covers no more than that begins no
        // fast retransmit.
        tcb.Recover = tcb.SndUna;
        tcb.SentAgainBelow = tcb.SndUna - 1u;
        tcb.MaxEdge = SeqNumber.Max(tcb.MaxEdge, tcb.SndEdge);
    }

    /// <summary>SND.UNA, the send window and the closing states, from an ACK in range.</summary>
    internal static void TakeAcknowledgment(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        uint window = (uint)seg.Window << ShiftOf(in tcb);
        if (seg.Ack > tcb.SndNxt)
        {
            return;
        }
        tcb.ProbeAnsweredAt = tcb.SndWnd == 0 ? c.At : tcb.ProbeAnsweredAt;
        if (seg.Ack < tcb.SndUna)
        {
            return;
        }
        bool repeats = seg.Ack == tcb.SndUna && tcb.Flight > 0 && seg.SegLen == 0
            && window == tcb.SndWnd;
        if (seg.Ack > tcb.SndUna)
        {
            Advance(ref tcb, seg.Ack, in c);
        }
        SackNews news = TakeSack(ref tcb, in seg);
        // RFC 6675 §2: with SACK what tells something new is a duplicate "even if it carries new
        // data, changes the advertised window, or moves the cumulative acknowledgment point".
        if (repeats || (tcb.SackOk && news.Perhaps))
        {
            Duplicate(ref tcb, repeats, news, in c);
        }
        if (IsNewer(in tcb, in seg))
        {
            if (window == 0 && tcb.SndWnd != 0)
            {
                tcb.ZeroWindowSince = c.At;
            }
            if (window != 0 && tcb.SndWnd == 0)
            {
                tcb.UnaMovedAt = c.At;
                tcb.Reopened = true;
            }
            SynOptions.TakeWindow(ref tcb, in seg, window);
            tcb.MaxEdge = SeqNumber.Max(tcb.MaxEdge, tcb.SndEdge);
            TakeLeastEdge(ref tcb);
        }
    }

    private static void TakeLeastEdge(ref Tcb tcb)
    {
        if (tcb.SndEdge < tcb.SndNxt)
        {
            tcb.LeastEdge = tcb.WentBeyond
                ? SeqNumber.Min(tcb.LeastEdge, tcb.SndEdge)
                : tcb.SndEdge;
            tcb.WentBeyond = true;
        }
        tcb.WentBeyond &= tcb.Flight > 0;
    }

    // Whether a SACK option tells of more than was told before: surely, or perhaps, as not all that
    // was told is remembered.
    private readonly record struct SackNews(bool Surely, bool Perhaps);

    private static SackNews TakeSack(ref Tcb tcb, in TcpHeader seg)
    {
        if (!seg.Options.Has(TcpOptionSet.Sack))
        {
            return default;
        }
        uint sum = 0;
        byte runs = 0;
        SackBlock first = default;
        SeqNumber? top = null;
        for (int i = 0; i < seg.Options.SackCount; i++)
        {
            SackBlock b = seg.Options.Sack[i];
            bool above = b.Left >= tcb.SndUna && b.Right <= tcb.SndNxt && b.Left < b.Right;
            if (!above || (i == 0 && IsDuplicate(in seg)))
            {
                continue;
            }
            first = runs == 0 ? b : first;
            sum += b.Right.DistanceFrom(b.Left);
            runs++;
            top = top is SeqNumber t ? SeqNumber.Max(t, b.Right) : b.Right;
        }
        if (top is SeqNumber highest)
        {
            tcb.SackedTop = tcb.SackedAbove == 0
                ? highest
                : SeqNumber.Max(tcb.SackedTop, highest);
        }
        tcb.SackedRuns = Math.Max(tcb.SackedRuns, runs);
        bool more = sum > tcb.SackedAbove;
        tcb.SackedAbove = Math.Max(tcb.SackedAbove, sum);
        // RFC 2018 §4: the first block holds what came last.
        bool other = runs > 0 && first != tcb.SackedLast;
        tcb.SackedLast = runs > 0 ? first : tcb.SackedLast;
        return new SackNews(more, more || other);
    }

    // RFC 2883 §4: the first block, if it lies inside the second, tells of a duplicate.
    private static bool IsDuplicate(in TcpHeader seg) => seg.Options.SackCount > 1
        && seg.Options.Sack[1].Left <= seg.Options.Sack[0].Left
        && seg.Options.Sack[0].Right <= seg.Options.Sack[1].Right;

    // RFC 5681 §2, §3.2: the third in a row asks for a retransmission. With SACK who wants to goes
    // by RFC 5681 all the same; what is sure are those that tell something new (RFC 6675 §2).
    private static void Duplicate(
        ref Tcb tcb, bool repeats, SackNews news, in ArrivalContext c)
    {
        bool sack = tcb.SackOk;
        tcb.DupAcks++;
        // RFC 3042 §2, RFC 5681 §3.2 (1): with SACK no other lets new text out before recovery.
        bool releases = !sack || news.Perhaps || tcb.InRecovery
            || c.Claim(Claims.OtherCongestionControl);
        tcb.Inflation += releases ? 1 : 0;
        // With a window of zero it may answer a probe (RFC 9293 §3.8.6.1), and tells of no loss.
        bool sure = repeats && tcb.SndWnd > 0 && (news.Surely || !sack);
        tcb.SureDupAcks += sure ? 1 : 0;
        // Enough is reported that the loss is plain by the octets, too (RFC 6675 §4, IsLost).
        bool told = !sack || tcb.SackedAbove > 2u * tcb.PeerMss;
        if (tcb.SureDupAcks >= 3 && told && !tcb.InRecovery && tcb.SndUna > tcb.Recover
            && tcb.SndUna > tcb.SentAgainBelow && tcb.SndWnd > 0
            && !(tcb.FinSent && tcb.Flight == 1) // §2 (a): "outstanding data"
            && tcb.SndUna > tcb.Iss) // while the SYN is out, nothing else is known to have arrived
        {
            tcb.AgainDuty = new Duty(RuleId.FastRetransmitMissing, c.AtOnce);
        }
    }

    // RFC 5681 §3.2 (6): cwnd is ssthresh when recovery ends. A sender that ends it by the first
    // ACK (Reno) grows from there by every further one, where another (RFC 6582) still recovers.
    private static void Deflate(ref Tcb tcb, SeqNumber ack, uint most, in ArrivalContext c)
    {
        if (tcb.DeflatedBound == 0 || (c.Claims & OtherRecovery) != 0)
        {
            return;
        }
        tcb.DeflatedBound += most;
        if (ack >= tcb.Recover)
        {
            tcb.CwndBound = Math.Min(tcb.CwndBound, tcb.DeflatedBound);
            tcb.DeflatedBound = 0;
        }
    }

    private static void Advance(ref Tcb tcb, SeqNumber ack, in ArrivalContext c)
    {
        uint acked = ack.DistanceFrom(tcb.SndUna);
        tcb.SndUna = ack;
        tcb.UnaMovedAt = c.At;
        tcb.Reopened = false;
        tcb.DupAcks = 0;
        tcb.SureDupAcks = 0;
        tcb.Repeated = 0;
        tcb.Restarted = false;
        tcb.SackedAbove -= Math.Min(tcb.SackedAbove, acked);
        tcb.SackedRuns = 0;
        tcb.PathShrank &= ack < tcb.PathAgainBelow;
        tcb.AgainDuty = default;
        // RFC 5681 §3.1; RFC 3465 §2.3 lets it be two segments, but not after a timeout, and others
        // all that is covered.
        uint most = c.Claim(Claims.OtherCongestionControl)
            ? acked
            : Math.Min(acked, (tcb.AfterTimeout ? 1u : 2u) * Math.Max((uint)tcb.PeerMss, 1));
        tcb.CwndBound += most;
        // What was under way before the timeout isn't of the loss window, and leaves it no room.
        tcb.TimeoutBudget = Math.Min(tcb.TimeoutBudget + acked, tcb.TimeoutWindow) + most;
        tcb.TimeoutWindow += most;
        Deflate(ref tcb, ack, most, in c);
        // RFC 5682 and RFC 6937 let a sender find out that a timeout was spurious.
        tcb.AfterTimeout &= (c.Claims & (Claims.FRto | Claims.Prr)) == 0;
        tcb.JustRecovered = tcb.InRecovery && !tcb.AfterTimeout;
        if (tcb.InRecovery && ack >= tcb.Recover)
        {
            // RFC 5681 §3.1: slow start goes on from the loss window.
            bool slow = tcb.AfterTimeout && (c.Claims & OtherRecovery) == 0;
            tcb.CwndBound = slow ? Math.Min(tcb.CwndBound, tcb.TimeoutWindow) : tcb.CwndBound;
            tcb.InRecovery = false;
            tcb.AfterTimeout = false;
        }
        if (!tcb.InRecovery)
        {
            tcb.Inflation = 0;
        }
        if (tcb.FinAcked)
        {
            tcb.Move(StateEvent.ReceiveAckOfFin);
            if (tcb.State == TcpState.TimeWait)
            {
                Ending.EnterTimeWait(ref tcb, in c);
            }
            if (tcb.State == TcpState.Closed)
            {
                Ending.Forget(ref tcb);
            }
        }
    }
}
