using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, fourth: SYN, with the mitigation of RFC 5961 §4.</summary>
internal static class CheckSyn
{
    public static void Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (IsUntimed(in tcb, in seg))
        {
            after.Add(in tcb); // RFC 7323 §3.2: SHOULD be silently dropped, as any but a RST
        }
        if (tcb.State == TcpState.SynReceived)
        {
            InSynReceived(ref tcb, in seg, in c, after);
            return;
        }
        if (seg.Seq < tcb.RcvNxt && !c.Claim(Claims.BlindAttackMitigation))
        {
            Trimmed(tcb, in seg, in c, after);
        }
        RuleId forbids = ForbidsReset(in tcb, in seg, in c);
        ref Tcb reset = ref after.Add(in tcb); // RFC 793: an error, the connection is reset
        Ending.ByReset(ref reset);
        bool must = forbids == RuleId.None; // "send a reset"
        InClosed.OweReset(ref reset, in seg, in c, must, RuleId.SynTaken);
        InSynSent.Deviate(ref reset, forbids);
        tcb.OweChallenge(RuleId.SynNoChallenge, in c);
        CheckSequence.AddTimed(in tcb, in seg, in c, after);
    }

    // RFC 9293 §3.10.7.4, first: "trimming off any portions that lie outside the window (including
    // SYN and FIN)". What is left goes on with the fifth step.
    private static void Trimmed(
        Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        TcpHeader rest = InSynSent.AfterSyn(in seg);
        bool inWindow = Acceptability.IsAcceptable(
            seg.Seq, seg.SegLen, tcb.RcvNxt, CheckSequence.OpenedWindow(in tcb, in c));
        if (!inWindow)
        {
            return; // the first step answers
        }
        if (rest.Has(TcpFlags.Ack))
        {
            CheckAck.Process(ref tcb, in rest, in c, after);
            return;
        }
        after.Add(in tcb);
    }

    /// <summary>RFC 793's reset is for a SYN in the window, and the mitigation has taken its place.
    /// RFC 7323 drops a SYN before that if it is old (§5.2) or has no time (§3.2).</summary>
    internal static RuleId ForbidsReset(in Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        bool inWindow = Acceptability.IsAcceptable(
            seg.Seq, seg.SegLen, tcb.RcvNxt, CheckSequence.OpenedWindow(in tcb, in c));
        return !inWindow || c.Claim(Claims.BlindAttackMitigation) ? RuleId.SynTaken
            : IsUntimed(in tcb, in seg) ? RuleId.UntimedSegmentTaken
            : tcb.TsOk && CheckSequence.IsOld(in tcb, in seg, in c) ? RuleId.PawsTaken
            : RuleId.None;
    }

    internal static bool IsUntimed(in Tcb tcb, in TcpHeader seg) =>
        tcb.TsOk && !seg.Options.Has(TcpOptionSet.Timestamps);

    private static void InSynReceived(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        bool inWindow = Acceptability.IsAcceptable(
            seg.Seq, seg.SegLen, tcb.RcvNxt, tcb.RcvWnd);
        if (seg.Seq == tcb.Irs && (!inWindow || seg.Has(TcpFlags.Ack)))
        {
            if (inWindow && tcb.Passive)
            {
                // What follows the SYN reaches into the window: unless the SYN is trimmed off, the
                // fourth step sees it.
                BackToListen(in tcb, in seg, in c, after);
            }
            TheSameSyn(ref tcb, in seg, in c, after);
            return;
        }
        if (seg.Has(TcpFlags.Ack) && (seg.Ack <= tcb.SndUna || seg.Ack > tcb.SndNxt))
        {
            // §3.5.2 (2) asks for a reset in any state that isn't synchronized; the fourth step
            // comes before the fifth.
            ref Tcb reset = ref after.Add(in tcb);
            InClosed.OweReset(ref reset, in seg, in c, must: false, RuleId.None);
        }
        if (inWindow && tcb.Passive)
        {
            BackToListen(in tcb, in seg, in c, after);
            // RFC 5961 §4.2 would have it challenged like in the synchronized states.
            tcb.AllowChallenge(in c);
            after.Add(in tcb);
            return;
        }
        OweAnswer(ref tcb, in c);
        after.Add(in tcb);
    }

    // RFC 9293 §3.10.7.4, fourth: after an active OPEN the "directions for synchronized states"
    // hold, and who has closed is in FIN-WAIT-1 (§3.10.4): that is a challenge. Else the first
    // step answers, of which RFC 5961 §7 says nothing.
    private static void OweAnswer(ref Tcb tcb, in ArrivalContext c)
    {
        if (!tcb.Passive || HasClosed(in tcb))
        {
            tcb.OweChallenge(RuleId.UnacceptableNoAck, in c);
            return;
        }
        tcb.OweAck(RuleId.UnacceptableNoAck, c.AtOnce);
    }

    private static bool HasClosed(in Tcb tcb) => tcb.CloseAsked && tcb.UserOctets == 0;

    // RFC 793 had it send a reset, and nothing forbids that.
    private static void BackToListen(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        ref Tcb back = ref after.Add(in tcb);
        Ending.ByReset(ref back);
        InClosed.OweReset(ref back, in seg, in c, must: false, RuleId.None);
        CheckReset.BackToTimeWait(in tcb, in c, after);
    }

    // The SYN that has made this connection, once more: a retransmission or, with ACK, the other
    // half of a simultaneous open (RFC 9293 §3.5, figure 7), although the sequence check alone
    // would drop it.
    private static void TheSameSyn(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        bool opens = seg.Has(TcpFlags.Ack) && seg.Ack > tcb.SndUna && seg.Ack <= tcb.SndNxt;
        if (opens)
        {
            Tcb open = tcb;
            open.AllowAck();
            TcpHeader rest = InSynSent.AfterSyn(in seg);
            uint recent = tcb.TsRecent;
            CheckSequence.TakeTimestamp(ref open, in rest, in c);
            bool timed = open.TsRecent != recent;
            int first = after.Count;
            CheckAck.Process(ref open, in rest, in c, after);
            if (timed)
            {
                // RFC 7323 §5.3: what lies outside the window (R2) doesn't get to R3.
                Tcb untimed = tcb;
                untimed.AllowAck();
                CheckAck.Process(ref untimed, in rest, in c, after);
            }
            for (int i = first; i < after.Count; i++)
            {
                // SND.WL1 is SEG.SEQ (§3.10.7.4, fifth): that of the SYN.
                after[i].SndWl1 = after[i].SndWl1 == rest.Seq ? seg.Seq : after[i].SndWl1;
            }
        }
        if (seg.Has(TcpFlags.Ack) && !opens)
        {
            ref Tcb reset = ref after.Add(in tcb);
            InClosed.OweReset(ref reset, in seg, in c, must: false, RuleId.None);
        }
        // Who has closed is in FIN-WAIT-1 (§3.10.4), where a SYN is challenged.
        if (opens && !tcb.Passive && !HasClosed(in tcb))
        {
            return;
        }
        OweAnswer(ref tcb, in c);
        CheckSequence.AddTimed(in tcb, in seg, in c, after);
    }
}
