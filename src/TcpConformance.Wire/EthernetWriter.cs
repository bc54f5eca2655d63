using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Writes Ethernet II headers before a payload that already stands in place.</summary>
public static class EthernetWriter
{
    /// <summary>Octets of the header with so many VLAN tags.</summary>
    public static int HeaderLength(int tags = 0) =>
        EthernetView.MinimumLength + (tags * VlanTag.Length);

    /// <summary>Writes addresses, tags and type.</summary>
    /// <param name="frame">The frame; the payload stands behind the header.</param>
    /// <param name="destination">Destination address.</param>
    /// <param name="source">Source address.</param>
    /// <param name="type">What the payload is.</param>
    /// <param name="tags">VLAN tags, the outermost first.</param>
    /// <returns>Octets written.</returns>
    public static int WriteHeader(
        Span<byte> frame, MacAddress destination, MacAddress source, EtherType type,
        params ReadOnlySpan<VlanTag> tags)
    {
        destination.Write(frame);
        source.Write(frame[6..]);
        int at = 12;
        foreach (VlanTag tag in tags)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)tag.Protocol);
            BinaryPrimitives.WriteUInt16BigEndian(frame[(at + 2)..], tag.Control);
            at += VlanTag.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)type);
        return at + 2;
    }

    /// <summary>A new frame around an IP packet; its version decides the type.</summary>
    /// <param name="destination">Destination address.</param>
    /// <param name="source">Source address.</param>
    /// <param name="packet">An IPv4 or IPv6 packet.</param>
    public static byte[] Frame(
        MacAddress destination, MacAddress source, ReadOnlySpan<byte> packet)
    {
        bool isV6 = !packet.IsEmpty && packet[0] >> 4 == 6;
        return Frame(destination, source, isV6 ? EtherType.Ipv6 : EtherType.Ipv4, packet);
    }

    /// <summary>A new frame around a payload.</summary>
    /// <param name="destination">Destination address.</param>
    /// <param name="source">Source address.</param>
    /// <param name="type">What the payload is.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="tags">VLAN tags, the outermost first.</param>
    public static byte[] Frame(
        MacAddress destination, MacAddress source, EtherType type, ReadOnlySpan<byte> payload,
        params ReadOnlySpan<VlanTag> tags)
    {
        byte[] frame = new byte[HeaderLength(tags.Length) + payload.Length];
        int header = WriteHeader(frame, destination, source, type, tags);
        payload.CopyTo(frame.AsSpan(header));
        return frame;
    }
}
