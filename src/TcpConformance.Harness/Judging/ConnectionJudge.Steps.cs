using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;

namespace TcpConformance.Harness.Judging;

/// <content>What follows when the IUT processes one more input, or one more call.</content>
internal sealed partial class ConnectionJudge
{
    // How many times its latency an ACK of the IUT may lie unread.
    private const int LongestWait = 20;

    // Goes on to the histories in which the IUT has processed one thing more, without repetitions:
    // false if there are none.
    private bool MoveFrontier()
    {
        _leftOut |= HypothesisSet.Reduce(Later);
        Scratch.Move();
        return Frontier.Count > 0;
    }

    // Notes for later what follows when the IUT processes one more input, or one more call.
    private void Expand(int at)
    {
        ref Tcb from = ref Frontier[at];
        if (from.SegmentsDone < _inputs.Next)
        {
            Step(in from, Later);
        }
        if (from.CallsDone < _calls.Next)
        {
            StepCall(in from, Later);
        }
    }

    private void Step(in Tcb from, Branches to)
    {
        ref readonly PendingInput input = ref _inputs[from.SegmentsDone];
        Tcb tcb = from;
        tcb.SegmentsDone++;
        ArrivalContext c = new(
            input.At, Ixit, Claims, input.Listening, _pair.Iut.Address.IsV6)
        {
            UserRead = _userRead,
        };
        if (input.Damage != RuleId.None)
        {
            to.Add(in tcb); // dropped
            tcb.Deviation = tcb.Deviation == RuleId.None ? input.Damage : tcb.Deviation;
        }
        if (input.Icmp is IcmpEvent icmp)
        {
            IcmpArrives(in tcb, icmp, in c, to);
            return;
        }
        int first = to.Count;
        SegmentArrives.Process(in tcb, in input.Header, input.Defect, in c, to);
        for (int i = first; i < to.Count; i++)
        {
            if (to[i].AckCredit > 0 && to[i].AckCreditUntil == default)
            {
                // In real time an ACK may have waited to be read, which nobody knows here.
                to[i].AckCreditUntil = c.Delayed + (Ixit.Latency * LongestWait);
            }
        }
    }

    private static void IcmpArrives(
        in Tcb tcb, IcmpEvent icmp, in ArrivalContext c, Branches to) =>
        Spec.Arrival.IcmpArrives.Process(
            in tcb, icmp.Meaning == IcmpMeaning.Soft, icmp.Meaning == IcmpMeaning.Hard,
            icmp.Meaning == IcmpMeaning.TooBig ? icmp.Mtu : null, icmp.Seq, in c, to);

    private void StepCall(in Tcb from, Branches to)
    {
        ref readonly PendingCall call = ref _calls[from.CallsDone];
        if (call.Call.Kind == UserCallKind.Connect && !call.IsVoid)
        {
            StepConnectAnew(in from, in call, to);
        }
        ref Tcb tcb = ref to.Add(in from);
        tcb.CallsDone++;
        if (call.IsVoid)
        {
            return;
        }
        ArrivalContext c = new(
            call.At, Ixit, Claims, Listening.No, _pair.Iut.Address.IsV6);
        CallProcessing.Process(ref tcb, call.Call, _userRead, in c);
    }

    // What was given up after R2 is closed: the same pair may be opened again (RFC 9293 §3.10.1).
    // In TIME-WAIT it may not, before 2 MSL are over.
    private void StepConnectAnew(in Tcb from, in PendingCall call, Branches to)
    {
        bool early = from.State == TcpState.TimeWait && !from.TimeWaitMayBeOver(call.At);
        if (!from.MayBeGone && !early)
        {
            return;
        }
        ArrivalContext c = new(
            call.At, Ixit, Claims, Listening.No, _pair.Iut.Address.IsV6);
        Tcb gone = from;
        gone.CallsDone++;
        gone.State = TcpState.Closed;
        if (early && gone.Deviation == RuleId.None)
        {
            gone.Deviation = RuleId.TimeWaitTooShort;
        }
        CallProcessing.Process(ref gone, call.Call, _userRead, in c);
        to.Add(in gone);
    }
}
