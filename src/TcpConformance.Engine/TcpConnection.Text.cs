using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Arriving text and FIN: reassembly (RFC 9293 §3.10.7.4, seventh and eighth).</summary>
public sealed partial class TcpConnection
{
    private void TakeText(SeqNumber seq, ReadOnlySpan<byte> text, bool fin, TimeSpan now)
    {
        if (text.IsEmpty && !fin)
        {
            DeliverHeld(now);
            return;
        }
        if (!State.TakesText())
        {
            // After the peer's FIN: ignored, but the peer is told where we are.
            OweAck();
            return;
        }
        SeqNumber end = seq + text.Length;
        TrimToWindow(ref seq, ref text, ref fin, ref end);
        if (_receiveClosed && !text.IsEmpty && Decisions.Reset.ResetsOnLostText(_tcb))
        {
            // RFC 9293 §3.6.1 (SHLD-3): the user will never read it.
            SendReset(_tcb.SndNxt);
            End(TcpError.Reset);
            return;
        }
        // A peer may tell of two ends: the first counts, unless text is held where it stands.
        if (fin && (_tcb.RcvFin is not SeqNumber told || (end < told && !IsHeld(end))))
        {
            _tcb.RcvFin = end;
        }
        bool inOrder = _tcb.Held.Count == 0 && seq == _tcb.RcvNxt;
        if (seq == _tcb.RcvNxt)
        {
            WriteNew(seq, text);
            _tcb.RcvNxt = end;
            _tcb.UnackedOctets += (uint)text.Length;
            if (fin)
            {
                // In order, it is processed before what is held behind it.
                _tcb.RcvFin = end;
                _tcb.Held.Clear();
            }
        }
        else if (!text.IsEmpty && Decisions.Acceptance.HoldsOutOfOrder(_tcb, default))
        {
            Hold(seq, text);
        }
        DeliverHeld(now);
        if (State == TcpState.Closed)
        {
            return;
        }
        if (Decisions.Ack.WhenToAck(_tcb, inOrder) == AckTiming.Now)
        {
            OweAck();
        }
        else
        {
            DelayAck(now);
        }
    }

    private bool IsHeld(SeqNumber at)
    {
        for (int i = 0; i < _tcb.Held.Count; i++)
        {
            if (_tcb.Held[i].Left <= at && at < _tcb.Held[i].Right)
            {
                return true;
            }
        }
        return false;
    }

    // Cuts what is old on the left, and what lies outside the window or after the FIN on the
    // right (RFC 9293 §3.10.7.4, first).
    private void TrimToWindow(
        ref SeqNumber seq, ref ReadOnlySpan<byte> text, ref bool fin, ref SeqNumber end)
    {
        int old = _tcb.RcvNxt - seq;
        if (old > 0)
        {
            text = text[Math.Min(old, text.Length)..];
            seq = SeqNumber.Min(_tcb.RcvNxt, end);
        }
        SeqNumber limit = Decisions.Acceptance.TrimEdge(_tcb);
        SeqNumber edge = _tcb.RcvFin is SeqNumber last ? SeqNumber.Min(last, limit) : limit;
        int beyond = end - edge;
        if (beyond > 0)
        {
            text = text[..Math.Max(0, text.Length - beyond)];
            end = seq + text.Length;
            fin = false;
        }
        else if (fin && end == limit)
        {
            fin = false; // its own number lies outside
        }
    }

    // Takes what has come to the left edge, and the FIN behind it.
    private void DeliverHeld(TimeSpan now)
    {
        if (State < TcpState.Established)
        {
            return;
        }
        while (_tcb.Held.Count > 0 && _tcb.Held[0].Left <= _tcb.RcvNxt)
        {
            SeqNumber right = _tcb.Held[0].Right;
            if (right > _tcb.RcvNxt)
            {
                if (_receiveClosed && Decisions.Reset.ResetsOnLostText(_tcb))
                {
                    // RFC 9293 §3.6.1 (SHLD-3): text of a SYN whose user has closed meanwhile.
                    SendReset(_tcb.SndNxt);
                    End(TcpError.Reset);
                    return;
                }
                _tcb.UnackedOctets += right.DistanceFrom(_tcb.RcvNxt);
                _tcb.RcvNxt = right;
                OweAck();
            }
            _tcb.Held.TrimBelow(right);
        }
        if (_tcb.FinReceived)
        {
            return;
        }
        if (_tcb.RcvFin is SeqNumber passed && passed < _tcb.RcvNxt)
        {
            _tcb.RcvFin = null; // text that came before stood where it was said to be
        }
        uint readable = _tcb.RcvNxt.DistanceFrom(_receiveBase);
        if (readable != _tcb.RcvUser)
        {
            _tcb.RcvUser = readable;
            _stack.UserEvent();
        }
        if (_tcb.RcvFin == _tcb.RcvNxt)
        {
            TakeFin(now);
        }
    }

    private void TakeFin(TimeSpan now)
    {
        _tcb.RcvNxt += 1u;
        _tcb.FinReceived = true;
        _tcb.Held.Clear();
        OweAck();
        TcpState next = Decisions.State.AfterFin(State, _tcb.FinAcked);
        if (next == TcpState.TimeWait)
        {
            EnterTimeWait(now);
        }
        else
        {
            Enter(next);
        }
    }

    private void Hold(SeqNumber seq, ReadOnlySpan<byte> text)
    {
        // Room is bounded: where there is none the text is dropped, the peer sends it again.
        if (_tcb.Held.Count >= _stack.Options.ReassemblyRanges)
        {
            return;
        }
        WriteNew(seq, text);
        _tcb.Held.Add(seq, seq + text.Length);
        _tcb.Recent.Push(seq);
    }

    // What was received first stays (RFC 9293 §3.10.7: only the new data).
    private void WriteNew(SeqNumber seq, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < _tcb.Held.Count && !text.IsEmpty; i++)
        {
            SackBlock held = _tcb.Held[i];
            if (held.Right <= seq)
            {
                continue;
            }
            int before = Math.Clamp(held.Left - seq, 0, text.Length);
            WriteText(seq, text[..before]);
            int skip = Math.Min(text.Length, Math.Max(before, held.Right - seq));
            text = text[skip..];
            seq += skip;
        }
        WriteText(seq, text);
    }

    private void WriteText(SeqNumber seq, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            _receive.Write(seq - _receiveBase, text);
        }
    }
}
