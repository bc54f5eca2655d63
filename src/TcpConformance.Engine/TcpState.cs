namespace TcpConformance.Engine;

/// <summary>The states of RFC 9293 §3.3.2.</summary>
public enum TcpState : byte
{
    /// <summary>No connection.</summary>
    Closed,
    /// <summary>Waiting for a connection request.</summary>
    Listen,
    /// <summary>A SYN is sent, the peer's is awaited.</summary>
    SynSent,
    /// <summary>SYNs are sent and received, the acknowledgment is awaited.</summary>
    SynReceived,
    /// <summary>Open.</summary>
    Established,
    /// <summary>The user has closed; the FIN is not acknowledged.</summary>
    FinWait1,
    /// <summary>The FIN is acknowledged; the peer's is awaited.</summary>
    FinWait2,
    /// <summary>The peer has closed, the user has not.</summary>
    CloseWait,
    /// <summary>Both have closed; the FIN is not acknowledged.</summary>
    Closing,
    /// <summary>The peer closed first, then the user; the FIN is not acknowledged.</summary>
    LastAck,
    /// <summary>Waiting for 2 MSL.</summary>
    TimeWait,
}

/// <summary>Questions about <see cref="TcpState"/>.</summary>
public static class TcpStates
{
    /// <summary>Whether RFC 9293 §3.5.2 counts the state among the synchronized ones.</summary>
    public static bool IsSynchronized(this TcpState state) => state >= TcpState.Established;

    /// <summary>Whether text from the peer is still to be expected (RFC 9293 §3.10.7.4).</summary>
    public static bool TakesText(this TcpState state) => state
        is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;
}
