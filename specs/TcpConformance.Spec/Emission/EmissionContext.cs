using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Timing;

namespace TcpConformance.Spec.Emission;

/// <summary>What a segment from the IUT is, in the history that permits it.</summary>
public enum EmissionKind : byte
{
    /// <summary>No text, no control that takes a sequence number.</summary>
    Acknowledgment,
    /// <summary>Octets, SYN or FIN that are sent for the first time.</summary>
    New,
    /// <summary>Sent again because the retransmission timer expired.</summary>
    Timeout,
    /// <summary>Sent again for another reason.</summary>
    Again,
    /// <summary>The SYN once more, in answer to a SYN: no work of the timer.</summary>
    SynAnswer,
    /// <summary>A window probe.</summary>
    Probe,
    /// <summary>A keep-alive.</summary>
    KeepAlive,
    /// <summary>A reset.</summary>
    Reset,
}

/// <summary>What the judgement of a segment from the IUT depends on besides the TCB.</summary>
/// <param name="At">When it came, since the start of the case.</param>
/// <param name="Ixit">Stated values.</param>
/// <param name="Claims">What the IUT claims.</param>
/// <param name="History">What the IUT has sent before.</param>
/// <param name="NoDelay">The user has turned the Nagle algorithm off.</param>
/// <param name="KeepAlive">The user has turned keep-alives on; null if not.</param>
/// <param name="LastReceived">When a segment last reached the IUT.</param>
/// <param name="IsV6">The connection runs over IPv6.</param>
public readonly record struct EmissionContext(
    TimeSpan At, Ixit Ixit, Claims Claims, SendHistory History, bool NoDelay,
    TimeSpan? KeepAlive, TimeSpan LastReceived, bool IsV6)
{
    /// <summary>The user has not said after which idle time keep-alives shall come.</summary>
    public bool KeepAliveIsDefault { get; init; }

    /// <summary>The user has said how long text may go without acknowledgment.</summary>
    public bool HasUserTimeout { get; init; }

    /// <summary>When data or an acknowledgment last reached the IUT (RFC 9293 §3.8.4).</summary>
    public TimeSpan LastTraffic { get; init; }

    /// <summary>Since when the user's text waits for acknowledgment, if that is known.</summary>
    public TimeSpan? TextSince { get; init; }

    /// <summary>Octets of IP header that every packet has.</summary>
    public int IpHeader => IsV6 ? 40 : 20;

    /// <summary>How much earlier than stated a timer may fire, for clocks that tick.</summary>
    public TimeSpan Early => Ixit.TimerGranularity + Ixit.Latency;

    /// <summary>Whether any of these is claimed.</summary>
    public bool ClaimAny(Claims claims) => (Claims & claims) != 0;
}
