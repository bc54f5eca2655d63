using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, eighth: the FIN, when everything before it is there.</summary>
internal static class TakeFin
{
    public static void Process(
        ref Tcb tcb, SeqNumber at, in ArrivalContext c, Branches after)
    {
        tcb.RcvNxt = at + 1u;
        tcb.FinReceived = true;
        tcb.FinIsHeld = false;
        tcb.Held.CutBelow(tcb.RcvNxt); // what lies beyond has been received, if for nothing
        tcb.OweAck(RuleId.FinAckLate, c.Delayed);
        tcb.Move(StateEvent.ReceiveFin);
        if (tcb.State == TcpState.TimeWait)
        {
            Ending.EnterTimeWait(ref tcb, in c);
        }
        after.Add(in tcb);
    }
}
