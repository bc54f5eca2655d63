using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Arrival;

/// <summary>Whether somebody listens on the socket that a segment is for.</summary>
public enum Listening : byte
{
    /// <summary>Nobody.</summary>
    No,
    /// <summary>A call that changes it is under way.</summary>
    Maybe,
    /// <summary>A passive OPEN has been made.</summary>
    Yes,
}

/// <summary>What the processing of an event depends on besides the TCB.</summary>
/// <param name="At">When the event reached the IUT, since the start of the case.</param>
/// <param name="Ixit">Stated values.</param>
/// <param name="Claims">What the IUT claims.</param>
/// <param name="Listening">Whether there is a listener for the local socket.</param>
/// <param name="IsV6">The connection runs over IPv6.</param>
public readonly record struct ArrivalContext(
    TimeSpan At, Ixit Ixit, Claims Claims, Listening Listening, bool IsV6)
{
    // RFC 9293 §3.8.6.3 (MUST-40): 'less than 0.5 seconds'.
    private static readonly TimeSpan LongestAckDelay =
        TimeSpan.FromMilliseconds(500) - TimeSpan.FromTicks(1);

    /// <summary>Octets that the user has been given (RFC 9293 §3.8.6.2.2: RCV.USER is what is left
    /// of those that came).</summary>
    public uint UserRead { get; init; }

    /// <summary>SendMSS where the peer's SYN has no MSS option (RFC 9293 §3.7.1).</summary>
    public ushort DefaultMss => IsV6 ? (ushort)1220 : (ushort)536;

    /// <summary>Octets of the headers that every segment has.</summary>
    public int Headers => (IsV6 ? 40 : 20) + TcpHeader.MinimumLength;

    /// <summary>Latest time of what is to be done at once.</summary>
    public TimeSpan AtOnce => At + Ixit.Latency;

    /// <summary>Latest time of an acknowledgment that may be delayed (MUST-40).</summary>
    public TimeSpan Delayed =>
        At + LongestAckDelay + Ixit.TimerGranularity + Ixit.Latency;

    /// <summary>Whether all of these are claimed.</summary>
    public bool Claim(Claims claims) => (Claims & claims) == claims;
}
