namespace TcpConformance.Wire;

/// <summary>How far a frame could be read.</summary>
public enum FrameContent : byte
{
    /// <summary>Not to its payload: see the defects of Ethernet and packet.</summary>
    Unreadable,
    /// <summary>A type that is neither ARP nor IP.</summary>
    Other,
    /// <summary>ARP.</summary>
    Arp,
    /// <summary>A fragment of an IP packet.</summary>
    Fragment,
    /// <summary>ICMP in IPv4 or ICMPv6 in IPv6.</summary>
    Icmp,
    /// <summary>An IP packet of some other protocol.</summary>
    OtherPacket,
    /// <summary>A segment; it may be malformed, see its defect.</summary>
    Segment,
}

/// <summary>Ethernet, IP and TCP of a frame, read in one go and in place: allocates nothing and
/// never throws.</summary>
public readonly ref struct FrameView
{
    private FrameView(ReadOnlySpan<byte> frame)
    {
        Ethernet = EthernetView.Read(frame);
        if (Ethernet.Defect != EthernetDefect.None)
        {
            return;
        }
        if (Ethernet.Type is EtherType.Ipv4 or EtherType.Ipv6)
        {
            Packet = PacketView.Read(Ethernet.Payload);
            // A packet of the other version than the type says is nobody's packet.
            Content = Packet.IsV6 == (Ethernet.Type == EtherType.Ipv6)
                ? ContentOf(in Packet)
                : FrameContent.Unreadable;
            if (Content == FrameContent.Segment)
            {
                Segment = SegmentView.Read(Packet.Payload);
            }
            return;
        }
        Content = Ethernet.Type == EtherType.Arp ? FrameContent.Arp : FrameContent.Other;
    }

    /// <summary>The frame's header; always there.</summary>
    public readonly EthernetView Ethernet;

    /// <summary>The packet; empty unless the frame's type is that of IP.</summary>
    public readonly PacketView Packet;

    /// <summary>The segment; empty unless <see cref="Content"/> says so.</summary>
    public readonly SegmentView Segment;

    /// <summary>How far the frame could be read.</summary>
    public FrameContent Content { get; }

    /// <summary>Whether a segment is there and its checksum is right (MUST-3).</summary>
    public bool HasValidChecksum => Content == FrameContent.Segment
        && Checksum.IsValid(Packet.Source, Packet.Destination, Packet.Payload);

    /// <summary>Reads a frame, whatever the octets are.</summary>
    public static FrameView Read(ReadOnlySpan<byte> frame) => new(frame);

    private static FrameContent ContentOf(in PacketView packet) => packet.Defect switch
    {
        PacketDefect.None => (IpProtocol)packet.Protocol switch
        {
            IpProtocol.Tcp => FrameContent.Segment,
            IpProtocol.Icmp when !packet.IsV6 => FrameContent.Icmp,
            IpProtocol.IcmpV6 when packet.IsV6 => FrameContent.Icmp,
            _ => FrameContent.OtherPacket,
        },
        PacketDefect.Fragment => FrameContent.Fragment,
        PacketDefect.Truncated or PacketDefect.BadVersion or PacketDefect.BadHeaderLength
            or PacketDefect.BadTotalLength or PacketDefect.BadHeaderChecksum
            or PacketDefect.BadExtensionHeader => FrameContent.Unreadable,
    };
}
