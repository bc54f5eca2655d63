using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: windows.</summary>
internal static class WindowBugs
{
    private const string WithinWindow = "rfc9293/3.8.6/1";
    private const string Probed = "rfc9293/MUST-36";

    public static IEnumerable<Mutant> All =>
    [
        new(
            "lwip-34517-persist-without-zero-window", "lwIP #34517",
            "probes as soon as more is queued than the window takes, although it is not zero",
            "rfc6298/5/1")
        {
            Link = () => new ProbesFullWindow(),
            Neighbours = ["rfc6298/1/1"],
        },
        new(
            "lwip-49533-persist-not-started", "lwIP #49533",
            "waits for ever when a segment does not fit into what is left of the window",
            "rfc9293/3.8.6.2.1/1")
        {
            Decisions = new() { Window = new NoOverride() },
            Neighbours = ["rfc9293/3.8.6.2.1/2", "rfc9293/MUST-60"],
        },
        new(
            "smoltcp-490-shrunk-window-underflows", "smoltcp #490",
            "takes a window that has shrunk below what was sent for a huge one",
            "rfc9293/MUST-34")
        {
            Decisions = new() { Window = new Underflow() },
            Neighbours = ["rfc9293/SHLD-15", WithinWindow],
        },
        new(
            "smoltcp-387-beyond-the-window", "smoltcp #387",
            "sends a segment more than the peer's window takes", WithinWindow)
        {
            Decisions = new() { Window = new OneSegmentMore() },
            Neighbours = ["rfc5681/2/1", "rfc7323/2.4/4"],
        },
        new(
            "smoltcp-521e722b-probe-capped-by-cwnd", "smoltcp 521e722b",
            "never sends the probe of a zero window, since cwnd has no room for it", Probed)
        {
            Decisions = new() { Timer = new NoProbe() },
            Neighbours = ["rfc9293/3.8.6.1/1", "rfc9293/SHLD-29"],
        },
        new(
            "tldk-23-illegal-shift-loses-segments", "TLDK #23",
            "loses all that comes from a peer whose window shift is above 14", "rfc7323/2.3/8")
        {
            Link = () => new IllegalShift(),
        },
    ];

    // The first octet that is not acknowledged serves as the probe.
    private sealed class ProbesFullWindow : LinkFault
    {
        public override bool FromIut(Passing segment)
        {
            if (segment.Connection is { Tcb: Tcb tcb } && segment.Header.TextLength > 0
                && tcb.SndWnd > 0 && tcb.UsableWindow == 0 && tcb.Unsent > 0
                && segment.Header.Seq == tcb.SndUna)
            {
                TcpHeader probe = segment.Header;
                Send(segment.Pair, in probe, segment.Text.AsSpan(0, 1));
            }
            return true;
        }
    }

    private sealed class NoOverride : WindowDecisions
    {
        public override bool MaySend(Tcb tcb, int queued, int room, int mss, bool forced) =>
            (queued <= room || room >= mss) && base.MaySend(tcb, queued, room, mss, forced);
    }

    private sealed class Underflow : WindowDecisions
    {
        public override int UsableWindow(Tcb tcb) =>
            tcb.UsableWindow < 0 ? int.MaxValue : tcb.UsableWindow;
    }

    private sealed class OneSegmentMore : WindowDecisions
    {
        public override int UsableWindow(Tcb tcb) =>
            tcb.SndWnd > 0 ? tcb.UsableWindow + tcb.EffSndMss : tcb.UsableWindow;
    }

    private sealed class NoProbe : TimerDecisions
    {
        public override bool ProbesZeroWindow(Tcb tcb) => false;
    }

    private sealed class IllegalShift : LinkFault
    {
        private const byte LargestShift = 14;

        private readonly HashSet<SocketPair> _lost = [];

        public override bool ToIut(Passing segment)
        {
            if (!segment.Header.Has(TcpFlags.Syn))
            {
                return !_lost.Contains(segment.Pair);
            }
            if (segment.Header.Options.Has(TcpOptionSet.WindowScale)
                && segment.Header.Options.WindowScale > LargestShift)
            {
                _lost.Add(segment.Pair);
            }
            return true;
        }
    }
}
