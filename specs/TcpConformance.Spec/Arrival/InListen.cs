using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.2: somebody listens.</summary>
internal static class InListen
{
    public static void Process(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        ref Tcb tcb = ref after.Add(in before);
        if (seg.Has(TcpFlags.Rst))
        {
            tcb.SilenceRule = RuleId.ListenResetAnswered; // First
        }
        else if (seg.Has(TcpFlags.Ack))
        {
            InClosed.OweReset(ref tcb, in seg, in c, true, RuleId.ListenAckNoReset); // Second
        }
        else if (seg.Has(TcpFlags.Syn))
        {
            Begin(ref tcb, in seg, in c);
            if (seg.Has(TcpFlags.Fin))
            {
                // SYN with FIN has no meaning in the RFC's event processing (§3.10.7.2 queues
                // 'other controls'); many hosts drop it, and so may this one.
                after.Add(in before);
            }
        }
        else
        {
            tcb.SilenceRule = RuleId.ListenOtherAnswered; // Fourth
        }
    }

    // Third: the SYN.
    private static void Begin(ref Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        Tcb fresh = new()
        {
            State = TcpState.SynReceived,
            Passive = true,
            Deviation = tcb.Deviation,
            Resets = tcb.Resets,
            SegmentsDone = tcb.SegmentsDone,
            CallsDone = tcb.CallsDone,
            UserKnown = tcb.UserKnown,
            Earlier = tcb.IssKnown ? default : tcb.Earlier, // has it come from TIME-WAIT?
            SynDuty = new Duty(
                tcb.WasReset && tcb.State == TcpState.Listen
                    ? RuleId.SynReceivedNotListening
                    : RuleId.ListenSynNoSynAck,
                c.AtOnce),
        };
        SynOptions.Take(ref fresh, in seg, in c);
        tcb = fresh;
    }
}
