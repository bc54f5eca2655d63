using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>SYN and SYN,ACK from the IUT.</summary>
internal static class SynSent
{
    private const int TimestampsLength = 10;
    private const int PaddedTimestampsLength = 12;

    public static RuleId Judge(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        bool first = !tcb.IssKnown;
        kind = first ? EmissionKind.New : EmissionKind.Again;
        bool hasAck = seg.Has(TcpFlags.Ack);
        RuleId rule = hasAck ? WithAck(in tcb, in seg) : WithoutAck(in tcb);
        if (rule == RuleId.None && !first && seg.Seq != tcb.Iss)
        {
            rule = RuleId.SynNotAtIss;
        }
        if (rule == RuleId.None)
        {
            rule = Text(in tcb, in seg);
        }
        if (rule == RuleId.None && first && !tcb.Earlier.Permits(seg.Seq, c.At))
        {
            Arrival.InSynSent.Deviate(ref tcb, RuleId.IsnNotLarger);
        }
        if (rule == RuleId.None)
        {
            rule = Options(in tcb, in seg, in c);
        }
        if (rule == RuleId.None && !first)
        {
            bool answers = tcb.SynDuty.IsOwed || tcb.AckCredit > 0;
            kind = EmissionKind.SynAnswer;
            rule = answers ? RuleId.None : TextSent.Timer(ref tcb, in seg, in c, out kind);
        }
        return rule == RuleId.None ? Take(ref tcb, in seg, first, in c) : rule;
    }

    // RFC 9293 §3.5: connection synchronization "using data-carrying segments … is perfectly
    // legitimate", if it is the user's.
    private static RuleId Text(in Tcb tcb, in TcpHeader seg) =>
        tcb.UserKnown && (uint)seg.TextLength > tcb.UserOctets
            ? RuleId.TextNotFromUser
            : RuleId.None;

    private static RuleId WithoutAck(in Tcb tcb) =>
        tcb.State == TcpState.SynSent ? RuleId.None
        : tcb.WasReset ? RuleId.SentAfterReset
        : tcb.State == TcpState.SynReceived ? RuleId.SynSentNoSynAck
        : tcb.SilenceRule == RuleId.SynSentGoesOn ? RuleId.SynSentGoesOn
        : RuleId.SynUnasked;

    private static RuleId WithAck(in Tcb tcb, in TcpHeader seg) =>
        tcb.State != TcpState.SynReceived && !ClosedBeforeOpen(in tcb)
            ? SynAckOutOfPlace(in tcb)
        : seg.Ack == tcb.Irs + 1u
            // Text or a FIN may have been taken meanwhile: <SEQ=ISS><ACK=RCV.NXT> (§3.10.7.2).
            || (tcb.State != TcpState.SynReceived && seg.Ack == tcb.RcvNxt)
            ? RuleId.None
        : RuleId.SynAckWrong;

    private static RuleId SynAckOutOfPlace(in Tcb tcb) =>
        tcb.WasReset ? RuleId.SentAfterReset
        : tcb.State == TcpState.SynSent ? RuleId.SynSentAck
        : tcb.Resets.Count > 0 && tcb.Resets[0].Must ? tcb.Resets[0].Rule
        : tcb.State.IsSynchronized() && tcb.AckDuty.Rule == RuleId.SynSentNoAck
            ? RuleId.SynSentNoAck
        : tcb.State.IsSynchronized() && tcb.IssKnown ? RuleId.SynAckAfterAck
        : tcb.SilenceRule is RuleId.None or RuleId.AckUnasked ? RuleId.SynAckUnasked
        : tcb.SilenceRule;

    // CLOSE in SYN-RECEIVED (RFC 9293 §3.10.4): the SYN is still what the timer sends (§3.10.8);
    // also when the peer's FIN has come meanwhile (§3.10.7.4, eighth: CLOSING).
    private static bool ClosedBeforeOpen(in Tcb tcb) =>
        tcb.State is TcpState.FinWait1 or TcpState.Closing && tcb.SndUna == tcb.Iss;

    private static RuleId Options(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        bool hasAck = seg.Has(TcpFlags.Ack);
        TcpOptionSet unoffered = hasAck && tcb.Passive
            ? seg.Options.Present & ~tcb.PeerOffers
            : TcpOptionSet.None;
        if ((unoffered & TcpOptionSet.WindowScale) != 0)
        {
            return RuleId.WindowScaleNotOffered;
        }
        if ((unoffered & TcpOptionSet.SackPermitted) != 0)
        {
            return RuleId.SackPermittedNotOffered;
        }
        if ((unoffered & TcpOptionSet.Timestamps) != 0)
        {
            return RuleId.TimestampsNotOffered;
        }
        RuleId sack = Sack(in tcb, in seg);
        if (sack != RuleId.None)
        {
            return sack;
        }
        RuleId mss = Mss(in seg, in c);
        if (mss != RuleId.None)
        {
            return mss;
        }
        if (hasAck && tcb.Passive && seg.Flags.HasAny(TcpFlags.Ece | TcpFlags.Cwr)
            && !(tcb.EcnOffered && !seg.Has(TcpFlags.Cwr)))
        {
            return RuleId.EcnNotAgreed;
        }
        RuleId backwards = OptionsSent.TsVal(in tcb, in seg.Options, in c);
        return backwards != RuleId.None ? backwards : Echo(in tcb, in seg, hasAck);
    }

    // RFC 2018 §3: SACK tells what came "over an established TCP connection".
    private static RuleId Sack(in Tcb tcb, in TcpHeader seg)
    {
        if (seg.Options.Has(TcpOptionSet.Sack)
            && (tcb.PeerOffers & TcpOptionSet.SackPermitted) == 0)
        {
            return RuleId.SackNotPermitted;
        }
        for (int i = 0; i < seg.Options.SackCount; i++)
        {
            SackBlock b = seg.Options.Sack[i];
            if (!tcb.Held.Covers(b.Left, b.Right))
            {
                return RuleId.SackBlockNotReceived;
            }
        }
        return RuleId.None;
    }

    // RFC 9293 §3.7.1, RFC 6691 §2.
    private static RuleId Mss(in TcpHeader seg, in EmissionContext c)
    {
        int full = c.Ixit.Mtu - c.IpHeader - TcpHeader.MinimumLength;
        if (!seg.Options.Has(TcpOptionSet.Mss))
        {
            return full == (c.IsV6 ? 1220 : 536) ? RuleId.None : RuleId.MssMissing;
        }
        int less = full - seg.Options.Mss;
        return less < 0 ? RuleId.MssAnnouncedTooLarge
            : less is TimestampsLength or PaddedTimestampsLength ? RuleId.MssLessOptions
            : RuleId.None;
    }

    private static RuleId Echo(in Tcb tcb, in TcpHeader seg, bool hasAck)
    {
        if (!seg.Options.Has(TcpOptionSet.Timestamps))
        {
            return RuleId.None;
        }
        if (!hasAck)
        {
            return seg.Options.TsEcr == 0 ? RuleId.None : RuleId.TsEcrNotZero;
        }
        bool timed = (tcb.PeerOffers & TcpOptionSet.Timestamps) != 0;
        return !timed || seg.Options.TsEcr == tcb.TsRecent ? RuleId.None : RuleId.TsEcrWrong;
    }

    private static RuleId Take(ref Tcb tcb, in TcpHeader seg, bool first, in EmissionContext c)
    {
        if (first)
        {
            tcb.IssKnown = true;
            tcb.Iss = seg.Seq;
            tcb.SndUna = seg.Seq;
            tcb.SndWl2 = seg.Seq;
            tcb.SndNxt = seg.End;
            tcb.MaxEdge = seg.Seq + 1u + tcb.SndWnd;
            tcb.UnaMovedAt = c.At;
        }
        tcb.SndNxt = SeqNumber.Max(tcb.SndNxt, seg.End);
        tcb.SynDuty = default;
        bool hasAck = seg.Has(TcpFlags.Ack);
        TakeOffers(ref tcb, in seg, in c);
        if (hasAck)
        {
            RuleId window = WindowSent.Judge(ref tcb, in seg, shift: 0);
            SegmentSent.Acknowledged(ref tcb, in seg, in c);
            // More can't be said without a shift; an ACK may have offered it before.
            return seg.Window == ushort.MaxValue ? RuleId.None : window;
        }
        tcb.RcvWndSent = seg.Window;
        tcb.MaxRcvWnd = seg.Window;
        tcb.AckCredit -= tcb.AckCredit > 0 ? (byte)1 : (byte)0;
        return RuleId.None;
    }

    private static void TakeOffers(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        tcb.IutOffers = seg.Options.Present;
        tcb.RcvShift = seg.Options.Has(TcpOptionSet.WindowScale) ? seg.Options.WindowScale
            : (byte)0;
        tcb.OwnMss = seg.Options.Has(TcpOptionSet.Mss) ? seg.Options.Mss
            : c.IsV6 ? (ushort)1220 : (ushort)536;
        tcb.EcnAnswered = seg.Has(TcpFlags.Ece);
        if (seg.Options.Has(TcpOptionSet.Timestamps))
        {
            tcb.LastTsVal = seg.Options.TsVal;
            tcb.SynTsVal = seg.Options.TsVal;
            tcb.LastTsValSince = c.At;
            tcb.TsValSeen = true;
        }
    }
}
