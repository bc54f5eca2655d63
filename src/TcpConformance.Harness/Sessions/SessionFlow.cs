using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>A good peer at the tester's end of one connection, for the time of a
/// <see cref="FlowStep"/>.</summary>
internal sealed class SessionFlow
{
    private const int MostSegments = 150;
    private static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly FlowStep _step;
    private readonly SessionEnd _end;
    private readonly Action<SegmentStep> _send;
    private readonly Queue<(TimeSpan Due, TcpHeader Header, bool IsLost)> _coming = new();
    private readonly SeqNumber _giveEnd;
    private SeqNumber _next;
    private SeqNumber _lastUna;
    private TimeSpan? _ackDue;
    private TimeSpan? _resendDue;
    private int _seen;
    private int _sent;
    private int _inOrder;
    private int _duplicates;

    public SessionFlow(FlowStep step, SessionEnd end, Action<SegmentStep> send)
    {
        _step = step;
        _end = end;
        _send = send;
        _next = end.SndNxt;
        _lastUna = end.SndUna;
        _giveEnd = end.SndNxt + (end.Fin is null ? step.Give : 0);
    }

    /// <summary>When there is something to do although nothing comes.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            TimeSpan? due = _coming.TryPeek(out var first) ? first.Due : null;
            due = _ackDue < due || due is null ? _ackDue ?? due : due;
            return _resendDue < due || due is null ? _resendDue ?? due : due;
        }
    }

    /// <summary>The flow begins.</summary>
    public void Start(TimeSpan now)
    {
        if (_step.AckEvery > 0 && _end.IutOffer is not null && _end.LastAck != _end.RcvNxt)
        {
            SendAck();
        }
        Give(now);
    }

    /// <summary>The IUT has sent a segment.</summary>
    public void Take(in TcpHeader h, TimeSpan now)
    {
        bool countable = h.TextLength > 0 || h.Has(TcpFlags.Fin);
        bool lost = countable && _seen < 63 && (_step.LoseFromIut >> _seen & 1) != 0;
        _seen += countable ? 1 : 0;
        _coming.Enqueue((now + TimeSpan.FromMilliseconds(_step.Rtt), h, lost));
    }

    /// <summary>Does what is due.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Fire(TimeSpan now)
    {
        bool did = false;
        while (_coming.TryPeek(out var first) && first.Due <= now)
        {
            _coming.Dequeue();
            Arrived(in first.Header, first.IsLost, now);
            did = true;
        }
        if (_ackDue <= now)
        {
            SendAck();
            did = true;
        }
        if (_resendDue <= now)
        {
            Resend(now);
            did = true;
        }
        return did;
    }

    /// <summary>The flow is over: what was on its way arrives without an answer.</summary>
    public void Finish()
    {
        while (_coming.TryDequeue(out var last))
        {
            _end.Take(in last.Header, last.IsLost);
        }
    }

    private void Arrived(in TcpHeader h, bool lost, TimeSpan now)
    {
        SeqNumber before = _end.RcvNxt;
        SeqNumber una = _end.SndUna;
        SeqNumber edge = _end.SndEdge;
        _end.Take(in h, lost);
        if (lost || _end.IsReset)
        {
            _resendDue = _end.IsReset ? null : _resendDue;
            return;
        }
        Answer(in h, before, now);
        bool duplicate = h.SegLen == 0 && _end.SndUna == una && _end.SndEdge == edge;
        _duplicates = duplicate ? _duplicates + 1 : 0;
        if (_duplicates == 3 && _giveEnd - _end.SndUna > 0)
        {
            Transmit(_end.SndUna);
        }
        Give(now);
    }

    private void Answer(in TcpHeader h, SeqNumber before, TimeSpan now)
    {
        // What is empty and old is a keep-alive, or a SYN,ACK again: both want an ACK.
        bool wants = h.SegLen > 0 || h.Seq < before;
        if (_step.AckEvery == 0 || !wants || _end.IutOffer is null)
        {
            return;
        }
        bool inOrder = h.Seq == before && h.TextLength > 0 && !h.Has(TcpFlags.Fin)
            && _end.RcvNxt == h.End;
        if (!inOrder || ++_inOrder % _step.AckEvery == 0)
        {
            SendAck();
        }
        else
        {
            _ackDue ??= now + AckDelay;
        }
    }

    private void SendAck()
    {
        _ackDue = null;
        _send(new SegmentStep { Flags = TcpFlags.Ack });
    }

    private void Give(TimeSpan now)
    {
        _next = SeqNumber.Max(_next, _end.SndUna);
        while (_next < _giveEnd && _sent < MostSegments && !_end.IsReset
            && (_end.SndEdge - _next >= _step.Size || _end.SndEdge - _giveEnd >= 0))
        {
            int size = Transmit(_next);
            _next += size;
        }
        bool outstanding = _giveEnd - _end.SndUna > 0 && !_end.IsReset && _sent < MostSegments;
        if (!outstanding)
        {
            _resendDue = null;
        }
        else if (_lastUna != _end.SndUna || _resendDue is null)
        {
            _lastUna = _end.SndUna;
            _resendDue = now + Patience;
        }
    }

    // RFC 9293 §3.8.6.1: a closed window is probed with an octet.
    private void Resend(TimeSpan now)
    {
        _resendDue = now + Patience;
        if (_end.SndEdge <= _end.SndUna)
        {
            _sent++;
            Send(_end.SndUna, 1);
        }
        else
        {
            _next = _end.SndUna + Transmit(_end.SndUna);
        }
        if (_sent >= MostSegments)
        {
            _resendDue = null;
        }
    }

    private int Transmit(SeqNumber seq)
    {
        int size = Math.Max(1, Math.Min(_step.Size, _giveEnd - seq));
        bool lost = _sent < 63 && (_step.LoseToIut >> _sent & 1) != 0;
        _sent++;
        Send(seq, size, lost);
        return size;
    }

    private void Send(SeqNumber seq, int size, bool lost = false)
    {
        TcpFlags push = seq + size == _giveEnd ? TcpFlags.Psh : TcpFlags.None;
        _ackDue = lost ? _ackDue : null;
        _send(new SegmentStep
        {
            Flags = TcpFlags.Ack | push,
            Seq = SeqEdge.Next,
            SeqOffset = seq - _end.SndNxt,
            Length = size,
            Lost = lost,
        });
    }
}
