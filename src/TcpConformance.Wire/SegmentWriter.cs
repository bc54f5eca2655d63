using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Writes well-formed segments into a buffer, without allocation.</summary>
public static class SegmentWriter
{
    /// <summary>Octets of header and options.</summary>
    public static int HeaderLength(in TcpHeader header) =>
        TcpHeader.MinimumLength + OptionWriter.Length(in header.Options);

    /// <summary>Writes header, options and checksum before text that already stands in
    /// place.</summary>
    /// <param name="h">Fields; data offset, checksum and text length are computed.</param>
    /// <param name="source">Source address, for the checksum.</param>
    /// <param name="destination">Destination address.</param>
    /// <param name="segment">The whole segment; the text is expected behind
    /// <see cref="HeaderLength"/> octets.</param>
    public static void WriteHeader(
        in TcpHeader h, IpAddress source, IpAddress destination, Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, h.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], h.DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], h.Seq.Value);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], h.Ack.Value);
        int length = OptionWriter.Write(in h.Options, segment[TcpHeader.MinimumLength..])
            + TcpHeader.MinimumLength;
        BinaryPrimitives.WriteUInt16BigEndian(
            segment[12..], (ushort)((length / 4 << 12) | (int)h.Flags));
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], h.Window);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(segment[18..], h.UrgentPointer);
        ushort checksum = Checksum.OfSegment(source, destination, segment);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], checksum);
    }
}
