using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, seventh: the text. What URG says (sixth) is for the user alone.
/// </summary>
internal static class TakeText
{
    public static void Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (seg.SegLen == 0)
        {
            tcb.SilenceRule = tcb.AckDuty.IsOwed || tcb.AckCredit > 0
                ? RuleId.None
                : RuleId.AckUnasked;
            after.Add(in tcb);
            return;
        }
        if (!tcb.State.TakesText())
        {
            // After the peer's FIN nothing is taken; an answer does no harm.
            if (tcb.FinReceived && seg.Has(TcpFlags.Fin) && seg.TextLength == 0
                && seg.Seq == tcb.RcvNxt && tcb.FinsAgain < byte.MaxValue)
            {
                // Read to the letter, a second FIN is one, too: "If the FIN bit is set, … advance
                // RCV.NXT over the FIN", and only then do the states say that they remain.
                ref Tcb again = ref after.Add(in tcb);
                again.RcvNxt = seg.End;
                again.FinsAgain++;
                again.AllowAck();
            }
            tcb.AllowAck();
            after.Add(in tcb);
            return;
        }
        if (tcb.UserGone && seg.TextLength > 0)
        {
            // RFC 9293 §3.6.1 (SHLD-3): data that nobody will read may be answered with a reset.
            ref Tcb lost = ref after.Add(in tcb);
            lost.TextLost = true;
        }
        InWindow(ref tcb, in seg, in c, after);
    }

    /// <summary>The text that came with the SYN and was kept until now (§3.10.7.2); what came now
    /// follows it.</summary>
    internal static void TakeOfSyn(ref Tcb tcb, in ArrivalContext c)
    {
        SeqNumber end = tcb.Irs + 1u + (uint)tcb.SynText;
        SeqNumber right = SeqNumber.Min(end, tcb.RcvNxt + tcb.RcvWnd);
        if (right > tcb.RcvNxt)
        {
            Take(ref tcb, right, in c);
            OweForText(ref tcb, fillsGap: false, in c);
        }
    }

    private static void Take(ref Tcb tcb, SeqNumber right, in ArrivalContext c)
    {
        tcb.RcvNxt = right;
        tcb.MayHoldTo = SeqNumber.Max(tcb.MayHoldTo, right);
        tcb.TextLost |= tcb.UserGone;
        tcb.TextLostAt ??= tcb.UserGone ? c.At : null;
    }

    /// <summary>What one sees of a stack that keeps text although it begins above the window.
    /// </summary>
    internal static void BeyondWindow(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (before.EdgeKnown && before.Deviation == RuleId.None && before.State.TakesText()
            && seg.Has(TcpFlags.Ack) && seg.TextLength > 0
            && before.RcvWnd > 0 && seg.Seq >= before.RcvNxt + before.RcvWnd)
        {
            Tcb greedy = before;
            InSynSent.Deviate(ref greedy, RuleId.BeyondWindowTaken);
            CheckAck.TakeAcknowledgment(ref greedy, in seg, in c);
            UpTo(seg.End + 1u, ref greedy, in seg, in c, after);
        }
    }

    // What lies outside the window is trimmed off.
    private static void InWindow(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        SeqNumber edge = tcb.RcvNxt + tcb.RcvWnd;
        SeqNumber textEnd = seg.Seq + (uint)seg.TextLength;
        if (tcb.EdgeKnown && seg.End > edge)
        {
            Tcb greedy = tcb;
            // A FIN alone would be taken where the text before it has filled the window.
            bool onlyFin = textEnd == edge && seg.Seq <= tcb.RcvNxt;
            InSynSent.Deviate(
                ref greedy, onlyFin ? RuleId.None : RuleId.BeyondWindowTaken);
            UpTo(seg.End + 1u, ref greedy, in seg, in c, after);
        }
        UpTo(edge, ref tcb, in seg, in c, after);
    }

    private static void UpTo(
        SeqNumber edge, ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        SeqNumber left = SeqNumber.Max(seg.Seq, tcb.RcvNxt);
        SeqNumber textEnd = seg.Seq + (uint)seg.TextLength;
        SeqNumber right = SeqNumber.Min(textEnd, edge);
        bool fin = seg.Has(TcpFlags.Fin) && textEnd < edge && textEnd >= tcb.RcvNxt;
        if (seg.Seq > tcb.RcvNxt)
        {
            AboveGap(ref tcb, left, right, fin, textEnd, in c, after);
            return;
        }
        if (tcb.FinIsHeld && tcb.HeldFin >= tcb.RcvNxt && right > tcb.HeldFin)
        {
            // A peer that sends where its FIN stood: which of them counts, the RFC doesn't say.
            Tcb ended = tcb;
            InOrder(ref ended, tcb.HeldFin, fin: false, in c, after);
        }
        InOrder(ref tcb, right, fin, in c, after);
    }

    private static void AboveGap(
        ref Tcb tcb, SeqNumber left, SeqNumber right, bool fin, SeqNumber finAt,
        in ArrivalContext c, Branches after)
    {
        if (tcb.FinIsHeld && left >= tcb.HeldFin)
        {
            ref Tcb ended = ref after.Add(in tcb); // behind a FIN there is no text to take
            ended.OweAck(RuleId.OutOfOrderAckLate, c.AtOnce);
        }
        if (tcb.FinIsHeld && left < tcb.HeldFin && right > tcb.HeldFin)
        {
            // A peer that sends where its FIN stood: which of them counts, the RFC doesn't say.
            Tcb cut = tcb;
            AboveGap(ref cut, left, tcb.HeldFin, fin: false, tcb.HeldFin, in c, after);
        }
        if (right > left)
        {
            // It may have been dropped since it was told of (RFC 2018 §8).
            tcb.SackWithheld &= !tcb.Held.Covers(left, right);
            tcb.Held.Add(left, right);
            tcb.NewestHeld = left;
            tcb.NewestHeldUnreported = true;
        }
        if (right > left)
        {
            tcb.OweAck(RuleId.OutOfOrderAckLate, c.AtOnce); // RFC 5681 §4.2: "data segments"
        }
        else
        {
            tcb.AllowAck(); // a FIN alone (RFC 9293 §3.8.6.3, MAY-13)
        }
        if (fin)
        {
            if ((tcb.FinIsHeld && tcb.HeldFin != finAt) || tcb.Held.Covers(finAt, finAt + 1u))
            {
                after.Add(in tcb); // two ends, or one where text stands: either counts
            }
            tcb.FinIsHeld = true;
            tcb.HeldFin = finAt;
        }
        after.Add(in tcb);
    }

    private static void InOrder(
        ref Tcb tcb, SeqNumber right, bool fin, in ArrivalContext c, Branches after)
    {
        bool fillsGap = !tcb.Held.IsEmpty && !tcb.Held.Overflowed;
        bool joins = !tcb.Held.IsEmpty || tcb.FinIsHeld;
        bool moved = right > tcb.RcvNxt;
        // RFC 2018 §4: the first block names the newest segment, "unless that segment advanced the
        // Acknowledgment Number field".
        tcb.NewestHeldUnreported &= !moved && !fin;
        if (moved)
        {
            Take(ref tcb, right, in c);
            OweForText(ref tcb, fillsGap, in c);
        }
        else if (!fin)
        {
            tcb.AllowAck();
        }
        if (fin)
        {
            TakeFin.Process(ref tcb, right, in c, after);
            return;
        }
        if (!joins)
        {
            after.Add(in tcb);
            return;
        }
        Join(ref tcb, in c, after);
    }

    // What was held behind the gap follows, or was not kept (SHLD-31).
    private static void Join(ref Tcb tcb, in ArrivalContext c, Branches after)
    {
        SeqNumber before = tcb.RcvNxt;
        tcb.Held.CutBelow(tcb.RcvNxt);
        bool joins = tcb.Held.Count > 0 && tcb.Held[0].Left == tcb.RcvNxt;
        bool finJoins = tcb.FinIsHeld
            && (tcb.HeldFin == tcb.RcvNxt || (joins && tcb.HeldFin == tcb.Held[0].Right));
        if (joins || finJoins)
        {
            ref Tcb dropped = ref after.Add(in tcb);
            dropped.MayHoldTo = joins ? tcb.Held[0].Right : tcb.MayHoldTo; // not all of it
            dropped.Held.Drop();
            dropped.FinIsHeld &= joins; // a FIN may be remembered without its text
            dropped.SackWithheld = false;
        }
        if (joins && tcb.FinIsHeld && tcb.HeldFin >= tcb.RcvNxt
            && tcb.HeldFin < tcb.Held[0].Right)
        {
            Tcb ended = tcb; // text is held where the FIN stands: either counts
            TakeFin.Process(ref ended, tcb.HeldFin, in c, after);
        }
        if (joins)
        {
            if (tcb.SackWithheld)
            {
                InSynSent.Deviate(ref tcb, RuleId.SackMissing); // it was held, and not reported
            }
            tcb.RcvNxt = tcb.Held[0].Right;
            tcb.Held.CutBelow(tcb.RcvNxt);
            tcb.SackWithheld = false;
        }
        if (!finJoins)
        {
            after.Add(in tcb);
            return;
        }
        ref Tcb withoutFin = ref after.Add(in tcb);
        withoutFin.FinIsHeld = false;
        TakeFin.Process(ref tcb, tcb.HeldFin, in c, after);
    }

    private static void OweForText(ref Tcb tcb, bool fillsGap, in ArrivalContext c)
    {
        tcb.OweAck(RuleId.TextAckLate, c.Delayed); // MUST-40
        if (fillsGap)
        {
            tcb.OweAck(RuleId.GapFillAckLate, c.AtOnce);
        }
        // SHLD-19: two full-sized segments; timestamps take twelve octets of each.
        uint full = (uint)Math.Max(tcb.OwnMss - (tcb.TsOk ? 12 : 0), 1);
        if (tcb.RcvNxt.DistanceFrom(tcb.LastAckSent) >= 2 * full)
        {
            tcb.OweAck(RuleId.SecondSegmentAckLate, c.AtOnce);
        }
    }
}
