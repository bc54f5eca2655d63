namespace TcpConformance.Wire;

// The older capture format: one file header, then packets with a header of 16 octets.
internal sealed class ClassicPcap
{
    private readonly CaptureStream _stream;
    private readonly LinkType _linkType;
    private readonly ulong _unitsPerSecond;
    private readonly CaptureTime _time;

    private ClassicPcap(CaptureStream stream, LinkType linkType, bool nanoseconds)
    {
        _stream = stream;
        _linkType = linkType;
        _unitsPerSecond = nanoseconds ? 1_000_000_000u : 1_000_000u;
        _time = nanoseconds ? CaptureTime.Nanoseconds : CaptureTime.Microseconds;
    }

    // Reads what follows the magic number of the file.
    public static ClassicPcap? Begin(
        CaptureStream stream, uint magic, out CaptureResult? failure)
    {
        uint swapped = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(magic);
        bool bigEndian = swapped
            is PcapngFormat.ClassicMicroseconds or PcapngFormat.ClassicNanoseconds;
        uint known = bigEndian ? swapped : magic;
        if (known is not (PcapngFormat.ClassicMicroseconds or PcapngFormat.ClassicNanoseconds))
        {
            failure = CaptureResult.NotACapture;
            return null;
        }
        stream.BigEndian = bigEndian;
        ReadOnlySpan<byte> rest = stream.Read(20);
        if (rest.Length < 20)
        {
            failure = CaptureResult.Truncated;
            return null;
        }
        failure = stream.UInt16(rest) == 2 ? null : CaptureResult.UnknownVersion;
        // The upper bits tell of frame check sequences.
        LinkType linkType = (LinkType)(stream.UInt32(rest[16..]) & 0xffff);
        return new ClassicPcap(
            stream, linkType, known == PcapngFormat.ClassicNanoseconds);
    }

    public CaptureResult Read(out CapturedPacket? packet)
    {
        packet = null;
        ReadOnlySpan<byte> head = _stream.Read(16);
        if (head.Length < 16)
        {
            return head.IsEmpty ? CaptureResult.End : CaptureResult.Truncated;
        }
        ulong units = (_stream.UInt32(head) * _unitsPerSecond) + _stream.UInt32(head[4..]);
        uint captured = _stream.UInt32(head[8..]);
        uint original = _stream.UInt32(head[12..]);
        if (captured > PcapngReader.LongestBlock)
        {
            return CaptureResult.BlockTooLong;
        }
        ReadOnlySpan<byte> octets = _stream.Read((int)captured);
        if (octets.Length < captured)
        {
            return CaptureResult.Truncated;
        }
        packet = new CapturedPacket
        {
            LinkType = _linkType,
            Time = _time.ToTime(units),
            Octets = octets.ToArray(),
            OriginalLength = original,
        };
        return CaptureResult.Packet;
    }
}
