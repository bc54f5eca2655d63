using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Calls;

/// <summary>RFC 9293 §3.10.1 to §3.10.5: what a user call on a connection leads to.</summary>
public static class CallProcessing
{
    /// <summary>Moves a history over a call.</summary>
    /// <param name="tcb">The history.</param>
    /// <param name="call">The call; those on listening sockets don't concern a connection.</param>
    /// <param name="userRead">Octets that the user has received before.</param>
    /// <param name="c">Time and values.</param>
    public static void Process(
        ref Tcb tcb, UserCall call, uint userRead, in ArrivalContext c)
    {
        tcb.UserKnown = true;
        switch (call.Kind)
        {
            case UserCallKind.Connect:
                Connect(ref tcb, in c);
                break;
            case UserCallKind.Send:
                Send(ref tcb, call, in c);
                break;
            case UserCallKind.Shutdown:
                Close(ref tcb, in c);
                break;
            case UserCallKind.Close:
                tcb.UserGone = true;
                bool unread = Unread(in tcb, userRead);
                tcb.TextLost |= unread;
                // In real time the user may just have got it; and a second CLOSE is none (§3.10.4).
                bool sure = unread && !tcb.CloseAsked && c.Ixit.Latency == TimeSpan.Zero
                    && tcb.State is (TcpState.Established or TcpState.CloseWait);
                tcb.TextLostAt ??= sure ? c.At : null;
                Close(ref tcb, in c);
                break;
            case UserCallKind.Abort:
                Abort(ref tcb, in c);
                break;
            case UserCallKind.Listen or UserCallKind.StopListening or UserCallKind.Accept
                or UserCallKind.Receive or UserCallKind.SetOption or UserCallKind.AwaitUrgent:
                break;
        }
    }

    // §3.10.1
    private static void Connect(ref Tcb tcb, in ArrivalContext c)
    {
        // "Error: connection already exists", in TIME-WAIT as well.
        bool isOver = tcb.State == TcpState.TimeWait && tcb.TimeWaitMayBeOver(c.At);
        if (tcb.State is not (TcpState.Closed or TcpState.Listen) && !isOver)
        {
            return;
        }
        tcb = new Tcb
        {
            State = StateTable.Next(TcpState.Closed, StateEvent.ActiveOpen, passive: false),
            Deviation = tcb.Deviation,
            Resets = tcb.Resets,
            SegmentsDone = tcb.SegmentsDone,
            CallsDone = tcb.CallsDone,
            UserKnown = true,
            UserActedAt = c.At,
            SynDuty = new Duty(RuleId.SynMissing, c.AtOnce),
        };
    }

    // §3.10.2
    private static void Send(ref Tcb tcb, UserCall call, in ArrivalContext c)
    {
        if (tcb.CloseAsked || tcb.State is TcpState.Closed or TcpState.Listen)
        {
            return;
        }
        tcb.QueuedSince = tcb.IssKnown && tcb.UserEnd == tcb.SndNxt ? c.At : tcb.QueuedSince;
        tcb.UserOctets += (uint)call.Text.Length;
        tcb.UrgentOctets = call.Urgent ? tcb.UserOctets : tcb.UrgentOctets;
        tcb.UserActedAt = c.At;
    }

    // §3.10.4
    private static void Close(ref Tcb tcb, in ArrivalContext c)
    {
        tcb.CloseAsked = true;
        tcb.UserActedAt = c.At;
        if (tcb.State == TcpState.SynSent)
        {
            tcb.Move(StateEvent.Close);
            Ending.Forget(ref tcb);
            tcb.SilenceRule = RuleId.SynSentGoesOn;
        }
        else if (tcb.State == TcpState.Established)
        {
            tcb.Move(StateEvent.Close);
        }
    }

    // §3.10.5
    private static void Abort(ref Tcb tcb, in ArrivalContext c)
    {
        bool resets = tcb.State is TcpState.SynReceived or TcpState.Established
            or TcpState.FinWait1 or TcpState.FinWait2 or TcpState.CloseWait;
        if (tcb.State is TcpState.Closed or TcpState.Listen)
        {
            return;
        }
        tcb.Move(StateEvent.Abort);
        Ending.ByReset(ref tcb);
        tcb.Aborted = true;
        if (resets)
        {
            tcb.Resets.Add(new OwedReset
            {
                // After R2 the connection may have gone, and the user may not have asked.
                Seq = tcb.SndNxt, Must = !tcb.MayBeGone, Due = c.AtOnce, Rule = RuleId.AbortNoReset,
            });
        }
    }

    private static bool Unread(in Tcb tcb, uint userRead)
    {
        if (!tcb.State.IsSynchronized())
        {
            return false;
        }
        return tcb.TextTaken > userRead;
    }
}
