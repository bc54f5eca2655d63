using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>frame</c>: all layers of an Ethernet frame in one go.</summary>
internal static class FrameTarget
{
    private static readonly PlainPacket Packet = new();
    private static readonly PlainSegment Segment = new();

    internal static FuzzTarget Target { get; } = new(
        "frame",
        "Ensure that any Ethernet frame is read without harm, as second readers read it, down to "
        + "the TCP options.",
        Run)
    {
        Includes = WireTypes.Named(WireTypes.Frames),
        LongestInput = 512,
        Structure = InputStructures.Frame(OptionsTarget.Known),
        Tell = PacketStory.OfFrame,
        Dictionary =
        [
            [0x08, 0x00], [0x86, 0xdd], [0x08, 0x06], [0x81, 0x00], [0x88, 0xa8], [0x45], [0x60],
            .. OptionsTarget.Known,
        ],
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        FrameView.Read(input, out FrameView view);
        int at = CompareEthernet(input, in view);
        if (at < 0)
        {
            FuzzCheck.Same(
                "no-content", (long)FrameContent.Unreadable, (long)view.Content);
            return;
        }
        ReadOnlySpan<byte> payload = input[at..];
        int type = PlainOctets.Two(input, at - 2);
        if (type is not (0x0800 or 0x86dd))
        {
            FuzzCheck.Same(
                "not-ip", (long)(type == 0x0806 ? FrameContent.Arp : FrameContent.Other),
                (long)view.Content);
            if (type == 0x0806)
            {
                ReadArp(payload);
            }
            return;
        }
        PacketTarget.Compare(payload, in view.Packet, Packet);
        FuzzCheck.Same("content", (long)ContentOf(type), (long)view.Content);
        if (view.Content == FrameContent.Segment)
        {
            HeaderTarget.Compare(view.Packet.Payload, in view.Segment, Segment);
            CompareChecksum(payload, in view);
        }
        else if (view.Content == FrameContent.Icmp)
        {
            IcmpView.Read(in view.Packet);
        }
    }

    // Where the payload begins; -1: nowhere.
    private static int CompareEthernet(ReadOnlySpan<byte> input, in FrameView view)
    {
        if (input.Length < 14)
        {
            FuzzCheck.Same(
                "frame-defect", (long)EthernetDefect.Truncated, (long)view.Ethernet.Defect);
            return -1;
        }
        int at = 12;
        int tags = 0;
        // IEEE 802.1Q: the tag stands in front of the type.
        while (PlainOctets.Two(input, at) is 0x8100 or 0x88a8)
        {
            at += 4;
            if (at + 2 > input.Length)
            {
                FuzzCheck.Same(
                    "tag-defect", (long)EthernetDefect.TagTruncated, (long)view.Ethernet.Defect);
                return -1;
            }
            tags++;
        }
        FuzzCheck.Same("tags", tags, view.Ethernet.TagCount);
        for (int i = 0; i < tags; i++)
        {
            FuzzCheck.Same(
                "tag", PlainOctets.Two(input, 14 + (4 * i)), view.Ethernet.Tag(i).Control);
        }
        // IEEE 802.3 §3.2.6: a type is 1536 or more.
        bool isType = PlainOctets.Two(input, at) >= 1536;
        FuzzCheck.Same(
            "type-defect",
            (long)(isType ? EthernetDefect.None : EthernetDefect.LengthInPlaceOfType),
            (long)view.Ethernet.Defect);
        if (!isType)
        {
            return -1;
        }
        FuzzCheck.Same("frame-payload", input[(at + 2)..], view.Ethernet.Payload);
        return at + 2;
    }

    private static FrameContent ContentOf(int type)
    {
        if (Packet.Version != (type == 0x0800 ? 4 : 6))
        {
            return FrameContent.Unreadable;
        }
        return Packet.Defect switch
        {
            PacketDefect.Fragment => FrameContent.Fragment,
            PacketDefect.None when Packet.Protocol == 6 => FrameContent.Segment,
            PacketDefect.None when Packet.Protocol == (Packet.Version == 4 ? 1 : 58)
                => FrameContent.Icmp,
            PacketDefect.None => FrameContent.OtherPacket,
            _ => FrameContent.Unreadable,
        };
    }

    private static void CompareChecksum(ReadOnlySpan<byte> payload, in FrameView view)
    {
        (int source, int destination, int octets) = Packet.Addresses;
        int sum = PlainSegment.ChecksumOf(
            view.Packet.Payload, payload.Slice(source, octets),
            payload.Slice(destination, octets));
        FuzzCheck.That((sum == 0) == view.HasValidChecksum, "segment-checksum");
    }

    private static void ReadArp(ReadOnlySpan<byte> payload)
    {
        if (ArpPacket.Read(payload, out ArpPacket arp) == ArpDefect.None)
        {
            FuzzCheck.Same("written-arp", payload[..ArpPacket.Length], arp.ToBytes());
        }
    }
}
