using TcpConformance.Spec.Connection;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>What a peer's SYN says about the connection.</summary>
internal static class SynOptions
{
    /// <summary>RFC 7323 §2.3.</summary>
    internal const byte MaximumShift = 14;

    /// <summary>Sets IRS, RCV.NXT, the peer's options and the send window from a SYN.</summary>
    public static void Take(ref Tcb tcb, in TcpHeader seg, in ArrivalContext c)
    {
        tcb.Irs = seg.Seq;
        tcb.RcvNxt = seg.Seq + 1u;
        tcb.MayHoldTo = tcb.RcvNxt;
        tcb.LastAckSent = tcb.RcvNxt;
        tcb.SynText = seg.TextLength;
        tcb.SynFin = seg.Has(TcpFlags.Fin);
        tcb.PeerOffers = seg.Options.Present;
        // RFC 5681 §2: SMSS is bounded by the path's MTU as well.
        int offered = seg.Options.Has(TcpOptionSet.Mss) ? seg.Options.Mss : c.DefaultMss;
        tcb.PeerMss = (ushort)Math.Min(offered, c.Ixit.Mtu - c.Headers);
        // RFC 3168 §6.1.1: an ECN-setup SYN has both, an ECN-setup SYN,ACK has ECE alone.
        tcb.EcnOffered = seg.Has(TcpFlags.Ece)
            && seg.Has(TcpFlags.Cwr) != seg.Has(TcpFlags.Ack);
        // RFC 7323 §2.3: a shift above 14 is taken as 14.
        tcb.SndShift = Math.Min(seg.Options.WindowScale, MaximumShift);
        if (seg.Options.Has(TcpOptionSet.Timestamps))
        {
            tcb.TsRecent = seg.Options.TsVal;
            tcb.TsRecentAt = c.At;
        }
        TakeWindow(ref tcb, in seg, seg.Window);
    }

    /// <summary>SND.WND, SND.WL1 and SND.WL2 from a segment, without asking.</summary>
    public static void TakeWindow(ref Tcb tcb, in TcpHeader seg, uint window)
    {
        tcb.SndWnd = window;
        tcb.SndWl1 = seg.Seq;
        // A SYN without ACK has no number to take; nothing that comes is older than our ISN.
        tcb.SndWl2 = seg.Has(TcpFlags.Ack) ? seg.Ack : tcb.SndUna;
        tcb.MaxSndWnd = Math.Max(tcb.MaxSndWnd, window);
    }
}
