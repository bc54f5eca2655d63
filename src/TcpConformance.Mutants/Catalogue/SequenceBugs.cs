using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: sequence and acknowledgment numbers.</summary>
internal static class SequenceBugs
{
    public static IEnumerable<Mutant> All =>
    [
        new(
            "freebsd-250357-ghost-ack", "FreeBSD PR 250357",
            "takes an ACK above SND.NXT for one of all that was sent", "rfc9293/3.10.7.4/33")
        {
            Link = () => new GhostAck(),
            Neighbours = ["rfc9293/3.4/4", "rfc9293/3.10.7.4/27", "rfc5961/5.2/3"],
        },
        new(
            "smoltcp-1079-text-outside-window", "smoltcp #1079",
            "takes octets of a segment that lie beyond the window", "rfc9293/3.10.7.4/8")
        {
            Decisions = new() { Acceptance = new NothingTrimmed() },
            Neighbours = ["rfc9293/3.10.7.4/48"],
        },
        new(
            "bsd-window-from-unacceptable-segment", "BSD",
            "takes the send window from a segment that is not acceptable",
            "rfc9293/3.10.7.4/6")
        {
            Decisions = new() { Acceptance = new WindowFromAnywhere() },
            Neighbours = ["rfc9293/3.8.6/1", "rfc9293/3.5.2/8"],
        },
        new(
            "lwip-28106-text-counts-as-duplicate-ack", "lwIP #28106",
            "counts segments with text as duplicate ACKs", "rfc6298/5/1")
        {
            Decisions = new() { Ack = new TextIsDuplicateAck() },
            Neighbours = ["rfc5681/3.2/3", "rfc6298/1/1"],
        },
    ];

    private sealed class GhostAck : LinkFault
    {
        public override bool ToIut(Passing segment)
        {
            if (segment.Connection is { Tcb: Tcb tcb } && tcb.State.IsSynchronized()
                && (segment.Header.Flags & (TcpFlags.Rst | TcpFlags.Syn | TcpFlags.Ack))
                    == TcpFlags.Ack
                && segment.Header.Ack > tcb.SndNxt)
            {
                segment.Change().Ack = tcb.SndNxt;
            }
            return true;
        }
    }

    private sealed class NothingTrimmed : AcceptanceDecisions
    {
        public override SeqNumber TrimEdge(Tcb tcb) => tcb.RcvEdge + 65536u;
    }

    private sealed class WindowFromAnywhere : AcceptanceDecisions
    {
        // With nothing new acknowledged the window is all there is to take.
        public override bool TakesControlsAtZeroWindow(Tcb tcb, in TcpHeader segment) =>
            base.TakesControlsAtZeroWindow(tcb, in segment) || segment.Ack == tcb.SndUna;
    }

    private sealed class TextIsDuplicateAck : AckDecisions
    {
        public override bool IsDuplicateAck(Tcb tcb, in TcpHeader segment, bool newSack)
        {
            TcpHeader empty = segment;
            empty.TextLength = 0;
            return base.IsDuplicateAck(tcb, in empty, newSack);
        }
    }
}
