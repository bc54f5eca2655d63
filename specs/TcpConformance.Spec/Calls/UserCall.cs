using TcpConformance.Wire;

namespace TcpConformance.Spec.Calls;

/// <summary>The user calls of RFC 9293 §3.9.1, as far as an upper tester makes them.</summary>
public enum UserCallKind
{
    /// <summary>Passive OPEN: the socket of the IUT listens from now on.</summary>
    Listen,
    /// <summary>CLOSE of a listening socket; connections that came from it stay.</summary>
    StopListening,
    /// <summary>Active OPEN; returns when the connection is open or has failed.</summary>
    Connect,
    /// <summary>The user takes a connection that a passive OPEN has made.</summary>
    Accept,
    /// <summary>SEND.</summary>
    Send,
    /// <summary>RECEIVE; returns with text, the end of the stream, or an error.</summary>
    Receive,
    /// <summary>CLOSE of the sending direction only; the user goes on receiving.</summary>
    Shutdown,
    /// <summary>CLOSE, and the user receives no more (RFC 9293 §3.6.1).</summary>
    Close,
    /// <summary>ABORT.</summary>
    Abort,
    /// <summary>Returns when urgent data is announced that the user has not received yet
    /// (RFC 9293 §3.8.5, MUST-32).</summary>
    AwaitUrgent,
    /// <summary>Sets <see cref="UserCall.Option"/> to <see cref="UserCall.Value"/>.</summary>
    SetOption,
}

/// <summary>Options of a connection that change what the specification expects.</summary>
public enum UserOption
{
    /// <summary>Value 1 turns the Nagle algorithm off (RFC 9293 §3.7.4, MUST-17).</summary>
    NoDelay,
    /// <summary>Value 1 turns keep-alives on (RFC 9293 §3.8.4).</summary>
    KeepAlive,
    /// <summary>Idle time before the first keep-alive, in milliseconds.</summary>
    KeepAliveIdle,
    /// <summary>Time between keep-alives, in milliseconds.</summary>
    KeepAliveInterval,
    /// <summary>Unanswered keep-alives after which the connection is dead.</summary>
    KeepAliveCount,
    /// <summary>User timeout in milliseconds (RFC 9293 §3.8.3).</summary>
    UserTimeout,
    /// <summary>Size of the receive buffer in octets.</summary>
    ReceiveBuffer,
    /// <summary>Size of the send buffer in octets.</summary>
    SendBuffer,
    /// <summary>Traffic class or TOS octet of the connection's packets (RFC 9293 §3.9.1.9).
    /// </summary>
    TrafficClass,
    /// <summary>TTL or hop limit of the connection's packets (RFC 9293 §3.9.2, MUST-49).
    /// </summary>
    HopLimit,
}

/// <summary>One user call, made through the upper tester.</summary>
/// <param name="Id">Names the call within a run, so that the result can be matched.</param>
/// <param name="Kind">Which call.</param>
/// <param name="Pair">The connection; for a listening socket the tester's side is default.</param>
public sealed record UserCall(int Id, UserCallKind Kind, SocketPair Pair)
{
    /// <summary>SEND: the octets.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>SEND: the octets are urgent (RFC 9293 §3.8.5).</summary>
    public bool Urgent { get; init; }

    /// <summary>Connect: the local address is left to the IUT (RFC 9293 §3.9.1.1, MUST-44);
    /// <see cref="Pair"/> has the one that it must choose.</summary>
    public bool AnyLocalAddress { get; init; }

    /// <summary>RECEIVE: the most octets that the user takes.</summary>
    public int Count { get; init; }

    /// <summary>SetOption: which one.</summary>
    public UserOption Option { get; init; }

    /// <summary>SetOption: the new value.</summary>
    public int Value { get; init; }
}

/// <summary>What a user call came to (RFC 9293 §3.9.1, §3.9.1.8).</summary>
public enum UserError
{
    /// <summary>Done.</summary>
    None,
    /// <summary>"connection refused".</summary>
    Refused,
    /// <summary>"connection reset".</summary>
    Reset,
    /// <summary>"connection aborted due to user timeout", or R2 has passed.</summary>
    TimedOut,
    /// <summary>The destination can't be reached, as ICMP said.</summary>
    Unreachable,
    /// <summary>"connection closing": SEND after CLOSE, or the like.</summary>
    Closing,
    /// <summary>There is no such connection, or it isn't open.</summary>
    NotConnected,
    /// <summary>The local socket is taken.</summary>
    AddressInUse,
    /// <summary>The remote socket can't be opened to, e.g. a multicast address.</summary>
    InvalidAddress,
    /// <summary>Anything else; <see cref="UserResult.Detail"/> says what.</summary>
    Other,
}

/// <summary>The result of a user call.</summary>
/// <param name="Error">None if the call did what it says.</param>
public sealed record UserResult(UserError Error)
{
    /// <summary>RECEIVE: the octets.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>RECEIVE: no more text will come.</summary>
    public bool EndOfStream { get; init; }

    /// <summary>SEND: octets that the IUT has taken.</summary>
    public int Count { get; init; }

    /// <summary>The error as the upper tester named it.</summary>
    public string? Detail { get; init; }

    /// <summary>Done, nothing to tell.</summary>
    public static UserResult Ok { get; } = new(UserError.None);
}
