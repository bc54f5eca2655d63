using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Emission;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Spec.Timing;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <content>What passes with time: inputs that must be processed by now, and duties.</content>
internal sealed partial class ConnectionJudge
{
    private TimeSpan _lateness;
    private TimeSpan _nextDeadline; // MaxValue: none
    private bool _dirty = true;

    /// <summary>When <see cref="Advance"/> has something to do next.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (_dirty)
            {
                _nextDeadline = (_broken ? null : FindDeadline()) ?? TimeSpan.MaxValue;
                _dirty = false;
            }
            return _nextDeadline == TimeSpan.MaxValue ? null : _nextDeadline;
        }
    }

    /// <summary>Time has passed; all that the IUT sent before is known.</summary>
    public void Advance(TimeSpan now, TimeSpan lateness)
    {
        if (_broken || NextDeadline is not TimeSpan due || due > now)
        {
            return;
        }
        _dirty = true;
        _lateness = lateness;
        Force(now - Ixit.Latency - lateness, strict: false);
        PassTimers(now);
        JudgeDuties(now - lateness);
        JudgeUser(now);
        _lateness = default;
    }

    // Every history processes the inputs that were written by then.
    private void Force(TimeSpan writtenBy, bool strict)
    {
        while (IsAnyDue())
        {
            TimeSpan latest = TimeSpan.Zero;
            for (int i = 0; i < _now.Count; i++)
            {
                ref Tcb t = ref _now[i];
                if (t.SegmentsDone < _inputs.Next && IsDue(_inputs[t.SegmentsDone].At))
                {
                    TimeSpan written = _inputs[t.SegmentsDone].At;
                    latest = written > latest ? written : latest;
                    Step(in t, Next);
                }
                else if (PendingConnect(in t) is TimeSpan asked && IsDue(asked + Patience))
                {
                    StepCall(in t, Next);
                }
                else
                {
                    Next.Add(in t);
                }
            }
            _now.Replace(Next);
            // What was written long before was learnt long before.
            TimeSpan learnt = latest + _lateness;
            AfterReplace((learnt < writtenBy ? learnt : writtenBy) + Ixit.Latency);
        }

        bool IsAnyDue()
        {
            for (int i = 0; i < _now.Count; i++)
            {
                ref Tcb t = ref _now[i];
                if ((t.SegmentsDone < _inputs.Next && IsDue(_inputs[t.SegmentsDone].At))
                    || (PendingConnect(in t) is TimeSpan asked && IsDue(asked + Patience)))
                {
                    return true;
                }
            }
            return false;
        }

        bool IsDue(TimeSpan at) => strict ? at < writtenBy : at <= writtenBy;
    }

    // An active OPEN returns when the connection stands, but its SYN is sent at once: when it was
    // asked for, if that is what comes next.
    private TimeSpan? PendingConnect(in Tcb tcb) =>
        tcb.CallsDone < _calls.Next && _calls[tcb.CallsDone].Call.Kind == UserCallKind.Connect
            ? _calls[tcb.CallsDone].At
            : null;

    // TIME-WAIT ends, and after R2 a connection may be given up.
    private void PassTimers(TimeSpan now)
    {
        if (!IsAnyTimerDue(now))
        {
            return;
        }
        for (int i = 0; i < _now.Count; i++)
        {
            Tcb t = _now[i];
            // A history that is still there at the end of the timer's tolerance has closed, too.
            if (IsTimeWaitDue(in t, now))
            {
                Tcb closed = t;
                closed.Move(StateEvent.TimeWaitTimeout);
                Ending.Forget(ref closed);
                closed.SilenceRule = RuleId.None;
                Next.Add(in closed);
                t.TimeWaitEndsFrom = TimeSpan.MaxValue;
                if (now >= t.TimeWaitEndsBy)
                {
                    continue;
                }
            }
            else if (!t.MayBeGone && MayGiveUp(in t, now))
            {
                t.MayBeGone = true;
            }
            Next.Add(in t);
        }
        _now.Replace(Next);
    }

    private bool IsAnyTimerDue(TimeSpan now)
    {
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            if (IsTimeWaitDue(in t, now) || (!t.MayBeGone && MayGiveUp(in t, now)))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsTimeWaitDue(in Tcb tcb, TimeSpan now) =>
        tcb.State == TcpState.TimeWait
        && (now >= tcb.TimeWaitEndsFrom || now >= tcb.TimeWaitEndsBy);

    private bool MayGiveUp(in Tcb tcb, TimeSpan now) =>
        (_isOrphan && tcb.Passive && tcb.State is not (TcpState.Closed or TcpState.Listen))
        || (GiveUpFrom(in tcb) is TimeSpan from && now >= from);

    // What the IUT does at the very moment of a deadline is seen before the deadline is judged.
    private void GrantGivingUp(TimeSpan now)
    {
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            t.MayBeGone |= MayGiveUp(in t, now);
        }
    }

    private TimeSpan? GiveUpFrom(in Tcb tcb)
    {
        TimeSpan? idle = _options.KeepAlive
            ? _lastReceived + _options.KeepAliveIdle + _options.KeepAliveInterval
            : null;
        TimeSpan? r2 = Deadlines.MayGiveUpFrom(in tcb, _history, Ixit, _options.UserTimeout);
        // RFC 9293 §3.9.1.1: the user's timeout is for all data submitted, sent or not.
        if (_options.UserTimeout is TimeSpan timeout && tcb.UserEnd > tcb.SndUna
            && _text.GivenSince + timeout is TimeSpan given && (r2 is null || given < r2))
        {
            r2 = given;
        }
        // And for a FIN that waits with it, or alone for a window (§3.10.8: "for any state").
        if (_options.UserTimeout is TimeSpan patience && tcb.CloseAsked && !tcb.FinAcked
            && tcb.UserActedAt + patience is TimeSpan fin && (r2 is null || fin < r2))
        {
            r2 = fin;
        }
        // RFC 9293 §3.8.6.1 (MUST-37): a window of zero is waited for as long as the peer answers.
        if (tcb.SndWnd == 0 && tcb.State.IsSynchronized() && !HasNothingToProbe(in tcb)
            && Deadlines.MayGiveUpProbing(in tcb, _lastReceived) is TimeSpan unanswered
            && (r2 is null || unanswered < r2))
        {
            r2 = unanswered;
        }
        return idle is TimeSpan i && tcb.State.IsSynchronized() && (r2 is null || i < r2)
            ? i
            : r2;
    }

    // Histories whose duties are overdue are no longer possible.
    private void JudgeDuties(TimeSpan now)
    {
        if (!IsAnyOverdue(now))
        {
            return;
        }
        RuleId missed = RuleId.None;
        TimeSpan at = default;
        int nearest = -1;
        for (int i = 0; i < _now.Count; i++)
        {
            Duty duty = Deadlines.First(in _now[i], _history, Ixit);
            if (duty.IsOwed && duty.Due <= now)
            {
                // What a conforming history owes counts, first where there still is a connection.
                int near = (_now[i].Deviation == RuleId.None ? 2 : 0)
                    + (_now[i].State is TcpState.Closed or TcpState.Listen ? 0 : 1);
                missed = near >= nearest ? duty.Rule : missed;
                nearest = Math.Max(near, nearest);
                at = duty.Due;
                continue;
            }
            Next.Add(in _now[i]);
        }
        if (Next.Count == 0)
        {
            Broken(missed, at, Silence("Nothing of the kind", at), silent: true);
            return;
        }
        _now.Replace(Next);
        if (!_now.AnyClean)
        {
            RuleId deviation = _now[0].Deviation;
            if (deviation != missed && IsSilence(deviation))
            {
                deviation = missed;
            }
            Deviated(deviation, at, Silence("Nothing else", at), silent: true);
        }
    }

    private bool IsAnyOverdue(TimeSpan now)
    {
        for (int i = 0; i < _now.Count; i++)
        {
            Duty duty = Deadlines.First(in _now[i], _history, Ixit);
            if (duty.IsOwed && duty.Due <= now)
            {
                return true;
            }
        }
        return false;
    }

    // A history in which the connection has silently ended explains any silence; the duty that was
    // missed says more, unless the deviation is itself a matter of silence.
    private static bool IsSilence(RuleId deviation) => deviation
        is RuleId.TimeWaitTooShort or RuleId.FinWait2GivenUp or RuleId.SynTaken
        or RuleId.ResetInsideTaken or RuleId.PawsTaken or RuleId.AckAboveTextTaken
        or RuleId.LastAckEndedEarly or RuleId.DamagedTaken
        or RuleId.BadOffsetTaken;

    // What a silence follows on, to be told later.
    private Func<string> Silence(string what, TimeSpan by)
    {
        TimeSpan received = _lastReceived;
        if (received < TimeSpan.Zero)
        {
            return () => $"{what} came by {Seconds(by)}, after nothing.";
        }
        TcpHeader last = _lastArrived;
        SeqNumber irs = _now[0].Irs;
        SeqNumber iss = _now[0].IssKnown ? _now[0].Iss : default;
        return () =>
        {
            string none = last.Flags.HasAny(TcpFlags.Ack | TcpFlags.Rst | TcpFlags.Syn)
                ? ""
                : "a segment without ACK: ";
            return $"{what} came by {Seconds(by)}, after {none}"
                + $"{SegmentText.Of(in last, irs, iss)} at {Seconds(received)}.";
        };
    }

    private static string Seconds(TimeSpan at) => $"{at.TotalSeconds:0.000} s";

    private TimeSpan? FindDeadline()
    {
        TimeSpan? first = UserDeadline();
        for (int i = 0; i < _now.Count; i++)
        {
            ref Tcb t = ref _now[i];
            if (t.SegmentsDone < _inputs.Next)
            {
                Sooner(_inputs[t.SegmentsDone].At + Ixit.Latency);
            }
            if (PendingConnect(in t) is TimeSpan asked)
            {
                Sooner(asked + Patience + Ixit.Latency);
            }
            Duty duty = Deadlines.First(in t, _history, Ixit);
            if (duty.IsOwed)
            {
                Sooner(duty.Due);
            }
            if (t.State == TcpState.TimeWait)
            {
                Sooner(t.TimeWaitEndsFrom < t.TimeWaitEndsBy
                    ? t.TimeWaitEndsFrom
                    : t.TimeWaitEndsBy);
            }
            if (!t.MayBeGone && GiveUpFrom(in t) is TimeSpan from)
            {
                Sooner(from);
            }
        }
        return first;

        void Sooner(TimeSpan due) => first = first is TimeSpan f && f < due ? f : due;
    }

    // The timer may have run since the last progress, whatever went out meanwhile.
    private bool MayBeTimeout(in TcpHeader seg, TimeSpan at, in EmissionContext c)
    {
        TimeSpan first = _history.Covering(seg.Seq).First;
        TimeSpan from = first > _history.LastProgress ? first : _history.LastProgress;
        return at - from >= Ixit.RtoMin - c.Early;
    }

    private void RememberAgain(
        in TcpHeader seg, EmissionKind kind, TimeSpan at, TimeSpan notBefore,
        in EmissionContext c)
    {
        // Whether the timer starts anew with an answer is the stack's affair (RFC 6298 §5.1: "if
        // the timer is not running"): it may have run since the SYN went out before.
        TimeSpan earliest = kind == EmissionKind.SynAnswer
            ? _history.Covering(seg.Seq).NotBefore
            : notBefore;
        _history.SentAgain(
            seg.Seq, seg.End, kind == EmissionKind.Timeout, MayBeTimeout(in seg, at, in c), at,
            earliest);
        if (seg.Has(TcpFlags.Syn) && _history.Count > 0 && seg.End > _history.End)
        {
            _history.SentNew(_history.End, seg.End, isShort: false, at, notBefore);
        }
    }

    // A segment with new octets may begin with old ones (RFC 9293 §3.8.1: what is sent again may be
    // cut anew): these are sent again.
    private SeqNumber SentAgainBefore(
        in TcpHeader seg, TimeSpan at, TimeSpan notBefore, in EmissionContext c)
    {
        SeqNumber end = _history.End;
        if (_history.Count == 0 || seg.Seq >= end)
        {
            return seg.Seq;
        }
        _history.SentAgain(
            seg.Seq, end, timeout: false, MayBeTimeout(in seg, at, in c), at, notBefore);
        return end;
    }
}
