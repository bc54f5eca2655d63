using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Sending: which segment comes next, and its form (RFC 9293 §3.7, §3.8).</summary>
public sealed partial class TcpConnection
{
    private bool _ackDue;
    private bool _forceSend;
    private bool _probeDue;
    private bool _probed;
    private bool _keepAliveDue;
    private bool _retransmitDue;
    private bool _resending;
    private TimeSpan _lastTextSent;
    private uint _lastTsVal;

    /// <summary>Writes the next segment of this connection; 0 if there is none.</summary>
    internal int BuildNext(Span<byte> packet, TimeSpan now)
    {
        if (State is TcpState.Closed)
        {
            return 0;
        }
        if (_synDue)
        {
            return EmitSyn(packet, now);
        }
        int length = 0;
        if (State.IsSynchronized() && State != TcpState.TimeWait)
        {
            length = NextText(packet, now);
        }
        if (length == 0 && _keepAliveDue)
        {
            _keepAliveDue = false;
            // RFC 9293 §3.8.4: SEG.SEQ = SND.NXT-1 without text (SHLD-12); MUST-26: not if a probe
            // has just gone out.
            length = _tcb.SndUna == _tcb.SndNxt
                ? Emit(packet, _tcb.SndNxt - 1u, 0, TcpFlags.Ack, now)
                : 0;
        }
        if (length == 0 && _ackDue)
        {
            length = Emit(packet, _tcb.SndNxt, 0, TcpFlags.Ack, now);
        }
        return length;
    }

    private void OweAck()
    {
        if (!_ackDue)
        {
            _ackDue = true;
            _stack.MarkReady(this);
        }
    }

    private int NextText(Span<byte> packet, TimeSpan now)
    {
        if (_probeDue)
        {
            return EmitProbe(packet, now);
        }
        if (_tcb.SndEnd == _sendBase && (!_tcb.FinQueued || _tcb.FinAcked))
        {
            return 0;
        }
        if (_retransmitDue)
        {
            _retransmitDue = false;
            return EmitFastRetransmit(packet, now);
        }
        if (_resending)
        {
            return EmitResend(packet, now);
        }
        return _tcb.InRecovery && _tcb.SackOk
            ? NextInSackRecovery(packet, now)
            : EmitNew(packet, CongestionRoom(), now);
    }

    // Octets that congestion control lets out now.
    private int CongestionRoom()
    {
        uint window = _tcb.Cwnd;
        if (!_tcb.InRecovery)
        {
            window += Decisions.Congestion.LimitedTransmit(_tcb);
        }
        return (int)Math.Max(0, (long)window - _tcb.Flight);
    }

    // New text, and the FIN behind it (RFC 9293 §3.8.6.2.1).
    private int EmitNew(Span<byte> packet, int congestionRoom, TimeSpan now)
    {
        int usable = Decisions.Window.UsableWindow(_tcb);
        int queued = _tcb.Unsent;
        bool fin = _tcb.FinQueued && _tcb.SndNxt <= _tcb.SndEnd
            && Decisions.Window.MaySendFin(_tcb);
        if (queued == 0 && !fin)
        {
            return 0;
        }
        if (_tcb.SndUna == _tcb.SndNxt && queued > 0)
        {
            RestartAfterIdle(now);
            congestionRoom = CongestionRoom();
        }
        if (usable <= 0)
        {
            StartProbing(now);
            return 0;
        }
        if (queued == 0)
        {
            return EmitText(packet, _tcb.SndNxt, 0, true, now);
        }
        int mss = TextRoom(now);
        int room = Math.Min(usable, congestionRoom);
        int full = Math.Min(mss, _tcb.EffSndMss);
        if (!Decisions.Window.MaySend(_tcb, queued, room, full, _forceSend))
        {
            if (_tcb.SndUna == _tcb.SndNxt)
            {
                StartOverride(now);
            }
            return 0;
        }
        _forceSend = false;
        int count = Math.Min(Math.Min(queued, room), mss);
        if (count <= 0)
        {
            return 0;
        }
        fin = fin && count == queued && count < usable;
        if (!_tcb.InRecovery && _tcb.Flight + (uint)count > _tcb.Cwnd)
        {
            _tcb.LimitedOctets += (uint)count;
        }
        return EmitText(packet, _tcb.SndNxt, count, fin, now);
    }

    // RFC 5681 §4.1: slow start again after an idle time.
    private void RestartAfterIdle(TimeSpan now)
    {
        if (_lastTextSent != default && now - _lastTextSent > _tcb.Rto)
        {
            _tcb.Cwnd = Decisions.Congestion.RestartWindow(_tcb);
            _lastTextSent = now;
        }
    }

    // Room for text in a segment that is sent now; SACK blocks take some.
    private int TextRoom(TimeSpan now)
    {
        if (_tcb.Held.Count == 0)
        {
            return _tcb.EffSndMss;
        }
        TcpOptions options = Decisions.Option.ForSegment(_tcb, TcpFlags.Ack, now);
        return Decisions.Option.MaxText(_tcb, OptionWriter.Length(in options));
    }

    // A segment with text or FIN, new or again.
    private int EmitText(Span<byte> packet, SeqNumber seq, int count, bool fin, TimeSpan now)
    {
        TcpFlags flags = TcpFlags.Ack;
        SeqNumber end = seq + count;
        // RFC 9293 §3.9.1.2: PSH with the last octet that was pushed, or that there is.
        if (count > 0 && (end == _tcb.SndEnd || (seq < _tcb.SndPush && _tcb.SndPush <= end)))
        {
            flags |= TcpFlags.Psh;
        }
        if (fin)
        {
            flags |= TcpFlags.Fin;
            end += 1u;
        }
        bool isNew = seq == _tcb.SndNxt;
        if (end > _tcb.SndNxt)
        {
            _tcb.SndNxt = end;
        }
        if (isNew)
        {
            TimeRoundTrip(end, now);
        }
        else
        {
            ForgetTiming();
        }
        _lastTextSent = now;
        StartRetransmission(now);
        return Emit(packet, seq, count, flags, now);
    }

    // The front of what is outstanding: up to one segment, with the FIN if it fits.
    private int EmitAgain(
        Span<byte> packet, SeqNumber seq, SeqNumber limit, TimeSpan now, out SeqNumber end)
    {
        int count = Math.Min(TextRoom(now), SeqNumber.Min(limit, _tcb.SndEnd) - seq);
        bool fin = seq + count == _tcb.SndEnd && _tcb.FinQueued && limit > _tcb.SndEnd;
        end = seq + count + (fin ? 1u : 0u);
        return EmitText(packet, seq, count, fin, now);
    }

    private int EmitSyn(Span<byte> packet, TimeSpan now)
    {
        _synDue = false;
        bool first = !_synEmitted;
        _synEmitted = true;
        // Karn (MUST-18): in a simultaneous open the SYN goes out again with an ACK, and nobody
        // knows which of the two is acknowledged.
        if (first)
        {
            TimeRoundTrip(_tcb.Iss + 1u, now);
        }
        else
        {
            ForgetTiming();
        }
        StartRetransmission(now);
        return Emit(packet, _tcb.Iss, 0, Decisions.State.SynFlags(State), now);
    }

    // RFC 9293 §3.8.6.1: at least one octet, beyond the window.
    private int EmitProbe(Span<byte> packet, TimeSpan now)
    {
        _probeDue = false;
        if (_tcb.SndUna == _tcb.SndEnd && !_tcb.FinQueued)
        {
            return 0;
        }
        bool text = _tcb.SndUna < _tcb.SndEnd;
        _probed = true;
        return EmitText(packet, _tcb.SndUna, text ? 1 : 0, !text, now);
    }

    private int Emit(Span<byte> packet, SeqNumber seq, int count, TcpFlags flags, TimeSpan now)
    {
        bool syn = flags.Has(TcpFlags.Syn);
        TcpHeader h = default;
        h.SourcePort = PairField.Iut.Port;
        h.DestinationPort = PairField.Tester.Port;
        h.Seq = seq;
        h.Flags = flags;
        if (flags.Has(TcpFlags.Ack))
        {
            h.Ack = Decisions.Ack.AckNumber(_tcb);
            h.Window = OfferWindow(syn);
        }
        else
        {
            h.Window = Decisions.Window.Field(
                _tcb, Math.Min(_tcb.RcvBuff, ushort.MaxValue), true);
        }
        h.Options = Decisions.Option.ForSegment(_tcb, flags, now);
        _lastTsVal = h.Options.TsVal;
        if (_tcb.SndUp is SeqNumber up && up > seq && !syn)
        {
            h.Flags |= TcpFlags.Urg;
            h.UrgentPointer = (ushort)Math.Min(up - seq, ushort.MaxValue);
        }
        if (count > 0)
        {
            int header = PacketWriter.HeaderLength(PairField.Iut.Address.IsV6)
                + SegmentWriter.HeaderLength(in h);
            _send.Read(seq - _sendBase, packet.Slice(header, count));
        }
        if (h.Has(TcpFlags.Ack))
        {
            AckSent();
        }
        return _stack.Write(packet, in h, in PairField, count, TrafficClass, HopLimit);
    }

    private ushort OfferWindow(bool syn)
    {
        SeqNumber target = Decisions.Window.RightEdge(_tcb);
        uint octets = target.DistanceFrom(_tcb.RcvNxt);
        ushort field = Decisions.Window.Field(_tcb, octets, syn);
        uint offered = (uint)field << (syn ? 0 : _tcb.RcvWindShift);
        SeqNumber edge = _tcb.RcvNxt + offered;
        _tcb.RcvTarget = SeqNumber.Min(target, edge);
        _tcb.RcvEdge = SeqNumber.Max(edge, _tcb.RcvEdge);
        return field;
    }

    private void AckSent()
    {
        _ackDue = false;
        _timers.DelayedAck = TimeSpan.MaxValue;
        _tcb.UnackedOctets = 0;
        _tcb.LastAckSent = _tcb.RcvNxt;
    }
}
