namespace TcpConformance.Engine;

/// <summary>Why a connection ended, as the user is told (RFC 9293 §3.9.1.8, §3.10).</summary>
public enum TcpError : byte
{
    /// <summary>No error.</summary>
    None,
    /// <summary>"connection refused": a RST in answer to the SYN.</summary>
    Refused,
    /// <summary>"connection reset": a RST, or the user's own ABORT.</summary>
    Reset,
    /// <summary>R2 or the keep-alive limit was reached (RFC 9293 §3.8.3).</summary>
    TimedOut,
    /// <summary>"connection aborted due to user timeout" (RFC 9293 §3.10.8).</summary>
    UserTimeout,
    /// <summary>A hard ICMP error (RFC 9293 §3.9.2.2, SHLD-26).</summary>
    Unreachable,
    /// <summary>"connection closing": closed before it was established.</summary>
    Closing,
}
