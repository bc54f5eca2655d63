using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: resets and blind attacks (RFC 5961).</summary>
internal static class ResetBugs
{
    // A RST in the window but not at RCV.NXT is challenged and dropped; one outside is dropped.
    private static readonly string[] InWindow =
        ["rfc5961/3.2/4", "rfc9293/3.10.7.4/11", "rfc9293/3.10.7.4/12"];

    private static readonly string[] Outside =
        ["rfc5961/3.2/5", "rfc9293/3.10.7.4/5", "rfc9293/3.10.7.4/9", "rfc9293/3.5.3/1"];

    public static IEnumerable<Mutant> All =>
    [
        new(
            "gvisor-484ef1208-in-window-rst-kills", "gVisor 484ef1208",
            "takes a RST anywhere in the window", "rfc5961/3.2/3")
        {
            Decisions = new() { Reset = new InWindowRst() },
            Neighbours = InWindow,
        },
        new(
            "tldk-11-rst-sequence-unchecked", "TLDK #11",
            "takes a RST whatever its sequence number", "rfc9293/3.10.7.4/9")
        {
            Decisions = new() { Reset = new AnyRst() },
            Neighbours = [.. Outside, .. InWindow, "rfc5961/3.2/3"],
        },
        new(
            "lwip-48170-rst-up-to-the-right-edge", "lwIP #48170",
            "takes a RST in the window, and the one just behind it", "rfc5961/3.2/3")
        {
            Decisions = new() { Reset = new RstUpToRightEdge() },
            Neighbours = [.. Outside, .. InWindow],
        },
        new(
            "lwip-34111-rst-from-listen-off-by-one", "lwIP #34111",
            "sends a RST from LISTEN one number too high", "rfc9293/3.10.7.2/2")
        {
            Link = () => new ListenRstTooHigh(),
            Neighbours = ["rfc9293/3.5.2/6", "rfc9293/3.5.2/5"],
        },
        new(
            "cve-2004-0230-syn-in-window-resets", "CVE-2004-0230",
            "resets the connection on a SYN in the window", "rfc5961/4.2/2")
        {
            Decisions = new() { Reset = new SynResets() },
            Neighbours = ["rfc5961/4.2/3", "rfc9293/3.10.7.4/22", "rfc9293/3.10.7.4/23"],
        },
    ];

    private static Reaction End(Tcb tcb) => tcb.State == TcpState.SynReceived && tcb.IsPassive
        ? Reaction.ToListen
        : Reaction.Reset;

    private sealed class InWindowRst : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            segment.Seq.InWindow(tcb.RcvNxt, tcb.RcvWnd) ? End(tcb) : base.OnRst(tcb, in segment);
    }

    private sealed class AnyRst : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) => End(tcb);
    }

    private sealed class RstUpToRightEdge : ResetDecisions
    {
        public override Reaction OnRst(Tcb tcb, in TcpHeader segment) =>
            segment.Seq >= tcb.RcvNxt && segment.Seq <= tcb.RcvNxt + tcb.RcvWnd
                ? End(tcb)
                : base.OnRst(tcb, in segment);
    }

    private sealed class ListenRstTooHigh : LinkFault
    {
        private readonly HashSet<ushort> _listening = [];

        public override bool Called(UserCall call)
        {
            if (call.Kind == UserCallKind.Listen)
            {
                _listening.Add(call.Pair.Iut.Port);
            }
            else if (call.Kind == UserCallKind.StopListening)
            {
                _listening.Remove(call.Pair.Iut.Port);
            }
            return true;
        }

        public override bool FromIut(Passing segment)
        {
            if (segment.Connection is null && segment.Header.Flags == TcpFlags.Rst
                && _listening.Contains(segment.Pair.Iut.Port))
            {
                segment.Change().Seq += 1u;
            }
            return true;
        }
    }

    private sealed class SynResets : ResetDecisions
    {
        public override Reaction OnSyn(Tcb tcb, in TcpHeader segment, bool inWindow) =>
            inWindow && tcb.State.IsSynchronized()
                ? Reaction.Reset
                : base.OnSyn(tcb, in segment, inWindow);
    }
}
