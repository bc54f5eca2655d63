using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, first: the sequence number; and before it PAWS (RFC 7323 §5.3).
/// </summary>
internal static class CheckSequence
{
    // RFC 7323 §5.5: after that long an idle time TS.Recent isn't valid any more.
    private static readonly TimeSpan TsRecentLifetime = TimeSpan.FromDays(24);

    public static void Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (tcb.State == TcpState.TimeWait && TimeWait.Process(ref tcb, in seg, in c, after))
        {
            return;
        }
        bool reset = seg.Has(TcpFlags.Rst);
        // A SYN is answered the same way whatever its timestamp is (RFC 5961 §4.2).
        if (tcb.TsOk && !reset && !seg.Has(TcpFlags.Syn))
        {
            Timestamps(ref tcb, in seg, in c, after);
        }
        if (reset)
        {
            CheckReset.Process(ref tcb, in seg, in c, after);
            return;
        }
        if (seg.Has(TcpFlags.Syn))
        {
            CheckSyn.Process(ref tcb, in seg, in c, after);
            return;
        }
        InOpenedWindow(in tcb, in seg, in c, after);
        InWindow(ref tcb, in seg, in c, after);
    }

    /// <summary>RFC 9293 §3.8.6.2.2: the window is what the buffer has left as the user reads. When
    /// the peer is told of it is another matter.</summary>
    internal static uint OpenedWindow(in Tcb tcb, in ArrivalContext c)
    {
        long unread = Math.Max((long)tcb.TextTaken - c.UserRead, 0);
        return tcb.EdgeKnown ? (uint)Math.Max(tcb.MaxRcvWnd - unread, tcb.RcvWnd) : tcb.RcvWnd;
    }

    private static void InOpenedWindow(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        uint room = OpenedWindow(in tcb, in c);
        if (room == tcb.RcvWnd || seg.End <= tcb.RcvNxt + tcb.RcvWnd)
        {
            return;
        }
        Tcb opened = tcb;
        opened.RcvEdge = tcb.RcvNxt + room;
        int first = after.Count;
        InWindow(ref opened, in seg, in c, after);
        for (int i = first; i < after.Count; i++)
        {
            after[i].RcvEdge = SeqNumber.Max(tcb.RcvEdge, after[i].RcvNxt); // as it was announced
        }
    }

    private static void InWindow(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (!Acceptability.IsAcceptable(seg.Seq, seg.SegLen, tcb.RcvNxt, tcb.RcvWnd))
        {
            Unacceptable(ref tcb, in seg, in c, after);
            return;
        }
        if (tcb.EdgeKnown && seg.SegLen > 0 && seg.End > tcb.RcvNxt + tcb.RcvWnd)
        {
            Tcb refused = tcb; // as a whole, where only a part lies outside
            InSynSent.Deviate(ref refused, RuleId.StraddlingRefused);
            Unacceptable(ref refused, in seg, in c, after);
        }
        Tcb untimed = tcb;
        TakeTimestamp(ref tcb, in seg, in c);
        bool timed = tcb.TsRecent != untimed.TsRecent;
        RefuseEcho(in untimed, in seg, after);
        CheckAck.Process(ref tcb, in seg, in c, after);
        if (timed && (!seg.Has(TcpFlags.Ack)
            || seg.Ack > untimed.SndNxt || seg.Ack < untimed.SndUna - untimed.MaxSndWnd
            || (seg.Ack <= untimed.Iss
                && (seg.Ack < untimed.SndUna || tcb.State == TcpState.SynReceived))))
        {
            // R3 of RFC 7323 §5.3 comes before the ACK field is looked at; that a segment which is
            // then dropped has any effect need not be (§3.10.7.4, fifth).
            CheckAck.Process(ref untimed, in seg, in c, after);
        }
    }

    // What one sees of a stack that opens only by an echo of its SYN: RFC 7323 §3.2 knows no such
    // check, and an ACK that was sent since then is echoed as well.
    private static void RefuseEcho(in Tcb tcb, in TcpHeader seg, Branches after)
    {
        if (tcb.State == TcpState.SynReceived && tcb.TsOk && tcb.Deviation == RuleId.None
            && seg.Has(TcpFlags.Ack) && seg.Ack > tcb.SndUna && seg.Ack <= tcb.SndNxt
            && seg.Options.Has(TcpOptionSet.Timestamps) && seg.Options.TsEcr != tcb.SynTsVal)
        {
            ref Tcb refused = ref after.Add(in tcb);
            InSynSent.Deviate(ref refused, RuleId.SynReceivedAckRefused);
            refused.AllowAck();
        }
    }

    // Adds the histories in which the segment is dropped; what follows is a deviation then.
    private static void Timestamps(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (!seg.Options.Has(TcpOptionSet.Timestamps))
        {
            // RFC 7323 §3.2: SHOULD be silently dropped, and never ends the connection.
            ref Tcb dropped = ref after.Add(in tcb);
            dropped.SilenceRule = RuleId.UntimedSegmentTaken;
            InSynSent.Deviate(ref tcb, RuleId.UntimedSegmentTaken);
            return;
        }
        if (!IsOld(in tcb, in seg, in c))
        {
            DroppedAfterIdle(in tcb, in seg, in c, after);
            return;
        }
        ref Tcb answered = ref after.Add(in tcb); // RFC 7323 §5.3 R1
        answered.OweAck(RuleId.PawsNoAck, c.AtOnce);
        if (tcb.State.IsSynchronized()) // "for a synchronized connection" (§5.3)
        {
            InSynSent.Deviate(ref tcb, RuleId.PawsTaken);
        }
    }

    /// <summary>RFC 7323 §5.3 R1: the timestamp is below a TS.Recent that is valid.</summary>
    internal static bool IsOld(in Tcb tcb, in TcpHeader seg, in ArrivalContext c) =>
        new SeqNumber(seg.Options.TsVal) < new SeqNumber(tcb.TsRecent)
            && c.At - tcb.TsRecentAt < TsRecentLifetime;

    // What one sees of a stack that compares with a TS.Recent that isn't valid any more (§5.5).
    private static void DroppedAfterIdle(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (new SeqNumber(seg.Options.TsVal) < new SeqNumber(tcb.TsRecent))
        {
            ref Tcb dropped = ref after.Add(in tcb);
            InSynSent.Deviate(ref dropped, RuleId.PawsAfterIdle);
            dropped.OweAck(RuleId.PawsAfterIdle, c.AtOnce);
        }
    }

    /// <summary>RFC 7323 §4.3 (2).</summary>
    internal static void TakeTimestamp(ref Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        if (tcb.TsOk && seg.Options.Has(TcpOptionSet.Timestamps)
            && seg.Seq <= tcb.LastAckSent
            && (new SeqNumber(seg.Options.TsVal) >= new SeqNumber(tcb.TsRecent)
                || c.At - tcb.TsRecentAt >= TsRecentLifetime)) // RFC 7323 §5.5: not valid any more
        {
            tcb.TsRecent = seg.Options.TsVal;
            tcb.TsRecentAt = c.At;
        }
    }

    /// <summary>RFC 7323 §4.3 (2) does not ask what a segment is, nor whether it lies in the
    /// window; R2 of §5.3 does.</summary>
    internal static void AddTimed(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        after.Add(in tcb);
        Tcb timed = tcb;
        TakeTimestamp(ref timed, in seg, in c);
        if (timed.TsRecent != tcb.TsRecent)
        {
            after.Add(in timed);
        }
    }

    private static void Unacceptable(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        Tcb before = tcb;
        tcb.OweAck(RuleId.UnacceptableNoAck, c.AtOnce);
        bool zeroWindow = tcb.RcvWnd == 0 && seg.Seq == tcb.RcvNxt;
        if (zeroWindow && seg.Has(TcpFlags.Ack))
        {
            AtZeroWindow(in tcb, in seg, in c, after);
        }
        ref Tcb ignored = ref after.Add(in tcb);
        if (zeroWindow && tcb.EdgeKnown && seg.SegLen > 0 && tcb.State.IsSynchronized()
            && seg.Has(TcpFlags.Ack) && seg.Ack > tcb.SndUna && seg.Ack <= tcb.SndNxt)
        {
            InSynSent.Deviate(ref ignored, RuleId.ZeroWindowAckIgnored);
        }
        AtAnEdge(in before, in tcb, in seg, in c, after);
        TakeText.BeyondWindow(in before, in seg, in c, after);
        Tcb timed = tcb;
        TakeTimestamp(ref timed, in seg, in c);
        if (timed.TsRecent != tcb.TsRecent)
        {
            after.Add(in timed); // by RFC 7323 §4.3 (2) alone; R2 of §5.3 comes before R3
            AtAnEdge(in timed, in timed, in seg, in c, after);
        }
        bool badAck = seg.Has(TcpFlags.Ack) && (seg.Ack <= tcb.SndUna || seg.Ack > tcb.SndNxt);
        if (tcb.State == TcpState.SynReceived && badAck)
        {
            // §3.5.2 (2) asks for a reset, whatever the sequence number is.
            Tcb reset = before;
            InClosed.OweReset(ref reset, in seg, in c, true, RuleId.SynReceivedBadAckNoReset);
            after.Add(in reset);
        }
    }

    // RFC 9293 Appendix A.2: hosts have different remedies for ACKs that are never processed and
    // for ACKs that answer each other for ever, when both sides stand at the edge of a window. The
    // standard names none of them, and so all are allowed.
    private static void AtAnEdge(
        in Tcb before, in Tcb answered, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        int right = seg.Seq - (before.RcvNxt + before.RcvWnd);
        // A host that takes the edge as inside drops what has no ACK there without an answer.
        if (right is 0 or 1 && (seg.SegLen == 0 || !seg.Has(TcpFlags.Ack)))
        {
            ref Tcb silent = ref after.Add(in before);
            silent.AllowAck();
        }
        if (!seg.Has(TcpFlags.Ack) || (right is not (0 or 1) && seg.End != before.RcvNxt))
        {
            return;
        }
        TakeAckAtAnEdge(in before, answered, in seg, in c, after);
        if (seg.SegLen == 0)
        {
            Tcb inside = before;
            inside.AllowAck();
            TakeAckAtAnEdge(in before, inside, in seg, in c, after);
        }
    }

    private static void TakeAckAtAnEdge(
        in Tcb before, Tcb taken, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (taken.State != TcpState.SynReceived)
        {
            CheckAck.TakeAcknowledgment(ref taken, in seg, in c);
            after.Add(in taken);
            return;
        }
        TcpHeader bare = seg;
        bare.Seq = before.RcvNxt;
        bare.TextLength = 0;
        bare.Flags &= ~TcpFlags.Fin;
        CheckAck.Process(ref taken, in bare, in c, after);
    }

    // 'Special allowance should be made to accept valid ACKs' (§3.10.7.4); and a FIN that stands
    // at RCV.NXT is not harmed by a window that has no room for text.
    private static void AtZeroWindow(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        Tcb taken = tcb;
        CheckAck.TakeAcknowledgment(ref taken, in seg, in c);
        after.Add(in taken);
        if (seg.Has(TcpFlags.Fin) && seg.TextLength == 0)
        {
            TakeFin.Process(ref taken, seg.Seq, in c, after);
        }
    }
}
