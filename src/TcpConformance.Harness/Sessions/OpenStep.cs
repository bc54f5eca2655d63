using System.Text;

namespace TcpConformance.Harness.Sessions;

/// <summary>Who opens a connection (RFC 9293 §3.5).</summary>
public enum OpenRole
{
    /// <summary>The IUT listens, the tester sends the SYN.</summary>
    Passive,
    /// <summary>The IUT's user connects, the tester answers.</summary>
    Active,
    /// <summary>The IUT's user connects, and the tester's SYN crosses (figure 7).</summary>
    Simultaneous,
}

/// <summary>How far an opening goes by itself.</summary>
public enum OpenStage
{
    /// <summary>Until both ends are ESTABLISHED.</summary>
    Complete,
    /// <summary>The IUT listens, or has sent its SYN; the tester is silent.</summary>
    Asked,
    /// <summary>The tester's SYN is sent, too: SYN-RECEIVED, or simultaneous open.</summary>
    Half,
}

/// <summary>Where a new connection's sockets are.</summary>
public enum OpenPlace
{
    /// <summary>Ports of its own.</summary>
    Fresh,
    /// <summary>The same pair of sockets as the connection before.</summary>
    SamePair,
    /// <summary>The IUT's socket of the connection before, another port of the tester.</summary>
    SameListener,
    /// <summary>A port of the IUT at which nobody listens; nothing is sent.</summary>
    ClosedPort,
}

/// <summary>A connection begins; the steps that follow are about it.</summary>
public sealed record OpenStep : SessionStep
{
    internal const string Verb = "open";

    /// <summary>Who opens.</summary>
    public OpenRole Role { get; init; }

    /// <summary>How far.</summary>
    public OpenStage Stage { get; init; }

    /// <summary>Where.</summary>
    public OpenPlace Place { get; init; }

    /// <summary>IPv6 in place of IPv4.</summary>
    public bool IsV6 { get; init; }

    /// <summary>MSS option of the tester in octets; null: none.</summary>
    public ushort? Mss { get; init; }

    /// <summary>Window scale option of the tester; null: none.</summary>
    public byte? Shift { get; init; }

    /// <summary>Whether the tester offers timestamps.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether the tester permits SACK.</summary>
    public bool Sack { get; init; }

    /// <summary>The tester's window field.</summary>
    public ushort Window { get; init; } = 65535;

    /// <summary>The tester's initial sequence number; with <see cref="OpenPlace.SamePair"/> counted
    /// from the SND.NXT of the connection before.</summary>
    public uint Iss { get; init; }

    /// <summary>Milliseconds between a segment of the IUT and the tester's answer in the
    /// handshake: what the IUT measures.</summary>
    public int Rtt { get; init; }

    /// <summary>Whether the IUT's user receives all that comes, as soon as it comes.</summary>
    public bool Reads { get; init; } = true;

    /// <inheritdoc/>
    public override string ToString()
    {
        var b = new StringBuilder(Verb);
        b.Append(' ').Append(StepWords.TextOf(Role));
        Add(Stage != OpenStage.Complete, $" stage={StepWords.TextOf(Stage)}");
        Add(Place != OpenPlace.Fresh, $" place={StepWords.TextOf(Place)}");
        Add(IsV6, " v6");
        Add(Mss is not null, $" mss={Mss}");
        Add(Shift is not null, $" shift={Shift}");
        Add(Timestamps, " ts");
        Add(Sack, " sack");
        Add(Window != 65535, $" wnd={Window}");
        b.Append($" iss={Iss}");
        Add(Rtt != 0, $" rtt={Rtt}");
        Add(!Reads, " unread");
        return b.ToString();

        void Add(bool present, string text) => b.Append(present ? text : "");
    }

    internal static OpenStep Read(StepWords w) => new()
    {
        IsV6 = w.Flag("v6"),
        Timestamps = w.Flag("ts"),
        Sack = w.Flag("sack"),
        Reads = !w.Flag("unread"),
        Role = w.Name<OpenRole>(w.Word()),
        Stage = w.Value("stage") is string stage ? w.Name<OpenStage>(stage) : default,
        Place = w.Value("place") is string place ? w.Name<OpenPlace>(place) : default,
        Mss = (ushort?)w.Number("mss", 0, ushort.MaxValue),
        Shift = (byte?)w.Number("shift", 0, byte.MaxValue),
        Window = (ushort)(w.Number("wnd", 0, ushort.MaxValue) ?? ushort.MaxValue),
        Iss = (uint)(w.Number("iss", 0, uint.MaxValue) ?? 0),
        Rtt = (int)(w.Number("rtt", 0, 60_000) ?? 0),
    };
}
