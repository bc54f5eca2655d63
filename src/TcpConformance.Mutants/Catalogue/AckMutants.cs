using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Acknowledgments: what they mean and when they are sent, turned round.</summary>
internal static class AckMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "ack-beyond-unanswered", "RFC 9293 §3.10.7.4, fifth",
            "takes an ACK above SND.NXT for an old one: no answer, and the text counts",
            "rfc9293/3.10.7.4/33", new BeyondIgnored(),
            "rfc9293/3.4/4"),
        Of(
            "ack-beyond-by-one", "RFC 9293 §3.10.7.4, fifth",
            "takes an ACK of one octet more than was sent for an old one",
            "rfc9293/3.10.7.4/33", new BeyondByOne(),
            "rfc9293/3.4/4"),
        Of(
            "duplicate-ack-drops-text", "RFC 9293 §3.10.7.4, fifth",
            "drops the text of a segment whose ACK is old",
            "rfc9293/3.10.7.4/32", new DuplicateDrops(),
            "rfc9293/3.10.7.4/45", "rfc9293/3.10.7.4/47", "rfc9293/3.10.7.4/34", "rfc9293/3.4/4"),
        Of(
            "old-ack-accepted", "RFC 5961 §5.2",
            "takes an ACK from below SND.UNA - MAX.SND.WND",
            "rfc5961/5.2/3", new TooOldTaken(),
            "rfc5961/5.2/2", "rfc9293/3.10.7.4/27", "rfc9293/3.10.7.4/26"),
        Of(
            "syn-sent-ack-of-iss", "RFC 9293 §3.10.7.3, first",
            "takes ACK = ISS in SYN-SENT",
            "rfc9293/3.10.7.3/1", new AckOfIss(),
            "rfc9293/3.4/4", "rfc9293/3.5.2/5", "rfc9293/3.5/4", "rfc9293/3.10.7.3/2"),
        Of(
            "syn-sent-ack-beyond", "RFC 9293 §3.10.7.3, first",
            "takes an ACK above SND.NXT in SYN-SENT",
            "rfc9293/3.10.7.3/1", new SynSentBeyond(),
            "rfc9293/3.4/4", "rfc9293/3.5.2/5", "rfc9293/3.5/4", "rfc9293/3.10.7.3/2"),
        Of(
            "syn-sent-ack-never-acceptable", "RFC 9293 §3.10.7.3, first",
            "refuses the right ACK of its SYN",
            "rfc9293/3.10.7.3/8", new SynSentNever(),
            "rfc9293/3.10.7.3/3", "rfc9293/3.3.2/7", "rfc9293/3.5/1", "rfc9293/3.5.2/5",
            "rfc9293/3.5.2/2"),
        Of(
            "syn-received-ack-of-iss", "RFC 9293 §3.10.7.4, fifth",
            "takes ACK = ISS in SYN-RECEIVED",
            "rfc9293/3.10.7.4/29", new SynReceivedIss(),
            "rfc9293/3.4/4", "rfc9293/3.5.2/5"),
        Of(
            "syn-received-ack-refused", "RFC 9293 §3.10.7.4, fifth",
            "answers the ACK that ends the handshake with a RST",
            "rfc9293/3.10.7.4/28", new SynReceivedRefused(),
            "rfc9293/3.3.2/9", "rfc9293/3.5/1", "rfc9293/3.5.2/5", "rfc9293/3.5.2/2"),
        Of(
            "window-update-is-duplicate-ack", "RFC 5681 §2",
            "counts window updates as duplicate ACKs",
            "rfc5681/3.2/3", new UpdateIsDuplicate(),
            "rfc6298/5/1"),
        Of(
            "duplicate-acks-unseen", "RFC 5681 §3.2",
            "sees no duplicate ACK where SACK is not agreed",
            "rfc5681/3.2/3", new DuplicateUnseen(),
            "rfc3042/2/1", "rfc5681/3.2/4", "rfc5681/3.2/8"),
        Of(
            "ack-never-delayed", "RFC 9293 §3.8.6.3 (SHLD-18)",
            "acknowledges every segment at once",
            "rfc9293/SHLD-18", new NeverDelayed(),
            "rfc5681/4.2/1"),
        Of(
            "ack-every-third-segment", "RFC 9293 §3.8.6.3 (SHLD-19)",
            "acknowledges every third full-sized segment only",
            "rfc9293/SHLD-19", new EveryThird(),
            "rfc5681/4.2/3"),
        Of(
            "out-of-order-ack-delayed", "RFC 9293 §3.8.6.3, RFC 5681 §4.2",
            "delays the ACK of a segment above a gap",
            "rfc9293/3.8.6.3/1", new GapDelayed(),
            "rfc5681/3.2/1", "rfc5681/4.2/4", "rfc5681/3.2/2", "rfc5681/4.2/5"),
        Of(
            "ack-delayed-for-600-ms", "RFC 9293 §3.8.6.3 (MUST-40)",
            "delays an ACK for 600 ms",
            "rfc9293/MUST-40", new Delayed600(),
            "rfc5681/4.2/2"),
        Of(
            "ack-delayed-for-500-ms", "RFC 9293 §3.8.6.3 (MUST-40)",
            "delays an ACK for 500 ms, not for less",
            "rfc9293/MUST-40", new Delayed500(),
            "rfc5681/4.2/2"),
        Of(
            "fin-not-covered-by-ack", "RFC 9293 §3.10.7.4, eighth",
            "acknowledges the text before a FIN and not the FIN",
            "rfc9293/3.10.7.4/55", new FinUncovered(),
            "rfc9293/3.3.2/13", "rfc9293/3.4/9", "rfc9293/3.10.7.4/57"),
        Of(
            "ack-covers-gap", "RFC 9293 §3.4",
            "acknowledges the highest octet that has come, gaps included",
            "rfc9293/3.4/2", new CoversGap()),
        Of(
            "ack-one-octet-short", "RFC 9293 §3.10.7.4, seventh",
            "acknowledges all but the last octet of text",
            "rfc9293/3.10.7.4/48", new OneShort(),
            "rfc9293/3.10.7.4/47", "rfc9293/3.4/2", "rfc9293/3.10.7.4/50", "rfc9293/3.1/1",
            "rfc9293/3.10.7.4/4", "rfc9293/3.8/3", "rfc9293/3.8/2", "rfc9293/3.4/10",
            "rfc9293/MUST-40"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        AckDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Ack = decisions },
            Neighbours = neighbours,
        };

    private sealed class BeyondIgnored : AckDecisions
    {
        public override AckVerdict Judge(Tcb tcb, SeqNumber ack) =>
            base.Judge(tcb, ack) is AckVerdict.Beyond
                ? AckVerdict.Duplicate
                : base.Judge(tcb, ack);
    }

    private sealed class BeyondByOne : AckDecisions
    {
        public override AckVerdict Judge(Tcb tcb, SeqNumber ack) =>
            ack == tcb.SndNxt + 1u ? AckVerdict.Duplicate : base.Judge(tcb, ack);
    }

    private sealed class DuplicateDrops : AckDecisions
    {
        public override AckVerdict Judge(Tcb tcb, SeqNumber ack) =>
            base.Judge(tcb, ack) is AckVerdict.Duplicate && ack < tcb.SndUna
                ? AckVerdict.TooOld
                : base.Judge(tcb, ack);
    }

    private sealed class TooOldTaken : AckDecisions
    {
        public override AckVerdict Judge(Tcb tcb, SeqNumber ack) =>
            base.Judge(tcb, ack) is AckVerdict.TooOld ? AckVerdict.Duplicate : base.Judge(tcb, ack);
    }

    private sealed class AckOfIss : AckDecisions
    {
        public override bool IsAcceptableInSynSent(Tcb tcb, SeqNumber ack) =>
            ack >= tcb.Iss && ack <= tcb.SndNxt;
    }

    private sealed class SynSentBeyond : AckDecisions
    {
        public override bool IsAcceptableInSynSent(Tcb tcb, SeqNumber ack) => ack > tcb.Iss;
    }

    private sealed class SynSentNever : AckDecisions
    {
        public override bool IsAcceptableInSynSent(Tcb tcb, SeqNumber ack) => ack > tcb.SndNxt;
    }

    private sealed class SynReceivedIss : AckDecisions
    {
        public override bool IsAcceptableInSynReceived(Tcb tcb, SeqNumber ack) =>
            tcb.SndUna <= ack && ack <= tcb.SndNxt;
    }

    private sealed class SynReceivedRefused : AckDecisions
    {
        public override bool IsAcceptableInSynReceived(Tcb tcb, SeqNumber ack) =>
            tcb.SndNxt < ack;
    }

    private sealed class UpdateIsDuplicate : AckDecisions
    {
        public override bool IsDuplicateAck(Tcb tcb, in TcpHeader segment, bool newSack) =>
            tcb.Flight > 0 && segment.Ack == tcb.SndUna && segment.TextLength == 0;
    }

    private sealed class DuplicateUnseen : AckDecisions
    {
        public override bool IsDuplicateAck(Tcb tcb, in TcpHeader segment, bool newSack) =>
            tcb.SackOk && base.IsDuplicateAck(tcb, in segment, newSack);
    }

    private sealed class NeverDelayed : AckDecisions
    {
        public override AckTiming WhenToAck(Tcb tcb, bool inOrder) => AckTiming.Now;
    }

    private sealed class EveryThird : AckDecisions
    {
        public override AckTiming WhenToAck(Tcb tcb, bool inOrder) =>
            base.WhenToAck(tcb, inOrder) == AckTiming.Now
            && (!inOrder || tcb.FinReceived || tcb.UnackedOctets >= 3 * (uint)tcb.EffSndMss)
                ? AckTiming.Now
                : AckTiming.Delayed;
    }

    private sealed class GapDelayed : AckDecisions
    {
        public override AckTiming WhenToAck(Tcb tcb, bool inOrder) =>
            base.WhenToAck(tcb, true);
    }

    private sealed class Delayed600 : AckDecisions
    {
        public override TimeSpan Delay(Tcb tcb) => TimeSpan.FromMilliseconds(600);
    }

    private sealed class Delayed500 : AckDecisions
    {
        public override TimeSpan Delay(Tcb tcb) => TimeSpan.FromMilliseconds(500);
    }

    private sealed class FinUncovered : AckDecisions
    {
        public override SeqNumber AckNumber(Tcb tcb) => tcb.FinReceived
            ? tcb.RcvNxt - 1u
            : tcb.RcvNxt;
    }

    private sealed class CoversGap : AckDecisions
    {
        public override SeqNumber AckNumber(Tcb tcb) => tcb.Held.Count > 0
            ? tcb.Held[tcb.Held.Count - 1].Right
            : tcb.RcvNxt;
    }

    private sealed class OneShort : AckDecisions
    {
        public override SeqNumber AckNumber(Tcb tcb) =>
            tcb.RcvNxt > tcb.Irs + 1u && !tcb.FinReceived ? tcb.RcvNxt - 1u : tcb.RcvNxt;
    }
}
