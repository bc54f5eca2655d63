using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Resets, SYNs out of place and challenge ACKs, turned round.</summary>
internal static class ResetMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "exact-rst-challenged", "RFC 9293 §3.10.7.4, second; RFC 5961 §3.2",
            "challenges a RST that lies exactly at RCV.NXT",
            "rfc9293/3.10.7.4/10", new ExactChallenged(),
            "rfc5961/3.2/2", "rfc9293/3.10.7.4/16", "rfc9293/3.5.3/5", "rfc9293/3.10.7.4/17",
            "rfc9293/3.10.7.4/13", "rfc9293/3.5.3/1"),
        Of(
            "exact-rst-ignored", "RFC 9293 §3.10.7.4, second; RFC 5961 §3.2",
            "ignores every RST",
            "rfc9293/3.10.7.4/10", new RstIgnored(),
            "rfc5961/3.2/2", "rfc9293/3.10.7.4/16", "rfc9293/3.5.3/5", "rfc9293/3.10.7.4/17",
            "rfc9293/3.10.7.4/13", "rfc9293/3.5.3/1", "rfc9293/3.10.7.4/11", "rfc5961/3.2/3"),
        Of(
            "rst-in-window-dropped", "RFC 9293 §3.10.7.4, second; RFC 5961 §3.2",
            "drops a RST inside the window without a challenge ACK",
            "rfc9293/3.10.7.4/11", new InWindowDropped(),
            "rfc5961/3.2/3"),
        Of(
            "rst-outside-challenged", "RFC 9293 §3.10.7.4, second; RFC 5961 §3.2",
            "challenges a RST outside the window",
            "rfc9293/3.10.7.4/9", new OutsideChallenged(),
            "rfc5961/3.2/5", "rfc9293/3.10.7.4/5"),
        Of(
            "rst-at-zero-window-ignored", "RFC 9293 §3.10.7.4, first (MUST-66)",
            "ignores a RST at RCV.NXT while its window is zero",
            "rfc9293/MUST-66", new ZeroWindowRst(),
            "rfc9293/3.10.7.4/3", "rfc9293/3.10.7.4/10", "rfc5961/3.2/2", "rfc9293/3.10.7.4/16"),
        Of(
            "rst-subject-to-paws", "RFC 7323 §5.2",
            "drops a RST with an old timestamp",
            "rfc7323/5.2/6", new RstPaws(),
            "rfc9293/3.10.7.4/10", "rfc5961/3.2/2"),
        Of(
            "rst-with-text-ignored", "RFC 9293 §3.5.3 (SHLD-2)",
            "ignores a RST that carries text",
            "rfc9293/SHLD-2", new RstText(),
            "rfc9293/3.10.7.4/10", "rfc5961/3.2/2"),
        Of(
            "refusal-untold", "RFC 9293 §3.10.7.4, second",
            "does not tell the user of an active OPEN that it was refused in SYN-RECEIVED",
            "rfc9293/3.10.7.4/14", new RefusalUntold(),
            "rfc9293/MUST-11", "rfc9293/3.5.3/4"),
        Of(
            "syn-sent-rst-without-ack", "RFC 9293 §3.10.7.3, second",
            "believes a RST without ACK in SYN-SENT",
            "rfc9293/3.10.7.3/6", new RstWithoutAck(),
            "rfc9293/3.5.3/2", "rfc5961/3.2/6"),
        Of(
            "syn-sent-rst-ignored", "RFC 9293 §3.10.7.3, second",
            "ignores the RST that refuses its SYN",
            "rfc9293/3.10.7.3/5", new RefusalIgnored(),
            "rfc9293/3.5.3/2", "rfc5961/3.2/6"),
        Of(
            "syn-unchallenged", "RFC 9293 §3.10.7.4, fourth; RFC 5961 §4.2",
            "drops a SYN in a synchronized state without a challenge ACK",
            "rfc9293/3.10.7.4/22", new SynUnchallenged(),
            "rfc5961/4.2/2", "rfc9293/3.10.7.4/4", "rfc9293/3.5.1/1"),
        Of(
            "syn-outside-window-resets", "RFC 9293 §3.10.7.4, fourth; RFC 5961 §4.2",
            "resets the connection for a SYN outside the window",
            "rfc9293/3.10.7.4/22", new SynOutside(),
            "rfc5961/4.2/2", "rfc5961/4.2/3", "rfc9293/3.10.7.4/23", "rfc9293/3.10.7.4/4",
            "rfc9293/3.10.7.4/6"),
        Of(
            "syn-received-syn-resets-peer", "RFC 9293 §3.10.7.4, fourth",
            "answers a SYN in SYN-RECEIVED with a RST and ends the connection",
            "rfc9293/3.10.7.4/20", new SynReceivedReset(),
            "rfc9293/3.10.7.4/22", "rfc5961/4.2/2", "rfc9293/3.10.7.4/4", "rfc9293/3.5.2/2"),
        Of(
            "time-wait-takes-any-syn", "RFC 9293 §3.10.7.4, RFC 6191 §2",
            "lets every SYN begin a new connection in TIME-WAIT, old ones too",
            "rfc6191/2/8", new AnySynInTimeWait(),
            "rfc6191/2/5", "rfc9293/MAY-2", "rfc9293/3.10.7.4/22", "rfc5961/4.2/2", "rfc6191/2/1",
            "rfc9293/MUST-13"),
        Of(
            "time-wait-takes-no-syn", "RFC 9293 §3.6.1 (SHLD-4), RFC 6191 §2",
            "refuses a SYN with a newer timestamp in TIME-WAIT, though it claims RFC 6191",
            "rfc6191/2/2", new NoSynInTimeWait(),
            "rfc9293/SHLD-4", "rfc6191/2/7", "rfc6191/2/1"),
        Of(
            "closed-silent", "RFC 9293 §3.10.7.1",
            "does not answer a segment for a closed port",
            "rfc9293/3.10.7.1/3", new ClosedSilent(),
            "rfc9293/3.5.2/3", "rfc9293/3.5.1/2"),
        Of(
            "closed-answers-rst", "RFC 9293 §3.10.7.1",
            "answers a RST for a closed port with a RST",
            "rfc9293/3.10.7.1/2", new ClosedAnswersRst(),
            "rfc9293/3.5.2/3"),
        Of(
            "listen-ack-dropped", "RFC 9293 §3.10.7.2, second",
            "drops an ACK in LISTEN without a RST",
            "rfc9293/3.10.7.2/2", new ListenAckDropped(),
            "rfc9293/3.5.2/5"),
        Of(
            "listen-answers-rst", "RFC 9293 §3.10.7.2, first",
            "answers a RST in LISTEN with a RST",
            "rfc9293/3.10.7.2/1", new ListenAnswersRst(),
            "rfc9293/3.5.3/3"),
        Of(
            "listen-takes-syn-ack", "RFC 9293 §3.10.7.2, second",
            "takes a SYN,ACK in LISTEN for a SYN",
            "rfc9293/3.10.7.2/2", new ListenSynAck(),
            "rfc9293/3.5.2/5"),
        Of(
            "listen-resets-the-rest", "RFC 9293 §3.10.7.2, fourth",
            "answers a segment without SYN, ACK and RST in LISTEN with a RST",
            "rfc9293/3.10.7.2/7", new ListenResets()),
        Of(
            "reset-with-seq-zero", "RFC 9293 §3.5.2",
            "sends a RST with SEQ zero in answer to an ACK",
            "rfc9293/3.10.7.1/5", new ResetSeqZero(),
            "rfc9293/3.5.2/4", "rfc9293/3.5.2/6", "rfc9293/3.10.7.2/2", "rfc9293/3.10.7.3/1",
            "rfc9293/3.10.7.4/29"),
        Of(
            "reset-without-ack-bit", "RFC 9293 §3.5.2",
            "sends a RST without ACK in answer to a segment without ACK",
            "rfc9293/3.10.7.1/4", new ResetWithoutAck(),
            "rfc9293/3.5.2/4"),
        Of(
            "reset-acks-without-length", "RFC 9293 §3.5.2",
            "leaves SEG.LEN out of the ACK of its RST",
            "rfc9293/3.10.7.1/4", new ResetWithoutLength(),
            "rfc9293/3.5.2/4"),
        Of(
            "reset-without-timestamps", "RFC 7323 §5.2",
            "sends a RST without timestamps in answer to a segment with them",
            "rfc7323/5.2/2", new ResetWithoutTs(),
            "rfc7323/5.2/3"),
        Of(
            "abort-silent", "RFC 9293 §3.10.5",
            "sends no RST when the user aborts",
            "rfc9293/3.10.5/4", new AbortSilent(),
            "rfc9293/3.6/10", "rfc9293/3.9.1.6/1"),
        Of(
            "abort-resets-syn-sent", "RFC 9293 §3.10.5",
            "sends a RST when the user aborts in SYN-SENT",
            "rfc9293/3.10.5/3", new AbortSynSent(),
            "rfc9293/3.5.2/2"),
        Of(
            "abort-resets-last-ack", "RFC 9293 §3.10.5",
            "sends a RST when the user aborts in LAST-ACK, CLOSING or TIME-WAIT",
            "rfc9293/3.10.5/6", new AbortLastAck(),
            "rfc9293/3.5.2/2"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        ResetDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Reset = decisions },
            Neighbours = neighbours,
        };

    private sealed class ExactChallenged : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            segment.Seq == tcb.RcvNxt ? Reaction.Challenge : base.OnRst(tcb, in segment);
    }

    private sealed class RstIgnored : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) => Reaction.Drop;
    }

    private sealed class InWindowDropped : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            segment.Seq != tcb.RcvNxt ? Reaction.Drop : base.OnRst(tcb, in segment);
    }

    private sealed class OutsideChallenged : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            base.OnRst(tcb, in segment) is Reaction.Drop
                ? Reaction.Challenge
                : base.OnRst(tcb, in segment);
    }

    private sealed class ZeroWindowRst : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            tcb.RcvWnd == 0 ? Reaction.Drop : base.OnRst(tcb, in segment);
    }

    private sealed class RstPaws : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            tcb.SndTsOk && segment.Options.Has(TcpOptionSet.Timestamps)
                && new SeqNumber(segment.Options.TsVal) < new SeqNumber(tcb.TsRecent)
                    ? Reaction.Drop
                    : base.OnRst(tcb, in segment);
    }

    private sealed class RstText : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            segment.TextLength > 0 ? Reaction.Drop : base.OnRst(tcb, in segment);
    }

    private sealed class RefusalUntold : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            tcb.State == TcpState.SynReceived && segment.Seq == tcb.RcvNxt
                ? Reaction.ToListen
                : base.OnRst(tcb, in segment);
    }

    private sealed class RstWithoutAck : ResetDecisions
    {
        public override Reaction OnRstInSynSent(
            Tcb tcb, in TcpHeader segment, bool ackAcceptable) => Reaction.Reset;
    }

    private sealed class RefusalIgnored : ResetDecisions
    {
        public override Reaction OnRstInSynSent(
            Tcb tcb, in TcpHeader segment, bool ackAcceptable) => Reaction.Drop;
    }

    private sealed class SynUnchallenged : ResetDecisions
    {
        public override Reaction OnSyn(Tcb tcb, in TcpHeader segment, bool inWindow) =>
            tcb.State == TcpState.SynReceived
                ? base.OnSyn(tcb, in segment, inWindow)
                : Reaction.Drop;
    }

    private sealed class SynOutside : ResetDecisions
    {
        public override Reaction OnSyn(Tcb tcb, in TcpHeader segment, bool inWindow) =>
            inWindow ? base.OnSyn(tcb, in segment, inWindow) : Reaction.Reset;
    }

    private sealed class SynReceivedReset : ResetDecisions
    {
        public override Reaction OnSyn(Tcb tcb, in TcpHeader segment, bool inWindow) =>
            tcb.State == TcpState.SynReceived
                ? Reaction.Reset
                : base.OnSyn(tcb, in segment, inWindow);
    }

    private sealed class AnySynInTimeWait : ResetDecisions
    {
        public override Reaction OnSynInTimeWait(Tcb tcb, in TcpHeader segment) =>
            Reaction.Renew;
    }

    private sealed class NoSynInTimeWait : ResetDecisions
    {
        public override Reaction OnSynInTimeWait(Tcb tcb, in TcpHeader segment) =>
            Reaction.Challenge;
    }

    private sealed class ClosedSilent : ResetDecisions
    {
        public override bool AnswersStray(in TcpHeader segment) => false;
    }

    private sealed class ClosedAnswersRst : ResetDecisions
    {
        public override bool AnswersStray(in TcpHeader segment) => true;
    }

    private sealed class ListenAckDropped : ResetDecisions
    {
        public override Reaction InListen(in TcpHeader segment) =>
            segment.Has(TcpFlags.Ack) ? Reaction.Drop : base.InListen(in segment);
    }

    private sealed class ListenAnswersRst : ResetDecisions
    {
        public override Reaction InListen(in TcpHeader segment) =>
            segment.Has(TcpFlags.Rst) ? Reaction.Reset : base.InListen(in segment);
    }

    private sealed class ListenSynAck : ResetDecisions
    {
        public override Reaction InListen(in TcpHeader segment) =>
            segment.Has(TcpFlags.Syn) && !segment.Has(TcpFlags.Rst)
                ? Reaction.Renew
                : base.InListen(in segment);
    }

    private sealed class ListenResets : ResetDecisions
    {
        public override Reaction InListen(in TcpHeader segment) =>
            base.InListen(in segment) is Reaction.Drop && !segment.Has(TcpFlags.Rst)
                ? Reaction.Reset
                : base.InListen(in segment);
    }

    private sealed class ResetSeqZero : ResetDecisions
    {
        public override TcpHeader Answer(in TcpHeader segment)
        {
            TcpHeader reset = base.Answer(in segment);
            reset.Seq = default;
            return reset;
        }
    }

    private sealed class ResetWithoutAck : ResetDecisions
    {
        public override TcpHeader Answer(in TcpHeader segment)
        {
            TcpHeader reset = base.Answer(in segment);
            reset.Flags = TcpFlags.Rst;
            reset.Ack = default;
            return reset;
        }
    }

    private sealed class ResetWithoutLength : ResetDecisions
    {
        public override TcpHeader Answer(in TcpHeader segment)
        {
            TcpHeader reset = base.Answer(in segment);
            reset.Ack = reset.Flags.Has(TcpFlags.Ack) ? segment.Seq : default;
            return reset;
        }
    }

    private sealed class ResetWithoutTs : ResetDecisions
    {
        public override TcpHeader Answer(in TcpHeader segment)
        {
            TcpHeader reset = base.Answer(in segment);
            reset.Options = default;
            return reset;
        }
    }

    private sealed class AbortSilent : ResetDecisions
    {
        public override bool AbortSendsReset(TcpState state) => false;
    }

    private sealed class AbortSynSent : ResetDecisions
    {
        public override bool AbortSendsReset(TcpState state) =>
            state == TcpState.SynSent || base.AbortSendsReset(state);
    }

    private sealed class AbortLastAck : ResetDecisions
    {
        public override bool AbortSendsReset(TcpState state) =>
            state is TcpState.LastAck or TcpState.Closing or TcpState.TimeWait
            || base.AbortSendsReset(state);
    }
}
