using System.Runtime.CompilerServices;
using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>RFC 2525 "Known TCP Implementation Problems": congestion control and retransmission
/// (§2.1 to §2.8, §2.10, §2.14).</summary>
internal static class Rfc2525Mutants
{
    // More than any peer's window.
    private const uint NoWindow = 1u << 30;

    private static readonly ConditionalWeakTable<Tcb, object> WithoutMss = [];

    public static IEnumerable<Mutant> All =>
    [
        new(
            "rfc2525-no-initial-slow-start", "RFC 2525 §2.1",
            "begins a connection with all that the peer's window takes", "rfc6928/2/1")
        {
            Decisions = new() { Congestion = new NoInitialSlowStart() },
            Neighbours = ["rfc5681/3.1/1", "rfc5681/3.1/2", "rfc9293/MUST-19"],
        },
        new(
            "rfc2525-no-slow-start-after-timeout", "RFC 2525 §2.2",
            "keeps its congestion window when the retransmission timer expires",
            "rfc5681/3.1/11")
        {
            Decisions = new() { Congestion = new NoLossWindow() },
            Neighbours = ["rfc6928/2/6", "rfc5681/3.1/1", "rfc9293/MUST-19"],
        },
        new(
            "rfc2525-uninitialized-cwnd", "RFC 2525 §2.3",
            "begins with a huge congestion window if the peer's SYN has no MSS option",
            "rfc6928/2/1")
        {
            Decisions = new()
            {
                Option = new NotesMissingMss(),
                Congestion = new CwndFromMssOption(),
            },
            Neighbours = ["rfc5681/3.1/1", "rfc5681/3.1/2", "rfc9293/MUST-19"],
        },
        new(
            "rfc2525-inconsistent-retransmission", "RFC 2525 §2.4",
            "retransmits other octets than it has sent before under the same numbers",
            "rfc9293/3.4.3/1")
        {
            Link = () => new InconsistentRetransmission(),
        },
        new(
            "rfc2525-above-sequence-data-dropped", "RFC 2525 §2.5",
            "drops text that lies above a gap", "rfc9293/SHLD-31")
        {
            Decisions = new() { Acceptance = new NothingHeld() },
        },
        new(
            "rfc2525-extra-additive-constant", "RFC 2525 §2.6",
            "adds an eighth of a segment to cwnd for each ACK in congestion avoidance",
            "rfc5681/3.1/9")
        {
            Decisions = new() { Congestion = new ExtraConstant() },
            Neighbours = ["rfc5681/3.1/8", "rfc5681/3.1/1", "rfc9293/MUST-19"],
        },
        new(
            "rfc2525-initial-rto-too-low", "RFC 2525 §2.7",
            "begins with an RTO of 200 ms before it has measured anything", "rfc6298/2/1")
        {
            Values = o => o with
            {
                RtoInitial = TimeSpan.FromMilliseconds(200),
                RtoMin = TimeSpan.FromMilliseconds(200),
            },
            Neighbours = ["rfc6298/2/7", "rfc6298/1/1"],
        },
        new(
            "rfc2525-no-window-deflation", "RFC 2525 §2.8",
            "keeps the inflated congestion window when fast recovery ends", "rfc5681/3.2/11")
        {
            Decisions = new() { Congestion = new NoDeflation() },
            Neighbours = ["rfc5681/4.3/3"],
        },
        new(
            "rfc2525-no-rto-backoff", "RFC 2525 §2.10",
            "retransmits at the same interval again and again", "rfc6298/5/6")
        {
            Decisions = new() { Timer = new NoBackoff() },
            Neighbours = ["rfc6298/5/7", "rfc9293/MUST-19"],
        },
        new(
            "rfc2525-retransmission-of-two-segments", "RFC 2525 §2.14",
            "counts the timestamps option as text when it retransmits, so that a tinygram "
            + "follows", "rfc5681/3.1/11")
        {
            Link = () => new TinygramAfterRetransmission(),
            Neighbours = ["rfc5681/3.2/8", "rfc6298/5/1", "rfc6298/5/5", "rfc9293/3.10.8/2"],
        },
    ];

    private sealed class NoInitialSlowStart : CongestionDecisions
    {
        public override uint InitialWindow(Tcb tcb, bool synRetransmitted) => NoWindow;
    }

    private sealed class NoLossWindow : CongestionDecisions
    {
        public override uint LossWindow(Tcb tcb) => tcb.Cwnd;
    }

    private sealed class NotesMissingMss : OptionDecisions
    {
        public override int PeerMss(Tcb tcb, in TcpHeader syn)
        {
            if (!syn.Options.Has(TcpOptionSet.Mss))
            {
                WithoutMss.AddOrUpdate(tcb, tcb);
            }
            return base.PeerMss(tcb, in syn);
        }
    }

    private sealed class CwndFromMssOption : CongestionDecisions
    {
        public override uint InitialWindow(Tcb tcb, bool synRetransmitted) =>
            WithoutMss.TryGetValue(tcb, out _)
                ? NoWindow
                : base.InitialWindow(tcb, synRetransmitted);
    }

    private sealed class InconsistentRetransmission : LinkFault
    {
        private readonly Dictionary<SocketPair, SeqNumber> _sent = [];

        public override bool FromIut(Passing segment)
        {
            SeqNumber seq = segment.Header.Seq;
            SeqNumber end = seq + segment.Header.TextLength;
            bool isNew = !_sent.TryGetValue(segment.Pair, out SeqNumber sent) || seq >= sent;
            if (segment.Header.Has(TcpFlags.Syn) || segment.Header.TextLength == 0)
            {
                return true;
            }
            if (!isNew)
            {
                segment.ChangeText(segment.Text.Select(o => (byte)(o ^ 0xff)).ToArray());
            }
            if (isNew || end > sent)
            {
                _sent[segment.Pair] = end;
            }
            return true;
        }
    }

    private sealed class NothingHeld : AcceptanceDecisions
    {
        public override bool HoldsOutOfOrder(Tcb tcb, in TcpHeader segment) => false;
    }

    private sealed class ExtraConstant : CongestionDecisions
    {
        public override uint Grow(Tcb tcb, uint acked) => tcb.Cwnd < tcb.Ssthresh
            ? base.Grow(tcb, acked)
            : base.Grow(tcb, acked) + ((uint)tcb.EffSndMss / 8);
    }

    private sealed class NoDeflation : CongestionDecisions
    {
        public override uint AfterRecovery(Tcb tcb) => tcb.Cwnd;
    }

    private sealed class NoBackoff : TimerDecisions
    {
        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) => rto;
    }

    private sealed class TinygramAfterRetransmission : LinkFault
    {
        // Octets of the timestamps option with its padding.
        private const int OptionLength = 12;

        private readonly Dictionary<SocketPair, List<(SeqNumber Seq, byte[] Text)>> _sent = [];

        public override bool FromIut(Passing segment)
        {
            if (segment.Header.TextLength == 0
                || !segment.Header.Options.Has(TcpOptionSet.Timestamps))
            {
                return true;
            }
            if (!_sent.TryGetValue(segment.Pair, out List<(SeqNumber Seq, byte[] Text)>? sent))
            {
                _sent[segment.Pair] = sent = [];
            }
            SeqNumber seq = segment.Header.Seq;
            if (!sent.Exists(s => s.Seq == seq))
            {
                sent.Add((seq, segment.Text));
                return true;
            }
            SeqNumber end = seq + segment.Header.TextLength;
            (SeqNumber Seq, byte[] Text) next = sent.Find(s => s.Seq == end);
            if (next.Text is not null)
            {
                TcpHeader tinygram = segment.Header;
                tinygram.Seq = end;
                Send(
                    segment.Pair, in tinygram,
                    next.Text.AsSpan(0, Math.Min(OptionLength, next.Text.Length)));
            }
            return true;
        }
    }
}
