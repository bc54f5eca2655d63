using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>How much of the packet that caused an ICMP error can be read from its
/// quotation.</summary>
public enum QuoteExtent : byte
{
    /// <summary>Not even its IP header.</summary>
    Nothing,
    /// <summary>The IP header; the payload isn't TCP, or isn't there.</summary>
    Packet,
    /// <summary>Ports and sequence number, the eight octets that RFC 792 asks for.</summary>
    PortsAndSeq,
    /// <summary>The whole fixed header of TCP.</summary>
    Header,
}

/// <summary>The quotation of a packet in an ICMP error: usually cut short, so that lengths and
/// checksums in it can't be checked. Allocates nothing and never throws.</summary>
public readonly ref struct QuoteView
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<byte> _payload;

    private QuoteView(
        QuoteExtent extent, byte protocol, ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> payload)
    {
        Extent = extent;
        Protocol = protocol;
        _bytes = bytes;
        _payload = payload;
    }

    /// <summary>How much can be read.</summary>
    public QuoteExtent Extent { get; }

    /// <summary>Whether ports and sequence number of a segment can be read.</summary>
    public bool HasSegment => Extent >= QuoteExtent.PortsAndSeq;

    /// <summary>The protocol behind options and extension headers.</summary>
    public byte Protocol { get; }

    /// <summary>Whether the quoted packet is one of IPv6.</summary>
    public bool IsV6 => Extent != QuoteExtent.Nothing && _bytes[0] >> 4 == 6;

    /// <summary>The quotation as it stands.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>What is quoted behind the IP header.</summary>
    public ReadOnlySpan<byte> Payload => _payload;

    /// <summary>Source of the quoted packet: the socket that the error is for.</summary>
    public SocketAddress Source => Extent == QuoteExtent.Nothing ? default : new SocketAddress(
        IsV6 ? IpAddress.Read(_bytes[8..24]) : IpAddress.Read(_bytes[12..16]), Word(0));

    /// <summary>Destination of the quoted packet.</summary>
    public SocketAddress Destination => Extent == QuoteExtent.Nothing ? default
        : new SocketAddress(
            IsV6 ? IpAddress.Read(_bytes[24..40]) : IpAddress.Read(_bytes[16..20]), Word(2));

    /// <summary>SEG.SEQ of the quoted segment; RFC 5927 §4.1 checks it.</summary>
    public SeqNumber Seq => HasSegment
        ? new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(_payload[4..])) : default;

    /// <summary>SEG.ACK, if the extent is <see cref="QuoteExtent.Header"/>.</summary>
    public SeqNumber Ack => Extent == QuoteExtent.Header
        ? new SeqNumber(BinaryPrimitives.ReadUInt32BigEndian(_payload[8..])) : default;

    /// <summary>Control bits, if the extent is <see cref="QuoteExtent.Header"/>.</summary>
    public TcpFlags Flags => Extent == QuoteExtent.Header
        ? (TcpFlags)(BinaryPrimitives.ReadUInt16BigEndian(_payload[12..]) & 0xfff) : default;

    private ushort Word(int at) => HasSegment
        ? BinaryPrimitives.ReadUInt16BigEndian(_payload[at..]) : (ushort)0;

    /// <summary>Reads a quotation, whatever the octets are.</summary>
    public static QuoteView Read(ReadOnlySpan<byte> quote)
    {
        int version = quote.IsEmpty ? 0 : quote[0] >> 4;
        return version switch
        {
            4 => ReadV4(quote),
            6 => ReadV6(quote),
            _ => new QuoteView(QuoteExtent.Nothing, 0, quote, default),
        };
    }

    private static QuoteView ReadV4(ReadOnlySpan<byte> q)
    {
        if (q.Length < 20 || (q[0] & 15) < 5)
        {
            return new QuoteView(QuoteExtent.Nothing, 0, q, default);
        }
        int header = Math.Min((q[0] & 15) * 4, q.Length);
        // Behind a fragment offset stands the middle of something, no header.
        bool isFirst = (BinaryPrimitives.ReadUInt16BigEndian(q[6..]) & 0x1fff) == 0;
        return Behind(q, q[9], q[header..], isFirst);
    }

    private static QuoteView ReadV6(ReadOnlySpan<byte> q)
    {
        if (q.Length < 40)
        {
            return new QuoteView(QuoteExtent.Nothing, 0, q, default);
        }
        byte next = q[6];
        ReadOnlySpan<byte> rest = q[40..];
        Ipv6Extensions.Walk(ref next, ref rest, out bool isFirst);
        return Behind(q, next, rest, isFirst);
    }

    private static QuoteView Behind(
        ReadOnlySpan<byte> q, byte protocol, ReadOnlySpan<byte> payload, bool isFirst)
    {
        bool tcp = isFirst && protocol == (byte)IpProtocol.Tcp;
        QuoteExtent extent = payload.Length switch
        {
            >= TcpHeader.MinimumLength when tcp => QuoteExtent.Header,
            >= 8 when tcp => QuoteExtent.PortsAndSeq,
            _ => QuoteExtent.Packet,
        };
        return new QuoteView(extent, protocol, q, payload);
    }
}
