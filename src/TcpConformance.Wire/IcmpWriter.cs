using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Makes ICMP and ICMPv6 messages: the payload of an IP packet.</summary>
public static class IcmpWriter
{
    // An ICMPv6 error fits into the smallest MTU of IPv6 (RFC 4443 §2.4 (c)).
    private const int LongestV6Quote = 1280 - 40 - IcmpView.HeaderLength;

    /// <summary>An IPv4 error that quotes the IP header and the first octets behind it.</summary>
    /// <param name="kind">What it says; <see cref="IcmpKind.PacketTooBig"/> sets code 4.</param>
    /// <param name="code">Code, see <see cref="UnreachableCode"/>.</param>
    /// <param name="offending">The packet that caused it.</param>
    /// <param name="parameter">The four octets behind the checksum: an MTU in the low 16 bits,
    /// a pointer in the high 8.</param>
    /// <param name="quotedOctets">Octets of the IP payload to quote: 8 in RFC 792, more in
    /// RFC 1812 §4.3.2.3.</param>
    public static byte[] ErrorV4(
        IcmpKind kind, byte code, ReadOnlySpan<byte> offending, uint parameter = 0,
        int quotedOctets = 8)
    {
        int header = offending.IsEmpty ? 0 : (offending[0] & 15) * 4;
        int quoted = Math.Min(offending.Length, header + quotedOctets);
        byte actual = kind == IcmpKind.PacketTooBig
            ? (byte)UnreachableCode.FragmentationNeeded : code;
        return MessageV4(
            IcmpTypes.TypeOf(kind, false), actual, parameter, offending[..quoted]);
    }

    /// <summary>Fragmentation needed and DF set (RFC 1191 §4).</summary>
    /// <param name="mtu">Next-hop MTU in octets; 0 as from an old router.</param>
    /// <param name="offending">The packet that was too big.</param>
    /// <param name="quotedOctets">Octets of the IP payload to quote.</param>
    public static byte[] FragmentationNeeded(
        ushort mtu, ReadOnlySpan<byte> offending, int quotedOctets = 8) =>
        ErrorV4(IcmpKind.PacketTooBig, 4, offending, mtu, quotedOctets);

    /// <summary>An ICMPv6 error; quotes as much as fits (RFC 4443 §2.4 (c)).</summary>
    /// <param name="source">Source address of the error, for the checksum.</param>
    /// <param name="destination">Its destination, for the checksum.</param>
    /// <param name="kind">What it says.</param>
    /// <param name="code">Code, see <see cref="UnreachableCodeV6"/>.</param>
    /// <param name="offending">The packet that caused it.</param>
    /// <param name="parameter">The four octets behind the checksum: an MTU or a pointer.</param>
    /// <param name="quotedOctets">Octets of the packet to quote at most, IP header
    /// included.</param>
    public static byte[] ErrorV6(
        IpAddress source, IpAddress destination, IcmpKind kind, byte code,
        ReadOnlySpan<byte> offending, uint parameter = 0, int quotedOctets = LongestV6Quote)
    {
        int quoted = Math.Min(offending.Length, quotedOctets);
        return MessageV6(
            source, destination, IcmpTypes.TypeOf(kind, true), code, parameter,
            offending[..quoted]);
    }

    /// <summary>Packet too big (RFC 4443 §3.2).</summary>
    /// <param name="source">Source address of the error, for the checksum.</param>
    /// <param name="destination">Its destination, for the checksum.</param>
    /// <param name="mtu">MTU of the next-hop link in octets.</param>
    /// <param name="offending">The packet that was too big.</param>
    public static byte[] PacketTooBig(
        IpAddress source, IpAddress destination, uint mtu, ReadOnlySpan<byte> offending) =>
        ErrorV6(source, destination, IcmpKind.PacketTooBig, 0, offending, mtu);

    /// <summary>Any ICMP message for IPv4, with its checksum.</summary>
    /// <param name="type">Type.</param>
    /// <param name="code">Code.</param>
    /// <param name="parameter">The four octets behind the checksum.</param>
    /// <param name="body">What follows.</param>
    public static byte[] MessageV4(
        byte type, byte code, uint parameter, ReadOnlySpan<byte> body)
    {
        byte[] message = WithoutChecksum(type, code, parameter, body);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum.Of(message));
        return message;
    }

    /// <summary>Any ICMPv6 message, with its checksum (RFC 4443 §2.3).</summary>
    /// <param name="source">Source address of the packet.</param>
    /// <param name="destination">Its destination.</param>
    /// <param name="type">Type.</param>
    /// <param name="code">Code.</param>
    /// <param name="parameter">The four octets behind the checksum.</param>
    /// <param name="body">What follows.</param>
    public static byte[] MessageV6(
        IpAddress source, IpAddress destination, byte type, byte code, uint parameter,
        ReadOnlySpan<byte> body)
    {
        byte[] message = WithoutChecksum(type, code, parameter, body);
        BinaryPrimitives.WriteUInt16BigEndian(
            message.AsSpan(2),
            Checksum.OfPayload(source, destination, IpProtocol.IcmpV6, message));
        return message;
    }

    private static byte[] WithoutChecksum(
        byte type, byte code, uint parameter, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[IcmpView.HeaderLength + body.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), parameter);
        body.CopyTo(message.AsSpan(IcmpView.HeaderLength));
        return message;
    }
}
