using System.Buffers.Binary;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>Writes ICMP errors that quote a packet of the IUT (RFC 792, RFC 4443 §3).</summary>
public static class IcmpError
{
    /// <summary>The IP packet that carries the error.</summary>
    /// <param name="from">Who reports: the tester or a router.</param>
    /// <param name="to">The IUT's address.</param>
    /// <param name="type">ICMP or ICMPv6 type.</param>
    /// <param name="code">Code.</param>
    /// <param name="quoted">The packet as the IUT sent it.</param>
    /// <param name="rest">The four octets behind the checksum: MTU or the like.</param>
    /// <param name="quote">At most so many octets of the packet are quoted.</param>
    public static byte[] Packet(
        IpAddress from, IpAddress to, byte type, byte code, ReadOnlySpan<byte> quoted,
        uint rest = 0, int quote = 548)
    {
        int ip = PacketWriter.HeaderLength(from.IsV6);
        int length = Math.Min(quoted.Length, quote);
        byte[] packet = new byte[ip + 8 + length];
        Span<byte> icmp = packet.AsSpan(ip);
        icmp[0] = type;
        icmp[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], rest);
        quoted[..length].CopyTo(icmp[8..]);
        // Only ICMPv6 has a pseudo header (RFC 4443 §2.3).
        uint initial = from.IsV6
            ? Checksum.PseudoHeader(from, to, (byte)IpProtocol.IcmpV6, icmp.Length)
            : 0u;
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], (ushort)(Checksum.Sum(icmp, initial)
            ^ 0xffff));
        IpProtocol protocol = from.IsV6 ? IpProtocol.IcmpV6 : IpProtocol.Icmp;
        PacketWriter.WriteHeader(packet, from, to, protocol);
        return packet;
    }
}
