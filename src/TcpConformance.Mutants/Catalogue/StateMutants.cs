using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Transitions between states, turned round.</summary>
internal static class StateMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "close-established-no-fin", "RFC 9293 §3.10.4",
            "sends no FIN when the user closes in ESTABLISHED",
            "rfc9293/3.10.4/5", new CloseNoFin(),
            "rfc9293/3.3.2/12", "rfc9293/3.6/1", "rfc9293/3.9.1.4/1"),
        Of(
            "close-established-resets", "RFC 9293 §3.10.4",
            "deletes the TCB when the user closes in ESTABLISHED",
            "rfc9293/3.10.4/5", new CloseDeletes(),
            "rfc9293/3.3.2/12", "rfc9293/3.6/1", "rfc9293/3.9.1.4/1", "rfc9293/3.6/2"),
        Of(
            "close-established-to-fin-wait-2", "RFC 9293 §3.10.4",
            "goes to FIN-WAIT-2 before its FIN is acknowledged",
            "rfc9293/3.10.4/5", new CloseToFinWait2(),
            "rfc9293/3.3.2/12", "rfc9293/3.3.2/15", "rfc9293/3.10.7.4/58", "rfc9293/3.10.7.4/36",
            "rfc9293/3.6/9", "rfc9293/3.10.7.4/39", "rfc9293/3.3.2/18",
            "rfc9293/3.6/5", "rfc9293/3.10.8/2"),
        Of(
            "close-established-to-last-ack", "RFC 9293 §3.10.4",
            "goes to LAST-ACK when the user closes first",
            "rfc9293/3.10.4/5", new CloseToLastAck(),
            "rfc9293/3.3.2/12", "rfc9293/3.3.2/14", "rfc9293/3.3.2/15", "rfc9293/3.10.7.4/36",
            "rfc9293/3.10.7.4/37", "rfc9293/MUST-13", "rfc9293/3.10.7.4/45", "rfc9293/3.6/2",
            "rfc9293/3.10.7.4/58"),
        Of(
            "close-close-wait-no-fin", "RFC 9293 §3.10.4",
            "sends no FIN when the user closes in CLOSE-WAIT",
            "rfc9293/3.10.4/7", new CloseWaitNoFin(),
            "rfc9293/3.3.2/19", "rfc9293/3.6/7"),
        Of(
            "close-close-wait-to-fin-wait-1", "RFC 9293 §3.10.4",
            "goes to FIN-WAIT-1 when the user closes in CLOSE-WAIT",
            "rfc9293/3.10.4/7", new CloseWaitToFinWait1(),
            "rfc9293/3.3.2/19", "rfc9293/3.3.2/20", "rfc9293/3.10.7.4/40"),
        Of(
            "close-close-wait-to-closing", "RFC 9293 §3.10.4",
            "goes to CLOSING when the user closes in CLOSE-WAIT, and so to TIME-WAIT",
            "rfc9293/3.10.4/7", new CloseWaitToClosing(),
            "rfc9293/3.3.2/19", "rfc9293/3.3.2/20", "rfc9293/3.10.7.4/40"),
        Of(
            "close-syn-received-deletes", "RFC 9293 §3.10.4",
            "deletes the TCB when the user closes in SYN-RECEIVED",
            "rfc9293/3.10.4/4", new SynReceivedDeletes(),
            "rfc9293/3.3.2/10"),
        Of(
            "close-syn-sent-goes-on", "RFC 9293 §3.10.4",
            "goes on opening although the user has closed in SYN-SENT",
            "rfc9293/3.10.4/3", new SynSentGoesOn(),
            "rfc9293/3.3.2/8"),
        Of(
            "fin-acked-to-time-wait", "RFC 9293 §3.10.7.4, fifth",
            "goes from FIN-WAIT-1 to TIME-WAIT when its FIN is acknowledged",
            "rfc9293/3.10.7.4/36", new FinWait1ToTimeWait(),
            "rfc9293/3.3.2/14", "rfc9293/3.10.7.4/37", "rfc9293/3.10.7.4/45", "rfc9293/3.6/2",
            "rfc9293/3.6.1/1", "rfc9293/3.10.3/3", "rfc9293/3.3.2/17",
            "rfc9293/3.10.7.4/55"),
        Of(
            "fin-acked-to-closed", "RFC 9293 §3.10.7.4, fifth",
            "deletes the TCB in FIN-WAIT-1 when its FIN is acknowledged",
            "rfc9293/3.10.7.4/36", new FinWait1ToClosed(),
            "rfc9293/3.3.2/14", "rfc9293/3.10.7.4/37", "rfc9293/3.10.7.4/45", "rfc9293/3.6/2",
            "rfc9293/3.6.1/1", "rfc9293/3.5.2/2", "rfc9293/3.3.2/17"),
        Of(
            "closing-skips-time-wait", "RFC 9293 §3.10.7.4, fifth",
            "goes from CLOSING to CLOSED",
            "rfc9293/3.10.7.4/39", new ClosingToClosed(),
            "rfc9293/3.3.2/18", "rfc9293/MUST-13", "rfc9293/3.5.2/2"),
        Of(
            "closing-for-ever", "RFC 9293 §3.10.7.4, fifth",
            "stays in CLOSING when its FIN is acknowledged",
            "rfc9293/3.10.7.4/39", new StaysClosing(),
            "rfc9293/3.3.2/18", "rfc9293/3.3.2/21", "rfc9293/3.10.8/3"),
        Of(
            "last-ack-to-time-wait", "RFC 9293 §3.10.7.4, fifth",
            "goes from LAST-ACK to TIME-WAIT",
            "rfc9293/3.10.7.4/40", new LastAckToTimeWait(),
            "rfc9293/3.3.2/20"),
        Of(
            "last-ack-for-ever", "RFC 9293 §3.10.7.4, fifth",
            "stays in LAST-ACK when its FIN is acknowledged",
            "rfc9293/3.10.7.4/40", new StaysLastAck(),
            "rfc9293/3.3.2/20"),
        Of(
            "fin-stays-established", "RFC 9293 §3.10.7.4, eighth",
            "stays in ESTABLISHED when the peer closes",
            "rfc9293/3.10.7.4/57", new StaysEstablished(),
            "rfc9293/3.3.2/13", "rfc9293/3.3.2/19", "rfc9293/3.10.7.4/52", "rfc9293/3.10.7.4/40",
            "rfc9293/3.3.2/20"),
        Of(
            "fin-to-last-ack", "RFC 9293 §3.10.7.4, eighth",
            "goes to LAST-ACK when the peer closes, and takes no more text from its user",
            "rfc9293/3.10.7.4/57", new FinToLastAck(),
            "rfc9293/3.3.2/13", "rfc9293/3.6/7", "rfc9293/3.10.7.4/38", "rfc9293/3.10.2/4",
            "rfc9293/3.10.4/7"),
        Of(
            "fin-to-closed", "RFC 9293 §3.10.7.4, eighth",
            "deletes the TCB when the peer closes",
            "rfc9293/3.10.7.4/57", new FinToClosed(),
            "rfc9293/3.3.2/13", "rfc9293/3.10.7.4/55", "rfc9293/3.6/6", "rfc9293/3.6/7",
            "rfc9293/3.10.7.4/38", "rfc9293/3.10.4/7", "rfc9293/3.5.2/2"),
        Of(
            "fin-wait-1-skips-closing", "RFC 9293 §3.10.7.4, eighth",
            "goes from FIN-WAIT-1 to TIME-WAIT although its FIN is not acknowledged",
            "rfc9293/3.10.7.4/58", new SkipsClosing(),
            "rfc9293/3.3.2/15", "rfc9293/3.6/5", "rfc9293/3.6/9"),
        Of(
            "fin-ack-forgotten", "RFC 9293 §3.10.7.4, fifth and eighth",
            "forgets that its FIN is acknowledged, and goes from FIN-WAIT-1 to CLOSING for ever",
            "rfc9293/3.10.7.4/58", new FinAckForgotten(),
            "rfc9293/3.3.2/16", "rfc9293/3.3.2/17", "rfc9293/3.10.7.4/36",
            "rfc9293/3.10.7.4/59", "rfc9293/3.10.8/3", "rfc9293/3.3.2/21"),
        Of(
            "fin-wait-2-skips-time-wait", "RFC 9293 §3.10.7.4, eighth",
            "goes from FIN-WAIT-2 to CLOSED",
            "rfc9293/3.10.7.4/59", new FinWait2ToClosed(),
            "rfc9293/3.3.2/17", "rfc9293/MUST-13", "rfc9293/3.10.7.4/55", "rfc9293/3.5.2/2",
            "rfc9293/3.10.7.4/41"),
        Of(
            "fin-wait-2-for-ever", "RFC 9293 §3.10.7.4, eighth",
            "stays in FIN-WAIT-2 when the peer closes",
            "rfc9293/3.10.7.4/59", new StaysFinWait2(),
            "rfc9293/3.3.2/17", "rfc9293/3.3.2/21", "rfc9293/3.10.8/3"),
        Of(
            "simultaneous-open-skips-syn-received", "RFC 9293 §3.10.7.3, fourth",
            "is ESTABLISHED when SYNs cross, before its own is acknowledged",
            "rfc9293/3.10.7.3/11", new CrossingEstablished(),
            "rfc9293/MUST-10", "rfc9293/3.3.2/6", "rfc9293/3.4.1/1", "rfc9293/3.5/1"),
        Of(
            "syn-ack-to-syn-received", "RFC 9293 §3.10.7.3, fourth",
            "goes to SYN-RECEIVED when its SYN is acknowledged by a SYN,ACK",
            "rfc9293/3.10.7.3/8", new SynAckToSynReceived(),
            "rfc9293/3.3.2/7", "rfc9293/3.5/1",
            "rfc9293/3.10.7.4/30"),
        Of(
            "close-in-syn-received-forgotten", "RFC 9293 §3.10.4",
            "is ESTABLISHED after a CLOSE that waited in SYN-RECEIVED",
            "rfc9293/3.10.4/4", new ClosingForgotten(),
            "rfc9293/3.3.2/10", "rfc9293/3.10.4/5", "rfc9293/3.10.8/3"),
        Of(
            "syn-answered-with-syn", "RFC 9293 §3.10.7.2, third",
            "answers a SYN with a SYN without ACK",
            "rfc9293/3.10.7.2/4", new SynWithoutAck(),
            "rfc9293/3.3.2/3", "rfc9293/3.5/1", "rfc9293/3.1/1", "rfc9293/3.3.2/6",
            "rfc9293/MUST-10"),
        Of(
            "first-syn-carries-ack", "RFC 9293 §3.10.1",
            "sets ACK in its first SYN",
            "rfc9293/3.10.1/3", new FirstSynAck(),
            "rfc9293/3.3.2/2", "rfc9293/3.5/1"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        StateDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { State = decisions },
            Neighbours = neighbours,
        };

    private sealed class CloseNoFin : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.Established
            ? TcpState.Established
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseDeletes : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.Established
            ? TcpState.Closed
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseToFinWait2 : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.Established
            ? TcpState.FinWait2
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseToLastAck : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.Established
            ? TcpState.LastAck
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseWaitNoFin : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.CloseWait
            ? TcpState.CloseWait
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseWaitToFinWait1 : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.CloseWait
            ? TcpState.FinWait1
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class CloseWaitToClosing : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.CloseWait
            ? TcpState.Closing
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class SynReceivedDeletes : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.SynReceived
            ? TcpState.Closed
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class SynSentGoesOn : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.SynSent
            ? TcpState.SynSent
            : base.AfterClose(state, nothingToSend);
    }

    private sealed class FinWait1ToTimeWait : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.FinWait1
            ? TcpState.TimeWait
            : base.AfterFinAcked(state);
    }

    private sealed class FinWait1ToClosed : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.FinWait1
            ? TcpState.Closed
            : base.AfterFinAcked(state);
    }

    private sealed class ClosingToClosed : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.Closing
            ? TcpState.Closed
            : base.AfterFinAcked(state);
    }

    private sealed class StaysClosing : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.Closing
            ? TcpState.Closing
            : base.AfterFinAcked(state);
    }

    private sealed class LastAckToTimeWait : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.LastAck
            ? TcpState.TimeWait
            : base.AfterFinAcked(state);
    }

    private sealed class StaysLastAck : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state == TcpState.LastAck
            ? TcpState.LastAck
            : base.AfterFinAcked(state);
    }

    private sealed class StaysEstablished : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.Established
            ? TcpState.Established
            : base.AfterFin(state, finAcked);
    }

    private sealed class FinToLastAck : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.Established
            ? TcpState.LastAck
            : base.AfterFin(state, finAcked);
    }

    private sealed class FinToClosed : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.Established
            ? TcpState.Closed
            : base.AfterFin(state, finAcked);
    }

    private sealed class SkipsClosing : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.FinWait1 && !finAcked
            ? TcpState.TimeWait
            : base.AfterFin(state, finAcked);
    }

    private sealed class FinAckForgotten : StateDecisions
    {
        public override TcpState AfterFinAcked(TcpState state) => state is TcpState.FinWait1
            ? TcpState.FinWait1
            : base.AfterFinAcked(state);

        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.FinWait1 ? TcpState.Closing : base.AfterFin(state, finAcked);
    }

    private sealed class FinWait2ToClosed : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.FinWait2
            ? TcpState.Closed
            : base.AfterFin(state, finAcked);
    }

    private sealed class StaysFinWait2 : StateDecisions
    {
        public override TcpState AfterFin(TcpState state, bool finAcked) =>
            state == TcpState.FinWait2
            ? TcpState.FinWait2
            : base.AfterFin(state, finAcked);
    }

    private sealed class CrossingEstablished : StateDecisions
    {
        public override TcpState AfterSynInSynSent(bool synAcked) => TcpState.Established;
    }

    private sealed class SynAckToSynReceived : StateDecisions
    {
        public override TcpState AfterSynInSynSent(bool synAcked) => TcpState.SynReceived;
    }

    private sealed class ClosingForgotten : StateDecisions
    {
        public override TcpState AfterSynAcked(bool closing) => TcpState.Established;
    }

    private sealed class SynWithoutAck : StateDecisions
    {
        public override TcpFlags SynFlags(TcpState state) => TcpFlags.Syn;
    }

    private sealed class FirstSynAck : StateDecisions
    {
        public override TcpFlags SynFlags(TcpState state) => TcpFlags.Syn | TcpFlags.Ack;
    }
}
