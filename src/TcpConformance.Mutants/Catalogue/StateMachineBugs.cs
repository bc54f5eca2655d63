using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;
using TcpState = TcpConformance.Engine.TcpState;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: handshake and closing.</summary>
internal static class StateMachineBugs
{
    private const TcpFlags SynAck = TcpFlags.Syn | TcpFlags.Ack;

    public static IEnumerable<Mutant> All =>
    [
        new(
            "bsd-simultaneous-open-bare-ack", "BSD",
            "answers a SYN that crosses its own by an ACK without SYN", "rfc9293/MUST-10")
        {
            Link = () => new BareAckOfCrossingSyn(),
            Neighbours = ["rfc9293/3.3.2/6", "rfc9293/3.10.7.3/11"],
        },
        new(
            "bsd-fin-without-ack-from-syn-sent", "BSD",
            "sends a FIN without ACK when its user closes in SYN-SENT", "rfc9293/3.10.4/3")
        {
            Link = () => new FinFromSynSent(),
            Neighbours = ["rfc9293/3.3.2/8", "rfc9293/3.10/3"],
        },
        new(
            "bsd-syn-fin-skips-syn-received", "BSD",
            "goes to CLOSE-WAIT on a SYN,FIN in SYN-SENT before its own SYN is acknowledged",
            "rfc9293/3.10.7.3/11")
        {
            Link = () => new CloseWaitFromSynSent(),
            Neighbours = ["rfc9293/3.10.7.3/12", "rfc9293/3.3.2/6", "rfc9293/MUST-10"],
        },
        new(
            "bsd-syn-received-to-fin-wait-2", "BSD",
            "goes from SYN-RECEIVED to FIN-WAIT-2 on CLOSE, as if its FIN were acknowledged",
            "rfc9293/3.3.2/10")
        {
            Decisions = new() { State = new FinWait2FromSynReceived() },
            Neighbours =
            [
                "rfc9293/3.10.4/4", "rfc9293/3.6/5", "rfc9293/3.10.7.4/58", "rfc9293/3.10.8/2",
                "rfc9293/3.4/5",
            ],
        },
        new(
            "linux-syn-ack-offers-unasked-options", "Linux, old",
            "offers in its SYN,ACK options that the SYN did not have", "rfc7323/2.2/6")
        {
            Decisions = new() { Option = new UnaskedOptions() },
            Neighbours = ["rfc7323/3.2/6"],
        },
        new(
            "windows-xp-invalid-rst-shortens-syn-retry", "Windows XP",
            "sends its SYN again at once when a RST comes that is not valid",
            "rfc9293/3.10.7.3/6")
        {
            Link = () => new RstHurriesSyn(),
            Neighbours =
            [
                "rfc9293/3.10.7.3/2", "rfc9293/3.5.3/2", "rfc5961/3.2/6", "rfc6298/5/1",
                "rfc9293/MUST-22",
            ],
        },
        new(
            "smoltcp-477-any-ack-ends-last-ack", "smoltcp #477",
            "takes any ACK in LAST-ACK for the one of its FIN", "rfc9293/3.10.7.4/40")
        {
            Link = () => new AnyAckEndsLastAck(),
            Neighbours =
                ["rfc9293/3.3.2/20", "rfc9293/3.6/5", "rfc9293/3.4/4", "rfc9293/3.4/5"],
        },
        new(
            "cve-2015-5358-last-ack-stuck", "CVE-2015-5358 (FreeBSD)",
            "stays in LAST-ACK for ever when the last ACK is lost: its FIN is sent only once",
            "rfc9293/3.6/5")
        {
            Link = () => new FinOfLastAckOnce(),
            Neighbours = ["rfc9293/3.10.8/2", "rfc9293/3.8/1", "rfc9293/3.6/8"],
        },
        new(
            "freebsd-f8b5681094dd-syn-fin-ends-time-wait", "FreeBSD f8b5681094dd",
            "ends TIME-WAIT for a SYN,FIN with a new number, which it then drops",
            "rfc9293/MUST-13")
        {
            Link = () => new SynFinEndsTimeWait(),
            Neighbours = ["rfc9293/3.10.7.4/22", "rfc9293/3.10.7.4/41"],
        },
        new(
            "gvisor-45835a60f-ack-for-unacceptable-ack", "gVisor 45835a60f",
            "answers an unacceptable ACK in SYN-RECEIVED by an ACK instead of a RST",
            "rfc9293/3.10.7.4/29")
        {
            Link = () => new AckInsteadOfRst(),
            Neighbours = ["rfc9293/3.5.2/5", "rfc9293/3.5.2/6"],
        },
        new(
            "gvisor-40faeaa18-unacceptable-ack-while-closing", "gVisor 40faeaa18",
            "drops an ACK of what was never sent in silence once it is closing",
            "rfc9293/3.10.7.4/33")
        {
            Link = () => new SilentWhileClosing(),
        },
        new(
            "cve-2012-6638-syn-fin-keeps-a-place", "CVE-2012-6638 (Linux)",
            "takes a SYN,FIN in LISTEN for a SYN, and never gives the place in the backlog back",
            "rfc9293/3.10.7.2/6")
        {
            Link = () => new SynFinFillsBacklog(),
            Neighbours = ["rfc9293/3.10.7.2/4", "rfc9293/3.3.2/3"],
        },
    ];

    // 4.4BSD takes the SYN off what is not at ISS, and SND.NXT is behind it already.
    private static void BecomeBareAck(Passing segment, uint ackFurther)
    {
        ref TcpHeader h = ref segment.Change();
        h.Flags = TcpFlags.Ack;
        h.Seq += 1u;
        h.Ack += ackFurther;
        h.Options.Present &= TcpOptionSet.Timestamps;
    }

    private sealed class BareAckOfCrossingSyn : LinkFault
    {
        public override bool FromIut(Passing segment)
        {
            if (segment.Header.Has(SynAck) && segment.Connection is { Tcb.IsPassive: false })
            {
                BecomeBareAck(segment, 0);
            }
            return true;
        }
    }

    private sealed class FinFromSynSent : LinkFault
    {
        private readonly Dictionary<SocketPair, TcpHeader> _syns = [];

        public override bool FromIut(Passing segment)
        {
            if (segment.State == TcpState.SynSent)
            {
                _syns[segment.Pair] = segment.Header;
            }
            return true;
        }

        public override bool Called(UserCall call)
        {
            if (call.Kind is UserCallKind.Close or UserCallKind.Shutdown
                && Stack.Find(call.Pair) is { State: TcpState.SynSent }
                && _syns.TryGetValue(call.Pair, out TcpHeader fin))
            {
                fin.Flags = TcpFlags.Fin;
                fin.Seq += 1u;
                fin.Options = default;
                Send(call.Pair, in fin);
            }
            return true;
        }
    }

    private sealed class CloseWaitFromSynSent : LinkFault
    {
        private readonly HashSet<SocketPair> _closed = [];

        public override bool ToIut(Passing segment)
        {
            if (segment.State == TcpState.SynSent
                && segment.Header.Has(TcpFlags.Syn | TcpFlags.Fin)
                && (segment.Header.Flags & (TcpFlags.Ack | TcpFlags.Rst)) == 0)
            {
                _closed.Add(segment.Pair);
            }
            return true;
        }

        public override bool FromIut(Passing segment)
        {
            if (segment.Header.Has(SynAck) && _closed.Contains(segment.Pair))
            {
                BecomeBareAck(segment, 1);
            }
            return true;
        }
    }

    private sealed class FinWait2FromSynReceived : StateDecisions
    {
        public override TcpState AfterClose(TcpState state, bool nothingToSend) =>
            state == TcpState.SynReceived && nothingToSend
                ? TcpState.FinWait2
                : base.AfterClose(state, nothingToSend);

        public override TcpState AfterSynAcked(bool closing) =>
            closing ? TcpState.FinWait2 : base.AfterSynAcked(closing);
    }

    private sealed class UnaskedOptions : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (flags.Has(SynAck))
            {
                o.Present |= TcpOptionSet.WindowScale | TcpOptionSet.Timestamps
                    | TcpOptionSet.SackPermitted;
                o.WindowScale = OwnShift(tcb);
                o.TsVal = TsVal(tcb, now);
            }
            return o;
        }
    }

    private sealed class RstHurriesSyn : LinkFault
    {
        private readonly Dictionary<SocketPair, TcpHeader> _syns = [];

        public override bool FromIut(Passing segment)
        {
            if (segment.State == TcpState.SynSent)
            {
                _syns[segment.Pair] = segment.Header;
            }
            return true;
        }

        public override bool ToIut(Passing segment)
        {
            TcpHeader h = segment.Header;
            if (segment.State != TcpState.SynSent || !h.Has(TcpFlags.Rst)
                || (h.Has(TcpFlags.Ack) && h.Ack == segment.Connection!.Tcb.SndNxt)
                || !_syns.TryGetValue(segment.Pair, out TcpHeader syn))
            {
                return true;
            }
            Send(segment.Pair, in syn);
            return true;
        }
    }

    private sealed class AnyAckEndsLastAck : LinkFault
    {
        public override bool ToIut(Passing segment)
        {
            if (segment.State == TcpState.LastAck && segment.Header.Has(TcpFlags.Ack)
                && (segment.Header.Flags & (TcpFlags.Rst | TcpFlags.Syn)) == 0)
            {
                segment.Change().Ack = segment.Connection!.Tcb.SndEnd + 1u;
            }
            return true;
        }
    }

    private sealed class FinOfLastAckOnce : LinkFault
    {
        private readonly HashSet<SocketPair> _sent = [];

        public override bool FromIut(Passing segment) =>
            segment.State != TcpState.LastAck || !segment.Header.Has(TcpFlags.Fin)
            || _sent.Add(segment.Pair);
    }

    private sealed class SynFinEndsTimeWait : LinkFault
    {
        private readonly HashSet<SocketPair> _gone = [];
        private readonly ResetDecisions _reset = new();

        public override bool ToIut(Passing segment)
        {
            TcpHeader h = segment.Header;
            bool plainSyn = (h.Flags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst))
                == TcpFlags.Syn;
            if (plainSyn && h.Has(TcpFlags.Fin) && segment.State == TcpState.TimeWait
                && h.Seq > segment.Connection!.Tcb.RcvNxt)
            {
                _gone.Add(segment.Pair);
                return false;
            }
            if (plainSyn || !_gone.Contains(segment.Pair))
            {
                return true;
            }
            if (!h.Has(TcpFlags.Rst))
            {
                TcpHeader reset = _reset.Answer(in h);
                Send(segment.Pair, in reset);
            }
            return false;
        }
    }

    private sealed class AckInsteadOfRst : LinkFault
    {
        public override bool FromIut(Passing segment)
        {
            if (segment.Connection is { State: TcpState.SynReceived } connection
                && segment.Header.Flags == TcpFlags.Rst)
            {
                ref TcpHeader h = ref segment.Change();
                h.Flags = TcpFlags.Ack;
                h.Seq = connection.Tcb.SndNxt;
                h.Ack = connection.Tcb.RcvNxt;
                h.Window = (ushort)(connection.Tcb.RcvWnd >> connection.Tcb.RcvWindShift);
            }
            return true;
        }
    }

    private sealed class SilentWhileClosing : LinkFault
    {
        public override bool ToIut(Passing segment) =>
            segment.State is not (TcpState.FinWait1 or TcpState.FinWait2 or TcpState.Closing
                or TcpState.LastAck)
            || (segment.Header.Flags & (TcpFlags.Rst | TcpFlags.Syn | TcpFlags.Ack))
                != TcpFlags.Ack
            || segment.Header.Ack <= segment.Connection!.Tcb.SndNxt;
    }

    private sealed class SynFinFillsBacklog : LinkFault
    {
        // As many as a small server lets wait.
        private const int Places = 16;

        private readonly Dictionary<ushort, int> _taken = [];

        public override bool ToIut(Passing segment)
        {
            if (segment.Connection is not null || !segment.Header.Has(TcpFlags.Syn)
                || (segment.Header.Flags & (TcpFlags.Ack | TcpFlags.Rst)) != 0)
            {
                return true;
            }
            ushort port = segment.Pair.Iut.Port;
            int taken = _taken.GetValueOrDefault(port);
            if (segment.Header.Has(TcpFlags.Fin))
            {
                _taken[port] = ++taken;
            }
            return taken < Places;
        }
    }
}
