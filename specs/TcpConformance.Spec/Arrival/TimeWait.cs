using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>What TIME-WAIT does otherwise than the other states (RFC 9293 §3.10.7.4, §3.6.1,
/// RFC 6191, RFC 1337).</summary>
internal static class TimeWait
{
    /// <summary>True if the segment is done with.</summary>
    public static bool Process(
        ref Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (seg.Has(TcpFlags.Rst))
        {
            return false;
        }
        Tcb gone = tcb; // what one sees of a stack that has forgotten the connection too soon
        Ending.Forget(ref gone);
        gone.State = TcpState.Closed;
        // RFC 793 has a SYN in the window end TIME-WAIT, too (RFC 9293 §3.10.7.4, fourth).
        bool resets = seg.Has(TcpFlags.Syn)
            && CheckSyn.ForbidsReset(in tcb, in seg, in c) == RuleId.None;
        if (!tcb.TimeWaitMayBeOver(c.At) && !resets)
        {
            InSynSent.Deviate(
                ref gone,
                tcb.Earlier.IsKnown ? RuleId.TimeWaitNotReturned : RuleId.TimeWaitTooShort);
        }
        InClosed.Process(in gone, in seg, in c, after);
        if (seg.Has(TcpFlags.Syn))
        {
            Syn(in tcb, in seg, in c, after);
            return true;
        }
        if (tcb.TsOk && !seg.Options.Has(TcpOptionSet.Timestamps))
        {
            // RFC 7323 §3.2: SHOULD be dropped silently, in every state.
            ref Tcb dropped = ref after.Add(in tcb);
            dropped.SilenceRule = RuleId.UntimedSegmentTaken;
            InSynSent.Deviate(ref tcb, RuleId.UntimedSegmentTaken);
        }
        if (seg.Has(TcpFlags.Fin) && seg.End == tcb.RcvNxt && seg.Has(TcpFlags.Ack))
        {
            // The peer's FIN again: acknowledged, and 2 MSL begin anew.
            tcb.OweAck(RuleId.FinAckLate, c.AtOnce);
            TimeSpan before = tcb.TimeWaitEndsFrom;
            bool old = tcb.TsOk && seg.Options.Has(TcpOptionSet.Timestamps)
                && new SeqNumber(seg.Options.TsVal) < new SeqNumber(tcb.TsRecent);
            Ending.EnterTimeWait(ref tcb, in c);
            // RFC 7323 §5.3 R1 drops it after its answer.
            tcb.TimeWaitEndsFrom = old ? before : tcb.TimeWaitEndsFrom;
            CheckSequence.AddTimed(in tcb, in seg, in c, after);
            return true;
        }
        Other(ref tcb, in seg, in c);
        after.Add(in tcb);
        return true;
    }

    private static void Other(ref Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        bool acceptable = Acceptability.IsAcceptable(
            seg.Seq, seg.SegLen, tcb.RcvNxt, tcb.RcvWnd);
        // What is outside the window is answered; anything else may be, or not: 'the only thing
        // that can arrive in this state is a retransmission of the remote FIN'. Whether that
        // restarts 2 MSL the RFC doesn't say.
        if (acceptable)
        {
            CheckSequence.TakeTimestamp(ref tcb, in seg, in c);
        }
        int right = seg.Seq - (tcb.RcvNxt + tcb.RcvWnd);
        bool atEdge = right is 0 or 1 && (seg.SegLen == 0 || !seg.Has(TcpFlags.Ack));
        if (!acceptable && !atEdge) // the edge: RFC 9293 Appendix A.2
        {
            tcb.AckDuty = tcb.AckDuty.Sooner(new Duty(RuleId.UnacceptableNoAck, c.AtOnce));
        }
        if (acceptable && seg.Ack != tcb.SndNxt)
        {
            tcb.AllowChallenge(in c); // RFC 5961 §5.2: an answer to it may count as one
        }
        else
        {
            tcb.AllowAck();
        }
        TimeSpan from = tcb.TimeWaitEndsFrom;
        Ending.EnterTimeWait(ref tcb, in c);
        tcb.TimeWaitEndsFrom = from;
    }

    // A SYN is answered like any other outside the window, ignored (RFC 6191 §2), or accepted as
    // a new connection (MAY-2) where a listener stands. With ACK it asks for no connection.
    private static void Syn(
        in Tcb tcb, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        bool asks = !seg.Has(TcpFlags.Ack);
        if (!asks && CheckSyn.IsUntimed(in tcb, in seg))
        {
            after.Add(in tcb); // RFC 7323 §3.2
        }
        ref Tcb stays = ref after.Add(in tcb);
        if (asks)
        {
            stays.AllowChallenge(in c);
        }
        else
        {
            stays.OweChallenge(RuleId.SynNoChallenge, in c);
        }
        stays.TimeWaitEndsBy = c.AtOnce + c.Ixit.Expired(c.Ixit.TimeWait);
        if (c.Listening == Listening.Yes && c.Claim(Claims.TimeWaitReuse) && tcb.TsOk
            && seg.Flags == TcpFlags.Syn && seg.Options.Has(TcpOptionSet.Timestamps)
            && new SeqNumber(seg.Options.TsVal) > new SeqNumber(tcb.TsRecent))
        {
            InSynSent.Deviate(ref stays, RuleId.TimeWaitSynRefused); // RFC 6191 §2
        }
        if (c.Listening == Listening.No || !asks)
        {
            return;
        }
        Tcb fresh = new()
        {
            Deviation = tcb.Deviation,
            SegmentsDone = tcb.SegmentsDone,
            CallsDone = tcb.CallsDone,
            UserKnown = tcb.UserKnown,
            Earlier = EarlierIncarnation.Of(in tcb),
        };
        if (!tcb.TimeWaitMayBeOver(c.At) && !MayReopen(in tcb, in seg))
        {
            InSynSent.Deviate(ref fresh, RuleId.TimeWaitTooShort);
        }
        // RFC 6191 goes by timestamps, whether the earlier connection had them or not, and says
        // nothing of the ISS.
        bool timed = seg.Options.Has(TcpOptionSet.Timestamps)
            && (tcb.TsOk || c.Claim(Claims.Timestamps));
        fresh.Earlier.LivesUntil = timed || tcb.TimeWaitMayBeOver(c.At)
            ? TimeSpan.Zero
            : tcb.TimeWaitEndsFrom;
        InListen.Process(in fresh, in seg, in c, after);
    }

    // RFC 6191 §2 and RFC 9293 §3.6.1: a larger sequence number, or a larger timestamp.
    private static bool MayReopen(in Tcb tcb, in TcpHeader seg)
    {
        bool timed = seg.Options.Has(TcpOptionSet.Timestamps);
        if (tcb.TsOk && timed)
        {
            SeqNumber now = new(seg.Options.TsVal);
            SeqNumber then = new(tcb.TsRecent);
            return now > then || (now == then && seg.Seq >= tcb.RcvNxt);
        }
        return (!tcb.TsOk && timed) || seg.Seq >= tcb.RcvNxt;
    }
}
