using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Arriving acknowledgments (RFC 9293 §3.10.7.4, fifth).</summary>
public sealed partial class TcpConnection
{
    private SeqNumber _timedSeq;
    private TimeSpan _timedAt;
    private bool _timing;

    // Returns whether the segment is to be processed further.
    private bool TakeAck(in TcpHeader segment, TimeSpan now)
    {
        if (State == TcpState.SynReceived)
        {
            if (!Decisions.Ack.IsAcceptableInSynReceived(_tcb, segment.Ack))
            {
                _stack.Reply(Pair, Decisions.Reset.Answer(in segment), TrafficClass);
                return false;
            }
            SetWindow(in segment, now);
        }
        switch (Decisions.Ack.Judge(_tcb, segment.Ack))
        {
            case AckVerdict.Beyond or AckVerdict.TooOld: // RFC 5961 §5.2
                Challenge(now);
                return false;
            case AckVerdict.New:
                TakeNewAck(in segment, now);
                break;
            case AckVerdict.Duplicate:
                TakeDuplicateAck(in segment);
                break;
        }
        if (segment.Ack >= _tcb.SndUna && Decisions.Window.TakesWindow(_tcb, in segment))
        {
            SetWindow(in segment, now);
        }
        ProbeAnswered(now);
        _stack.MarkReady(this);
        return AfterAck(now);
    }

    private bool AfterAck(TimeSpan now)
    {
        if (!_tcb.FinAcked)
        {
            // RFC 9293 §3.10.7.4: in CLOSING and LAST-ACK there is nothing else to process.
            return true;
        }
        TcpState next = Decisions.State.AfterFinAcked(State);
        if (next == State)
        {
            return true;
        }
        if (next == TcpState.Closed)
        {
            End(TcpError.None);
            return false;
        }
        if (next == TcpState.TimeWait)
        {
            EnterTimeWait(now);
            return true;
        }
        Enter(next);
        return true;
    }

    private void TakeNewAck(in TcpHeader segment, TimeSpan now)
    {
        bool synAcked = _tcb.SndUna == _tcb.Iss;
        uint acked = segment.Ack.DistanceFrom(_tcb.SndUna);
        MeasureRoundTrip(in segment, now, synAcked && _synRetransmitted);
        UpdateScoreboard(in segment);
        AdvanceSndUna(segment.Ack);
        if (synAcked)
        {
            _synDue = false;
            Establish(now);
            RestartRetransmission(now);
            return;
        }
        _tcb.Retransmissions = 0;
        _probed = false;
        GrowWindow(acked);
        RestartRetransmission(now);
        if (SendQueue > 0)
        {
            StartUserTimeout(now);
        }
        else
        {
            StopUserTimeout();
        }
        _stack.UserEvent();
    }

    private void TakeDuplicateAck(in TcpHeader segment)
    {
        bool newSack = UpdateScoreboard(in segment);
        // Fast retransmit is for text: the SYN is the timer's (RFC 5681 §3.2).
        if (_tcb.SndUna != _tcb.Iss && Decisions.Ack.IsDuplicateAck(_tcb, in segment, newSack))
        {
            CountDuplicateAck();
        }
    }

    // Moves SND.UNA and gives acknowledged text back.
    private void AdvanceSndUna(SeqNumber ack)
    {
        _tcb.SndUna = ack;
        SeqNumber text = SeqNumber.Min(ack, _tcb.SndEnd);
        if (text > _sendBase)
        {
            _send.Drop(text - _sendBase);
            _sendBase = text;
        }
        _tcb.Sacked.TrimBelow(ack);
        if (_tcb.SndUp is SeqNumber up && up <= ack)
        {
            _tcb.SndUp = null;
        }
        if (_tcb.Resend < ack)
        {
            _tcb.Resend = ack;
        }
        _resending = _resending && _tcb.Resend < _tcb.SndNxt;
    }

    private void SetWindow(in TcpHeader segment, TimeSpan now)
    {
        bool wasClosed = _tcb.SndWnd == 0;
        _tcb.SndWnd = Decisions.Window.Offered(_tcb, in segment);
        _tcb.MaxSndWnd = Math.Max(_tcb.MaxSndWnd, _tcb.SndWnd);
        _tcb.SndWl1 = segment.Seq;
        _tcb.SndWl2 = segment.Ack;
        if (wasClosed && _tcb.SndWnd > 0)
        {
            WindowOpened(now);
        }
        else if (!wasClosed && _tcb.SndWnd == 0)
        {
            WindowClosed(now);
        }
    }

    // One measurement per round trip (RFC 6298 §3); timestamps tell retransmissions apart
    // (RFC 7323 §4.1), otherwise Karn's rule holds (MUST-18).
    private void MeasureRoundTrip(in TcpHeader segment, TimeSpan now, bool ambiguous)
    {
        TimeSpan rtt;
        if (_tcb.SndTsOk && segment.Options.Has(TcpOptionSet.Timestamps)
            && segment.Options.TsEcr != 0)
        {
            if (segment.Ack < _timedSeq && _tcb.Srtt is not null)
            {
                return;
            }
            int milliseconds = new SeqNumber(Decisions.Option.TsVal(_tcb, now))
                - new SeqNumber(segment.Options.TsEcr);
            if (milliseconds < 0)
            {
                return;
            }
            rtt = TimeSpan.FromMilliseconds(milliseconds);
            _timedSeq = _tcb.SndNxt;
        }
        else
        {
            if (!_timing || segment.Ack < _timedSeq)
            {
                return;
            }
            _timing = false;
            if (!Decisions.Timer.MayMeasure(_tcb, ambiguous))
            {
                return;
            }
            rtt = now - _timedAt;
        }
        (_tcb.Srtt, _tcb.RttVar, _tcb.Rto) = Decisions.Timer.Measure(_tcb, rtt);
    }

    // Begins to time new text or a SYN, if nothing is being timed.
    private void TimeRoundTrip(SeqNumber end, TimeSpan now)
    {
        if (!_timing && !_tcb.SndTsOk)
        {
            _timing = true;
            _timedSeq = end;
            _timedAt = now;
        }
    }

    // Karn: what is sent twice is not timed.
    private void ForgetTiming()
    {
        if (Decisions.Timer.MayMeasure(_tcb, true))
        {
            return;
        }
        _timing = false;
    }
}
