using System.Buffers.Binary;
using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>ICMP errors that quote a segment (RFC 9293 §3.9.2.2, RFC 792, RFC 4443).</summary>
public sealed partial class TcpStack
{
    private void ReceiveIcmp(in PacketView packet, TimeSpan now)
    {
        ReadOnlySpan<byte> message = packet.Payload;
        bool v6 = packet.Source.IsV6;
        ushort initial = v6
            ? Checksum.PseudoHeader(
                packet.Source, packet.Destination, (byte)IpProtocol.IcmpV6, message.Length)
            : (ushort)0;
        if (message.Length < 8 || v6 != (packet.Protocol == (byte)IpProtocol.IcmpV6)
            || Checksum.Sum(message, initial) != 0xffff)
        {
            return;
        }
        IcmpKind kind = v6
            ? KindV6(message[0], message[1])
            : KindV4(message[0], message[1]);
        if (kind == IcmpKind.Ignored
            || !TryReadQuote(message[8..], v6, out SocketPair pair, out SeqNumber seq))
        {
            return;
        }
        // RFC 1191 §4, RFC 4443 §3.2
        int mtu = v6
            ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(message[4..]), 65535)
            : BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        if (_connections.TryGetValue(pair, out TcpConnection? connection))
        {
            connection.ArriveIcmp(kind, seq, mtu, now);
            connection.Reschedule();
        }
    }

    // RFC 9293 §3.9.2.2. Source quench (type 4) is ignored (MUST-55).
    private static IcmpKind KindV4(byte type, byte code) => (type, code) switch
    {
        (3, 4) => IcmpKind.TooBig,
        (3, 2 or 3) => IcmpKind.Hard,
        (3 or 11 or 12, _) => IcmpKind.Soft,
        _ => IcmpKind.Ignored,
    };

    // ICMPv6: code 4 of type 1 is port unreachable; type 4 code 1 says that the next header is
    // not known (RFC 4443 §3.1, §3.4).
    private static IcmpKind KindV6(byte type, byte code) => (type, code) switch
    {
        (2, _) => IcmpKind.TooBig,
        (1, 4) => IcmpKind.Hard,
        (1 or 3 or 4, _) => IcmpKind.Soft,
        _ => IcmpKind.Ignored,
    };

    // A quote may be cut after eight octets of the segment (RFC 792).
    private static bool TryReadQuote(
        ReadOnlySpan<byte> quote, bool v6, out SocketPair pair, out SeqNumber seq)
    {
        pair = default;
        seq = default;
        int header = v6 ? 40 : quote.IsEmpty ? 20 : (quote[0] & 15) * 4;
        if (header < 20 || quote.Length < header + 8 || quote[0] >> 4 != (v6 ? 6 : 4)
            || quote[v6 ? 6 : 9] != (byte)IpProtocol.Tcp)
        {
            return false;
        }
        ReadOnlySpan<byte> segment = quote[header..];
        IpAddress source = IpAddress.Read(v6 ? quote[8..24] : quote[12..16]);
        IpAddress destination = IpAddress.Read(v6 ? quote[24..40] : quote[16..20]);
        pair = new SocketPair(
            new SocketAddress(source, BinaryPrimitives.ReadUInt16BigEndian(segment)),
            new SocketAddress(destination, BinaryPrimitives.ReadUInt16BigEndian(segment[2..])));
        seq = new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(segment[4..]));
        return true;
    }
}
