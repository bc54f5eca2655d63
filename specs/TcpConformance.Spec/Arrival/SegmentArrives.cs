using TcpConformance.Spec.Connection;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 9293 §3.10.7: what an arriving segment may lead to.</summary>
/// <remarks>A segment with a wrong checksum, or whose header can't be read, never gets here: it is
/// dropped (MUST-3).</remarks>
public static class SegmentArrives
{
    // What happens sooner is told by the rules of what happens; this spares histories.
    private static readonly TimeSpan LeastLinger = TimeSpan.FromSeconds(1);

    /// <summary>Adds each history that may follow to <paramref name="after"/>.</summary>
    /// <param name="before">The history so far.</param>
    /// <param name="seg">The segment.</param>
    /// <param name="defect">What is wrong with its options.</param>
    /// <param name="c">Time, values and claims.</param>
    /// <param name="after">Receives the histories; those with a deviation aren't allowed.</param>
    public static void Process(
        in Tcb before, in TcpHeader seg, SegmentDefect defect, in ArrivalContext c, Branches after)
    {
        if (defect is not (SegmentDefect.None or SegmentDefect.DataAfterEndOfList))
        {
            // RFC 9293 §3.1 (MUST-7): to cope with an illegal option is all that's asked: the
            // segment may be dropped, taken, or answered with a reset.
            after.Add(in before);
            ref Tcb reset = ref after.Add(in before);
            InClosed.OweReset(ref reset, in seg, in c, must: false, Rules.RuleId.None);
        }
        // Those that live on come first: what none explains is told by their rules.
        ByState(in before, in seg, in c, after);
        if (before.MayBeGone && before.State is not (TcpState.Closed or TcpState.Listen))
        {
            Tcb gone = before; // given up after R2 (RFC 9293 §3.8.3)
            Ending.Forget(ref gone);
            gone.State = TcpState.Closed;
            gone.SilenceRule = Rules.RuleId.None;
            WithoutConnection(in gone, in seg, in c, after);
        }
        else if (before.State == TcpState.FinWait2 && before.UserGone
            && c.At - before.UnaMovedAt >= LeastLinger)
        {
            // What one sees of a stack that does not wait for ever for a peer whose user has gone.
            Tcb gone = before;
            Ending.Forget(ref gone);
            gone.State = TcpState.Closed;
            InSynSent.Deviate(ref gone, Rules.RuleId.FinWait2GivenUp);
            WithoutConnection(in gone, in seg, in c, after);
        }
    }

    private static void ByState(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        switch (before.State)
        {
            case TcpState.Closed or TcpState.Listen:
                WithoutConnection(in before, in seg, in c, after);
                break;
            case TcpState.SynSent:
                InSynSent.Process(in before, in seg, in c, after);
                break;
            default:
                Tcb tcb = before;
                TakeDuplicate.Note(ref tcb, in seg);
                CheckSequence.Process(ref tcb, in seg, in c, after);
                break;
        }
    }

    private static void WithoutConnection(
        in Tcb before, in TcpHeader seg, in ArrivalContext c, Branches after)
    {
        if (c.Listening != Listening.No)
        {
            InListen.Process(in before, in seg, in c, after);
        }
        if (c.Listening != Listening.Yes)
        {
            InClosed.Process(in before, in seg, in c, after);
        }
    }
}
