namespace TcpConformance.Spec.Profile;

/// <summary>What an IUT's maintainer states for testing (ISO 9646 IXIT): values that the RFCs
/// leave open, and what the specification needs to know to judge.</summary>
public sealed record Ixit
{
    /// <summary>TIME-WAIT lasts this long: 2 MSL (RFC 9293 §3.6.1, MUST-13).</summary>
    public TimeSpan TimeWait { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Lowest RTO, 1 s in RFC 6298 §2.4.</summary>
    public TimeSpan RtoMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First RTO, 1 s in RFC 6298 §2.1.</summary>
    public TimeSpan RtoInitial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Highest RTO, at least 60 s in RFC 6298 §2.5.</summary>
    public TimeSpan RtoMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest delay of an acknowledgment; less than 0.5 s (MUST-40).</summary>
    public TimeSpan DelayedAck { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time from the first transmission of text until the connection is given up; should
    /// be 100 s at least (SHLD-11): less is a deviation, stated or not. Zero: not stated.</summary>
    public TimeSpan R2 { get; init; }

    /// <summary>The same for a SYN; must be 3 minutes at least (MUST-23).</summary>
    public TimeSpan R2Syn { get; init; }

    /// <summary>Default idle time before a keep-alive; at least two hours (MUST-28).</summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Initial window in full-sized segments (RFC 6928 §2: 10).</summary>
    public int InitialWindow { get; init; } = 10;

    /// <summary>The path's MTU in octets of IP packet.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>How late the IUT may be in what RFC says it does at once: the time that the
    /// machine and the link need. Zero in virtual time.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How coarse the IUT's timers are: they fire no later than this after time.</summary>
    public TimeSpan TimerGranularity { get; init; }

    /// <summary>How much later still a timer may fire, in percent of its length: some keep time the
    /// more coarsely the longer a timer is.</summary>
    public int TimerSlackPercent { get; init; }

    /// <summary>When a timer of this length has fired at the latest, but for
    /// <see cref="Latency"/>.</summary>
    public TimeSpan Expired(TimeSpan length) =>
        length + (length * (TimerSlackPercent / 100.0)) + TimerGranularity;
}

/// <summary>What an IUT claims (ISO 9646 ICS): options and mechanisms that the RFCs leave open.
/// </summary>
[Flags]
public enum Claims
{
    /// <summary>Nothing beyond the musts.</summary>
    None = 0,
    /// <summary>Timestamps and PAWS (RFC 7323).</summary>
    Timestamps = 1,
    /// <summary>Window scale (RFC 7323).</summary>
    WindowScale = 2,
    /// <summary>Selective acknowledgments (RFC 2018).</summary>
    Sack = 4,
    /// <summary>Explicit congestion notification (RFC 3168).</summary>
    Ecn = 8,
    /// <summary>RFC 5961: the mitigations against blind attacks.</summary>
    BlindAttackMitigation = 16,
    /// <summary>Fast retransmit may come earlier than at the third duplicate ACK, and probes of the
    /// tail after less than an RTO (RFC 8985).</summary>
    RackTlp = 32,
    /// <summary>Forward RTO recovery (RFC 5682).</summary>
    FRto = 64,
    /// <summary>Proportional rate reduction (RFC 6937).</summary>
    Prr = 128,
    /// <summary>A congestion control of its own, e.g. CUBIC or BBR.</summary>
    OtherCongestionControl = 256,
    /// <summary>Zero-window probes without text, in the keep-alive form SND.UNA-1.</summary>
    EmptyProbes = 512,
    /// <summary>Fast Open (RFC 7413).</summary>
    FastOpen = 1024,
    /// <summary>Text that comes with a SYN is kept.</summary>
    SynText = 2048,
    /// <summary>The user can be told of urgent data, and can send it.</summary>
    Urgent = 4096,
    /// <summary>The user timeout can be set.</summary>
    UserTimeout = 8192,
    /// <summary>Keep-alives can be turned on (MAY-5).</summary>
    KeepAlive = 16384,
    /// <summary>IPv6.</summary>
    Ipv6 = 32768,
    /// <summary>A TIME-WAIT pair is taken over by a good new SYN (MAY-2, RFC 6191).</summary>
    TimeWaitReuse = 65536,
    /// <summary>A RST is ignored in TIME-WAIT (RFC 1337).</summary>
    TimeWaitIgnoresReset = 131072,
}
