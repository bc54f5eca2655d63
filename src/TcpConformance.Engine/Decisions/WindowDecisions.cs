using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Windows, Nagle and silly-window avoidance (RFC 9293 §3.7.4, §3.8.6).</summary>
public class WindowDecisions
{
    /// <summary>Whether a segment updates the send window (RFC 9293 §3.10.7.4, fifth).</summary>
    public virtual bool TakesWindow(Tcb tcb, in TcpHeader segment) =>
        tcb.SndWl1 < segment.Seq
        || (tcb.SndWl1 == segment.Seq && tcb.SndWl2 <= segment.Ack);

    /// <summary>The send window that a segment offers, in octets (RFC 7323 §2.3).</summary>
    public virtual uint Offered(Tcb tcb, in TcpHeader segment) => segment.Has(TcpFlags.Syn)
        ? segment.Window
        : (uint)segment.Window << tcb.SndWindShift;

    /// <summary>The right edge to offer: it moves in useful steps only (RFC 9293 §3.8.6.2.2) and
    /// never back (SHLD-14).</summary>
    public virtual SeqNumber RightEdge(Tcb tcb)
    {
        uint free = tcb.RcvBuff > tcb.RcvUser ? tcb.RcvBuff - tcb.RcvUser : 0;
        SeqNumber edge = tcb.RcvNxt + free;
        int reduction = edge - tcb.RcvTarget;
        int step = Math.Min((int)(tcb.RcvBuff / 2), tcb.EffSndMss);
        return reduction > 0 && reduction >= step
            ? edge
            : SeqNumber.Max(tcb.RcvTarget, tcb.RcvNxt);
    }

    /// <summary>Whether reading has moved the right edge enough for a window update: two segments
    /// or half the buffer, or a closed window that opens.</summary>
    public virtual bool OwesUpdate(Tcb tcb)
    {
        SeqNumber edge = RightEdge(tcb);
        int step = edge - tcb.RcvTarget;
        return step > 0 && (tcb.RcvWnd < (uint)tcb.EffSndMss
            || step >= Math.Min((int)(tcb.RcvBuff / 2), 2 * tcb.EffSndMss));
    }

    /// <summary>The window field for a number of octets (RFC 7323 §2.3).</summary>
    /// <remarks>Rounded up, so that the scale factor doesn't pull the edge back; the buffer has
    /// room for it (RFC 7323 §2.4).</remarks>
    public virtual ushort Field(Tcb tcb, uint octets, bool syn)
    {
        int shift = syn ? 0 : tcb.RcvWindShift;
        ulong units = ((ulong)octets + ((1ul << shift) - 1)) >> shift;
        return (ushort)Math.Min(units, ushort.MaxValue);
    }

    /// <summary>Whether new text may be sent now: Nagle and the sender's SWS avoidance (RFC 9293
    /// §3.8.6.2.1).</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="queued">Octets queued and not sent: D.</param>
    /// <param name="room">Octets that both windows take: U.</param>
    /// <param name="mss">Octets of a full-sized segment.</param>
    /// <param name="forced">Whether the override timeout has occurred.</param>
    public virtual bool MaySend(Tcb tcb, int queued, int room, int mss, bool forced)
    {
        int amount = Math.Min(queued, room);
        if (amount >= mss || (forced && amount > 0))
        {
            return true;
        }
        if (HoldsBack(tcb))
        {
            return false;
        }
        bool pushed = tcb.SndPush == tcb.SndEnd || tcb.FinQueued;
        return (pushed && queued <= room) || (amount > 0 && 2L * amount >= tcb.MaxSndWnd);
    }

    /// <summary>Whether the FIN may go out now, behind the last text: it waits for no ACK
    /// (RFC 9293 §3.10.4).</summary>
    public virtual bool MaySendFin(Tcb tcb) => true;

    /// <summary>Nagle: a short segment waits while something is outstanding (SHLD-7).</summary>
    public virtual bool HoldsBack(Tcb tcb) => !tcb.NoDelay && tcb.SndUna != tcb.SndNxt;

    /// <summary>How much may be sent beyond SND.NXT; negative after a shrink (MUST-34).</summary>
    public virtual int UsableWindow(Tcb tcb) => tcb.UsableWindow;
}
