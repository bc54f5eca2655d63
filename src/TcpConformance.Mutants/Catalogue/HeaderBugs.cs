using TcpConformance.Engine;
using TcpConformance.Mutants.Faults;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Bugs of real stacks: header, options and what an attacker makes of them. After a
/// memory fault or an endless loop the stack is dead.</summary>
internal static class HeaderBugs
{
    private const string Illegal = "rfc9293/MUST-7";
    private const string Offset = "rfc9293/3.1/2";
    private const string SynAnswered = "rfc9293/3.10.7.2/4";

    private static readonly string[] Numbers =
        ["rfc9293/SHLD-1", "rfc6528/3/1", "rfc6528/3/2", "rfc9293/MUST-9"];

    public static IEnumerable<Mutant> All =>
    [
        Dies(
            "tldk-12-option-length-zero-hangs", "TLDK #12",
            "hangs in an option of length zero", Illegal,
            s => s.Defect == SegmentDefect.OptionLengthZero),
        Dies(
            "cve-2020-24337-option-length-zero-hangs", "CVE-2020-24337 (picoTCP)",
            "hangs in an option whose length is too small to pass on", Illegal,
            s => s.Defect is SegmentDefect.OptionLengthZero or SegmentDefect.OptionLengthOne),
        Dies(
            "cve-2020-24341-option-length-unchecked", "CVE-2020-24341 (picoTCP)",
            "reads an option past the end of the header and dies of it", Illegal,
            s => s.Defect == SegmentDefect.OptionPastHeader),
        Dies(
            "cve-2020-11912-option-read-past-its-end", "CVE-2020-11912 (Treck)",
            "reads malformed SACKs and timestamps past their end and dies of it", Illegal,
            s => s.Defect is SegmentDefect.OptionWrongLength or SegmentDefect.OptionPastHeader
                && !s.Header.Has(TcpFlags.Syn)),
        Dies(
            "cve-2023-37459-truncated-syn", "CVE-2023-37459 (Contiki-NG)",
            "reads a SYN past its end, where the data offset points, and dies of it", Offset,
            s => s.Defect == SegmentDefect.DataOffsetPastSegment
                && s.Header.Has(TcpFlags.Syn)),
        Dies(
            "cve-2023-35847-mss-zero", "CVE-2023-35847 (picoTCP), lwIP, smoltcp",
            "divides by an MSS of zero and dies of it", SynAnswered,
            s => s.Header.Has(TcpFlags.Syn) && s.Header.Options.Has(TcpOptionSet.Mss)
                && s.Header.Options.Mss == 0),
        Dies(
            "cve-2019-12255-urgent-pointer-zero", "CVE-2019-12255 (VxWorks)",
            "takes an urgent pointer of zero for a huge length and dies of it",
            "rfc9293/3.8.5/5",
            s => s.Header.Has(TcpFlags.Urg) && s.Header.UrgentPointer == 0),
        new(
            "cve-2019-12258-bad-option-drops-connection", "CVE-2019-12258 (VxWorks)",
            "drops the connection on a malformed option, even in a segment outside the window",
            "rfc9293/3.10.7.4/6")
        {
            Link = () => new DropsOnBadOption(),
        },
        new(
            "tldk-6-bad-data-offset-accepted", "TLDK #6",
            "takes a segment whose data offset points into the fixed header or past the end",
            Offset)
        {
            Link = () => new AnyDataOffset(),
        },
        new(
            "tldk-15-silent-without-mss", "TLDK #15",
            "sends no text to a peer whose SYN,ACK has no MSS option", "rfc9293/MUST-15")
        {
            Link = () => new SilentWithoutMss(),
            Neighbours = ["rfc9293/MUST-60", "rfc9293/3.10.2/4"],
        },
        new(
            "mtcp-5-timestamps-not-negotiated", "mTCP #5",
            "sends timestamps although the peer's SYN had none", "rfc7323/3.2/6")
        {
            Decisions = new() { Option = new AlwaysTimestamps() },
        },
        new(
            "gvisor-0b81b32c9-ecn-syn-refused", "gVisor 0b81b32c9",
            "does not answer a SYN that offers ECN", "rfc3168/6.1.1/7")
        {
            Link = () => new EcnSynRefused(),
            Neighbours = ["rfc9293/3.1/4", SynAnswered],
        },
        new(
            "cve-2019-11477-sacks-over-tiny-segments", "CVE-2019-11477 (Linux)",
            "panics when a peer with an MSS of 48 selectively acknowledges many tiny segments",
            "rfc9293/3.8/1")
        {
            Link = () => new TinySegmentPanic(),
        },
        new(
            "cve-2018-5390-out-of-order-queue-slow", "CVE-2018-5390 (Linux)",
            "is busy for ever with one connection after some hundred tiny segments out of order",
            "rfc9293/3.8.6/2")
        {
            Link = () => new OutOfOrderFlood(false),
            Neighbours = ["rfc9293/3.10.7.4/45", "rfc5681/4.2/4"],
        },
        new(
            "cve-2004-0171-out-of-order-queue-unbounded", "CVE-2004-0171 (FreeBSD)",
            "holds every segment out of order that comes, until the memory of the host is full",
            "rfc9293/3.8.6/2")
        {
            Link = () => new OutOfOrderFlood(true),
            Neighbours = ["rfc9293/3.10.7.4/45", "rfc5681/4.2/4"],
        },
        new(
            "number-jack-isn-counts-up", "NUMBER:JACK",
            "takes initial sequence numbers from the clock alone", "rfc9293/MUST-9")
        {
            Decisions = new() { Option = new ClockAlone() },
            Neighbours = Numbers,
        },
    ];

    private static Mutant Dies(
        string id, string source, string text, string requirement, Predicate<Passing> of,
        params string[] neighbours) => new(id, source, text, requirement)
        {
            Link = () => new DiesOf(of),
            Neighbours = neighbours,
        };

    private sealed class DiesOf(Predicate<Passing> deadly) : LinkFault
    {
        public override bool ToIut(Passing segment)
        {
            if (segment.HasRightChecksum && deadly(segment))
            {
                Die();
            }
            return true;
        }
    }

    private sealed class DropsOnBadOption : LinkFault
    {
        public override bool ToIut(Passing segment)
        {
            if (segment.HasRightChecksum && segment.State.IsSynchronized()
                && segment.Defect is SegmentDefect.OptionLengthZero
                    or SegmentDefect.OptionLengthOne or SegmentDefect.OptionPastHeader
                    or SegmentDefect.OptionWrongLength)
            {
                Die(segment.Pair);
            }
            return true;
        }
    }

    private sealed class AnyDataOffset : LinkFault
    {
        public override bool ToIut(Passing segment)
        {
            if (segment.HasRightChecksum && segment.Defect.IsFatal())
            {
                _ = segment.Change(); // written anew it is well formed
            }
            return true;
        }
    }

    private sealed class SilentWithoutMss : LinkFault
    {
        private readonly HashSet<SocketPair> _silent = [];

        public override bool ToIut(Passing segment)
        {
            if (segment.State == TcpState.SynSent
                && segment.Header.Has(TcpFlags.Syn | TcpFlags.Ack)
                && !segment.Header.Options.Has(TcpOptionSet.Mss))
            {
                _silent.Add(segment.Pair);
            }
            return true;
        }

        public override bool FromIut(Passing segment) =>
            segment.Header.TextLength == 0 || !_silent.Contains(segment.Pair);
    }

    private sealed class AlwaysTimestamps : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (!o.Has(TcpOptionSet.Timestamps))
            {
                o.Present |= TcpOptionSet.Timestamps;
                o.TsVal = TsVal(tcb, now);
            }
            return o;
        }
    }

    private sealed class EcnSynRefused : LinkFault
    {
        public override bool ToIut(Passing segment) =>
            !segment.Header.Has(TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr);
    }

    private sealed class TinySegmentPanic : LinkFault
    {
        private const int TinyMss = 48;
        private const int Fragments = 17;

        private readonly Dictionary<SocketPair, int> _sacked = [];

        public override bool ToIut(Passing segment)
        {
            TcpHeader h = segment.Header;
            if (h.Has(TcpFlags.Syn))
            {
                if (h.Options.Has(TcpOptionSet.Mss) && h.Options.Mss is > 0 and <= TinyMss)
                {
                    _sacked[segment.Pair] = 0;
                }
            }
            else if (h.Options.Has(TcpOptionSet.Sack)
                && _sacked.TryGetValue(segment.Pair, out int sacked))
            {
                for (int i = 0; i < h.Options.SackCount; i++)
                {
                    SackBlock block = h.Options.Sack[i];
                    sacked = Math.Max(sacked, (block.Right - block.Left) / 8);
                }
                _sacked[segment.Pair] = sacked;
                if (sacked >= Fragments)
                {
                    Die();
                }
            }
            return true;
        }
    }

    private sealed class OutOfOrderFlood(bool ofHost) : LinkFault
    {
        private const int Many = 200;

        private readonly Dictionary<SocketPair, int> _held = [];

        public override bool ToIut(Passing segment)
        {
            if (segment.Connection is not { Tcb: Tcb tcb } || !tcb.State.IsSynchronized()
                || segment.Header.TextLength == 0 || segment.Header.Seq <= tcb.RcvNxt
                || !segment.Header.Seq.InWindow(tcb.RcvNxt, tcb.RcvWnd))
            {
                return true;
            }
            int held = _held.GetValueOrDefault(segment.Pair) + 1;
            _held[segment.Pair] = held;
            if (held < Many)
            {
                return true;
            }
            if (ofHost)
            {
                Die();
            }
            else
            {
                Die(segment.Pair);
            }
            return true;
        }
    }

    private sealed class ClockAlone : OptionDecisions
    {
        public override SeqNumber InitialSequenceNumber(ulong hash, TimeSpan now) =>
            base.InitialSequenceNumber(0, now);
    }
}
