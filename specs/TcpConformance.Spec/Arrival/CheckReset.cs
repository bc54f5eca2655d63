using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7.4, second: RST, with the mitigation of RFC 5961 §3.</summary>
internal static class CheckReset
{
    public static void Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        switch (Acceptability.PositionOfReset(seg.Seq, tcb.RcvNxt, tcb.RcvWnd))
        {
            case ResetPosition.Outside:
                if (seg.Seq.InWindow(tcb.RcvNxt, CheckSequence.OpenedWindow(in tcb, in c)))
                {
                    Tcb opened = tcb; // nobody was told yet
                    Inside(ref opened, in seg, in c, after);
                }
                Taken(in tcb, RuleId.ResetOutsideTaken, after);
                tcb.SilenceRule = RuleId.ResetOutsideAnswered;
                after.Add(in tcb);
                break;
            case ResetPosition.Exact:
                Exact(ref tcb, in seg, in c, after);
                break;
            case ResetPosition.Inside:
                Inside(ref tcb, in seg, in c, after);
                break;
        }
    }

    private static void Exact(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        bool returns = tcb.State == TcpState.SynReceived && c.At < tcb.Earlier.LivesUntil;
        Taken(in tcb, returns ? RuleId.TimeWaitNotReturned : RuleId.None, after);
        BackToTimeWait(in tcb, in c, after);
        // RFC 1337 §3: TIME-WAIT may ignore it.
        bool mayIgnore = tcb.State == TcpState.TimeWait || EchoesNothing(in tcb, in seg);
        tcb.SilenceRule = RuleId.ResetOutsideAnswered;
        if (!mayIgnore)
        {
            tcb.AllowAck();
            InSynSent.Deviate(ref tcb, RuleId.ResetExactIgnored);
        }
        after.Add(in tcb);
    }

    // RFC 7323 §5.2: TSecr "MAY be used to provide stricter <RST> acceptance checks".
    private static bool EchoesNothing(in Tcb tcb, in TcpHeader seg)
    {
        SeqNumber echo = new(seg.Options.TsEcr);
        return tcb.TsOk && seg.Options.Has(TcpOptionSet.Timestamps)
            && (echo < new SeqNumber(tcb.SynTsVal) || echo > new SeqNumber(tcb.LastTsVal));
    }

    /// <summary>Where the SYN had reopened a connection, it 'returns to TIME-WAIT state' if that
    /// SYN turns out to be an old one (§3.6.1, MAY-2).</summary>
    internal static void BackToTimeWait(in Tcb tcb, in ArrivalContext c, Branches after)
    {
        if (tcb.State == TcpState.SynReceived && tcb.Earlier.IsKnown)
        {
            ref Tcb back = ref after.Add(in tcb);
            tcb.Earlier.Restore(ref back);
            Ending.EnterTimeWait(ref back, in c);
            SetEnd(ref back, tcb.Earlier.LivesUntil, c.At);
        }
    }

    // When it began isn't remembered, unless it is known to last.
    private static void SetEnd(ref Tcb tcb, TimeSpan known, TimeSpan now) =>
        tcb.TimeWaitEndsFrom = known > now ? known : now;

    private static void Inside(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (EchoesNothing(in tcb, in seg))
        {
            after.Add(in tcb); // by the stricter check it is dropped
        }
        // Without the mitigation, which RFC 5961 §3.2 only recommends, RFC 9293 §3.5.3 holds.
        bool mitigates = c.Claim(Claims.BlindAttackMitigation);
        Taken(in tcb, mitigates ? RuleId.ResetInsideTaken : RuleId.None, after);
        if (tcb.State == TcpState.TimeWait)
        {
            tcb.AllowAck();
            after.Add(in tcb);
            return;
        }
        tcb.OweChallenge(RuleId.ResetInsideNoChallenge, in c);
        after.Add(in tcb);
    }

    private static void Taken(in Tcb tcb, RuleId deviation, Branches after)
    {
        ref Tcb reset = ref after.Add(in tcb);
        Ending.ByReset(ref reset);
        InSynSent.Deviate(ref reset, deviation);
    }
}
