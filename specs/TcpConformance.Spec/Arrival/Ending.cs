using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;

namespace TcpConformance.Spec.Arrival;

/// <summary>Ways in which a connection ends.</summary>
public static class Ending
{
    /// <summary>A RST from the peer (RFC 9293 §3.10.7.4): queues flushed, TCB deleted.</summary>
    public static void ByReset(ref Tcb tcb)
    {
        tcb.WasReset = true;
        // MUST-11: what came from LISTEN and isn't open yet returns there.
        tcb.State = StateTable.Next(tcb.State, StateEvent.ReceiveReset, tcb.Passive);
        Forget(ref tcb);
    }

    /// <summary>The TCB is gone; what is owed for it is no longer owed.</summary>
    public static void Forget(ref Tcb tcb)
    {
        tcb.AckDuty = default;
        tcb.SynDuty = default;
        tcb.AgainDuty = default;
        tcb.AckCredit = 0;
        tcb.SilenceRule = RuleId.SentAfterReset;
    }

    /// <summary>Both sides are closed: TIME-WAIT begins, or begins anew (MUST-13).</summary>
    public static void EnterTimeWait(ref Tcb tcb, in ArrivalContext c) =>
        EnterTimeWait(ref tcb, c.At, c.AtOnce, c.Ixit);

    /// <summary>The same, where it began at some time between two.</summary>
    public static void EnterTimeWait(ref Tcb tcb, TimeSpan from, TimeSpan by, Ixit ixit)
    {
        tcb.State = TcpState.TimeWait;
        tcb.TimeWaitEndsFrom = from + ixit.TimeWait;
        tcb.TimeWaitEndsBy = by + ixit.Expired(ixit.TimeWait);
    }
}
