using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Options and initial sequence numbers, turned round.</summary>
internal static class OptionMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "syn-without-mss", "RFC 9293 §3.7.1 (SHLD-5)",
            "sends no MSS option",
            "rfc9293/SHLD-5", new NoMss(),
            "rfc9293/MUST-14"),
        Of(
            "mss-in-every-segment", "RFC 9293 §3.2 (MUST-65)",
            "sends the MSS option in every segment",
            "rfc9293/MUST-65", new MssEverywhere()),
        Of(
            "window-scale-in-every-segment", "RFC 7323 §2.2",
            "sends the window scale option in every segment",
            "rfc7323/2.2/5", new ScaleEverywhere()),
        Of(
            "sack-permitted-in-every-segment", "RFC 2018 §2",
            "sends SACK-permitted in every segment",
            "rfc2018/2/1", new PermittedEverywhere()),
        Of(
            "peer-mss-ignored", "RFC 9293 §3.7.1 (MUST-16)",
            "sends segments of 1460 octets whatever MSS its peer has announced",
            "rfc9293/MUST-16", new MssIgnored(),
            "rfc9293/MUST-14"),
        Of(
            "default-mss-1460", "RFC 9293 §3.7.1 (MUST-15)",
            "takes a missing MSS option for 1460",
            "rfc9293/MUST-15", new DefaultMss(),
            "rfc9293/MUST-16"),
        Of(
            "default-mss-536-over-ipv6", "RFC 9293 §3.7.1 (MUST-15)",
            "takes a missing MSS option for 1460 over IPv6",
            "rfc9293/MUST-15", new DefaultMssV6(),
            "rfc9293/MUST-16"),
        Of(
            "mss-less-options", "RFC 6691 §2",
            "announces an MSS from which it has taken the options",
            "rfc6691/2/2", new MssLessOptions(),
            "rfc6691/2/1", "rfc9293/3.7.1/2"),
        Of(
            "mss-is-the-mtu", "RFC 9293 §3.7.1, RFC 6691 §2",
            "announces the MTU as its MSS",
            "rfc6691/2/1", new MssIsMtu(),
            "rfc9293/3.7.1/2"),
        Of(
            "shift-of-fifteen", "RFC 7323 §2.3",
            "offers a window shift of 15",
            "rfc7323/2.3/6", new ShiftFifteen()),
        Of(
            "timestamps-only-on-syn", "RFC 7323 §3.2",
            "sends timestamps on the SYN alone, though they were agreed",
            "rfc7323/3.2/7", new TsOnlySyn()),
        Of(
            "tsecr-zero", "RFC 7323 §3.2",
            "echoes no timestamp",
            "rfc7323/3.2/2", new TsecrZero(),
            "rfc7323/4.3/5", "rfc7323/3.2/3"),
        Of(
            "tsecr-without-ack", "RFC 7323 §3.2",
            "fills TSecr in its first SYN",
            "rfc7323/3.2/1", new TsecrWithoutAck()),
        Of(
            "timestamp-clock-stands-still", "RFC 7323 §5.4",
            "sends the same timestamp for ever",
            "rfc7323/4.1/1", new ClockStands(),
            "rfc7323/5.4/1", "rfc7323/5.4/2"),
        Of(
            "timestamp-clock-too-fast", "RFC 7323 §5.4",
            "has a timestamp clock of a tick in 100 ns, which wraps in minutes",
            "rfc7323/5.4/3", new ClockFast(),
            "rfc7323/4.1/1"),
        Of(
            "timestamp-offset-shared", "RFC 7323 §7",
            "has one timestamp clock for all connections",
            "rfc7323/7/1", new OffsetShared()),
        Of(
            "sack-never-sent", "RFC 2018 §3",
            "sends no SACK option, though it was permitted",
            "rfc2018/4/3", new SackNever(),
            "rfc2018/4/4", "rfc2018/4/5"),
        Of(
            "sack-reports-too-much", "RFC 2018 §3",
            "reports an octet more than it holds in a SACK block",
            "rfc2018/3/1", new SackTooMuch(),
            "rfc2018/8/3"),
        Of(
            "sack-oldest-first", "RFC 2018 §4",
            "puts the newest block last",
            "rfc2018/4/6", new SackOldestFirst(),
            "rfc2018/4/8"),
        Of(
            "isn-without-secret", "RFC 6528 §3 (SHLD-1)",
            "takes its ISN from the clock alone",
            "rfc9293/SHLD-1", new IsnClock(),
            "rfc9293/MUST-9", "rfc6528/3/1", "rfc6528/3/2"),
        Of(
            "isn-without-clock", "RFC 9293 §3.4.1 (MUST-8)",
            "has the same ISN for the same sockets for ever",
            "rfc9293/MUST-8", new IsnNoClock(),
            "rfc6528/3/1", "rfc9293/SHLD-1"),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        OptionDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Option = decisions },
            Neighbours = neighbours,
        };

    private sealed class NoMss : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.Present &= ~TcpOptionSet.Mss;
            return o;
        }
    }

    private sealed class MssEverywhere : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.Present |= TcpOptionSet.Mss;
            o.Mss = OwnMss(tcb);
            return o;
        }
    }

    private sealed class ScaleEverywhere : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.Present |= tcb.SndWsOk ? TcpOptionSet.WindowScale : 0;
            return o;
        }
    }

    private sealed class PermittedEverywhere : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.Present |= tcb.SackOk ? TcpOptionSet.SackPermitted : 0;
            return o;
        }
    }

    private sealed class MssIgnored : OptionDecisions
    {
        public override int PeerMss(Tcb tcb, in TcpHeader syn) => 1460;
    }

    private sealed class DefaultMss : OptionDecisions
    {
        public override int PeerMss(Tcb tcb, in TcpHeader syn) =>
            syn.Options.Has(TcpOptionSet.Mss) ? syn.Options.Mss : 1460;
    }

    private sealed class DefaultMssV6 : OptionDecisions
    {
        public override int PeerMss(Tcb tcb, in TcpHeader syn) =>
            tcb.Pair.Tester.Address.IsV6 && !syn.Options.Has(TcpOptionSet.Mss)
                ? 1440
                : base.PeerMss(tcb, in syn);
    }

    private sealed class MssLessOptions : OptionDecisions
    {
        public override ushort OwnMss(Tcb tcb) => (ushort)(base.OwnMss(tcb) - 12);
    }

    private sealed class MssIsMtu : OptionDecisions
    {
        public override ushort OwnMss(Tcb tcb) => (ushort)tcb.Options.Mtu;
    }

    private sealed class ShiftFifteen : OptionDecisions
    {
        public override byte OwnShift(Tcb tcb) => 15;
    }

    private sealed class TsOnlySyn : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (!flags.Has(TcpFlags.Syn))
            {
                o.Present &= ~TcpOptionSet.Timestamps;
            }
            return o;
        }
    }

    private sealed class TsecrZero : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.TsEcr = 0;
            return o;
        }
    }

    private sealed class TsecrWithoutAck : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (!flags.Has(TcpFlags.Ack))
            {
                o.TsEcr = TsVal(tcb, now);
            }
            return o;
        }
    }

    private sealed class ClockStands : OptionDecisions
    {
        public override uint TsVal(Tcb tcb, TimeSpan now) => tcb.TsOffset;
    }

    private sealed class ClockFast : OptionDecisions
    {
        public override uint TsVal(Tcb tcb, TimeSpan now) =>
            unchecked(tcb.TsOffset + (uint)now.Ticks);
    }

    private sealed class OffsetShared : OptionDecisions
    {
        public override uint TsVal(Tcb tcb, TimeSpan now) =>
            unchecked((uint)(now.Ticks / TimeSpan.TicksPerMillisecond));
    }

    private sealed class SackNever : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            o.Present &= ~TcpOptionSet.Sack;
            o.SackCount = 0;
            return o;
        }
    }

    private sealed class SackTooMuch : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (o.SackCount > 0)
            {
                o.Sack[0] = o.Sack[0] with { Right = o.Sack[0].Right + 1u };
            }
            return o;
        }
    }

    private sealed class SackOldestFirst : OptionDecisions
    {
        public override TcpOptions ForSegment(Tcb tcb, TcpFlags flags, TimeSpan now)
        {
            TcpOptions o = base.ForSegment(tcb, flags, now);
            if (o.SackCount > 1)
            {
                (o.Sack[0], o.Sack[o.SackCount - 1]) = (o.Sack[o.SackCount - 1], o.Sack[0]);
            }
            return o;
        }
    }

    private sealed class IsnClock : OptionDecisions
    {
        public override SeqNumber InitialSequenceNumber(ulong hash, TimeSpan now) =>
            base.InitialSequenceNumber(0, now);
    }

    private sealed class IsnNoClock : OptionDecisions
    {
        public override SeqNumber InitialSequenceNumber(ulong hash, TimeSpan now) =>
            base.InitialSequenceNumber(hash, TimeSpan.Zero);
    }
}
