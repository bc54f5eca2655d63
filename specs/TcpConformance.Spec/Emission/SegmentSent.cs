using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Whether a history permits a segment from the IUT, and what it makes of it.</summary>
public static class SegmentSent
{
    /// <summary>Judges a segment that is well formed.</summary>
    /// <param name="tcb">The history; moved on if it permits the segment.</param>
    /// <param name="seg">The segment.</param>
    /// <param name="c">Time, values, claims, earlier segments.</param>
    /// <param name="kind">What the segment is.</param>
    /// <returns>The rule that is broken; None if the history permits the segment.</returns>
    public static RuleId Judge(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        if (seg.Has(TcpFlags.Rst))
        {
            kind = EmissionKind.Reset;
            return ResetSent.Judge(ref tcb, in seg);
        }
        if (seg.Has(TcpFlags.Syn))
        {
            return SynSent.Judge(ref tcb, in seg, in c, out kind);
        }
        kind = EmissionKind.Acknowledgment;
        if (!tcb.State.IsSynchronized() && tcb.State != TcpState.SynReceived)
        {
            return tcb.WasReset ? RuleId.SentAfterReset
                : tcb.TimeWaitIsOver ? RuleId.TimeWaitTooLong
                : tcb.LastAckIsOver ? RuleId.LastAckTooLong
                : tcb.SilenceRule != RuleId.None ? tcb.SilenceRule
                : tcb.State == TcpState.SynSent ? RuleId.AckSequenceWrong
                : RuleId.ClosedSends;
        }
        return Synchronized(ref tcb, in seg, in c, out kind);
    }

    private static RuleId Synchronized(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.Acknowledgment;
        if (tcb.SynDuty.IsOwed)
        {
            return tcb.SynDuty.Rule;
        }
        if (seg.Has(TcpFlags.Urg) && !IsUrgent(in tcb, in seg))
        {
            return RuleId.UrgentUnasked;
        }
        RuleId rule = AckNumber(in tcb, in seg);
        bool released = rule != RuleId.None && IsReleased(in tcb, in seg, in c);
        if (rule == RuleId.None || released)
        {
            rule = OptionsSent.Judge(ref tcb, in seg, in c);
        }
        if (rule == RuleId.None)
        {
            rule = seg.SegLen == 0
                ? BareAckSent.Judge(ref tcb, in seg, in c, out kind)
                : TextSent.Judge(ref tcb, in seg, in c, out kind);
        }
        if (rule == RuleId.None)
        {
            rule = WindowSent.Judge(ref tcb, in seg, shift: tcb.RcvShift);
        }
        if (rule == RuleId.None && !released)
        {
            Acknowledged(ref tcb, in seg, in c);
        }
        return rule;
    }

    // RFC 9293 §3.10.7.4: what an ACK lets out goes in the fifth step; the text and the FIN that
    // came with it are for the seventh and the eighth, and are acknowledged by another segment. In
    // real time a history that has not taken the segment yet explains all that might have gone
    // without it: only what waited for the ACK of the SYN could not.
    private static bool IsReleased(in Tcb tcb, in TcpHeader seg, in EmissionContext c) =>
        seg.SegLen > 0 && seg.Ack == tcb.LastAckSent && seg.Seq == tcb.SndNxt
        && (tcb.SndUna == tcb.Iss + 1u || c.Ixit.Latency == TimeSpan.Zero)
        && c.At - tcb.UnaMovedAt <= c.Ixit.Latency;

    // RFC 9293 §3.8.5 (MUST-62): the pointer goes to "the octet following the urgent data", and no
    // further: what lies behind is not urgent.
    private static bool IsUrgent(in Tcb tcb, in TcpHeader seg) => tcb.MayBeUrgent
        && (!tcb.UserKnown
            || seg.Seq + (uint)seg.UrgentPointer <= tcb.Iss + 1u + tcb.UrgentOctets);

    /// <summary>The acknowledgment number of any segment.</summary>
    internal static RuleId AckNumber(in Tcb tcb, in TcpHeader seg) =>
        seg.Ack == tcb.RcvNxt ? RuleId.None
        : seg.Ack > tcb.RcvNxt ? Beyond(in tcb, in seg)
        : seg.Ack < tcb.LastAckSent ? RuleId.AckBackwards
        : tcb.AckDuty.Rule == RuleId.FinAckLate ? RuleId.FinAckLate
        : seg.SegLen == 0 && seg.Ack == tcb.LastAckSent ? RuleId.TextDropped
        : RuleId.AckStale;

    // More may be held than is remembered.
    private static RuleId Beyond(in Tcb tcb, in TcpHeader seg) =>
        tcb.FinReceived ? RuleId.TextTakenAfterFin
        : tcb.Held.Overflowed && seg.Ack <= tcb.RcvEdge ? RuleId.None
        : seg.Ack < tcb.MayHoldTo ? RuleId.None
        : RuleId.AckBeyondReceived;

    private static void TakeHeldFin(ref Tcb tcb, in EmissionContext c)
    {
        if (!tcb.FinIsHeld || tcb.RcvNxt <= tcb.HeldFin || !tcb.State.TakesText())
        {
            return;
        }
        tcb.FinReceived = true;
        tcb.FinIsHeld = false;
        tcb.Move(StateEvent.ReceiveFin);
        if (tcb.State == TcpState.TimeWait)
        {
            Ending.EnterTimeWait(ref tcb, c.At, c.At + c.Ixit.Latency, c.Ixit);
        }
    }

    /// <summary>What every segment with ACK does.</summary>
    internal static void Acknowledged(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (seg.Ack > tcb.RcvNxt)
        {
            tcb.RcvNxt = seg.Ack; // something that was held beyond what is remembered
            TakeHeldFin(ref tcb, in c);
        }
        tcb.LastAckSent = seg.Ack;
        tcb.AckDuty = default;
        if (tcb.AckCredit > 0)
        {
            tcb.AckCredit--;
        }
        if (tcb.AckCredit == 0)
        {
            tcb.Duplicates.Clear(); // each ACK tells of "the most recent packet" (RFC 2883 §4 (1))
        }
        if (tcb.AckCredit == 0 && tcb.SilenceRule == RuleId.None)
        {
            tcb.SilenceRule = RuleId.AckUnasked;
        }
    }
}
