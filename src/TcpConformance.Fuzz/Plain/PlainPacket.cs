using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Plain;

/// <summary>A second reader of IP packets: RFC 791 §3.1 and RFC 8200 §3, §4, field by field.
/// </summary>
internal sealed class PlainPacket
{
    internal PacketDefect Defect { get; private set; }

    /// <summary>4 or 6; 0 if no header could be read.</summary>
    internal int Version { get; private set; }

    internal int Protocol { get; private set; }

    /// <summary>Octets of header, options and extension headers.</summary>
    internal int HeaderLength { get; private set; }

    /// <summary>Octets of the packet without the link's padding.</summary>
    internal int Length { get; private set; }

    internal int TrafficClass { get; private set; }

    internal int HopLimit { get; private set; }

    internal int Identification { get; private set; }

    internal uint FlowLabel { get; private set; }

    /// <summary>Where source and destination address begin, and their length.</summary>
    internal (int Source, int Destination, int Octets) Addresses { get; private set; }

    internal void Read(ReadOnlySpan<byte> b)
    {
        Version = 0;
        Protocol = HeaderLength = Length = 0;
        if (b.Length == 0)
        {
            Defect = PacketDefect.Truncated;
        }
        else if (b[0] / 16 == 4)
        {
            Defect = ReadV4(b);
        }
        else if (b[0] / 16 == 6)
        {
            Defect = ReadV6(b);
        }
        else
        {
            Defect = PacketDefect.BadVersion;
        }
    }

    private PacketDefect ReadV4(ReadOnlySpan<byte> b)
    {
        if (b.Length < 20)
        {
            return PacketDefect.Truncated;
        }
        int words = b[0] % 16; // IHL
        if (words < 5 || words * 4 > b.Length)
        {
            return PacketDefect.BadHeaderLength;
        }
        int total = PlainOctets.Two(b, 2);
        if (total < words * 4 || total > b.Length)
        {
            return PacketDefect.BadTotalLength;
        }
        Version = 4;
        HeaderLength = words * 4;
        Length = total;
        TrafficClass = b[1];
        Identification = PlainOctets.Two(b, 4);
        HopLimit = b[8];
        Protocol = b[9];
        FlowLabel = 0;
        Addresses = (12, 16, 4);
        if (PlainOctets.Checksum(b[..HeaderLength]) != 0)
        {
            return PacketDefect.BadHeaderChecksum;
        }
        // Bit 0 of the flags is reserved, bit 1 DF, bit 2 MF; 13 bits of offset follow.
        int flagsAndOffset = PlainOctets.Two(b, 6);
        return flagsAndOffset / 8192 % 2 == 1 || flagsAndOffset % 8192 != 0
            ? PacketDefect.Fragment
            : PacketDefect.None;
    }

    private PacketDefect ReadV6(ReadOnlySpan<byte> b)
    {
        if (b.Length < 40)
        {
            return PacketDefect.Truncated;
        }
        int length = 40 + PlainOctets.Two(b, 4);
        if (length > b.Length)
        {
            return PacketDefect.BadTotalLength;
        }
        Version = 6;
        Length = length;
        TrafficClass = (b[0] % 16 * 16) + (b[1] / 16);
        FlowLabel = PlainOctets.Four(b, 0) % 1048576;
        HopLimit = b[7];
        Identification = 0;
        Addresses = (8, 24, 16);
        Protocol = b[6];
        HeaderLength = 40;
        return ReadExtensions(b);
    }

    // RFC 8200 §4.2 to §4.6, RFC 4302 §2.2.
    private PacketDefect ReadExtensions(ReadOnlySpan<byte> b)
    {
        PacketDefect defect = PacketDefect.None;
        while (Protocol is 0 or 43 or 44 or 51 or 60)
        {
            if (HeaderLength + 8 > Length)
            {
                return PacketDefect.BadExtensionHeader;
            }
            int octets = Protocol switch
            {
                44 => 8,
                51 => (b[HeaderLength + 1] + 2) * 4,
                _ => (b[HeaderLength + 1] + 1) * 8,
            };
            if (HeaderLength + octets > Length)
            {
                return PacketDefect.BadExtensionHeader;
            }
            int fragment = Protocol == 44 ? PlainOctets.Two(b, HeaderLength + 2) : 0;
            Protocol = b[HeaderLength];
            HeaderLength += octets;
            if (fragment / 8 > 0 || fragment % 2 == 1)
            {
                defect = PacketDefect.Fragment;
            }
            if (fragment / 8 > 0)
            {
                return defect;
            }
        }
        return defect;
    }
}
