using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>What an Ethernet II frame carries.</summary>
public enum EtherType : ushort
{
    /// <summary>IPv4 (RFC 894).</summary>
    Ipv4 = 0x0800,
    /// <summary>ARP (RFC 826).</summary>
    Arp = 0x0806,
    /// <summary>IEEE 802.1Q customer tag; the type follows the tag.</summary>
    Vlan = 0x8100,
    /// <summary>IPv6 (RFC 2464).</summary>
    Ipv6 = 0x86dd,
    /// <summary>IEEE 802.1ad service tag, the outer one of two.</summary>
    ServiceVlan = 0x88a8,
}

/// <summary>Why a frame can't be read to its payload.</summary>
public enum EthernetDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Fewer than 14 octets.</summary>
    Truncated,
    /// <summary>Ends within a VLAN tag or the type behind it.</summary>
    TagTruncated,
    /// <summary>A length (up to 1500) or an undefined value (up to 1535) in place of a type:
    /// IEEE 802.3, not Ethernet II.</summary>
    LengthInPlaceOfType,
}

/// <summary>One VLAN tag (IEEE 802.1Q).</summary>
/// <param name="Protocol">0x8100 or 0x88a8.</param>
/// <param name="Control">Three bits of priority, one of drop eligibility, twelve of VLAN.</param>
public readonly record struct VlanTag(EtherType Protocol, ushort Control)
{
    /// <summary>Octets on the wire.</summary>
    public const int Length = 4;

    /// <summary>VLAN identifier, 0 to 4095.</summary>
    public int Id => Control & 0xfff;

    /// <summary>Priority, 0 to 7.</summary>
    public int Priority => Control >> 13;

    /// <summary>Drop eligible indicator.</summary>
    public bool DropEligible => (Control & 0x1000) != 0;
}

/// <summary>An Ethernet II frame read in place: allocates nothing and never throws.</summary>
public readonly ref struct EthernetView
{
    /// <summary>Octets of the header without tags.</summary>
    public const int MinimumLength = 14;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerLength;

    private EthernetView(
        ReadOnlySpan<byte> bytes, int headerLength, EtherType type, EthernetDefect defect)
    {
        _bytes = bytes;
        _headerLength = headerLength;
        Type = type;
        Defect = defect;
    }

    /// <summary>The rule that is broken.</summary>
    public EthernetDefect Defect { get; }

    /// <summary>The type behind all tags; 0 if it can't be read.</summary>
    public EtherType Type { get; }

    /// <summary>The frame as it stands on the wire.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Destination address; zero if truncated.</summary>
    public MacAddress Destination => _bytes.Length < MinimumLength
        ? default : MacAddress.Read(_bytes);

    /// <summary>Source address; zero if truncated.</summary>
    public MacAddress Source => _bytes.Length < MinimumLength
        ? default : MacAddress.Read(_bytes[6..]);

    /// <summary>How many VLAN tags there are.</summary>
    public int TagCount => _headerLength == 0
        ? 0 : (_headerLength - MinimumLength) / VlanTag.Length;

    /// <summary>What follows type and tags, the link's padding included; empty on a
    /// defect.</summary>
    public ReadOnlySpan<byte> Payload => _headerLength != 0 && Defect == EthernetDefect.None
        ? _bytes[_headerLength..] : default;

    /// <summary>A VLAN tag, the outermost first.</summary>
    /// <param name="index">Below <see cref="TagCount"/>.</param>
    public VlanTag Tag(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, TagCount);
        ReadOnlySpan<byte> tag = _bytes[(12 + (index * VlanTag.Length))..];
        return new VlanTag(
            (EtherType)BinaryPrimitives.ReadUInt16BigEndian(tag),
            BinaryPrimitives.ReadUInt16BigEndian(tag[2..]));
    }

    /// <summary>Reads a frame without its frame check sequence, whatever the octets are.</summary>
    public static EthernetView Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < MinimumLength)
        {
            return new EthernetView(frame, 0, 0, EthernetDefect.Truncated);
        }
        EtherType type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        int header = MinimumLength;
        while (type is EtherType.Vlan or EtherType.ServiceVlan)
        {
            if (frame.Length < header + VlanTag.Length)
            {
                return new EthernetView(frame, header, 0, EthernetDefect.TagTruncated);
            }
            type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[(header + 2)..]);
            header += VlanTag.Length;
        }
        EthernetDefect defect = (ushort)type < 0x600
            ? EthernetDefect.LengthInPlaceOfType
            : EthernetDefect.None;
        return new EthernetView(frame, header, type, defect);
    }
}
