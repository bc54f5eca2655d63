using TcpConformance.Spec.Connection;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>What of a segment was there before: a D-SACK may tell of it (RFC 2883 §4).</summary>
internal static class TakeDuplicate
{
    public static void Note(ref Tcb tcb, in TcpHeader seg)
    {
        if (!tcb.SackOk || seg.Has(TcpFlags.Rst))
        {
            return;
        }
        TcpHeader rest = seg;
        if (seg.Has(TcpFlags.Syn))
        {
            if (seg.Seq < tcb.RcvNxt)
            {
                // With its SYN, which has a number as well.
                tcb.Duplicates.Add(seg.Seq, SeqNumber.Min(seg.End, tcb.RcvNxt), fin: false);
            }
            rest = InSynSent.AfterSyn(in seg);
        }
        if (rest.SegLen == 0)
        {
            return;
        }
        // Of what came up to there a part may be held (SHLD-31), and is a duplicate then.
        bool unsure = tcb.MayHoldTo > tcb.RcvNxt && rest.Seq < tcb.MayHoldTo;
        if (rest.End > tcb.RcvNxt && (unsure || tcb.Held.Overflowed))
        {
            tcb.Duplicates.AddUnknown();
        }
        if (rest.Seq < tcb.RcvNxt)
        {
            // The old segment as it came.
            bool fin = rest.Has(TcpFlags.Fin) && rest.TextLength > 0 && rest.End <= tcb.RcvNxt;
            tcb.Duplicates.Add(rest.Seq, SeqNumber.Min(rest.End, tcb.RcvNxt), fin);
        }
        OfHeld(ref tcb, in rest);
    }

    private static void OfHeld(ref Tcb tcb, in TcpHeader rest)
    {
        SeqNumber textEnd = rest.Seq + (uint)rest.TextLength;
        bool fin = rest.Has(TcpFlags.Fin) && tcb.FinIsHeld && tcb.HeldFin == textEnd;
        bool withText = false;
        for (int i = 0; i < tcb.Held.Count; i++)
        {
            SeqNumber left = SeqNumber.Max(rest.Seq, tcb.Held[i].Left);
            SeqNumber right = SeqNumber.Min(textEnd, tcb.Held[i].Right);
            if (left < right)
            {
                bool toFin = fin && right == textEnd;
                withText |= toFin;
                tcb.Duplicates.Add(left, toFin ? right + 1u : right, toFin);
            }
        }
        if (fin && !withText)
        {
            tcb.Duplicates.Add(textEnd, textEnd + 1u, fin: false);
        }
    }
}
