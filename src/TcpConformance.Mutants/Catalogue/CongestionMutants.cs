using TcpConformance.Engine;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Congestion control, turned round.</summary>
internal static class CongestionMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "fast-retransmit-at-second-duplicate", "RFC 5681 §3.2",
            "retransmits at the second duplicate ACK",
            "rfc5681/3.2/3", new SecondDuplicate(),
            "rfc6298/5/1", "rfc5681/3.2/5"),
        Of(
            "fast-retransmit-missing", "RFC 5681 §3.2",
            "waits for the timeout whatever duplicate ACKs say",
            "rfc5681/3.2/3", new NoFastRetransmit(),
            "rfc5681/3.2/8"),
        Of(
            "initial-window-after-lost-syn", "RFC 5681 §3.1, RFC 6928 §2",
            "keeps the whole initial window though its SYN,ACK was lost",
            "rfc5681/3.1/4", new WindowAfterLostSyn(),
            "rfc6928/2/3"),
        Of(
            "initial-window-of-twenty", "RFC 6928 §2",
            "begins with twenty segments",
            "rfc6928/2/1", new WindowOfTwenty(),
            "rfc5681/3.1/1", "rfc5681/3.1/2", "rfc9293/3.7.4/1"),
        Of(
            "slow-start-two-segments-an-ack", "RFC 5681 §3.1",
            "grows cwnd by two segments for each ACK in slow start",
            "rfc5681/3.1/7", new GrowsTwice(),
            "rfc5681/3.1/1", "rfc9293/MUST-19"),
        Of(
            "slow-start-by-octets-acked", "RFC 5681 §3.1",
            "grows cwnd by all that an ACK covers, many segments or few",
            "rfc5681/3.1/7", new GrowsByOctets(),
            "rfc5681/3.1/1", "rfc9293/MUST-19"),
        Of(
            "congestion-avoidance-missing", "RFC 5681 §3.1",
            "goes on with slow start beyond ssthresh",
            "rfc5681/3.1/9", new NoAvoidance(),
            "rfc5681/3.1/1", "rfc5681/4.3/3", "rfc9293/MUST-19",
            "rfc5681/3.1/10"),
        Of(
            "ssthresh-not-halved", "RFC 5681 §3.1, equation 4",
            "sets ssthresh to the whole flight after a loss",
            "rfc5681/3.1/10", new NotHalved(),
            "rfc5681/3.2/7", "rfc5681/4.3/1", "rfc5681/3.1/6", "rfc5681/3.1/9", "rfc5681/3.2/11",
            "rfc5681/3.1/9"),
        Of(
            "restart-window-ignored", "RFC 5681 §4.1",
            "sends a whole old cwnd after a long idle time",
            "rfc5681/4.1/1", new NoRestart(),
            "rfc6928/2/5"),
        Of(
            "limited-transmit-missing", "RFC 3042 §2",
            "sends nothing new for the first two duplicate ACKs",
            "rfc3042/2/1", new NoLimited(),
            "rfc5681/3.2/4"),
        Of(
            "limited-transmit-unlimited", "RFC 3042 §2",
            "sends two new segments for each of the first duplicate ACKs",
            "rfc3042/2/1", new Unlimited(),
            "rfc3042/2/2", "rfc5681/3.2/5", "rfc5681/3.2/4"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        CongestionDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Congestion = decisions },
            Neighbours = neighbours,
        };

    private sealed class SecondDuplicate : CongestionDecisions
    {
        public override int DupThresh => 2;
    }

    private sealed class NoFastRetransmit : CongestionDecisions
    {
        public override bool MayEnterRecovery(Tcb tcb) => false;
    }

    private sealed class WindowAfterLostSyn : CongestionDecisions
    {
        public override uint InitialWindow(Tcb tcb, bool synRetransmitted) =>
            base.InitialWindow(tcb, false);
    }

    private sealed class WindowOfTwenty : CongestionDecisions
    {
        public override uint InitialWindow(Tcb tcb, bool synRetransmitted) =>
            synRetransmitted ? base.InitialWindow(tcb, true) : 20 * (uint)tcb.EffSndMss;
    }

    private sealed class GrowsTwice : CongestionDecisions
    {
        public override uint Grow(Tcb tcb, uint acked) => tcb.Cwnd < tcb.Ssthresh
            ? tcb.Cwnd + (2 * (uint)tcb.EffSndMss)
            : base.Grow(tcb, acked);
    }

    private sealed class GrowsByOctets : CongestionDecisions
    {
        public override uint Grow(Tcb tcb, uint acked) => tcb.Cwnd < tcb.Ssthresh
            ? tcb.Cwnd + acked
            : base.Grow(tcb, acked);
    }

    private sealed class NoAvoidance : CongestionDecisions
    {
        public override uint Grow(Tcb tcb, uint acked) =>
            tcb.Cwnd + Math.Min(acked, (uint)tcb.EffSndMss);
    }

    private sealed class NotHalved : CongestionDecisions
    {
        public override uint SsthreshAfterLoss(Tcb tcb) =>
            Math.Max(tcb.Flight, 2 * (uint)tcb.EffSndMss);
    }

    private sealed class NoRestart : CongestionDecisions
    {
        public override uint RestartWindow(Tcb tcb) => tcb.Cwnd;
    }

    private sealed class NoLimited : CongestionDecisions
    {
        public override uint LimitedTransmit(Tcb tcb) => 0;
    }

    private sealed class Unlimited : CongestionDecisions
    {
        public override uint LimitedTransmit(Tcb tcb) =>
            (uint)Math.Min(tcb.DupAcks, 2) * 2 * (uint)tcb.EffSndMss;
    }
}
