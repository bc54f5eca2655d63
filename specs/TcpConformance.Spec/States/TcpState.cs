namespace TcpConformance.Spec.States;

/// <summary>The eleven states of a connection (RFC 9293 §3.3.2).</summary>
public enum TcpState : byte
{
    /// <summary>No connection: there is no TCB.</summary>
    Closed,
    /// <summary>Waiting for a connection request from any peer.</summary>
    Listen,
    /// <summary>A connection request has been sent.</summary>
    SynSent,
    /// <summary>A connection request has been received and sent.</summary>
    SynReceived,
    /// <summary>Open: the data transfer phase.</summary>
    Established,
    /// <summary>The user has closed; our FIN isn't acknowledged and none came.</summary>
    FinWait1,
    /// <summary>Our FIN is acknowledged; the peer's is awaited.</summary>
    FinWait2,
    /// <summary>The peer has closed; the user has not.</summary>
    CloseWait,
    /// <summary>Both have closed; our FIN isn't acknowledged.</summary>
    Closing,
    /// <summary>The peer has closed, then the user; our FIN isn't acknowledged.</summary>
    LastAck,
    /// <summary>Both FINs are acknowledged; old duplicates are waited out.</summary>
    TimeWait,
}

/// <summary>Questions and names for <see cref="TcpState"/>.</summary>
public static class TcpStates
{
    /// <summary>As the RFC prints it: <c>SYN-RECEIVED</c>.</summary>
    public static string ToText(this TcpState state) => state switch
    {
        TcpState.Closed => "CLOSED",
        TcpState.Listen => "LISTEN",
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived => "SYN-RECEIVED",
        TcpState.Established => "ESTABLISHED",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.Closing => "CLOSING",
        TcpState.LastAck => "LAST-ACK",
        TcpState.TimeWait => "TIME-WAIT",
    };

    /// <summary>Both ISNs are agreed: ESTABLISHED and after (RFC 9293 §3.5.2).</summary>
    public static bool IsSynchronized(this TcpState state) => state >= TcpState.Established;

    /// <summary>The peer's FIN has not come yet, so that text is taken.</summary>
    public static bool TakesText(this TcpState state) =>
        state is TcpState.Established or TcpState.FinWait1 or TcpState.FinWait2;

    /// <summary>The user may still have octets on their way: text and FIN may be sent.</summary>
    public static bool SendsText(this TcpState state) => state
        is TcpState.Established or TcpState.FinWait1 or TcpState.CloseWait or TcpState.Closing
        or TcpState.LastAck;
}
