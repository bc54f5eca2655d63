using System.Runtime.CompilerServices;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>RFC 2525 "Known TCP Implementation Problems": keep-alives, windows, acknowledgments,
/// closing and segment size (§2.9, §2.11 to §2.13, §2.15 to §2.18).</summary>
internal static class Rfc2525LifeMutants
{
    public static IEnumerable<Mutant> All =>
    [
        // RFC 9293 says of several unanswered keep-alives nothing, but of a single one it does.
        new(
            "rfc2525-keepalive-timeout-too-short", "RFC 2525 §2.9",
            "gives a connection up one second after the first keep-alive without an answer",
            "rfc9293/MUST-29")
        {
            Values = o => o with
            {
                KeepAliveInterval = TimeSpan.FromSeconds(1),
                KeepAliveCount = 1,
            },
        },
        new(
            "rfc2525-keepalive-interval-too-short", "RFC 2525 §2.11",
            "sends a keep-alive after 13 minutes by default", "rfc9293/MUST-28")
        {
            Values = o => o with { KeepAliveIdle = TimeSpan.FromMinutes(13) },
        },
        new(
            "rfc2525-window-probe-deadlock", "RFC 2525 §2.12",
            "takes no ACK any more once a probe has come for the room of a few octets that its "
            + "user has read", "rfc9293/3.4/7")
        {
            Decisions = new() { Acceptance = new ProbeDeadlock() },
            Neighbours = ["rfc9293/3.10.7.4/3", "rfc9293/3.10.7.4/30"],
        },
        new(
            "rfc2525-stretch-ack", "RFC 2525 §2.13",
            "acknowledges two segments of the MSS without options, which are three with them",
            "rfc9293/SHLD-19")
        {
            Decisions = new() { Ack = new StretchAck() },
            Neighbours = ["rfc5681/4.2/3"],
        },
        new(
            "rfc2525-late-fin", "RFC 2525 §2.15",
            "sends the FIN only when all text before it is acknowledged", "rfc9293/3.10.4/5")
        {
            Decisions = new() { Window = new LateFin() },
            Neighbours = ["rfc9293/3.8/4", "rfc9293/3.10.4/7", "rfc9293/3.3.2/12"],
        },
        new(
            "rfc2525-no-rst-after-half-duplex-close", "RFC 2525 §2.16",
            "acknowledges text that comes after the user's CLOSE and throws it away",
            "rfc9293/SHLD-3")
        {
            Decisions = new() { Reset = new SilentAfterClose() },
        },
        new(
            "rfc2525-no-rst-on-close-with-data-pending", "RFC 2525 §2.17",
            "sends a FIN at CLOSE although the user has not read all", "rfc9293/SHLD-3")
        {
            Decisions = new() { Reset = new SilentOnUnread() },
        },
        new(
            "rfc2525-options-missing-from-mss", "RFC 2525 §2.18",
            "does not shorten the text by the options that go with it", "rfc9293/MUST-16")
        {
            Decisions = new() { Option = new OptionsNotCounted() },
            Neighbours = ["rfc9293/3.7.1/1", "rfc6691/2/3"],
        },
    ];

    // The window is computed as negative, and taken as unsigned: nothing lies in it.
    private sealed class ProbeDeadlock : AcceptanceDecisions
    {
        private readonly ConditionalWeakTable<Tcb, object> _stuck = [];

        public override bool IsAcceptable(Tcb tcb, in TcpHeader segment)
        {
            if (tcb.RcvWnd > 0)
            {
                _stuck.Remove(tcb);
            }
            else if (segment.TextLength > 0 && segment.Seq == tcb.RcvNxt
                && tcb.RcvUser < tcb.RcvBuff)
            {
                _stuck.AddOrUpdate(tcb, tcb);
            }
            return !_stuck.TryGetValue(tcb, out _) && base.IsAcceptable(tcb, in segment);
        }

        public override bool TakesControlsAtZeroWindow(Tcb tcb, in TcpHeader segment) =>
            !_stuck.TryGetValue(tcb, out _) && base.TakesControlsAtZeroWindow(tcb, in segment);
    }

    private sealed class StretchAck : AckDecisions
    {
        // Octets of the timestamps option with its padding.
        private const int OptionLength = 12;

        public override AckTiming WhenToAck(Tcb tcb, bool inOrder)
        {
            AckTiming timing = base.WhenToAck(tcb, inOrder);
            int full = tcb.EffSndMss + (tcb.SndTsOk ? OptionLength : 0);
            return inOrder && !tcb.FinReceived && tcb.UnackedOctets < 2 * (uint)full
                ? AckTiming.Delayed
                : timing;
        }
    }

    private sealed class LateFin : WindowDecisions
    {
        public override bool MaySendFin(Tcb tcb) => tcb.SndUna == tcb.SndEnd;
    }

    private sealed class SilentAfterClose : ResetDecisions
    {
        public override bool ResetsOnLostText(Tcb tcb) => !tcb.FinQueued;
    }

    private sealed class SilentOnUnread : ResetDecisions
    {
        public override bool ResetsOnLostText(Tcb tcb) => tcb.FinQueued;
    }

    private sealed class OptionsNotCounted : OptionDecisions
    {
        public override int MaxText(Tcb tcb, int optionLength) => base.MaxText(tcb, 0);
    }
}
