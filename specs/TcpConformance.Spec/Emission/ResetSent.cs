using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Resets from the IUT (RFC 9293 §3.5.2, §3.10.5, §3.6.1).</summary>
public static class ResetSent
{
    internal static RuleId Judge(ref Tcb tcb, in TcpHeader seg)
    {
        int answered = Answered(in tcb, in seg);
        if (answered >= 0)
        {
            RuleId rule = tcb.Resets[answered].Rule == RuleId.AbortNoReset
                ? Own(in tcb, in seg)
                : RuleId.None;
            tcb.Resets.RemoveAt(answered);
            return rule;
        }
        if (tcb.Resets.Count > 0 && tcb.Resets[0].Must)
        {
            return WrongForm(tcb.Resets[0]);
        }
        return Ends(ref tcb, in seg) ? RuleId.None
            : MayEnd(in tcb, in seg) ? Own(in tcb, in seg)
            : Unasked(in tcb);
    }

    /// <summary>Ends the connection if that may be what a reset is for, and not an answer (RFC 9293
    /// §3.6.1, SHLD-3; §3.8.3).</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="seg">The reset.</param>
    /// <returns>Whether it may be.</returns>
    public static bool Ends(ref Tcb tcb, in TcpHeader seg)
    {
        if (!MayEnd(in tcb, in seg) || Own(in tcb, in seg) != RuleId.None)
        {
            return false;
        }
        tcb.State = TcpState.Closed;
        tcb.WasReset = true;
        Arrival.Ending.Forget(ref tcb);
        return true;
    }

    private static bool MayEnd(in Tcb tcb, in TcpHeader seg) =>
        (tcb.TextLost || tcb.MayBeGone) && seg.Seq >= tcb.SndUna && seg.Seq <= tcb.SndNxt;

    // A reset that is no answer belongs to a connection: what it acknowledges has been received
    // (RFC 9293 §3.4), and its options are agreed (RFC 7323 §3.2, RFC 2018 §4).
    private static RuleId Own(in Tcb tcb, in TcpHeader seg)
    {
        if (tcb.PeerMss == 0)
        {
            return RuleId.None; // nothing has come that it could acknowledge, or agree with
        }
        if (seg.Options.Has(TcpOptionSet.Timestamps) && !tcb.TsOk)
        {
            return RuleId.TimestampsNotAgreed;
        }
        if (seg.Options.Has(TcpOptionSet.Sack) && !tcb.SackOk)
        {
            return RuleId.SackNotPermitted;
        }
        RuleId ack = seg.Has(TcpFlags.Ack) ? SegmentSent.AckNumber(in tcb, in seg) : RuleId.None;
        return ack is RuleId.AckBackwards or RuleId.AckBeyondReceived or RuleId.TextTakenAfterFin
            ? ack
            : RuleId.None;
    }

    // Two that look the same: the one that must come is the one that came.
    private static int Answered(in Tcb tcb, in TcpHeader seg)
    {
        int found = -1;
        for (int i = 0; i < tcb.Resets.Count; i++)
        {
            OwedReset owed = tcb.Resets[i];
            if (Matches(in tcb, owed, in seg) && (found < 0 || owed.Must))
            {
                found = i;
                if (owed.Must)
                {
                    break;
                }
            }
        }
        return found;
    }

    private static RuleId Unasked(in Tcb tcb) =>
        // §3.5.2 (3): in a synchronized state the answer to an unacceptable segment is an ACK.
        tcb.AckDuty.Rule is RuleId.UnacceptableNoAck or RuleId.AckAboveNoAck
            ? RuleId.UnacceptableAnswerWrong
        : tcb.SynDuty.Rule is RuleId.SynReceivedNotListening or RuleId.ListenSynNoSynAck
            ? tcb.SynDuty.Rule
        : tcb.SilenceRule is RuleId.None or RuleId.AckUnasked or RuleId.SentAfterReset
            ? RuleId.ResetUnasked
        : tcb.SilenceRule;

    // ABORT's reset may carry the current acknowledgment, as every other segment does (§3.8).
    private static bool Matches(in Tcb tcb, in OwedReset owed, in TcpHeader seg)
    {
        bool hasAck = seg.Has(TcpFlags.Ack);
        if (owed.Rule == RuleId.AbortNoReset)
        {
            return seg.Seq == owed.Seq || BareAckSent.IsWithinShrunk(in tcb, seg.Seq);
        }
        return seg.Seq == owed.Seq && hasAck == owed.WithAck
            && (!owed.WithAck || seg.Ack == owed.Ack);
    }

    private static RuleId WrongForm(OwedReset owed) =>
        owed.Rule == RuleId.ClosedNoReset
            ? owed.WithAck ? RuleId.ClosedResetNoAckWrong : RuleId.ClosedResetWrong
        : owed.Rule == RuleId.ListenAckNoReset ? RuleId.ListenAckResetWrong
        : owed.Rule;
}
