using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace TcpConformance.Wire;

/// <summary>A TCP segment read in place: allocates nothing and never throws.</summary>
public ref struct SegmentView
{
    // Not readonly, so that reading writes each field once, where it stays: copies of a struct
    // that was just written in small pieces were half of the time.
    private TcpHeader _header;
    private ReadOnlySpan<byte> _bytes;
    private SegmentDefect _defect;

    /// <summary>The fields; zero where the defect is fatal.</summary>
    [UnscopedRef]
    public readonly ref readonly TcpHeader Header => ref _header;

    /// <summary>Header, options and text as they stand on the wire.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The first rule of form that is broken.</summary>
    public readonly SegmentDefect Defect => _defect;

    /// <summary>The option octets, padding included; empty where the defect is fatal.</summary>
    public readonly ReadOnlySpan<byte> OptionBytes => _header.DataOffset < 5
        ? default
        : _bytes[TcpHeader.MinimumLength..(_header.DataOffset * 4)];

    /// <summary>The text; empty where the defect is fatal.</summary>
    public readonly ReadOnlySpan<byte> Text => _header.DataOffset < 5
        ? default
        : _bytes[(_header.DataOffset * 4)..];

    /// <summary>Reads a segment, whatever the octets are.</summary>
    /// <param name="bytes">The payload of the IP packet.</param>
    public static SegmentView Read(ReadOnlySpan<byte> bytes)
    {
        Read(bytes, out SegmentView view);
        return view;
    }

    /// <summary>Reads a segment into a variable, without a copy.</summary>
    /// <param name="bytes">The payload of the IP packet.</param>
    /// <param name="view">What was read.</param>
    public static void Read(ReadOnlySpan<byte> bytes, out SegmentView view)
    {
        view = default;
        view._bytes = bytes;
        if (bytes.Length < TcpHeader.MinimumLength)
        {
            view._defect = SegmentDefect.HeaderTruncated;
            return;
        }
        ReadOnlySpan<byte> b = bytes[..TcpHeader.MinimumLength];
        int word = BinaryPrimitives.ReadUInt16BigEndian(b[12..]);
        int headerLength = (word >> 12) * 4;
        if (headerLength < TcpHeader.MinimumLength)
        {
            view._defect = SegmentDefect.DataOffsetTooSmall;
            return;
        }
        if (headerLength > bytes.Length)
        {
            view._defect = SegmentDefect.DataOffsetPastSegment;
            return;
        }
        ref TcpHeader h = ref view._header;
        h.DataOffset = (byte)(word >> 12);
        h.SourcePort = BinaryPrimitives.ReadUInt16BigEndian(b);
        h.DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(b[2..]);
        h.Seq = new(BinaryPrimitives.ReadUInt32BigEndian(b[4..]));
        h.Ack = new(BinaryPrimitives.ReadUInt32BigEndian(b[8..]));
        h.Flags = (TcpFlags)(word & 0xfff);
        h.Window = BinaryPrimitives.ReadUInt16BigEndian(b[14..]);
        h.Checksum = BinaryPrimitives.ReadUInt16BigEndian(b[16..]);
        h.UrgentPointer = BinaryPrimitives.ReadUInt16BigEndian(b[18..]);
        h.TextLength = bytes.Length - headerLength;
        if (headerLength != TcpHeader.MinimumLength)
        {
            view._defect = OptionReader.Read(
                bytes[TcpHeader.MinimumLength..headerLength], ref h.Options);
        }
    }
}
