using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>One connection, as its user sees it (RFC 9293 §3.9.1).</summary>
public sealed partial class TcpConnection
{
    private readonly TcpStack _stack;
    private readonly Tcb _tcb;
    private readonly ByteRing _send = new();
    private readonly ByteRing _receive = new();
    private SeqNumber _sendBase;
    private SeqNumber _receiveBase;
    private bool _receiveClosed;
    private bool _closeWaits;
    internal SocketPair PairField;
    internal int HeapIndex = -1;
    internal TimeSpan Deadline = TimeSpan.MaxValue;
    internal bool IsReady;

    internal TcpConnection(TcpStack stack, SocketPair pair, TcpListener? listener)
    {
        _stack = stack;
        PairField = pair;
        Listener = listener;
        _tcb = new Tcb(pair, stack.Options) { TsOffset = stack.TimestampOffset(pair) };
        KeepAliveIdle = stack.Options.KeepAliveIdle;
        KeepAliveInterval = stack.Options.KeepAliveInterval;
        KeepAliveCount = stack.Options.KeepAliveCount;
    }

    /// <summary>Local (Iut) and remote (Tester) socket.</summary>
    public SocketPair Pair => PairField;

    /// <summary>The listener that it came from, or null after an active OPEN.</summary>
    public TcpListener? Listener { get; }

    /// <summary>The control block.</summary>
    public Tcb Tcb => _tcb;

    /// <summary>The state.</summary>
    public TcpState State => _tcb.State;

    /// <summary>Why the connection ended, if it did so badly.</summary>
    public TcpError Error { get; private set; }

    /// <summary>Octets that <see cref="Receive"/> has.</summary>
    public int ReadableBytes => (int)_tcb.RcvUser;

    /// <summary>Octets that <see cref="Send"/> would take.</summary>
    public int WritableBytes => MaySend ? _stack.Options.SendBuffer - SendQueue : 0;

    /// <summary>Whether the peer has closed and all its text has been read (MUST-12).</summary>
    public bool EndOfStream => _tcb.FinReceived && _tcb.RcvUser == 0;

    /// <summary>Octets to read up to the end of urgent data; 0 in normal mode (MUST-33).</summary>
    public int UrgentBytes =>
        _tcb.RcvUp is SeqNumber up && up > _receiveBase ? up - _receiveBase : 0;

    /// <summary>Counts urgent notifications: a new or advanced urgent pointer (MUST-32).</summary>
    public int UrgentEvents { get; private set; }

    /// <summary>Counts soft ICMP errors (MUST-47, SHLD-25).</summary>
    public int SoftErrors { get; private set; }

    /// <summary>Whether R1 is reached: the oldest segment finds no answer (SHLD-9).</summary>
    public bool HasDeliveryTrouble => _tcb.Retransmissions >= _stack.Options.R1;

    /// <summary>Whether the Nagle algorithm is off (MUST-17).</summary>
    public bool NoDelay
    {
        get => _tcb.NoDelay;
        set
        {
            _tcb.NoDelay = value;
            _stack.MarkReady(this);
        }
    }

    /// <summary>The traffic class or TOS octet without ECN (MUST-48).</summary>
    public byte TrafficClass { get; set; }

    /// <summary>TTL or hop limit of its packets; null for the host's (MUST-49).</summary>
    public byte? HopLimit { get; set; }

    /// <summary>STATUS (RFC 9293 §3.9.1.5).</summary>
    public TcpStatus Status => new(
        Pair, State, _tcb.SndUna, _tcb.SndNxt, _tcb.SndWnd, _tcb.RcvNxt, _tcb.RcvWnd, SendQueue,
        ReadableBytes, _tcb.Cwnd, _tcb.Ssthresh, _tcb.Srtt, _tcb.Rto, _tcb.Retransmissions,
        _tcb.EffSndMss);

    private int SendQueue => Math.Max(0, _tcb.SndEnd - _sendBase);

    private TcpDecisions Decisions => _stack.Decisions;

    private bool MaySend => !_tcb.FinQueued && !_closeWaits && State
        is TcpState.SynSent or TcpState.SynReceived or TcpState.Established or TcpState.CloseWait;

    /// <summary>SEND (RFC 9293 §3.10.2).</summary>
    /// <param name="octets">The text.</param>
    /// <param name="now">The time.</param>
    /// <param name="push">Whether to send it without waiting for more.</param>
    /// <param name="urgent">Whether urgent data ends here (RFC 9293 §3.8.5).</param>
    /// <returns>Octets taken, less than given if the buffer is full; -1 for "error: connection
    /// closing" and "error: connection does not exist".</returns>
    public int Send(ReadOnlySpan<byte> octets, TimeSpan now, bool push = true, bool urgent = false)
    {
        if (!MaySend)
        {
            return -1;
        }
        int taken = Math.Min(octets.Length, WritableBytes);
        if (taken == 0)
        {
            return 0;
        }
        bool idle = SendQueue == 0;
        _send.Write(SendQueue, octets[..taken]);
        _tcb.SndEnd += taken;
        if (push || taken < octets.Length)
        {
            _tcb.SndPush = _tcb.SndEnd;
        }
        if (urgent)
        {
            _tcb.SndUp = _tcb.SndEnd;
            if (State.IsSynchronized() && _tcb.UsableWindow <= 0)
            {
                OweAck(); // the pointer goes out even if the text can't (RFC 9293 §3.8.5)
            }
        }
        if (idle)
        {
            StartUserTimeout(now);
        }
        Wake();
        return taken;
    }

    /// <summary>RECEIVE (RFC 9293 §3.10.3). Stops at the end of urgent data.</summary>
    /// <returns>Octets written; 0 if nothing has come, or at the end of the stream; -1 for "error:
    /// connection does not exist" and after <see cref="Close"/>.</returns>
    public int Receive(Span<byte> octets, TimeSpan now)
    {
        _ = now;
        if (_receiveClosed || (State == TcpState.Closed && _tcb.RcvUser == 0
            && !_tcb.FinReceived))
        {
            return -1;
        }
        int count = Math.Min(octets.Length, ReadableBytes);
        if (UrgentBytes > 0)
        {
            count = Math.Min(count, UrgentBytes);
        }
        if (count == 0)
        {
            return 0;
        }
        _receive.Read(0, octets[..count]);
        _receive.Drop(count);
        _receiveBase += count;
        _tcb.RcvUser -= (uint)count;
        if (State.TakesText() && Decisions.Window.OwesUpdate(_tcb))
        {
            OweAck();
        }
        else if (!State.TakesText() && _tcb.RcvUser == 0)
        {
            _receive.Release();
        }
        return count;
    }

    /// <summary>CLOSE of both directions: with unread text, or when text comes later, the
    /// connection is reset (RFC 9293 §3.6.1, MAY-1, SHLD-3).</summary>
    public void Close(TimeSpan now)
    {
        bool loses = _tcb.RcvUser > 0 && Decisions.Reset.ResetsOnLostText(_tcb)
            && State is TcpState.SynReceived or TcpState.Established or TcpState.FinWait1
                or TcpState.FinWait2 or TcpState.CloseWait;
        if (loses)
        {
            SendReset(_tcb.SndNxt);
            End(TcpError.None);
            _receiveClosed = true;
            return;
        }
        _receiveClosed = true;
        Shutdown(now);
    }

    /// <summary>CLOSE as the RFC means it: no more to send, reading goes on (RFC 9293
    /// §3.10.4).</summary>
    public void Shutdown(TimeSpan now)
    {
        if (_tcb.FinQueued || _closeWaits || State is TcpState.Closed or TcpState.TimeWait)
        {
            return;
        }
        TcpState next = Decisions.State.AfterClose(State, _tcb.SndEnd == _tcb.Iss + 1u);
        if (next == TcpState.Closed)
        {
            End(TcpError.Closing);
            return;
        }
        if (next == State)
        {
            _closeWaits = true;
            return;
        }
        QueueFin(next);
        StartUserTimeout(now);
        Wake();
    }

    /// <summary>ABORT (RFC 9293 §3.10.5).</summary>
    public void Abort(TimeSpan now)
    {
        _ = now;
        if (State == TcpState.Closed)
        {
            return;
        }
        // RFC 9293 §3.10.4: LAST-ACK begins when the FIN has been sent.
        bool finWaits = State == TcpState.LastAck && _tcb.SndNxt <= _tcb.SndEnd;
        if (Decisions.Reset.AbortSendsReset(finWaits ? TcpState.CloseWait : State))
        {
            SendReset(_tcb.SndNxt);
        }
        End(TcpError.Reset);
        Discard();
    }

    private void QueueFin(TcpState next)
    {
        _tcb.FinQueued = true;
        _tcb.SndPush = _tcb.SndEnd; // Close implies push (RFC 9293 §3.9.1.4)
        Enter(next);
    }

    private void Wake()
    {
        _stack.MarkReady(this);
        Reschedule();
    }

    private void Enter(TcpState state)
    {
        _tcb.State = state;
        _stack.UserEvent();
    }

    // Deletes the TCB; what was received before a good end can still be read.
    private void End(TcpError error)
    {
        if (Listener is not null && State == TcpState.SynReceived)
        {
            Listener.HalfOpen--;
        }
        Error = error;
        Enter(TcpState.Closed);
        _stack.Forget(this);
        _send.Release();
        _tcb.SndEnd = _sendBase;
        _tcb.Held.Clear();
        StopTimers();
        if (error != TcpError.None)
        {
            Discard();
        }
    }

    private void Discard()
    {
        _receive.Release();
        _receiveBase = _tcb.RcvNxt;
        _tcb.RcvUser = 0;
    }

    private void SendReset(SeqNumber seq)
    {
        TcpHeader reset = new()
        {
            SourcePort = Pair.Iut.Port,
            DestinationPort = Pair.Tester.Port,
            Seq = seq,
            Flags = TcpFlags.Rst,
        };
        // RFC 7323 §5.2: an ABORT's has them too. TSval is not compared by the peer.
        if (_tcb.SndTsOk)
        {
            reset.Options.Present = TcpOptionSet.Timestamps;
            reset.Options.TsVal = _lastTsVal;
        }
        _stack.Reply(Pair, in reset, TrafficClass);
    }
}
