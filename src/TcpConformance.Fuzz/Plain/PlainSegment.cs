using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Plain;

/// <summary>A second reader of TCP headers: RFC 9293 §3.1, figure 1, field by field.</summary>
internal sealed class PlainSegment
{
    internal SegmentDefect Defect { get; private set; }

    internal int SourcePort { get; private set; }

    internal int DestinationPort { get; private set; }

    internal uint Sequence { get; private set; }

    internal uint Acknowledgment { get; private set; }

    internal int DataOffset { get; private set; }

    internal int ControlBits { get; private set; }

    internal int Window { get; private set; }

    internal int Checksum { get; private set; }

    internal int UrgentPointer { get; private set; }

    internal PlainOptions Options { get; } = new();

    /// <summary>Reads a segment.</summary>
    /// <returns>Whether there is anything to read.</returns>
    internal bool Read(ReadOnlySpan<byte> b)
    {
        if (b.Length < 20)
        {
            Defect = SegmentDefect.HeaderTruncated;
            return false;
        }
        DataOffset = b[12] / 16;
        if (DataOffset < 5)
        {
            Defect = SegmentDefect.DataOffsetTooSmall;
            return false;
        }
        if (DataOffset * 4 > b.Length)
        {
            Defect = SegmentDefect.DataOffsetPastSegment;
            return false;
        }
        SourcePort = PlainOctets.Two(b, 0);
        DestinationPort = PlainOctets.Two(b, 2);
        Sequence = PlainOctets.Four(b, 4);
        Acknowledgment = PlainOctets.Four(b, 8);
        // Four reserved bits and eight control bits.
        ControlBits = (b[12] % 16 * 256) + b[13];
        Window = PlainOctets.Two(b, 14);
        Checksum = PlainOctets.Two(b, 16);
        UrgentPointer = PlainOctets.Two(b, 18);
        Options.Read(b.Slice(20, (DataOffset * 4) - 20));
        Defect = Options.Defect;
        return true;
    }

    /// <summary>RFC 9293 §3.1: the checksum over the pseudo header, header and text of a segment
    /// between two addresses; 0 if the one that stands there is right.</summary>
    internal static int ChecksumOf(
        ReadOnlySpan<byte> segment, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination)
    {
        Span<byte> pseudo = stackalloc byte[40];
        source.CopyTo(pseudo);
        destination.CopyTo(pseudo[source.Length..]);
        int at = 2 * source.Length;
        // RFC 8200 §8.1: length and next header take four octets each, which add up to the
        // same as IPv4's zero, protocol and two octets of length.
        pseudo[at + 1] = (byte)(segment.Length >> 16);
        pseudo[at + 2] = (byte)((segment.Length >> 8) & 255);
        pseudo[at + 3] = (byte)(segment.Length & 255);
        pseudo[at + 7] = 6;
        int sum = 65535 - PlainOctets.Checksum(pseudo[..(at + 8)]);
        return PlainOctets.Checksum(segment, sum);
    }
}
