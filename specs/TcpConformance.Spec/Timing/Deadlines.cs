using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Timing;

/// <summary>What a history owes by when: duties and timers (RFC 9293 §3.8, RFC 6298).</summary>
public static class Deadlines
{
    // RFC 9293 §3.8.6.2.1: the override timeout is at most one second.
    private static readonly TimeSpan OverrideTimeout = TimeSpan.FromSeconds(1);

    // What waits for nothing but the processor.
    private static readonly TimeSpan SoonEnough = TimeSpan.FromMilliseconds(500);

    // RFC 9293 §3.8.3 (SHLD-11, MUST-23). A stack that states less differs from them; one that
    // states more is not bound by that.
    private static readonly TimeSpan LeastR2 = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan LeastR2Syn = TimeSpan.FromMinutes(3);

    /// <summary>The duty that is due first.</summary>
    public static Duty First(in Tcb tcb, SendHistory history, Ixit ixit)
    {
        // An ACK that was delayed goes with the connection that is given up (RFC 9293 §3.10.8).
        Duty first = (tcb.MayBeGone ? default : tcb.AckDuty)
            .Sooner(tcb.SynDuty).Sooner(tcb.AgainDuty);
        for (int i = 0; i < tcb.Resets.Count; i++)
        {
            OwedReset r = tcb.Resets[i];
            if (r.Must)
            {
                // Who doesn't answer as one who is closed may not have closed.
                RuleId rule = tcb.TimeWaitIsOver ? RuleId.TimeWaitTooLong
                    : tcb.LastAckIsOver ? RuleId.LastAckTooLong
                    : r.Rule;
                first = first.Sooner(new Duty(rule, r.Due));
            }
        }
        return first.Sooner(Timer(in tcb, history, ixit)).Sooner(UserData(in tcb, ixit))
            .Sooner(FinBehindText(in tcb, history, ixit)).Sooner(LostText(in tcb, ixit));
    }

    /// <summary>When the connection may be given up: the least R2 after the oldest octet was first
    /// sent.</summary>
    public static TimeSpan? MayGiveUpFrom(
        in Tcb tcb, SendHistory history, Ixit ixit, TimeSpan? userTimeout)
    {
        if (!IsWaiting(in tcb) || history.Count == 0)
        {
            return null;
        }
        TimeSpan r2 = userTimeout ?? (tcb.SndUna == tcb.Iss ? LeastR2Syn : LeastR2);
        TimeSpan from = Oldest(in tcb, history).First;
        // RFC 9293 §3.8.6.1 (MUST-37): where only what has probed a window of zero is out, its
        // answers count.
        bool probes = tcb.State.IsSynchronized() && tcb.SndWnd == 0 && userTimeout is null
            && from > tcb.ZeroWindowSince + ixit.Latency;
        return (probes && tcb.ProbeAnsweredAt > from ? tcb.ProbeAnsweredAt : from) + r2;
    }

    /// <summary>When a connection whose window probes are not answered may be given up: R2 after
    /// the peer was last heard, and the user last gave anything.</summary>
    public static TimeSpan MayGiveUpProbing(in Tcb tcb, TimeSpan lastReceived) =>
        LeastR2 + (lastReceived > tcb.UserActedAt ? lastReceived : tcb.UserActedAt);

    private static bool IsWaiting(in Tcb tcb) => tcb.IssKnown && tcb.Flight > 0
        && tcb.State is not (TcpState.Closed or TcpState.Listen or TcpState.TimeWait);

    private static Duty Timer(in Tcb tcb, SendHistory h, Ixit ixit)
    {
        if (tcb.MayBeGone || tcb.TextLost
            || tcb.State is TcpState.Closed or TcpState.Listen or TcpState.TimeWait)
        {
            return default;
        }
        bool queued = tcb.UserKnown && tcb.State.SendsText()
            && (tcb.UserEnd > tcb.SndNxt || (tcb.CloseAsked && !tcb.FinSent));
        if (tcb.State.IsSynchronized() && tcb.SndWnd == 0)
        {
            return tcb.Flight > 0 || queued ? Probe(in tcb, h, ixit) : default;
        }
        if (!IsWaiting(in tcb) || h.Count == 0)
        {
            return default;
        }
        TimeSpan from = Latest(Oldest(in tcb, h).Last, tcb.UnaMovedAt, h.LastAgain);
        RuleId missing = tcb.State == TcpState.Closing ? RuleId.ClosingForgotten
            : tcb.CloseAsked && tcb.SndUna == tcb.Iss && tcb.State != TcpState.SynSent
                ? RuleId.CloseInSynReceivedForgotten
            : RuleId.RetransmissionMissing;
        return new Duty(missing, from + Fired(h.LongestRto(ixit), ixit));
    }

    // A tenth is for an estimate of the RTO that cannot be seen.
    private static TimeSpan Fired(TimeSpan rto, Ixit ixit) =>
        ixit.Expired(rto * 1.1) + ixit.Latency;

    // Other histories may know of less that is acknowledged.
    private static SentStretch Oldest(in Tcb tcb, SendHistory h)
    {
        SentStretch stretch = h.Covering(tcb.SndUna);
        return stretch.Times > 0 ? stretch : h.Oldest;
    }

    private static Duty Probe(in Tcb tcb, SendHistory h, Ixit ixit)
    {
        TimeSpan from = Latest(tcb.ZeroWindowSince, h.LastProbe, h.LastAgain);
        from = from > tcb.UserActedAt ? from : tcb.UserActedAt;
        TimeSpan wait = h.LongestRto(ixit);
        if (h.LastProgress >= tcb.ZeroWindowSince && h.RtoBefore > wait)
        {
            wait = h.RtoBefore; // the probes' timer was running already
        }
        for (int i = 0; i < h.Probes && wait < ixit.RtoMax; i++)
        {
            wait *= 2;
        }
        // The intervals grow "exponentially" (SHLD-30), from whatever they were before.
        TimeSpan twice = h.LastProbeInterval * 2;
        twice = twice < ixit.RtoMax ? twice : ixit.RtoMax;
        wait = wait > twice ? wait : twice;
        return new Duty(RuleId.ProbeMissing, from + Fired(wait, ixit));
    }

    // Text and FIN that nothing holds back (RFC 9293 §3.10.2, §3.10.4, MUST-60).
    private static Duty UserData(in Tcb tcb, Ixit ixit)
    {
        bool open = tcb.State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1;
        if (!tcb.UserKnown || !open || tcb.Flight > 0 || tcb.FinSent || tcb.TextLost
            || tcb.MayBeGone)
        {
            return default;
        }
        uint queued = tcb.UserEnd.DistanceFrom(tcb.SndNxt);
        TimeSpan from = tcb.UserActedAt > tcb.UnaMovedAt ? tcb.UserActedAt : tcb.UnaMovedAt;
        TimeSpan due = from + OverrideTimeout + ixit.Latency + ixit.TimerGranularity;
        if (queued > 0)
        {
            return tcb.SndWnd > 0 ? new Duty(RuleId.TextNotSent, due) : default;
        }
        RuleId missing = tcb.State == TcpState.CloseWait
            ? RuleId.FinNotSentCloseWait
            : RuleId.FinNotSent;
        return tcb.CloseAsked && tcb.SndWnd > 0 ? new Duty(missing, due) : default;
    }

    // RFC 9293 §3.10.4: the FIN waits until the text before it is segmentized, and not for its
    // acknowledgment. With less than a segment in flight no congestion window holds it back.
    private static Duty FinBehindText(in Tcb tcb, SendHistory h, Ixit ixit)
    {
        bool open = tcb.State is TcpState.Established or TcpState.CloseWait or TcpState.FinWait1;
        bool waits = tcb.UserKnown && open && tcb.CloseAsked && !tcb.FinSent && !tcb.TextLost
            && !tcb.MayBeGone && tcb.SndUna > tcb.Iss && tcb.UserEnd == tcb.SndNxt;
        bool free = tcb.Flight > 0 && tcb.Flight < tcb.PeerMss && tcb.Flight < tcb.SndWnd
            && !tcb.InRecovery && !tcb.AfterTimeout && tcb.PathMtu == 0;
        TimeSpan from = Latest(tcb.UserActedAt, h.LastNew, tcb.UnaMovedAt);
        RuleId missing = tcb.State == TcpState.CloseWait
            ? RuleId.FinNotSentCloseWait
            : RuleId.FinNotSent;
        return waits && free
            ? new Duty(missing, from + SoonEnough + ixit.Latency + ixit.TimerGranularity)
            : default;
    }

    // RFC 9293 §3.6.1 (SHLD-3).
    private static Duty LostText(in Tcb tcb, Ixit ixit) =>
        tcb.TextLostAt is TimeSpan at && tcb.State.IsSynchronized() && !tcb.MayBeGone
            && tcb.State != TcpState.TimeWait
            ? new Duty(
                RuleId.LostTextNoReset, at + SoonEnough + ixit.Latency + ixit.TimerGranularity)
            : default;

    private static TimeSpan Latest(TimeSpan a, TimeSpan b, TimeSpan c)
    {
        TimeSpan later = a > b ? a : b;
        return later > c ? later : c;
    }
}
