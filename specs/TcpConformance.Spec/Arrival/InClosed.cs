using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.1: there is no connection.</summary>
internal static class InClosed
{
    public static void Process(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        ref Tcb tcb = ref after.Add(in before);
        if (seg.Has(TcpFlags.Rst))
        {
            tcb.SilenceRule = RuleId.ClosedResetAnswered;
            return;
        }
        OweReset(ref tcb, in seg, in c, must: true, RuleId.ClosedNoReset);
    }

    /// <summary>The reset in the form of §3.10.7.1, which all states share (§3.5.2).</summary>
    public static void OweReset(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, bool must, RuleId rule)
    {
        bool hasAck = seg.Has(TcpFlags.Ack);
        tcb.Resets.Add(new OwedReset
        {
            Seq = hasAck ? seg.Ack : new SeqNumber(0),
            Ack = hasAck ? new SeqNumber(0) : seg.End,
            WithAck = !hasAck,
            Must = must,
            Due = c.AtOnce,
            Rule = rule,
        });
        tcb.SilenceRule = RuleId.None;
    }
}
