using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;

namespace TcpConformance.Harness.Judging;

/// <summary>Why no history permits something: the reason of the conforming one that had
/// processed most.</summary>
internal struct Failure
{
    private long _progress;

    public Failure() => _progress = -1;

    public RuleId Rule { get; private set; }

    public TcpState? State { get; private set; }

    /// <summary>Whether it is a rule about the input that came last: it gets no answer, in a
    /// conforming history.</summary>
    public bool IsAnswerToLast { get; private set; }

    public void Note(in Tcb tcb, RuleId rule, int inputs)
    {
        // A history whose RCV.NXT the segment has is nearer to the truth than others.
        // What waits may be what an ACK without reason answers.
        bool near = rule is not (RuleId.AckBeyondReceived or RuleId.AckStale
            or RuleId.TextDropped or RuleId.AckBackwards)
            && (rule != RuleId.AckUnasked || tcb.SegmentsDone == inputs);
        // Where there is a connection, its rules say more than that there might be none.
        bool lives = tcb.State.IsSynchronized();
        // The window is looked at last: all else is as it should be.
        bool fits = rule is RuleId.WindowScaledUnagreed or RuleId.WindowShrunk
            or RuleId.WindowSilly;
        long progress = tcb.SegmentsDone + tcb.CallsDone + (near ? 1L << 40 : 0)
            + (fits ? 1L << 38 : 0)
            + (lives ? 1L << 39 : 0) + (tcb.Deviation == RuleId.None ? 1L << 50 : 0);
        if (progress > _progress || Rule == RuleId.None)
        {
            _progress = progress;
            Rule = rule;
            IsAnswerToLast = lives && tcb.Deviation == RuleId.None
                && tcb.SegmentsDone == inputs && rule == tcb.SilenceRule
                && rule is not (RuleId.AckUnasked or RuleId.SentAfterReset);
            State = tcb.State;
        }
    }
}
