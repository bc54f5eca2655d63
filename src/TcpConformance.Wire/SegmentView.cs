using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TcpConformance.Wire;

/// <summary>A TCP segment read in place: allocates nothing and never throws.</summary>
public readonly ref struct SegmentView
{
    private SegmentView(scoped in TcpHeader header, ReadOnlySpan<byte> bytes, SegmentDefect defect)
    {
        Header = header;
        Bytes = bytes;
        Defect = defect;
    }

    /// <summary>The fields; zero where the defect is fatal.</summary>
    public readonly TcpHeader Header;

    /// <summary>Header, options and text as they stand on the wire.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The first rule of form that is broken.</summary>
    public SegmentDefect Defect { get; }

    /// <summary>The option octets, padding included; empty where the defect is fatal.</summary>
    public ReadOnlySpan<byte> OptionBytes => Defect.IsFatal()
        ? default
        : Bytes[TcpHeader.MinimumLength..(Header.DataOffset * 4)];

    /// <summary>The text; empty where the defect is fatal.</summary>
    public ReadOnlySpan<byte> Text => Defect.IsFatal() ? default : Bytes[(Header.DataOffset * 4)..];

    /// <summary>Reads a segment, whatever the octets are.</summary>
    /// <param name="bytes">The payload of the IP packet.</param>
    [SkipLocalsInit]
    public static SegmentView Read(ReadOnlySpan<byte> bytes)
    {
        TcpHeader h = default;
        if (bytes.Length < TcpHeader.MinimumLength)
        {
            return new SegmentView(in h, bytes, SegmentDefect.HeaderTruncated);
        }
        ushort word = BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]);
        h.DataOffset = (byte)(word >> 12);
        if (h.DataOffset < 5)
        {
            return new SegmentView(in h, bytes, SegmentDefect.DataOffsetTooSmall);
        }
        int headerLength = h.DataOffset * 4;
        if (headerLength > bytes.Length)
        {
            return new SegmentView(in h, bytes, SegmentDefect.DataOffsetPastSegment);
        }
        h.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        h.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        h.Seq = new(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]));
        h.Ack = new(BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));
        h.Flags = (TcpFlags)(word & 0xfff);
        h.Window = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        h.Checksum = BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]);
        h.UrgentPointer = BinaryPrimitives.ReadUInt16BigEndian(bytes[18..]);
        h.TextLength = bytes.Length - headerLength;
        SegmentDefect defect = headerLength == TcpHeader.MinimumLength
            ? SegmentDefect.None
            : OptionReader.Read(bytes[TcpHeader.MinimumLength..headerLength], ref h.Options);
        return new SegmentView(in h, bytes, defect);
    }
}
