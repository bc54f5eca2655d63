using System.Diagnostics.CodeAnalysis;

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
public ref struct FrameView
{
    private EthernetView _ethernet;
    private PacketView _packet;
    private SegmentView _segment;

    /// <summary>The frame's header; always there.</summary>
    [UnscopedRef]
    public readonly ref readonly EthernetView Ethernet => ref _ethernet;

    /// <summary>The packet; empty unless the frame's type is that of IP.</summary>
    [UnscopedRef]
    public readonly ref readonly PacketView Packet => ref _packet;

    /// <summary>The segment; empty unless <see cref="Content"/> says so.</summary>
    [UnscopedRef]
    public readonly ref readonly SegmentView Segment => ref _segment;

    /// <summary>How far the frame could be read.</summary>
    public FrameContent Content { get; private set; }

    /// <summary>Whether a segment is there and its checksum is right (MUST-3).</summary>
    public readonly bool HasValidChecksum => Content == FrameContent.Segment
        && Checksum.IsValid(_packet.Source, _packet.Destination, _packet.Payload);

    /// <summary>Reads a frame, whatever the octets are.</summary>
    /// <param name="frame">The frame without its frame check sequence.</param>
    public static FrameView Read(ReadOnlySpan<byte> frame)
    {
        Read(frame, out FrameView view);
        return view;
    }

    /// <summary>Reads a frame into a variable, without a copy.</summary>
    /// <param name="frame">The frame without its frame check sequence.</param>
    /// <param name="view">What was read.</param>
    public static void Read(ReadOnlySpan<byte> frame, out FrameView view)
    {
        view = default;
        view._ethernet = EthernetView.Read(frame);
        if (view._ethernet.Defect != EthernetDefect.None)
        {
            return;
        }
        EtherType type = view._ethernet.Type;
        if (type is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            view.Content = type == EtherType.Arp ? FrameContent.Arp : FrameContent.Other;
            return;
        }
        view._packet = PacketView.Read(view._ethernet.Payload);
        // A packet of the other version than the type says is nobody's packet.
        view.Content = view._packet.IsV6 == (type == EtherType.Ipv6)
            ? ContentOf(in view._packet)
            : FrameContent.Unreadable;
        if (view.Content == FrameContent.Segment)
        {
            SegmentView.Read(view._packet.Payload, out view._segment);
        }
    }

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
