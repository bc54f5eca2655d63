namespace TcpConformance.Wire;

/// <summary>What the octets of a captured packet begin with (LINKTYPE_ values).</summary>
public enum LinkType : ushort
{
    /// <summary>An Ethernet header.</summary>
    Ethernet = 1,
    /// <summary>An IPv4 or IPv6 header.</summary>
    RawIp = 101,
}

/// <summary>Which way a captured packet went, as the implementation under test sees it.</summary>
public enum CaptureDirection : byte
{
    /// <summary>Not recorded.</summary>
    Unknown = 0,
    /// <summary>To the implementation under test: 'inbound' in pcapng.</summary>
    ToIut = 1,
    /// <summary>From the implementation under test: 'outbound' in pcapng.</summary>
    FromIut = 2,
}

/// <summary>What came of reading the next packet of a capture.</summary>
public enum CaptureResult : byte
{
    /// <summary>A packet was read.</summary>
    Packet,
    /// <summary>The capture ends here, as it should.</summary>
    End,
    /// <summary>The file begins with no magic number of pcapng or pcap.</summary>
    NotACapture,
    /// <summary>The file ends within a block.</summary>
    Truncated,
    /// <summary>The byte-order magic of a section header is neither way round.</summary>
    BadByteOrder,
    /// <summary>A major version other than 1 (pcapng) or 2 (pcap).</summary>
    UnknownVersion,
    /// <summary>A block length below its minimum, no multiple of 4, or not the same at the
    /// end.</summary>
    BadBlockLength,
    /// <summary>A block beyond <see cref="PcapngReader.LongestBlock"/> octets.</summary>
    BlockTooLong,
    /// <summary>A packet of an interface that was not described.</summary>
    UnknownInterface,
    /// <summary>More interfaces than <see cref="PcapngReader.MostInterfaces"/>.</summary>
    TooManyInterfaces,
    /// <summary>A captured length that does not fit into its block.</summary>
    BadPacketLength,
    /// <summary>An option reaches past its block.</summary>
    BadOption,
}

/// <summary>A packet from a capture.</summary>
public sealed record CapturedPacket
{
    /// <summary>Number of the interface in its section, from 0.</summary>
    public int Interface { get; init; }

    /// <summary>Name of the interface; empty if it has none.</summary>
    public string InterfaceName { get; init; } = "";

    /// <summary>What the octets begin with; may be a value that the enum doesn't name.</summary>
    public LinkType LinkType { get; init; }

    /// <summary>Time since 1970-01-01 00:00 UTC, cut to 100 ns.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>The octets that were kept.</summary>
    public ReadOnlyMemory<byte> Octets { get; init; }

    /// <summary>Octets that the packet had on the wire.</summary>
    public long OriginalLength { get; init; }

    /// <summary>Which way it went.</summary>
    public CaptureDirection Direction { get; init; }

    /// <summary>The comments, one per line; empty if there is none.</summary>
    public string Comment { get; init; } = "";
}
