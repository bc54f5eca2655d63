using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>The window field of segments from the IUT (RFC 9293 §3.8.6).</summary>
internal static class WindowSent
{
    private const int Headers = 60; // of IPv6 and TCP; those of IPv4 are smaller

    /// <summary>Judges the window and takes it.</summary>
    /// <param name="tcb">The history.</param>
    /// <param name="seg">The segment, with ACK.</param>
    /// <param name="shift">Zero in a SYN (RFC 7323 §2.2), else the IUT's own shift.</param>
    public static RuleId Judge(ref Tcb tcb, in TcpHeader seg, int shift)
    {
        uint window = Meant(in tcb, in seg, shift);
        SeqNumber edge = seg.Ack + window;
        RuleId rule = tcb.EdgeKnown && !tcb.FinReceived
            ? Moved(in tcb, edge, window)
            : RuleId.None;
        tcb.RcvEdge = tcb.EdgeKnown ? SeqNumber.Max(tcb.RcvEdge, edge) : edge;
        tcb.EdgeKnown = true;
        tcb.RcvWndSent = window;
        tcb.MaxRcvWnd = Math.Max(tcb.MaxRcvWnd, window);
        return rule;
    }

    /// <summary>The window in octets: the shift is used if both sides have offered the option
    /// (RFC 7323 §2.2).</summary>
    public static uint Meant(in Tcb tcb, in TcpHeader seg, int shift) =>
        (tcb.PeerOffers & tcb.IutOffers & TcpOptionSet.WindowScale) != 0
            ? (uint)seg.Window << shift
            : seg.Window;

    private static RuleId Moved(in Tcb tcb, SeqNumber edge, uint window)
    {
        // RFC 7323 §2.4: what the shift cuts off may move the edge back by less than its unit.
        uint unit = 1u << tcb.RcvShift;
        if (edge < tcb.RcvEdge - (unit - 1))
        {
            // The IUT shifts although the peer's SYN had no window scale option: the window that
            // it means is the one it had.
            bool meant = tcb.RcvShift > 0 && (tcb.PeerOffers & TcpOptionSet.WindowScale) == 0
                && edge + ((window << tcb.RcvShift) - window) >= tcb.RcvEdge - (unit - 1);
            return meant ? RuleId.WindowScaledUnagreed : RuleId.WindowShrunk;
        }
        if (edge <= tcb.RcvEdge)
        {
            return RuleId.None;
        }
        // RFC 9293 §3.8.6.2.2: by half the buffer or "Eff.snd.MSS", which the peer's MSS bounds.
        // What the buffer is can't be seen, so only a window that is itself too small to be useful
        // is called silly.
        int full = Math.Min(tcb.OwnMss, (int)tcb.PeerMss);
        full = tcb.PathMtu > 0 ? Math.Min(full, tcb.PathMtu - Headers) : full;
        int segment = Math.Max(full - (tcb.TsOk ? 12 : 0), 1);
        uint useful = Math.Min(tcb.MaxRcvWnd / 2, (uint)segment);
        uint step = edge.DistanceFrom(tcb.RcvEdge);
        return window > 0 && window < useful && step < useful ? RuleId.WindowSilly : RuleId.None;
    }
}
