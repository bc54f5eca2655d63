using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>A segment that came from the IUT, kept.</summary>
/// <param name="At">When, since the start of the case.</param>
/// <param name="Pair">The connection.</param>
/// <param name="Header">Its fields and options.</param>
/// <param name="Text">Its text.</param>
/// <param name="OptionOctets">Its option octets as they stood, padding included.</param>
/// <param name="Defect">The first rule of form that it breaks.</param>
/// <param name="TrafficClass">DSCP and ECN bits of the IP header.</param>
/// <param name="Packet">The IP packet.</param>
public sealed record ReceivedSegment(
    TimeSpan At, SocketPair Pair, TcpHeader Header, ReadOnlyMemory<byte> Text,
    ReadOnlyMemory<byte> OptionOctets, SegmentDefect Defect, byte TrafficClass,
    ReadOnlyMemory<byte> Packet)
{
    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Seq => Header.Seq;

    /// <summary>SEG.ACK.</summary>
    public SeqNumber Ack => Header.Ack;

    /// <summary>Control bits.</summary>
    public TcpFlags Flags => Header.Flags;

    /// <summary>The sequence number after this segment.</summary>
    public SeqNumber End => Header.End;

    /// <summary>Octets of text.</summary>
    public int TextLength => Text.Length;

    /// <summary>The window field, not scaled.</summary>
    public ushort Window => Header.Window;

    /// <summary>Whether every bit of <paramref name="bits"/> is set.</summary>
    public bool Has(TcpFlags bits) => Header.Has(bits);

    /// <summary>Whether it is an ACK and nothing else: no text, no SYN, FIN or RST.</summary>
    public bool IsBareAck => Has(TcpFlags.Ack) && TextLength == 0
        && (Flags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Rst)) == 0;

    /// <inheritdoc/>
    public override string ToString() => SegmentText.Of(Header);

    /// <summary>Reads a packet; null if it holds no TCP header.</summary>
    public static ReceivedSegment? Read(ReadOnlyMemory<byte> packet, TimeSpan at)
    {
        PacketView ip = PacketView.Read(packet.Span);
        if (ip.Defect != PacketDefect.None || ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return null;
        }
        SegmentView s = SegmentView.Read(ip.Payload);
        if (s.Defect.IsFatal())
        {
            return null;
        }
        var pair = new SocketPair(
            new SocketAddress(ip.Source, s.Header.SourcePort),
            new SocketAddress(ip.Destination, s.Header.DestinationPort));
        return new ReceivedSegment(
            at, pair, s.Header, s.Text.ToArray(), s.OptionBytes.ToArray(), s.Defect,
            ip.TrafficClass, packet);
    }
}

/// <summary>A segment that the lower tester has sent, kept for sending it again or for
/// quoting it.</summary>
/// <param name="At">When, since the start of the case.</param>
/// <param name="Segment">The segment.</param>
/// <param name="Packet">The IP packet.</param>
public sealed record SentSegment(TimeSpan At, Segment Segment, byte[] Packet)
{
    /// <summary>SEG.SEQ.</summary>
    public SeqNumber Seq => Segment.Seq;

    /// <summary>The sequence number after this segment.</summary>
    public SeqNumber End => Segment.Seq + Segment.SegLen;
}
