namespace TcpConformance.Wire;

/// <summary>The fields of a TCP header in host order, with the known options (RFC 9293
/// §3.1).</summary>
public struct TcpHeader
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>Octets of the longest header.</summary>
    public const int MaximumLength = 60;

    /// <summary>Source port.</summary>
    public ushort SourcePort;

    /// <summary>Destination port.</summary>
    public ushort DestinationPort;

    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Seq;

    /// <summary>SEG.ACK; significant only with the ACK bit.</summary>
    public SeqNumber Ack;

    /// <summary>Header length in 32-bit words, 0 to 15.</summary>
    public byte DataOffset;

    /// <summary>Control bits, the reserved ones included.</summary>
    public TcpFlags Flags;

    /// <summary>The window field, not scaled.</summary>
    public ushort Window;

    /// <summary>The checksum field.</summary>
    public ushort Checksum;

    /// <summary>Urgent pointer; significant only with the URG bit.</summary>
    public ushort UrgentPointer;

    /// <summary>Octets of text behind the header.</summary>
    public int TextLength;

    /// <summary>Known options.</summary>
    public TcpOptions Options;

    /// <summary>SEG.LEN: octets of text, SYN and FIN counted (RFC 9293 §3.4).</summary>
    public readonly uint SegLen => (uint)TextLength
        + (Flags.HasAny(TcpFlags.Syn) ? 1u : 0u) + (Flags.HasAny(TcpFlags.Fin) ? 1u : 0u);

    /// <summary>SEG.SEQ + SEG.LEN: the sequence number after this segment.</summary>
    public readonly SeqNumber End => Seq + SegLen;

    /// <summary>Whether every bit of <paramref name="bits"/> is set.</summary>
    public readonly bool Has(TcpFlags bits) => (Flags & bits) == bits;
}
