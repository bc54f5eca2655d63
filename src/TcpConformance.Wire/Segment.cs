using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>A segment to be written, well formed or malformed on purpose.</summary>
/// <remarks>What is left null is computed as RFC 9293 §3.1 says.</remarks>
public sealed record Segment
{
    /// <summary>Source port.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>Destination port.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Seq { get; init; }

    /// <summary>SEG.ACK; written even if the ACK bit is off.</summary>
    public SeqNumber Ack { get; init; }

    /// <summary>Control bits, the reserved ones included.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>The window field, not scaled.</summary>
    public ushort Window { get; init; }

    /// <summary>Urgent pointer; written even if the URG bit is off.</summary>
    public ushort UrgentPointer { get; init; }

    /// <summary>Option octets as they shall stand; padded with zero to a word.</summary>
    public ReadOnlyMemory<byte> Options { get; init; }

    /// <summary>The text.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Data offset in words, if it shall be a wrong one.</summary>
    public byte? DataOffset { get; init; }

    /// <summary>The checksum field, if it shall not be the right one.</summary>
    public ushort? Checksum { get; init; }

    /// <summary>Cuts the segment to so many octets after everything else, if set.</summary>
    public int? CutTo { get; init; }

    /// <summary>SEG.LEN.</summary>
    public uint SegLen => (uint)Text.Length + (Flags.Has(TcpFlags.Syn) ? 1u : 0u)
        + (Flags.Has(TcpFlags.Fin) ? 1u : 0u);

    /// <summary>Header, options and text as octets.</summary>
    /// <param name="source">Source address, for the checksum.</param>
    /// <param name="destination">Destination address, for the checksum.</param>
    public byte[] ToBytes(IpAddress source, IpAddress destination)
    {
        byte[] octets = new byte[FullLength];
        return octets[..Write(octets, source, destination)];
    }

    /// <summary>Octets of header, options and text, uncut.</summary>
    internal int FullLength => HeaderLength + Text.Length;

    private int HeaderLength => TcpHeader.MinimumLength + ((Options.Length + 3) & ~3);

    /// <summary>Writes header, options and text.</summary>
    /// <param name="b">Zero octets, <see cref="FullLength"/> of them.</param>
    /// <param name="source">Source address, for the checksum.</param>
    /// <param name="destination">Destination address, for the checksum.</param>
    /// <returns>How many of them are the segment.</returns>
    internal int Write(Span<byte> b, IpAddress source, IpAddress destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(b, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(b[2..], DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(b[4..], Seq.Value);
        BinaryPrimitives.WriteUInt32BigEndian(b[8..], Ack.Value);
        int offset = DataOffset ?? Math.Min(HeaderLength / 4, 15);
        BinaryPrimitives.WriteUInt16BigEndian(
            b[12..], (ushort)(((offset & 15) << 12) | ((int)Flags & 0xfff)));
        BinaryPrimitives.WriteUInt16BigEndian(b[14..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(b[18..], UrgentPointer);
        Options.Span.CopyTo(b[TcpHeader.MinimumLength..]);
        Text.Span.CopyTo(b[HeaderLength..]);
        b = CutTo is int cut && cut < b.Length ? b[..cut] : b;
        if (b.Length >= 18)
        {
            ushort right = Wire.Checksum.OfSegment(source, destination, b);
            BinaryPrimitives.WriteUInt16BigEndian(b[16..], Checksum ?? right);
        }
        return b.Length;
    }
}
