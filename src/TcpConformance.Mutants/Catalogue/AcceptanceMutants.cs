using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>The acceptability of segments, turned round.</summary>
internal static class AcceptanceMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "empty-at-zero-window-anywhere", "RFC 9293 §3.10.7.4, first",
            "takes an empty segment at a zero window wherever it lies",
            "rfc9293/3.10.7.4/2", new EmptyAnywhereAtZero(),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6", "rfc9293/3.4/6"),
        Of(
            "text-at-zero-window", "RFC 9293 §3.10.7.4, first",
            "counts text as acceptable at a zero window",
            "rfc9293/3.10.7.4/2", new TextAtZero(),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6", "rfc9293/3.4/6", "rfc9293/3.8.6.1/2"),
        Of(
            "empty-at-left-edge-only", "RFC 9293 §3.10.7.4, first",
            "takes an empty segment only at RCV.NXT, though it may lie anywhere in the window",
            "rfc9293/3.10.7.4/2", new EmptyAtLeftEdge(),
            "rfc9293/3.4/6", "rfc9293/3.10.7.4/30", "rfc9293/3.10.7.4/33", "rfc9293/3.10.7.4/34",
            "rfc9293/3.10.7.4/32"),
        Of(
            "empty-left-of-window", "RFC 9293 §3.10.7.4, first",
            "takes an empty segment just left of the window",
            "rfc9293/3.10.7.4/2", new EmptyLeft(),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6", "rfc9293/3.4/6"),
        Of(
            "empty-right-of-window", "RFC 9293 §3.10.7.4, first",
            "takes an empty segment up to a thousand octets beyond the window",
            "rfc9293/3.10.7.4/2", new EmptyRight(),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6", "rfc9293/3.4/6"),
        Of(
            "text-must-begin-in-window", "RFC 9293 §3.10.7.4, first",
            "refuses a segment that begins left of the window and reaches into it",
            "rfc9293/3.10.7.4/2", new MustBegin(),
            "rfc9293/3.10.7.4/1", "rfc9293/3.4/6", "rfc9293/3.10/1",
            "rfc9293/3.10.7.4/32", "rfc9293/3.10.7.4/48"),
        Of(
            "text-must-end-in-window", "RFC 9293 §3.10.7.4, first",
            "refuses a segment that begins in the window and reaches beyond it",
            "rfc9293/3.10.7.4/2", new MustEnd(),
            "rfc9293/3.10.7.4/8", "rfc9293/3.4/6", "rfc9293/3.10.7.4/45", "rfc9293/3.10.7.4/47",
            "rfc9293/3.10.7.4/48"),
        Of(
            "unacceptable-unanswered", "RFC 9293 §3.10.7.4, first",
            "drops an unacceptable segment without the ACK that answers it",
            "rfc9293/3.10.7.4/4", new Unanswered(),
            "rfc9293/3.5.2/7"),
        Of(
            "text-left-of-window-unanswered", "RFC 9293 §3.10.7.4, first",
            "does not acknowledge again what it has already got",
            "rfc9293/3.10.7.4/4", new OldTextUnanswered(),
            "rfc9293/3.5.2/7"),
        Of(
            "zero-window-urg-ignored", "RFC 9293 §3.10.7.4, first (MUST-66)",
            "ignores URG and ACK of text that arrives at a zero window",
            "rfc9293/MUST-66", new IgnoresAtZero(),
            "rfc9293/3.4/7", "rfc9293/3.10.7.4/3", "rfc9293/3.10.7.4/30"),
        Of(
            "crossing-syn-ack-ignored", "RFC 9293 §3.5, figure 7",
            "takes no notice of the ACK in the SYN,ACK of a simultaneous open",
            "rfc9293/MUST-10", new CrossingIgnored(),
            "rfc9293/3.3.2/9", "rfc9293/3.10.7.4/28",
            "rfc9293/3.10.7.4/30"),
        Of(
            "paws-missing", "RFC 7323 §5.3, R1",
            "takes a segment whose timestamp is older than TS.Recent",
            "rfc7323/5.3/3", new NoPaws(),
            "rfc7323/5.3/1", "rfc7323/5.3/2"),
        Of(
            "paws-drops-equal", "RFC 7323 §5.3, R1",
            "drops a segment whose timestamp equals TS.Recent",
            "rfc7323/5.3/1", new PawsEqual(),
            "rfc7323/5.3/3", "rfc7323/4.3/4",
            "rfc9293/3.10.7.4/48"),
        Of(
            "paws-unanswered", "RFC 7323 §5.3, R1",
            "drops a segment with an older timestamp without the ACK that answers it",
            "rfc7323/5.3/3", new PawsUnanswered()),
        Of(
            "paws-never-outdated", "RFC 7323 §5.5",
            "goes on to compare with TS.Recent after 24 idle days",
            "rfc7323/5.5/1", new PawsForEver()),
        Of(
            "ts-recent-from-any-segment", "RFC 7323 §4.3",
            "takes TS.Recent from a segment above a gap",
            "rfc7323/4.3/4", new RecentFromAny(),
            "rfc7323/4.3/2", "rfc7323/3.2/3", "rfc7323/4.3/5"),
        Of(
            "ts-recent-frozen", "RFC 7323 §4.3",
            "echoes the timestamp of the SYN for ever",
            "rfc7323/4.3/5", new RecentFrozen(),
            "rfc7323/4.3/4", "rfc7323/3.2/2", "rfc7323/3.2/3", "rfc7323/4.3/3"),
        Of(
            "missing-timestamps-accepted", "RFC 7323 §3.2",
            "takes a segment without the timestamps that were agreed",
            "rfc7323/3.2/10", new LacksAccepted()),
        Of(
            "missing-timestamps-dropped-unagreed", "RFC 7323 §3.2",
            "drops segments without timestamps where none were agreed",
            "rfc9293/MUST-5", new LacksAlways(),
            "rfc7323/3.2/12", "rfc9293/3.3.2/9", "rfc9293/3.10.7.4/28", "rfc9293/3.4/1",
            "rfc9293/3.10.7.4/45", "rfc9293/3.10.7.4/47", "rfc9293/3.10.7.4/30", "rfc9293/3.5/1"),
        Of(
            "urgent-pointer-at-last-octet", "RFC 9293 §3.8.5 (MUST-62), RFC 6093 §3.1",
            "reads the urgent pointer as the last octet of urgent data",
            "rfc9293/MUST-62", new UrgentLast(),
            "rfc9293/MUST-33", "rfc9293/3.8.5/1",
            "rfc9293/3.9.1.3/2"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        AcceptanceDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Acceptance = decisions },
            Neighbours = neighbours,
        };

    private sealed class EmptyAnywhereAtZero : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            (tcb.RcvWnd == 0 && segment.SegLen == 0) || base.IsAcceptable(tcb, in segment);
    }

    private sealed class TextAtZero : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            (tcb.RcvWnd == 0 && segment.Seq == tcb.RcvNxt) || base.IsAcceptable(tcb, in segment);
    }

    private sealed class EmptyAtLeftEdge : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) => segment.SegLen == 0
            ? segment.Seq == tcb.RcvNxt
            : base.IsAcceptable(tcb, in segment);
    }

    private sealed class EmptyLeft : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            (segment.SegLen == 0 && segment.Seq + 1u == tcb.RcvNxt)
            || base.IsAcceptable(tcb, in segment);
    }

    private sealed class EmptyRight : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) =>
            (segment.SegLen == 0 && segment.Seq.InWindow(tcb.RcvNxt + tcb.RcvWnd, 1000))
            || base.IsAcceptable(tcb, in segment);
    }

    private sealed class MustBegin : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) => segment.SegLen > 0
            ? segment.Seq.InWindow(tcb.RcvNxt, tcb.RcvWnd)
            : base.IsAcceptable(tcb, in segment);
    }

    private sealed class MustEnd : AcceptanceDecisions
    {
        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment) => segment.SegLen > 0
            ? (segment.End - 1u).InWindow(tcb.RcvNxt, tcb.RcvWnd)
            : base.IsAcceptable(tcb, in segment);
    }

    private sealed class Unanswered : AcceptanceDecisions
    {
        public override bool AnswersUnacceptable(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class OldTextUnanswered : AcceptanceDecisions
    {
        public override bool AnswersUnacceptable(Tcb tcb, in TcpHeader segment) =>
            segment.TextLength == 0 || segment.Seq >= tcb.RcvNxt;
    }

    private sealed class IgnoresAtZero : AcceptanceDecisions
    {
        public override bool TakesControlsAtZeroWindow(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class CrossingIgnored : AcceptanceDecisions
    {
        public override bool TakesAckOfCrossingSynAck(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class NoPaws : AcceptanceDecisions
    {
        public override bool FailsPaws(Tcb tcb, in TcpHeader segment, TimeSpan now) => false;
    }

    private sealed class PawsEqual : AcceptanceDecisions
    {
        public override bool FailsPaws(Tcb tcb, in TcpHeader segment, TimeSpan now) =>
            base.FailsPaws(tcb, in segment, now)
            || (tcb.SndTsOk && segment.TextLength > 0 && segment.Options.TsVal == tcb.TsRecent);
    }

    private sealed class PawsUnanswered : AcceptanceDecisions
    {
        public override bool LacksTimestamps(Tcb tcb, in TcpHeader segment) =>
            base.LacksTimestamps(tcb, in segment)
            || FailsPaws(tcb, in segment, tcb.TsRecentAt);
    }

    private sealed class PawsForEver : AcceptanceDecisions
    {
        public override bool FailsPaws(Tcb tcb, in TcpHeader segment, TimeSpan now) =>
            base.FailsPaws(tcb, in segment, tcb.TsRecentAt);
    }

    private sealed class RecentFromAny : AcceptanceDecisions
    {
        public override bool UpdatesTsRecent(Tcb tcb, in TcpHeader segment) =>
            tcb.SndTsOk && segment.Options.Has(TcpOptionSet.Timestamps);
    }

    private sealed class RecentFrozen : AcceptanceDecisions
    {
        public override bool UpdatesTsRecent(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class LacksAccepted : AcceptanceDecisions
    {
        public override bool LacksTimestamps(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class LacksAlways : AcceptanceDecisions
    {
        public override bool LacksTimestamps(Tcb tcb, in TcpHeader segment) =>
            !segment.Has(TcpFlags.Rst) && !segment.Options.Has(TcpOptionSet.Timestamps);
    }

    private sealed class UrgentLast : AcceptanceDecisions
    {
        public override SeqNumber UrgentEnd(in TcpHeader segment) =>
            segment.Seq + (uint)segment.UrgentPointer + 1u;
    }
}
