using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Timers of a connection (RFC 6298 §5, RFC 9293 §3.8, §3.10.8).</summary>
public sealed partial class TcpConnection
{
    private ConnectionTimers _timers = new();
    private TimeSpan _timerSince;
    private TimeSpan _probeInterval;
    private bool _probesAnswered;
    private int _keepAlives;
    private bool _keepAlive;
    private TimeSpan? _userTimeout;
    private TimeSpan _lastArrival;

    /// <summary>Whether keep-alives are sent (MUST-24, MUST-25: off).</summary>
    public bool KeepAlive => _keepAlive;

    /// <summary>Idle time before the first keep-alive (MUST-27).</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan KeepAliveIdle
    {
        get;
        set => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), "the time must be positive");
    }

    /// <summary>Time between unanswered keep-alives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan KeepAliveInterval
    {
        get;
        set => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), "the time must be positive");
    }

    /// <summary>Unanswered keep-alives that end the connection.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int KeepAliveCount
    {
        get;
        set => field = value > 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), "at least one");
    }

    /// <summary>The user timeout (RFC 9293 §3.10.8); null for none.</summary>
    public TimeSpan? UserTimeout => _userTimeout;

    /// <summary>Turns keep-alives on or off (MUST-24).</summary>
    public void SetKeepAlive(bool on, TimeSpan now)
    {
        _keepAlive = on;
        _timers.KeepAlive = TimeSpan.MaxValue;
        TouchKeepAlive(now);
        Reschedule();
    }

    /// <summary>Sets the user timeout, counted from now if text waits to be acknowledged.</summary>
    public void SetUserTimeout(TimeSpan? timeout, TimeSpan now)
    {
        _userTimeout = timeout;
        StopUserTimeout();
        if (State is not (TcpState.Closed or TcpState.TimeWait)
            && (SendQueue > 0 || _tcb.SndUna != _tcb.SndNxt))
        {
            StartUserTimeout(now);
        }
        Reschedule();
    }

    internal void Reschedule()
    {
        TimeSpan earliest = _timers.Earliest;
        if (earliest != Deadline)
        {
            _stack.SetDeadline(this, earliest);
        }
    }

    internal void Expire(TimeSpan now)
    {
        if (_timers.User <= now)
        {
            End(Unanswered(TcpError.UserTimeout));
            return;
        }
        if (_timers.TimeWait <= now)
        {
            End(TcpError.None);
            return;
        }
        if (_timers.DelayedAck <= now)
        {
            _timers.DelayedAck = TimeSpan.MaxValue;
            OweAck();
        }
        if (_timers.KeepAlive <= now)
        {
            ExpireKeepAlive(now);
        }
        if (_timers.Retransmit <= now)
        {
            ExpireRetransmit(now);
        }
    }

    private void ExpireRetransmit(TimeSpan now)
    {
        switch (_timers.Kind)
        {
            case RetransmitKind.Retransmission:
                ExpireRetransmission(now);
                break;
            case RetransmitKind.Probe:
                ExpireProbe(now);
                break;
            case RetransmitKind.Override:
                StopRetransmission();
                _forceSend = true;
                break;
            case RetransmitKind.Off:
                break;
        }
        _stack.MarkReady(this);
    }

    // RFC 6298 §5.4 to §5.7, RFC 5681 §3.1, RFC 9293 §3.8.3.
    private void ExpireRetransmission(TimeSpan now)
    {
        if (IsPastR2(now))
        {
            End(Unanswered(TcpError.TimedOut));
            return;
        }
        if (_tcb.SndUna == _tcb.Iss)
        {
            _synDue = true;
            _synRetransmitted = true;
        }
        else
        {
            LoseFlight();
        }
        _tcb.Retransmissions++;
        ForgetTiming();
        _tcb.Rto = Decisions.Timer.BackOff(_tcb, _tcb.Rto);
        _timers.Retransmit = now + _tcb.Rto;
        if (_tcb.Retransmissions == _stack.Options.R1)
        {
            _stack.UserEvent(); // SHLD-9
        }
    }

    // RFC 9293 §3.8.3 (MUST-21): the time that the user has set takes the place of R2.
    private bool IsPastR2(TimeSpan now) =>
        _userTimeout is null && Decisions.Timer.GivesUp(_tcb, now - _timerSince);

    private void ExpireProbe(TimeSpan now)
    {
        // MUST-37: as long as probes are answered, _timerSince moves on.
        if (IsPastR2(now))
        {
            End(Unanswered(TcpError.TimedOut));
            return;
        }
        if (_probesAnswered)
        {
            _probesAnswered = false;
            _timerSince = now; // the first probe without an answer so far
        }
        _probeDue = true;
        _probeInterval = Decisions.Timer.NextProbe(_tcb, _probeInterval);
        _timers.Retransmit = now + _probeInterval;
    }

    private void ProbeAnswered(TimeSpan now)
    {
        // A window that has shrunk to zero is probed by retransmission (MUST-35, SHLD-17).
        bool shrunk = _timers.Kind == RetransmitKind.Retransmission && _tcb.SndWnd == 0;
        if (_timers.Kind == RetransmitKind.Probe || shrunk)
        {
            _probesAnswered = true;
            _timerSince = now;
        }
    }

    private void StartProbing(TimeSpan now)
    {
        if (_timers.Kind is RetransmitKind.Off or RetransmitKind.Override
            && Decisions.Timer.ProbesZeroWindow(_tcb))
        {
            _timers.Kind = RetransmitKind.Probe;
            _probesAnswered = true;
            _probeInterval = Decisions.Timer.FirstProbe(_tcb);
            _timers.Retransmit = now + _probeInterval;
            _timerSince = now;
        }
    }

    private void StartOverride(TimeSpan now)
    {
        if (_timers.Kind == RetransmitKind.Off)
        {
            _timers.Kind = RetransmitKind.Override;
            _timers.Retransmit = now + _stack.Options.SwsOverride;
        }
    }

    // A window shrunk to zero over what is outstanding is probed, and the connection lives as
    // long as it is answered (RFC 9293 §3.8.6, MUST-35, SHLD-17).
    private void WindowClosed(TimeSpan now)
    {
        if (_timers.Kind == RetransmitKind.Retransmission && _tcb.SndUna != _tcb.Iss
            && _tcb.SndUna != _tcb.SndNxt)
        {
            StopRetransmission();
            _resending = false;
            _retransmitDue = false;
            StartProbing(now);
        }
    }

    // The window is open again: what only probed it is sent as usual.
    private void WindowOpened(TimeSpan now)
    {
        if (_timers.Kind != RetransmitKind.Probe)
        {
            return;
        }
        StopRetransmission();
        _probeDue = false;
        if (_tcb.SndUna != _tcb.SndNxt)
        {
            ResendFrom(_tcb.SndUna);
            StartRetransmission(now);
        }
    }

    // RFC 6298 §5.1: starts it if it isn't running.
    private void StartRetransmission(TimeSpan now)
    {
        if (_timers.Kind is RetransmitKind.Off or RetransmitKind.Override)
        {
            _timers.Kind = RetransmitKind.Retransmission;
            _timers.Retransmit = now + _tcb.Rto;
            _timerSince = now;
        }
    }

    private bool HasMoreToSend => _tcb.SndUna != _tcb.SndNxt || _tcb.Unsent > 0
        || (_tcb.FinQueued && _tcb.SndNxt <= _tcb.SndEnd);

    // RFC 6298 §5.2, §5.3: after an ACK of something new.
    private void RestartRetransmission(TimeSpan now)
    {
        // A closed window is probed as long as there is something to send (RFC 9293 §3.8.6.1).
        if (_timers.Kind == RetransmitKind.Probe && _tcb.SndWnd == 0 && HasMoreToSend)
        {
            return;
        }
        StopRetransmission();
        if (_tcb.SndUna != _tcb.SndNxt)
        {
            StartRetransmission(now);
        }
    }

    private void StopRetransmission()
    {
        _timers.Kind = RetransmitKind.Off;
        _timers.Retransmit = TimeSpan.MaxValue;
    }

    private void DelayAck(TimeSpan now)
    {
        if (_timers.DelayedAck == TimeSpan.MaxValue)
        {
            _timers.DelayedAck = now + Decisions.Ack.Delay(_tcb);
        }
    }

    private void EnterTimeWait(TimeSpan now)
    {
        StopTimers();
        _timers.TimeWait = now + Decisions.Timer.TimeWait(_tcb);
        _send.Release();
        if (_tcb.RcvUser == 0)
        {
            _receive.Release();
        }
        Enter(TcpState.TimeWait);
    }

    private void StopTimers()
    {
        _timers = new ConnectionTimers();
        _probeDue = false;
        _keepAliveDue = false;
        _synDue = false;
        Reschedule();
    }

    private void StartUserTimeout(TimeSpan now)
    {
        if (_userTimeout is TimeSpan timeout)
        {
            _timers.User = now + timeout;
        }
    }

    private void StopUserTimeout() => _timers.User = TimeSpan.MaxValue;

    // Something has arrived: the connection is not idle (RFC 9293 §3.8.4).
    private void TouchKeepAlive(TimeSpan now)
    {
        _lastArrival = now;
        _keepAlives = 0;
        if (_keepAlive && State.IsSynchronized() && State != TcpState.TimeWait)
        {
            _timers.KeepAlive = now + KeepAliveIdle;
        }
    }

    private void ExpireKeepAlive(TimeSpan now)
    {
        // MUST-26: only when nothing is outstanding.
        if (_tcb.SndUna != _tcb.SndNxt || _tcb.Unsent > 0)
        {
            _timers.KeepAlive = now + KeepAliveIdle;
            return;
        }
        if (_keepAlives >= KeepAliveCount)
        {
            End(Unanswered(TcpError.TimedOut));
            return;
        }
        _keepAlives++;
        _keepAliveDue = true;
        _timers.KeepAlive = now + KeepAliveInterval;
        _stack.MarkReady(this);
    }
}
