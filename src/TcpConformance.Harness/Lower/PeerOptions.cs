using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>What the lower tester's end of a connection offers and how it begins.</summary>
public sealed record PeerOptions
{
    /// <summary>MSS option of the SYN in octets; null: none is sent.</summary>
    public ushort? Mss { get; init; } = 1460;

    /// <summary>Shift count of the window scale option; null: none is sent.</summary>
    public byte? WindowScale { get; init; }

    /// <summary>Whether the SYN carries timestamps.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Whether the SYN carries SACK-permitted.</summary>
    public bool Sack { get; init; }

    /// <summary>Receive window in octets.</summary>
    public uint Window { get; init; } = 65535;

    /// <summary>The tester's port; null: one that the case has not used.</summary>
    public ushort? Port { get; init; }

    /// <summary>Which of the four tester addresses of the case, 0 to 3.</summary>
    public int AddressIndex { get; init; }

    /// <summary>An address that no host has, e.g. a multicast one, instead of one of the
    /// case's; what comes for it is not seen.</summary>
    public IpAddress? Address { get; init; }

    /// <summary>Initial send sequence number; null: chosen by the case's chance.</summary>
    public SeqNumber? Iss { get; init; }

    /// <summary>The timestamp clock's value at the start of the case; it ticks in ms.</summary>
    public uint TimestampStart { get; init; } = 1_000_000;

    /// <summary>The family; null: the case's.</summary>
    public bool? Ipv6 { get; init; }
}
