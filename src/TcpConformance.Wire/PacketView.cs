using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>An IPv4 or IPv6 packet read in place: allocates nothing and never throws.</summary>
public readonly ref struct PacketView
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerLength; // options and extension headers included
    private readonly byte _version; // 0 if there is no header

    private PacketView(PacketDefect defect) => Defect = defect;

    private PacketView(
        PacketDefect defect, byte version, byte protocol, ReadOnlySpan<byte> bytes,
        int headerLength)
    {
        Defect = defect;
        Protocol = protocol;
        _version = version;
        _bytes = bytes;
        _headerLength = headerLength;
    }

    /// <summary>The first rule that is broken.</summary>
    public PacketDefect Defect { get; }

    /// <summary>The protocol behind options and extension headers, see
    /// <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; }

    /// <summary>Whether a header could be read; if not, all fields are zero.</summary>
    public bool HasHeader => _version != 0;

    /// <summary>Whether it has an IPv6 header.</summary>
    public bool IsV6 => _version == 6;

    /// <summary>Header and payload, link padding removed.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>What stands behind options and extension headers; link padding removed.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[_headerLength..];

    /// <summary>Source address.</summary>
    public IpAddress Source => !HasHeader ? default
        : IsV6 ? IpAddress.Read(_bytes[8..24]) : IpAddress.ReadV4(_bytes[12..]);

    /// <summary>Destination address.</summary>
    public IpAddress Destination => !HasHeader ? default
        : IsV6 ? IpAddress.Read(_bytes[24..40]) : IpAddress.ReadV4(_bytes[16..]);

    /// <summary>TOS or traffic class octet: DSCP and the two ECN bits.</summary>
    public byte TrafficClass => !HasHeader ? (byte)0
        : IsV6 ? (byte)((BinaryPrimitives.ReadUInt16BigEndian(_bytes) >> 4) & 0xff) : _bytes[1];

    /// <summary>TTL or hop limit.</summary>
    public byte HopLimit => !HasHeader ? (byte)0 : IsV6 ? _bytes[7] : _bytes[8];

    /// <summary>Flow label, 20 bits (RFC 8200 §3); IPv4 has none: 0.</summary>
    public uint FlowLabel => IsV6 ? BinaryPrimitives.ReadUInt32BigEndian(_bytes) & 0xf_ffff : 0;

    /// <summary>IPv4 identification; 0 in IPv6.</summary>
    public ushort Identification => ReadV4Word(4);

    /// <summary>IPv4 don't-fragment flag (RFC 791 §3.1); true in IPv6, where routers never
    /// do.</summary>
    public bool DontFragment => IsV6 || (ReadV4Word(6) & 0x4000) != 0;

    /// <summary>IPv4 header checksum; 0 in IPv6, which has none.</summary>
    public ushort HeaderChecksum => ReadV4Word(10);

    /// <summary>IPv4 option octets; IPv6 extension headers; usually empty.</summary>
    public ReadOnlySpan<byte> Extensions => !HasHeader ? default
        : _bytes[(IsV6 ? 40 : 20).._headerLength];

    private ushort ReadV4Word(int at) => _version == 4
        ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..])
        : (ushort)0;

    /// <summary>Reads a packet, whatever the octets are.</summary>
    public static PacketView Read(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
        {
            return new PacketView(PacketDefect.Truncated);
        }
        return (packet[0] >> 4) switch
        {
            4 => ReadV4(packet),
            6 => ReadV6(packet),
            _ => new PacketView(PacketDefect.BadVersion),
        };
    }

    private static PacketView ReadV4(ReadOnlySpan<byte> p)
    {
        if (p.Length < 20)
        {
            return new PacketView(PacketDefect.Truncated);
        }
        int header = (p[0] & 15) * 4;
        if (header < 20 || header > p.Length)
        {
            return new PacketView(PacketDefect.BadHeaderLength);
        }
        int total = BinaryPrimitives.ReadUInt16BigEndian(p[2..]);
        if (total < header || total > p.Length)
        {
            return new PacketView(PacketDefect.BadTotalLength);
        }
        PacketDefect defect = PacketDefect.None;
        // More fragments, or an offset other than zero (RFC 791 §3.1).
        if ((BinaryPrimitives.ReadUInt16BigEndian(p[6..]) & 0x3fff) != 0)
        {
            defect = PacketDefect.Fragment;
        }
        if (!Checksum.IsValidHeader(p[..header]))
        {
            defect = PacketDefect.BadHeaderChecksum;
        }
        return new PacketView(defect, 4, p[9], p[..total], header);
    }

    private static PacketView ReadV6(ReadOnlySpan<byte> p)
    {
        if (p.Length < 40)
        {
            return new PacketView(PacketDefect.Truncated);
        }
        int payload = BinaryPrimitives.ReadUInt16BigEndian(p[4..]);
        if (40 + payload > p.Length)
        {
            return new PacketView(PacketDefect.BadTotalLength);
        }
        byte next = p[6];
        ReadOnlySpan<byte> rest = p.Slice(40, payload);
        PacketDefect defect = Ipv6Extensions.Walk(ref next, ref rest);
        int header = 40 + payload - rest.Length;
        return new PacketView(defect, 6, next, p[..(40 + payload)], header);
    }
}
