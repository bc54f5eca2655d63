using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>The rule that an ICMP message breaks.</summary>
public enum IcmpDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Fewer than 8 octets.</summary>
    Truncated,
    /// <summary>The checksum is wrong.</summary>
    BadChecksum,
}

/// <summary>An ICMP or ICMPv6 message read in place (RFC 792, RFC 4443): allocates nothing and
/// never throws.</summary>
public readonly ref struct IcmpView
{
    /// <summary>Octets before the body.</summary>
    public const int HeaderLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IcmpView(ReadOnlySpan<byte> bytes, bool isV6, IcmpDefect defect)
    {
        _bytes = bytes;
        IsV6 = isV6;
        Defect = defect;
    }

    /// <summary>Whether it came in an IPv6 packet.</summary>
    public bool IsV6 { get; }

    /// <summary>The first rule that is broken.</summary>
    public IcmpDefect Defect { get; }

    /// <summary>The message as it stands on the wire.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>What it means; its type and code tell the details.</summary>
    public IcmpKind Kind => _bytes.Length < HeaderLength
        ? IcmpKind.Other : IcmpTypes.KindOf(Type, Code, IsV6);

    /// <summary>Type; 0 if truncated.</summary>
    public byte Type => _bytes.Length < HeaderLength ? (byte)0 : _bytes[0];

    /// <summary>Code; 0 if truncated.</summary>
    public byte Code => _bytes.Length < HeaderLength ? (byte)0 : _bytes[1];

    /// <summary>The four octets behind the checksum, whose meaning depends on the type.</summary>
    public uint Parameter => _bytes.Length < HeaderLength
        ? 0 : BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    /// <summary>MTU in octets of a packet too big: 16 bits in IPv4 (RFC 1191 §4; 0 from a router
    /// that doesn't know it), 32 bits in IPv6. 0 for other kinds.</summary>
    public uint Mtu => Kind != IcmpKind.PacketTooBig ? 0 : IsV6 ? Parameter : Parameter & 0xffff;

    /// <summary>Offset in octets of what is wrong in the quoted packet; only for a parameter
    /// problem.</summary>
    public uint Pointer => Kind != IcmpKind.ParameterProblem
        ? 0 : IsV6 ? Parameter : Parameter >> 24;

    /// <summary>What stands behind the eight octets.</summary>
    public ReadOnlySpan<byte> Body => _bytes.Length < HeaderLength
        ? default : _bytes[HeaderLength..];

    /// <summary>The packet that caused an error, as far as it is quoted.</summary>
    public QuoteView Quote => Kind.QuotesPacket() ? QuoteView.Read(Body) : default;

    /// <summary>Reads the payload of an ICMP packet, whatever the octets are.</summary>
    /// <param name="packet">The packet: its addresses are in the checksum of ICMPv6.</param>
    public static IcmpView Read(scoped in PacketView packet)
    {
        ReadOnlySpan<byte> bytes = packet.Payload;
        bool isV6 = packet.IsV6;
        if (bytes.Length < HeaderLength)
        {
            return new IcmpView(bytes, isV6, IcmpDefect.Truncated);
        }
        // RFC 4443 §2.3: with the pseudo header of IPv6; RFC 792: without.
        bool valid = isV6
            ? Checksum.IsValidPayload(
                packet.Source, packet.Destination, IpProtocol.IcmpV6, bytes)
            : Checksum.Sum(bytes) == 0xffff;
        return new IcmpView(bytes, isV6, valid ? IcmpDefect.None : IcmpDefect.BadChecksum);
    }
}
