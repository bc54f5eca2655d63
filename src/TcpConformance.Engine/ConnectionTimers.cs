namespace TcpConformance.Engine;

/// <summary>The deadlines of one connection; TimeSpan.MaxValue where a timer is off.</summary>
internal struct ConnectionTimers()
{
    /// <summary>Retransmission, probe or SWS override, see <see cref="Kind"/>.</summary>
    public TimeSpan Retransmit = TimeSpan.MaxValue;

    /// <summary>What <see cref="Retransmit"/> is for.</summary>
    public RetransmitKind Kind = RetransmitKind.Off;

    /// <summary>The latest moment for an ACK.</summary>
    public TimeSpan DelayedAck = TimeSpan.MaxValue;

    /// <summary>The next keep-alive.</summary>
    public TimeSpan KeepAlive = TimeSpan.MaxValue;

    /// <summary>The end of TIME-WAIT.</summary>
    public TimeSpan TimeWait = TimeSpan.MaxValue;

    /// <summary>The user timeout.</summary>
    public TimeSpan User = TimeSpan.MaxValue;

    /// <summary>The first of them.</summary>
    public readonly TimeSpan Earliest
    {
        get
        {
            TimeSpan first = Retransmit;
            first = DelayedAck < first ? DelayedAck : first;
            first = KeepAlive < first ? KeepAlive : first;
            first = TimeWait < first ? TimeWait : first;
            return User < first ? User : first;
        }
    }
}

/// <summary>The uses of the retransmission timer.</summary>
internal enum RetransmitKind : byte
{
    /// <summary>Off.</summary>
    Off,
    /// <summary>Something is outstanding (RFC 6298 §5).</summary>
    Retransmission,
    /// <summary>The peer's window is closed (RFC 9293 §3.8.6.1).</summary>
    Probe,
    /// <summary>Silly-window avoidance holds text back (RFC 9293 §3.8.6.2.1).</summary>
    Override,
}
