using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: timers.</summary>
internal static class TimerBugs
{
    private const string LossWindow = "rfc5681/3.1/11";
    private const string Doubles = "rfc6298/5/6";

    public static IEnumerable<Mutant> All =>
    [
        new(
            "bsd-rto-series-repeats", "BSD",
            "backs the RTO off from 1 to 2, 4, 8 and 16, but then to 16 once more", Doubles)
        {
            Decisions = new() { Timer = new RepeatedStep() },
            Neighbours = ["rfc6298/5/7", "rfc9293/MUST-19"],
        },
        new(
            "smoltcp-1023-late-backoff", "smoltcp #1023",
            "backs the RTO off only from the third expiry on", Doubles)
        {
            Decisions = new() { Timer = new LateBackoff() },
            Neighbours = ["rfc6298/5/7", "rfc9293/MUST-19"],
        },
        new(
            "smoltcp-530-delayed-ack-never-sent", "smoltcp #530",
            "delays an ACK until something else sends it", "rfc9293/MUST-40")
        {
            Decisions = new() { Ack = new EndlessDelay() },
            Neighbours = ["rfc5681/4.2/2", "rfc9293/3.10.7.4/47"],
        },
        new(
            "gvisor-ff04d019e-rack-retransmits-twice", "gVisor ff04d019e",
            "sends a retransmission twice", "rfc6298/5/1")
        {
            Link = () => new RetransmitsTwice(),
            Neighbours = ["rfc6298/1/1", LossWindow],
        },
    ];

    private sealed class RepeatedStep : TimerDecisions
    {
        private const int Repeated = 5;

        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) =>
            tcb.Retransmissions == Repeated ? rto : base.BackOff(tcb, rto);
    }

    private sealed class LateBackoff : TimerDecisions
    {
        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) =>
            tcb.Retransmissions < 3 ? rto : base.BackOff(tcb, rto);

        public override TimeSpan NextProbe(Tcb tcb, TimeSpan interval) =>
            base.BackOff(tcb, interval);
    }

    private sealed class EndlessDelay : AckDecisions
    {
        public override TimeSpan Delay(Tcb tcb) => TimeSpan.FromDays(1);
    }

    private sealed class RetransmitsTwice : LinkFault
    {
        private readonly Dictionary<SocketPair, SeqNumber> _sent = [];

        public override bool FromIut(Passing segment)
        {
            TcpHeader h = segment.Header;
            if (h.Has(TcpFlags.Syn) || h.TextLength == 0)
            {
                return true;
            }
            bool probes = segment.Connection?.Tcb.SndWnd == 0;
            if (_sent.TryGetValue(segment.Pair, out SeqNumber sent) && h.Seq < sent && !probes)
            {
                Send(segment.Pair, in h, segment.Text);
            }
            _sent[segment.Pair] = SeqNumber.Max(sent == default ? h.End : sent, h.End);
            return true;
        }
    }
}
