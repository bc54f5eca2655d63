using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>The configuration of one host.</summary>
public sealed record TcpStackOptions
{
    /// <summary>The example of RFC 5961 §7: ten in five seconds.</summary>
    public const int UsualChallengeAckLimit = 10;

    /// <summary>The host's own IPv4 and IPv6 addresses.</summary>
    public required IReadOnlyList<IpAddress> Addresses { get; init; }

    /// <summary>Key of the initial sequence numbers (RFC 6528 §3), 16 octets or more.</summary>
    public byte[] SecretKey { get; init; } = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    /// <summary>Seeds the choice of local ports.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Octets of the largest IP packet on the link.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Octets that a connection holds for sending.</summary>
    public int SendBuffer { get; init; } = 256 * 1024;

    /// <summary>Octets that a connection holds for its reader: RCV.BUFF.</summary>
    public int ReceiveBuffer { get; init; } = 65535;

    /// <summary>Out-of-order ranges that a connection keeps at most.</summary>
    public int ReassemblyRanges { get; init; } = 64;

    /// <summary>Maximum segment lifetime (RFC 9293 §3.4.2): two minutes.</summary>
    public TimeSpan Msl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>RTO without a measurement (RFC 6298 §2.1).</summary>
    public TimeSpan RtoInitial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Lower bound of the RTO (RFC 6298 §2.4).</summary>
    public TimeSpan RtoMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper bound of the RTO, at least 60 s (RFC 6298 §2.5).</summary>
    public TimeSpan RtoMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an ACK may wait: less than 0.5 s (MUST-40).</summary>
    public TimeSpan DelayedAck { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Override of the sender's SWS avoidance, 0.1 to 1 s (RFC 9293 §3.8.6.2.1).</summary>
    public TimeSpan SwsOverride { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Retransmissions after which the user is warned: R1 (SHLD-10).</summary>
    public int R1 { get; init; } = 3;

    /// <summary>R2 for text: at least 100 s (SHLD-11).</summary>
    public TimeSpan R2 { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>R2 for a SYN: at least three minutes (MUST-23).</summary>
    public TimeSpan R2Syn { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Idle time before a keep-alive, where it is on: two hours (MUST-28).</summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Time between unanswered keep-alives.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Unanswered keep-alives that end a connection (MUST-29: more than one).</summary>
    public int KeepAliveCount { get; init; } = 9;

    /// <summary>Initial window in segments (RFC 6928 §2).</summary>
    public int InitialWindowSegments { get; init; } = 10;

    /// <summary>Whether the window scale option is used (RFC 7323 §2).</summary>
    public bool WindowScale { get; init; } = true;

    /// <summary>Shift count to offer; null for the least that the buffer needs.</summary>
    public byte? WindowShift { get; init; }

    /// <summary>Whether timestamps are used (RFC 7323 §3).</summary>
    public bool Timestamps { get; init; } = true;

    /// <summary>Whether selective acknowledgments are used (RFC 2018).</summary>
    public bool Sack { get; init; } = true;

    /// <summary>Time to live or hop limit of every packet (MUST-49).</summary>
    public byte HopLimit { get; init; } = 64;

    /// <summary>Challenge ACKs of a connection in <see cref="ChallengeAckInterval"/> at most (RFC
    /// 5961 §7).</summary>
    public int ChallengeAckLimit { get; init; } = UsualChallengeAckLimit;

    /// <summary>The time for which <see cref="ChallengeAckLimit"/> holds.</summary>
    public TimeSpan ChallengeAckInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The decisions of the protocol.</summary>
    public TcpDecisions Decisions { get; init; } = new();
}
