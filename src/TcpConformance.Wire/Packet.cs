using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>IP next-header numbers that the project meets.</summary>
public enum IpProtocol : byte
{
    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,
    /// <summary>TCP.</summary>
    Tcp = 6,
    /// <summary>UDP.</summary>
    Udp = 17,
    /// <summary>ICMP for IPv6.</summary>
    IcmpV6 = 58,
}

/// <summary>The rule that an IP packet breaks, or why its payload can't be read.</summary>
public enum PacketDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Shorter than its header.</summary>
    Truncated,
    /// <summary>Version other than 4 and 6.</summary>
    BadVersion,
    /// <summary>IPv4 header length below 5 words or past the packet.</summary>
    BadHeaderLength,
    /// <summary>Total or payload length past the packet or below the header.</summary>
    BadTotalLength,
    /// <summary>IPv4 header checksum wrong.</summary>
    BadHeaderChecksum,
    /// <summary>A fragment: the payload is not a whole segment.</summary>
    Fragment,
    /// <summary>An IPv6 extension header reaches past the packet.</summary>
    BadExtensionHeader,
}

/// <summary>An IPv4 or IPv6 packet read in place: allocates nothing and never throws.</summary>
public readonly ref struct PacketView
{
    private PacketView(PacketDefect defect) => Defect = defect;

    private PacketView(
        PacketDefect defect, IpAddress source, IpAddress destination, byte protocol,
        byte trafficClass, ReadOnlySpan<byte> payload)
    {
        Defect = defect;
        Source = source;
        Destination = destination;
        Protocol = protocol;
        TrafficClass = trafficClass;
        Payload = payload;
    }

    /// <summary>The first rule that is broken.</summary>
    public PacketDefect Defect { get; }

    /// <summary>Source address.</summary>
    public IpAddress Source { get; }

    /// <summary>Destination address.</summary>
    public IpAddress Destination { get; }

    /// <summary>The protocol behind options and extension headers, see <see cref="IpProtocol"/>.</summary>
    public byte Protocol { get; }

    /// <summary>TOS or traffic class octet: DSCP and the two ECN bits.</summary>
    public byte TrafficClass { get; }

    /// <summary>What stands behind options and extension headers; link padding removed.</summary>
    public ReadOnlySpan<byte> Payload { get; }

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
        if (Checksum.Sum(p[..header]) != 0xffff)
        {
            defect = PacketDefect.BadHeaderChecksum;
        }
        return new PacketView(
            defect, IpAddress.Read(p[12..16]), IpAddress.Read(p[16..20]), p[9], p[1],
            p[header..total]);
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
        byte trafficClass = (byte)(BinaryPrimitives.ReadUInt16BigEndian(p) >> 4);
        byte next = p[6];
        ReadOnlySpan<byte> rest = p.Slice(40, payload);
        PacketDefect defect = Ipv6Extensions.Walk(ref next, ref rest);
        return new PacketView(
            defect, IpAddress.Read(p[8..24]), IpAddress.Read(p[24..40]), next, trafficClass, rest);
    }
}
