using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Writes IPv4 and IPv6 headers before a payload that already stands in place.</summary>
public static class PacketWriter
{
    /// <summary>TTL or hop limit of an ordinary packet.</summary>
    public const byte DefaultHopLimit = 64;

    /// <summary>Octets of the IP header without options for this family.</summary>
    public static int HeaderLength(bool isV6) => isV6 ? 40 : 20;

    /// <summary>Writes the header.</summary>
    /// <param name="packet">The whole packet, the payload behind
    /// <see cref="HeaderLength"/>.</param>
    /// <param name="source">Source address; its family decides the header's.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="protocol">What the payload is.</param>
    /// <param name="identification">IPv4 identification; IPv6 has none.</param>
    /// <param name="trafficClass">TOS or traffic class octet.</param>
    /// <param name="hopLimit">TTL or hop limit; neighbour discovery wants 255.</param>
    public static void WriteHeader(
        Span<byte> packet, IpAddress source, IpAddress destination, IpProtocol protocol,
        ushort identification = 0, byte trafficClass = 0, byte hopLimit = DefaultHopLimit)
    {
        if (source.IsV6)
        {
            BinaryPrimitives.WriteUInt32BigEndian(
                packet, 0x6000_0000u | ((uint)trafficClass << 20));
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)(packet.Length - 40));
            packet[6] = (byte)protocol;
            packet[7] = hopLimit;
            source.Write(packet[8..]);
            destination.Write(packet[24..]);
            return;
        }
        packet[0] = 0x45;
        packet[1] = trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], 0x4000); // don't fragment
        packet[8] = hopLimit;
        packet[9] = (byte)protocol;
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], 0);
        source.Write(packet[12..]);
        destination.Write(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(
            packet[10..], Checksum.Of(packet[..20]));
    }

    /// <summary>A new packet around a payload.</summary>
    /// <param name="source">Source address; its family decides the header's.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="protocol">What the payload is.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="hopLimit">TTL or hop limit; neighbour discovery wants 255.</param>
    public static byte[] Packet(
        IpAddress source, IpAddress destination, IpProtocol protocol,
        ReadOnlySpan<byte> payload, byte hopLimit = DefaultHopLimit)
    {
        int header = HeaderLength(source.IsV6);
        byte[] packet = new byte[header + payload.Length];
        payload.CopyTo(packet.AsSpan(header));
        WriteHeader(packet, source, destination, protocol, hopLimit: hopLimit);
        return packet;
    }

    /// <summary>A new packet around a segment.</summary>
    /// <param name="source">Source address; its family decides the header's.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="segment">The segment.</param>
    public static byte[] Packet(IpAddress source, IpAddress destination, Segment segment)
    {
        int header = HeaderLength(source.IsV6);
        byte[] packet = new byte[header + segment.FullLength];
        int length = header + segment.Write(packet.AsSpan(header), source, destination);
        packet = length == packet.Length ? packet : packet[..length];
        WriteHeader(packet, source, destination, IpProtocol.Tcp);
        return packet;
    }
}
