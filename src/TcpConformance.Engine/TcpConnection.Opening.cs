using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>The handshake: OPEN, LISTEN's answer, SYN-SENT (RFC 9293 §3.5, §3.10.7).</summary>
public sealed partial class TcpConnection
{
    private TcpConnection? _predecessor;
    // ISN of the newest incarnation that a SYN began in TIME-WAIT, which goes on when that is
    // reset.
    private SeqNumber? _successorIss;
    private bool _synDue;
    private bool _synEmitted;
    private bool _synRetransmitted;

    internal void OpenActively(TimeSpan now)
    {
        BeginSending(_stack.InitialSequenceNumber(Pair, now));
        _tcb.RcvWindShift = Decisions.Option.OwnShift(_tcb);
        _tcb.State = TcpState.SynSent;
        _synDue = true;
        StartUserTimeout(now);
        Wake();
    }

    internal void OpenPassively(
        in TcpHeader syn, ReadOnlySpan<byte> text, TcpConnection? predecessor, TimeSpan now)
    {
        SeqNumber iss = _stack.InitialSequenceNumber(Pair, now);
        if (predecessor is not null)
        {
            // RFC 9293 §3.6.1 (MAY-2): larger than any number of the previous incarnation.
            SeqNumber least = (predecessor._successorIss ?? predecessor._tcb.SndNxt) + 1u;
            iss = iss > least ? iss : least + 65536u;
            predecessor._successorIss = iss;
            _predecessor = predecessor;
        }
        BeginSending(iss);
        _tcb.IsPassive = true;
        _tcb.State = TcpState.SynReceived;
        TakeSyn(in syn, now);
        QueueEarly(in syn, text);
        _synDue = true;
        StartUserTimeout(now);
        Wake();
    }

    // RFC 9293 §3.10.7.3
    private void ArriveInSynSent(in TcpHeader segment, ReadOnlySpan<byte> text, TimeSpan now)
    {
        bool acceptable = false;
        if (segment.Has(TcpFlags.Ack))
        {
            acceptable = Decisions.Ack.IsAcceptableInSynSent(_tcb, segment.Ack);
            if (!acceptable)
            {
                if (!segment.Has(TcpFlags.Rst))
                {
                    _stack.Reply(Pair, Decisions.Reset.Answer(in segment), TrafficClass);
                }
                return;
            }
        }
        if (segment.Has(TcpFlags.Rst))
        {
            if (Decisions.Reset.OnRstInSynSent(_tcb, in segment, acceptable) == Reaction.Reset)
            {
                End(TcpError.Refused);
            }
            return;
        }
        if (!segment.Has(TcpFlags.Syn))
        {
            return;
        }
        TakeSyn(in segment, now);
        TcpState next = Decisions.State.AfterSynInSynSent(acceptable);
        if (next == TcpState.SynReceived)
        {
            Enter(next);
            QueueEarly(in segment, text);
            _synDue = true;
            _stack.MarkReady(this);
            return;
        }
        _synDue = false;
        _tcb.SndWl2 = segment.Ack;
        MeasureRoundTrip(in segment, now, _synRetransmitted);
        AdvanceSndUna(segment.Ack);
        Establish(now);
        // RFC 9293 §3.10.7.3: the text of the SYN,ACK is processed as of the sixth step.
        OweAck();
        TakeUrgent(in segment);
        TakeText(segment.Seq + 1u, text, segment.Has(TcpFlags.Fin), now);
    }

    private void BeginSending(SeqNumber iss)
    {
        _tcb.Iss = iss;
        _tcb.SndUna = iss;
        _tcb.SndNxt = iss + 1u;
        _tcb.SndEnd = iss + 1u;
        _tcb.SndPush = iss + 1u;
        _tcb.Resend = iss + 1u;
        _tcb.Recover = iss;
        _sendBase = iss + 1u;
    }

    // What a SYN says: numbers, window and options.
    private void TakeSyn(in TcpHeader syn, TimeSpan now)
    {
        _tcb.Irs = syn.Seq;
        _tcb.RcvNxt = syn.Seq + 1u;
        _tcb.LastAckSent = _tcb.RcvNxt;
        _receiveBase = _tcb.RcvNxt;
        uint offered = Math.Min(_tcb.RcvBuff, ushort.MaxValue);
        _tcb.RcvEdge = _tcb.RcvNxt + offered;
        _tcb.RcvTarget = _tcb.RcvEdge;
        _tcb.SndWnd = Decisions.Window.Offered(_tcb, in syn);
        _tcb.MaxSndWnd = _tcb.SndWnd;
        _tcb.SndWl1 = syn.Seq;
        // A SYN without ACK has none: what is acknowledged so far stands for it.
        _tcb.SndWl2 = syn.Has(TcpFlags.Ack) ? syn.Ack : _tcb.SndUna;
        _tcb.SendMss = Decisions.Option.PeerMss(_tcb, in syn);
        TcpStackOptions own = _stack.Options;
        _tcb.SndWsOk = own.WindowScale && syn.Options.Has(TcpOptionSet.WindowScale);
        _tcb.SndWindShift = _tcb.SndWsOk ? Decisions.Option.PeerShift(in syn) : (byte)0;
        _tcb.RcvWindShift = _tcb.SndWsOk ? Decisions.Option.OwnShift(_tcb) : (byte)0;
        _tcb.SackOk = own.Sack && syn.Options.Has(TcpOptionSet.SackPermitted);
        _tcb.SndTsOk = own.Timestamps && syn.Options.Has(TcpOptionSet.Timestamps);
        if (_tcb.SndTsOk)
        {
            _tcb.TsRecent = syn.Options.TsVal;
            _tcb.TsRecentAt = now;
        }
        FindEffSndMss();
        _tcb.Cwnd = Decisions.Congestion.InitialWindow(_tcb, false);
    }

    // RFC 9293 §3.10.7.2: text and FIN that come with a SYN wait for ESTABLISHED.
    private void QueueEarly(in TcpHeader syn, ReadOnlySpan<byte> text)
    {
        int length = (int)Math.Min((uint)text.Length, _tcb.RcvWnd);
        if (length > 0)
        {
            Hold(_tcb.RcvNxt, text[..length]);
        }
        if (syn.Has(TcpFlags.Fin) && length == text.Length && _tcb.RcvWnd > (uint)length)
        {
            _tcb.RcvFin = _tcb.RcvNxt + length;
        }
    }

    // Our SYN is acknowledged: ESTABLISHED, or FIN-WAIT-1 where a CLOSE has waited.
    private void Establish(TimeSpan now)
    {
        _tcb.Cwnd = Decisions.Congestion.InitialWindow(_tcb, _synRetransmitted);
        if (_synRetransmitted)
        {
            // RFC 6298 §5.7 makes no exception for what timestamps have measured meanwhile.
            TimeSpan slow = Decisions.Timer.AfterSlowHandshake(_tcb);
            _tcb.Rto = _tcb.Srtt is null || _tcb.Rto < slow ? slow : _tcb.Rto;
        }
        _tcb.Retransmissions = 0;
        _predecessor?.End(TcpError.None);
        _predecessor = null;
        StopRetransmission();
        if (_tcb.State is TcpState.SynReceived or TcpState.SynSent)
        {
            bool waited = _tcb.State == TcpState.SynReceived;
            Enter(TcpState.Established);
            if (waited)
            {
                Listener?.Establish(this);
            }
            TcpState next = Decisions.State.AfterSynAcked(_closeWaits);
            if (_closeWaits)
            {
                _closeWaits = false;
                QueueFin(next);
            }
        }
        if (SendQueue > 0)
        {
            StartUserTimeout(now);
        }
        else
        {
            StopUserTimeout();
        }
        TouchKeepAlive(now);
        _stack.MarkReady(this);
    }

    // RFC 9293 §3.6.1 (MAY-2): the SYN was an old duplicate, TIME-WAIT goes on; otherwise the
    // user of a passive OPEN need not be told (§3.10.7.4, second).
    private void ReturnToListen(TimeSpan now)
    {
        TcpConnection? old = _predecessor;
        End(TcpError.Reset);
        if (old is not null)
        {
            _stack.Restore(old);
            old.EnterTimeWait(now);
            old.Reschedule();
        }
    }

    private void FindEffSndMss() =>
        _tcb.EffSndMss = Decisions.Option.MaxText(_tcb, _tcb.SndTsOk ? 12 : 0);
}
