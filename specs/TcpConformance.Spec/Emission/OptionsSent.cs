using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Options of segments other than SYN and RST, and ECN's bits.</summary>
internal static class OptionsSent
{
    // RFC 7323 §5.4: a tick takes one second at most; and one may just have been missed.
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(2);

    // RFC 7323 §5.4 (b): at most "one tick every 59 ns"; and what is seen may have waited.
    private const double ShortestTick = 59;
    private static readonly TimeSpan Unsteady = TimeSpan.FromSeconds(1);

    // RFC 7323 §5.4, §5.5: a clock of 1 ms per tick has then gone half way round.
    private static readonly TimeSpan HalfOfTheClock = TimeSpan.FromDays(24);

    public static RuleId Judge(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (seg.Flags.HasAny(TcpFlags.Ece | TcpFlags.Cwr) && !(tcb.EcnOffered && tcb.EcnAnswered))
        {
            return RuleId.EcnNotAgreed;
        }
        RuleId rule = Timestamps(ref tcb, in seg.Options, in c);
        return rule != RuleId.None ? rule : Sack(ref tcb, in seg, in c);
    }

    // RFC 7323 §3.2, §4.
    private static RuleId Timestamps(
        ref Tcb tcb, in TcpOptions o, in EmissionContext c)
    {
        bool present = o.Has(TcpOptionSet.Timestamps);
        if (!tcb.TsOk)
        {
            return present ? RuleId.TimestampsNotAgreed : RuleId.None;
        }
        if (!present)
        {
            return RuleId.TimestampsMissing;
        }
        RuleId value = TsVal(in tcb, in o, in c);
        if (value != RuleId.None)
        {
            return value;
        }
        if (o.TsEcr != tcb.TsRecent)
        {
            return RuleId.TsEcrWrong;
        }
        if (o.TsVal == tcb.LastTsVal)
        {
            return c.At - tcb.LastTsValSince > LongestTick + c.Early
                ? RuleId.TsValStandsStill
                : RuleId.None;
        }
        tcb.LastTsVal = o.TsVal;
        tcb.LastTsValSince = c.At;
        return RuleId.None;
    }

    /// <summary>How far TSval may have gone since the last one (RFC 7323 §4.1, §5.4).</summary>
    internal static RuleId TsVal(in Tcb tcb, in TcpOptions o, in EmissionContext c)
    {
        if (!tcb.TsValSeen || !o.Has(TcpOptionSet.Timestamps))
        {
            return RuleId.None;
        }
        TimeSpan passed = c.At - tcb.LastTsValSince;
        int moved = new SeqNumber(o.TsVal) - new SeqNumber(tcb.LastTsVal);
        if (moved < 0)
        {
            return passed < HalfOfTheClock ? RuleId.TsValBackwards : RuleId.None;
        }
        TimeSpan most = passed + Unsteady + c.Early;
        return most.TotalNanoseconds / ShortestTick < moved
            ? RuleId.TsClockTooFast
            : RuleId.None;
    }

    // RFC 2018 §3, §4; RFC 2883.
    private static RuleId Sack(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (!seg.Options.Has(TcpOptionSet.Sack))
        {
            // "SHOULD be included in all ACKs" (RFC 2018 §4). Whether anything was held shows when
            // the gap is filled. In real time the ACK may have been on its way when the text came.
            tcb.SackWithheld |= tcb.SackOk && c.Ixit.Latency == TimeSpan.Zero && seg.SegLen == 0
                && seg.Seq == tcb.SndNxt && tcb.Held.Count > 0 && !tcb.Held.Overflowed;
            return RuleId.None;
        }
        if (!tcb.SackOk)
        {
            return RuleId.SackNotPermitted;
        }
        SackBlock first = seg.Options.Sack[0];
        bool dsack = IsDuplicate(in tcb, first);
        for (int i = dsack ? 1 : 0; i < seg.Options.SackCount; i++)
        {
            SackBlock b = seg.Options.Sack[i];
            bool received = b.Left < b.Right
                && (tcb.Held.Covers(b.Left, b.Right) || EndsWithFin(in tcb, b));
            if (!received)
            {
                bool once = i == 0 && b.Left < b.Right && b.Left > tcb.Irs && b.Right <= tcb.RcvNxt;
                return once ? RuleId.DuplicateSackUnfounded : RuleId.SackBlockNotReceived;
            }
            if (Touches(in tcb, in seg, dsack ? 1 : 0, i))
            {
                // RFC 2883 §5 tells a D-SACK above the ACK by this form.
                bool inside = i == 1 && first.Left >= b.Left && first.Right <= b.Right;
                return inside ? RuleId.DuplicateSackUnfounded : RuleId.SackBlockNotIsolated;
            }
        }
        if (dsack)
        {
            tcb.Duplicates.Told(first);
        }
        return Newest(ref tcb, in seg, dsack);
    }

    // A FIN has a sequence number, and edges of blocks are sequence numbers (RFC 2018 §3).
    private static bool EndsWithFin(in Tcb tcb, SackBlock b) =>
        tcb.FinIsHeld && b.Right == tcb.HeldFin + 1u
        && (b.Left == tcb.HeldFin || tcb.Held.Covers(b.Left, tcb.HeldFin));

    // RFC 2018 §3: "the bytes just below the block … and just above the block … have not been
    // received". What of it was kept may be less than what came, but not in adjacent pieces.
    private static bool Touches(in Tcb tcb, in TcpHeader seg, int from, int at)
    {
        SackBlock b = seg.Options.Sack[at];
        for (int i = from; i < at; i++)
        {
            SackBlock other = seg.Options.Sack[i];
            bool isFin = tcb.FinIsHeld && (b.Left == tcb.HeldFin || other.Left == tcb.HeldFin);
            if (b.Left <= other.Right && other.Left <= b.Right && !(isFin && b != other))
            {
                return true;
            }
        }
        return false;
    }

    // RFC 2883 §4 (1): what has arrived twice, or the old segment as it came.
    private static bool IsDuplicate(in Tcb tcb, SackBlock b) => b.Left < b.Right
        && (tcb.Duplicates.Fits(b)
            || (tcb.Duplicates.MayBeMore && b.Left >= tcb.Irs
                && (b.Right <= tcb.RcvNxt || b.Right <= tcb.MayHoldTo
                    || tcb.Held.Covers(b.Left, b.Right))));

    private static RuleId Newest(ref Tcb tcb, in TcpHeader seg, bool dsack)
    {
        if (!tcb.NewestHeldUnreported || tcb.Held.Overflowed)
        {
            return RuleId.None;
        }
        tcb.NewestHeldUnreported = false;
        SackBlock first = seg.Options.Sack[0];
        SackBlock second = seg.Options.SackCount > 1 ? seg.Options.Sack[1] : first;
        // RFC 2883 §4: only a D-SACK may stand before it.
        bool named = Holds(first, tcb.NewestHeld)
            || (dsack && Holds(second, tcb.NewestHeld));
        return named ? RuleId.None : RuleId.SackFirstNotNewest;
    }

    private static bool Holds(SackBlock b, SeqNumber seq) => b.Left <= seq && seq < b.Right;
}
