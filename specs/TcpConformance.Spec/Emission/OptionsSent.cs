using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Options of segments other than SYN and RST, and ECN's bits.</summary>
internal static class OptionsSent
{
    public static RuleId Judge(ref Tcb tcb, in TcpHeader seg)
    {
        if (seg.Flags.HasAny(TcpFlags.Ece | TcpFlags.Cwr) && !(tcb.EcnOffered && tcb.EcnAnswered))
        {
            return RuleId.EcnNotAgreed;
        }
        RuleId rule = Timestamps(ref tcb, in seg.Options);
        return rule != RuleId.None ? rule : Sack(ref tcb, in seg);
    }

    // RFC 7323 §3.2, §4.
    private static RuleId Timestamps(ref Tcb tcb, in TcpOptions o)
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
        if (tcb.TsValSeen && new SeqNumber(o.TsVal) < new SeqNumber(tcb.LastTsVal))
        {
            return RuleId.TsValBackwards;
        }
        if (o.TsEcr != tcb.TsRecent)
        {
            return RuleId.TsEcrWrong;
        }
        tcb.LastTsVal = o.TsVal;
        tcb.TsValSeen = true;
        return RuleId.None;
    }

    // RFC 2018 §3, §4; RFC 2883.
    private static RuleId Sack(ref Tcb tcb, in TcpHeader seg)
    {
        if (!seg.Options.Has(TcpOptionSet.Sack))
        {
            return RuleId.None;
        }
        bool permitted = (tcb.PeerOffers & tcb.IutOffers & TcpOptionSet.SackPermitted) != 0;
        if (!permitted)
        {
            return RuleId.SackNotPermitted;
        }
        for (int i = 0; i < seg.Options.SackCount; i++)
        {
            SackBlock b = seg.Options.Sack[i];
            bool received = b.Left < b.Right && tcb.Held.Covers(b.Left, b.Right);
            if (!received && !(i == 0 && IsDuplicate(in tcb, b)))
            {
                return RuleId.SackBlockNotReceived;
            }
        }
        return Newest(ref tcb, in seg);
    }

    private static bool IsDuplicate(in Tcb tcb, SackBlock b) =>
        b.Left < b.Right && b.Left >= tcb.Irs && b.Right <= tcb.RcvNxt;

    private static RuleId Newest(ref Tcb tcb, in TcpHeader seg)
    {
        if (!tcb.NewestHeldUnreported)
        {
            return RuleId.None;
        }
        tcb.NewestHeldUnreported = false;
        SackBlock first = seg.Options.Sack[0];
        SackBlock second = seg.Options.SackCount > 1 ? seg.Options.Sack[1] : first;
        // RFC 2883 §4: only a D-SACK may stand before it.
        bool dsack = first == tcb.Duplicate || IsDuplicate(in tcb, first)
            || (first != second && second.Left <= first.Left && first.Right <= second.Right);
        bool named = Holds(first, tcb.NewestHeld)
            || (dsack && Holds(second, tcb.NewestHeld));
        return named ? RuleId.None : RuleId.SackFirstNotNewest;
    }

    private static bool Holds(SackBlock b, SeqNumber seq) => b.Left <= seq && seq < b.Right;
}
