using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Segments without text, SYN and FIN: ACKs, window updates, keep-alives.</summary>
internal static class BareAckSent
{
    public static RuleId Judge(
        ref Tcb tcb, in TcpHeader seg, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.Acknowledgment;
        bool withinShrunk = IsWithinShrunk(in tcb, seg.Seq);
        bool asked = tcb.MayAck(c.At);
        bool update = WindowSent.Meant(in tcb, in seg, tcb.RcvShift) != tcb.RcvWndSent;
        bool isAck = withinShrunk && (asked || update) && !c.ClaimAny(Claims.EmptyProbes);
        bool isBelow = seg.Seq == tcb.SndNxt - 1u && !isAck;
        if (isBelow || seg.Seq == tcb.SndUna - 1u)
        {
            return BelowNext(in tcb, in c, out kind);
        }
        if (seg.Seq != tcb.SndNxt && !withinShrunk)
        {
            return RuleId.AckSequenceWrong;
        }
        if (seg.Has(TcpFlags.Urg))
        {
            return RuleId.None; // announces urgent data ahead of the text (RFC 9293 §3.8.5)
        }
        return asked || update ? RuleId.None
            : MissedReset(in tcb) is RuleId missed and not RuleId.None ? missed
            : tcb.SilenceRule == RuleId.None ? RuleId.AckUnasked
            : tcb.SilenceRule;
    }

    /// <summary>Whether SND.NXT lies beyond the window, which has shrunk or lets only a probe out:
    /// what has no text may then be sent with a number that the peer will accept (RFC 9293 §3.8.6,
    /// §3.10.7.4).</summary>
    public static bool IsWithinShrunk(in Tcb tcb, SeqNumber seq) =>
        seq >= tcb.SndUna && seq <= tcb.SndNxt && tcb.SndNxt > tcb.SndEdge;

    // An ACK in place of a RST that is owed (RFC 9293 §3.5.2).
    private static RuleId MissedReset(in Tcb tcb)
    {
        for (int i = 0; i < tcb.Resets.Count; i++)
        {
            if (tcb.Resets[i].Must)
            {
                return tcb.Resets[i].Rule;
            }
        }
        return RuleId.None;
    }

    /// <summary>Whether a segment is of one octet of garbage where only a keep-alive has it
    /// (RFC 9293 §3.8.4, MAY-6).</summary>
    public static bool IsKeepAlive(in Tcb tcb, in TcpHeader seg) =>
        seg.TextLength == 1 && !seg.Has(TcpFlags.Fin) && seg.Seq == tcb.SndNxt - 1u
        && seg.End <= tcb.SndUna && tcb.State != TcpState.TimeWait;

    /// <summary>SND.NXT-1: a keep-alive (§3.8.4), or a window probe in the same form.</summary>
    public static RuleId BelowNext(in Tcb tcb, in EmissionContext c, out EmissionKind kind)
    {
        kind = EmissionKind.Probe;
        bool probes = tcb.SndWnd == 0 && (c.Claims & Claims.EmptyProbes) != 0;
        if (probes)
        {
            return ProbeSent.Timing(in tcb, in c);
        }
        kind = EmissionKind.KeepAlive;
        if (c.KeepAlive is not TimeSpan idle)
        {
            return tcb.MayAck(c.At)
                ? RuleId.AckSequenceWrong
                : RuleId.KeepAliveUnasked;
        }
        bool idleEnough = c.At - c.LastTraffic >= idle - c.Early;
        return idleEnough && tcb.Flight == 0 ? RuleId.None
            : c.KeepAliveIsDefault && tcb.Flight == 0 ? RuleId.KeepAliveDefaultTooShort
            : RuleId.KeepAliveTooEarly;
    }
}
