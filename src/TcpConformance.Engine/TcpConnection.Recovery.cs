using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Loss recovery and the congestion window (RFC 5681, RFC 6582, RFC 6675).</summary>
public sealed partial class TcpConnection
{
    private void GrowWindow(uint acked)
    {
        _tcb.DupAcks = 0;
        _tcb.LimitedOctets = 0;
        if (_tcb.InRecovery)
        {
            AckInRecovery(acked);
            return;
        }
        if (_tcb.AfterTimeout && _tcb.SndUna >= _tcb.Recover)
        {
            _tcb.AfterTimeout = false;
        }
        bool avoidance = _tcb.Cwnd >= _tcb.Ssthresh;
        _tcb.AvoidanceOctets = avoidance ? _tcb.AvoidanceOctets + acked : 0;
        uint before = _tcb.Cwnd;
        _tcb.Cwnd = Decisions.Congestion.Grow(_tcb, acked);
        if (avoidance && _tcb.AvoidanceOctets >= before)
        {
            _tcb.AvoidanceOctets -= before;
        }
    }

    private void AckInRecovery(uint acked)
    {
        if (_tcb.SndUna >= _tcb.Recover)
        {
            _tcb.InRecovery = false;
            _tcb.Cwnd = _tcb.SackOk ? _tcb.Ssthresh : Decisions.Congestion.AfterRecovery(_tcb);
            return;
        }
        if (_tcb.SackOk)
        {
            _tcb.HighRxt = SeqNumber.Max(_tcb.HighRxt, _tcb.SndUna);
            return;
        }
        // RFC 6582 §3.2 step 3: a partial ACK.
        uint mss = (uint)_tcb.EffSndMss;
        _tcb.Cwnd -= Math.Min(acked, _tcb.Cwnd - Math.Min(_tcb.Cwnd, mss));
        if (acked >= mss)
        {
            _tcb.Cwnd += mss;
        }
        _retransmitDue = true;
    }

    private void CountDuplicateAck()
    {
        _tcb.DupAcks++;
        if (_tcb.InRecovery)
        {
            if (!_tcb.SackOk)
            {
                _tcb.Cwnd += (uint)_tcb.EffSndMss; // RFC 5681 §3.2 step 4
            }
            return;
        }
        bool lost = _tcb.DupAcks >= Decisions.Congestion.DupThresh
            || (_tcb.SackOk && IsLost(0));
        if (lost && !_resending && Decisions.Congestion.MayEnterRecovery(_tcb))
        {
            EnterRecovery();
        }
    }

    private void EnterRecovery()
    {
        uint mss = (uint)_tcb.EffSndMss;
        _tcb.Ssthresh = Decisions.Congestion.SsthreshAfterLoss(_tcb);
        _tcb.Cwnd = _tcb.SackOk
            ? _tcb.Ssthresh
            : _tcb.Ssthresh + ((uint)Decisions.Congestion.DupThresh * mss);
        _tcb.InRecovery = true;
        _tcb.Recover = _tcb.SndNxt;
        _tcb.HighRxt = _tcb.SndUna;
        _tcb.RescueRxt = _tcb.SndUna;
        _tcb.LimitedOctets = 0;
        _retransmitDue = true;
    }

    // RFC 5681 §3.1 and §5, RFC 6582 §3.2 step 4, RFC 6675 §5.1: after a timeout everything
    // outstanding counts as lost, the scoreboard is forgotten (RFC 2018 §8).
    private void LoseFlight()
    {
        if (_tcb.Retransmissions == 0)
        {
            _tcb.Ssthresh = Decisions.Congestion.SsthreshAfterLoss(_tcb);
        }
        _tcb.Cwnd = Decisions.Congestion.LossWindow(_tcb);
        _tcb.InRecovery = false;
        _tcb.AfterTimeout = true;
        _tcb.Recover = _tcb.SndNxt;
        _tcb.DupAcks = 0;
        _tcb.LimitedOctets = 0;
        _tcb.AvoidanceOctets = 0;
        _tcb.Sacked.Clear();
        _retransmitDue = false;
        ResendFrom(_tcb.SndUna);
    }

    private void ResendFrom(SeqNumber seq)
    {
        _tcb.Resend = seq;
        _resending = seq < _tcb.SndNxt;
        _stack.MarkReady(this);
    }

    // Goes through what is outstanding once more, as the window opens.
    private int EmitResend(Span<byte> packet, TimeSpan now)
    {
        SeqNumber limit = _tcb.SndNxt;
        for (int i = 0; i < _tcb.Sacked.Count; i++)
        {
            SackBlock known = _tcb.Sacked[i];
            if (_tcb.Resend < known.Left)
            {
                limit = SeqNumber.Min(limit, known.Left);
                break;
            }
            _tcb.Resend = SeqNumber.Max(_tcb.Resend, known.Right);
        }
        if (_tcb.Resend >= _tcb.SndNxt)
        {
            _resending = false;
            return EmitNew(packet, CongestionRoom(), now);
        }
        uint sent = _tcb.Resend.DistanceFrom(_tcb.SndUna);
        SeqNumber edge = _tcb.SndUna + _tcb.SndWnd;
        bool first = _tcb.Resend == _tcb.SndUna;
        if (!first && (sent + (uint)_tcb.EffSndMss > _tcb.Cwnd + SackedBelow(_tcb.Resend)
            || _tcb.Resend >= edge))
        {
            return 0;
        }
        if (first && _tcb.Flight == 1 && _probed && edge > _tcb.Resend)
        {
            // A probe's octet goes again together with what waits behind it, once it may.
            limit = _tcb.SndEnd + (_tcb.FinQueued ? 1u : 0u);
        }
        if (edge > _tcb.Resend)
        {
            limit = SeqNumber.Min(limit, edge); // SHLD-16
        }
        int length = EmitAgain(packet, _tcb.Resend, limit, now, out SeqNumber end);
        _tcb.Resend = end;
        _resending = end < _tcb.SndNxt;
        return length;
    }

    private int EmitFastRetransmit(Span<byte> packet, TimeSpan now)
    {
        SeqNumber limit = _tcb.SndNxt;
        for (int i = _tcb.Sacked.Count - 1; i >= 0 && _tcb.Sacked[i].Left > _tcb.SndUna; i--)
        {
            limit = _tcb.Sacked[i].Left; // what SND.UNA lies in the peer has dropped (RFC 2018 §8)
        }
        int length = EmitAgain(packet, _tcb.SndUna, limit, now, out SeqNumber end);
        _tcb.HighRxt = SeqNumber.Max(_tcb.HighRxt, end);
        _tcb.RescueRxt = end;
        return length;
    }

    // Update() of RFC 6675 §4. Returns whether an octet is newly known to have arrived.
    private bool UpdateScoreboard(in TcpHeader segment)
    {
        if (!_tcb.SackOk || !segment.Options.Has(TcpOptionSet.Sack))
        {
            return false;
        }
        bool isNew = false;
        SeqNumber una = SeqNumber.Max(_tcb.SndUna, segment.Ack);
        for (int i = 0; i < segment.Options.SackCount; i++)
        {
            SackBlock block = segment.Options.Sack[i];
            // Blocks below are D-SACKs (RFC 2883), blocks beyond are nonsense.
            if (block.Left < block.Right && block.Left > una && block.Right <= _tcb.SndNxt)
            {
                isNew |= _tcb.Sacked.Add(block.Left, block.Right);
            }
        }
        return isNew;
    }

    // IsLost() for the hole below the range at this index.
    private bool IsLost(int index)
    {
        int above = _tcb.Sacked.Count - index;
        if (above >= Decisions.Congestion.DupThresh)
        {
            return true;
        }
        uint octets = 0;
        for (int i = index; i < _tcb.Sacked.Count; i++)
        {
            octets += _tcb.Sacked[i].Right.DistanceFrom(_tcb.Sacked[i].Left);
        }
        return octets > (uint)((Decisions.Congestion.DupThresh - 1) * _tcb.EffSndMss);
    }

    // SetPipe() of RFC 6675 §4, hole by hole.
    private uint Pipe()
    {
        uint pipe = 0;
        SeqNumber left = _tcb.SndUna;
        for (int i = 0; i <= _tcb.Sacked.Count; i++)
        {
            SeqNumber right = i < _tcb.Sacked.Count ? _tcb.Sacked[i].Left : _tcb.SndNxt;
            if (left < right)
            {
                pipe += IsLost(i) ? 0 : right.DistanceFrom(left);
                SeqNumber again = SeqNumber.Min(right, _tcb.HighRxt);
                pipe += again > left ? again.DistanceFrom(left) : 0;
            }
            left = i < _tcb.Sacked.Count ? _tcb.Sacked[i].Right : right;
        }
        return pipe;
    }

    private uint SackedBelow(SeqNumber edge)
    {
        uint octets = 0;
        for (int i = 0; i < _tcb.Sacked.Count && _tcb.Sacked[i].Right <= edge; i++)
        {
            octets += _tcb.Sacked[i].Right.DistanceFrom(_tcb.Sacked[i].Left);
        }
        return octets;
    }

    // Step (C) of RFC 6675 §5 with NextSeg() of §4.
    private int NextInSackRecovery(Span<byte> packet, TimeSpan now)
    {
        long room = (long)_tcb.Cwnd - Pipe();
        if (room < _tcb.EffSndMss)
        {
            return 0;
        }
        int length = EmitHole(packet, true, now);
        if (length == 0)
        {
            length = EmitNew(packet, (int)room, now);
        }
        if (length == 0)
        {
            length = EmitHole(packet, false, now);
        }
        return length != 0 ? length : EmitRescue(packet, now);
    }

    // Rules (1) and (3): the first hole above HighRxt and below the highest octet SACKed.
    private int EmitHole(Span<byte> packet, bool lostOnly, TimeSpan now)
    {
        SeqNumber left = SeqNumber.Max(_tcb.SndUna, _tcb.HighRxt);
        for (int i = 0; i < _tcb.Sacked.Count; i++)
        {
            if (left < _tcb.Sacked[i].Left)
            {
                if (lostOnly && !IsLost(i))
                {
                    return 0;
                }
                int length = EmitAgain(
                    packet, left, _tcb.Sacked[i].Left, now, out SeqNumber end);
                _tcb.HighRxt = end;
                return length;
            }
            left = SeqNumber.Max(left, _tcb.Sacked[i].Right);
        }
        return 0;
    }

    // Rule (4): once per recovery, the last segment that is not SACKed.
    private int EmitRescue(Span<byte> packet, TimeSpan now)
    {
        SeqNumber left = _tcb.Sacked.Count > 0
            ? _tcb.Sacked[_tcb.Sacked.Count - 1].Right
            : _tcb.SndUna;
        if (_tcb.SndUna <= _tcb.RescueRxt || left >= _tcb.SndNxt)
        {
            return 0;
        }
        _tcb.RescueRxt = _tcb.Recover;
        SeqNumber seq = SeqNumber.Max(left, _tcb.SndNxt - (uint)_tcb.EffSndMss);
        return EmitAgain(packet, seq, _tcb.SndNxt, now, out _);
    }
}
