using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.3: our SYN is on its way.</summary>
internal static class InSynSent
{
    public static void Process(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        bool hasAck = seg.Has(TcpFlags.Ack);
        bool ackGood = hasAck && before.IssKnown
            && seg.Ack > before.Iss && seg.Ack <= before.SndNxt;
        if (hasAck && !ackGood)
        {
            BadAck(in before, in seg, in c, after);
        }
        else if (seg.Has(TcpFlags.Rst))
        {
            Reset(in before, ackGood, after);
        }
        else if (seg.Has(TcpFlags.Syn))
        {
            Syn(in before, in seg, ackGood, in c, after);
        }
        else
        {
            ref Tcb tcb = ref after.Add(in before); // Fifth
            tcb.SilenceRule = RuleId.SynSentOtherAnswered;
        }
    }

    // First: an ACK that acknowledges nothing of ours.
    private static void BadAck(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        ref Tcb tcb = ref after.Add(in before);
        if (seg.Has(TcpFlags.Rst))
        {
            tcb.SilenceRule = RuleId.SynSentResetTaken;
            AddReset(in before, RuleId.SynSentResetTaken, after);
            return;
        }
        InClosed.OweReset(ref tcb, in seg, in c, true, RuleId.SynSentBadAckNoReset);
        // RFC 9293 §3.5.1, figure 9: after the reset the SYN goes out again; when, it doesn't say.
        tcb.AllowAck();
    }

    // Second: RST.
    private static void Reset(in Tcb before, bool ackGood, Branches after)
    {
        AddReset(in before, ackGood ? RuleId.None : RuleId.SynSentResetTaken, after);
        ref Tcb stays = ref after.Add(in before);
        if (ackGood)
        {
            Deviate(ref stays, RuleId.SynSentResetIgnored);
            return;
        }
        stays.SilenceRule = RuleId.SynSentResetTaken;
    }

    private static void AddReset(in Tcb before, RuleId deviation, Branches after)
    {
        ref Tcb tcb = ref after.Add(in before);
        Ending.ByReset(ref tcb);
        Deviate(ref tcb, deviation);
    }

    internal static void Deviate(ref Tcb tcb, RuleId deviation)
    {
        if (tcb.Deviation == RuleId.None)
        {
            tcb.Deviation = deviation;
        }
    }

    // Fourth: SYN.
    private static void Syn(
        in Tcb before, in TcpHeader seg, bool ackGood, in ArrivalContext c, Branches after)
    {
        Tcb tcb = before;
        SynOptions.Take(ref tcb, in seg, in c);
        if (!ackGood)
        {
            tcb.Move(StateEvent.ReceiveSyn);
            tcb.SynDuty = new Duty(RuleId.SynSentNoSynAck, c.AtOnce);
            after.Add(in tcb);
            return;
        }
        tcb.SynDuty = default;
        tcb.SndUna = seg.Ack;
        tcb.UnaMovedAt = c.At;
        tcb.Move(StateEvent.ReceiveSynAck);
        CheckAck.Established(ref tcb, in c);
        tcb.OweAck(RuleId.SynSentNoAck, c.AtOnce);
        if (tcb.SynText == 0 && !tcb.SynFin)
        {
            after.Add(in tcb);
            return;
        }
        // Text and FIN of the SYN,ACK go on at the sixth step; a host may also leave them to be
        // sent again, as it may with any text that it has no room for.
        after.Add(in tcb);
        // "Some TCP implementations suppress sending" the ACK where text "will anyways generate an
        // acknowledgment in the later processing steps" (§3.10.7.3, fourth).
        tcb.AckDuty = new Duty(RuleId.SynSentNoAck, c.Delayed);
        TcpHeader rest = AfterSyn(in seg);
        TakeText.Process(ref tcb, in rest, in c, after);
    }

    /// <summary>The segment without its SYN: what is left begins one later.</summary>
    internal static TcpHeader AfterSyn(in TcpHeader seg)
    {
        TcpHeader rest = seg;
        rest.Flags &= ~TcpFlags.Syn;
        rest.Seq = seg.Seq + 1u;
        return rest;
    }
}
