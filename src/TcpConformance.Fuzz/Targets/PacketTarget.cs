using System.Buffers.Binary;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>ipv4</c> and <c>ipv6</c>: a packet.</summary>
internal static class PacketTarget
{
    private const int Longest = 512;

    private static readonly PlainPacket Plain = new();

    internal static FuzzTarget V4 { get; } = new(
        "ipv4",
        "Ensure that any IPv4 packet is read without harm, as a second reader reads it, as it is "
        + "and with the right checksum, and that what is written is read again.",
        RunV4)
    {
        Includes = WireTypes.Named(WireTypes.Packets),
        LongestInput = Longest,
        Structure = InputStructures.Packet(OptionsTarget.Known),
        Tell = PacketStory.OfPacket,
        Dictionary = [[0x45], [0x46], [0x4f], [0x40, 0], [0x20, 0], [6], [148, 4, 0, 0]],
    };

    internal static FuzzTarget V6 { get; } = new(
        "ipv6",
        "Ensure that any IPv6 packet is read without harm, as a second reader reads it, extension "
        + "headers included, and that what is written is read again.",
        RunV6)
    {
        Includes = WireTypes.Named(WireTypes.Packets),
        LongestInput = Longest,
        Structure = InputStructures.Packet(OptionsTarget.Known),
        Tell = PacketStory.OfPacket,
        Dictionary = [[0x60], [0], [43], [44], [51], [60], [6], [6, 0, 1, 4, 0, 0, 0, 0]],
    };

    private static void RunV4(ReadOnlySpan<byte> input)
    {
        Run(input);
        int header = input.Length > 0 ? (input[0] & 15) * 4 : 0;
        if (input.Length < 20 || header < 20 || header > input.Length)
        {
            return;
        }
        // Nobody guesses a checksum: here is the right one.
        byte[] repaired = input.ToArray();
        repaired[10] = repaired[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(
            repaired.AsSpan(10), (ushort)PlainOctets.Checksum(repaired.AsSpan(0, header)));
        Run(repaired);
    }

    private static void RunV6(ReadOnlySpan<byte> input) => Run(input);

    private static void Run(ReadOnlySpan<byte> input)
    {
        PacketView view = PacketView.Read(input);
        Compare(input, in view, Plain);
        if (view.Defect == PacketDefect.None)
        {
            WriteAndRead(in view);
        }
    }

    /// <summary>Two readers have read the same.</summary>
    internal static void Compare(
        ReadOnlySpan<byte> input, in PacketView view, PlainPacket plain)
    {
        plain.Read(input);
        FuzzCheck.Same("packet-defect", (long)plain.Defect, (long)view.Defect);
        FuzzCheck.That(view.HasHeader == (plain.Version != 0), "has-header");
        FuzzCheck.That(view.IsV6 == (plain.Version == 6), "is-v6");
        FuzzCheck.Same("packet-length", plain.Length, view.Bytes.Length);
        FuzzCheck.Same("payload-length", plain.Length - plain.HeaderLength, view.Payload.Length);
        if (plain.Version == 0)
        {
            FuzzCheck.Same("no-fields", 0, view.HopLimit + view.TrafficClass + view.FlowLabel);
            return;
        }
        FuzzCheck.Same("protocol", plain.Protocol, view.Protocol);
        FuzzCheck.Same("traffic-class", plain.TrafficClass, view.TrafficClass);
        FuzzCheck.Same("hop-limit", plain.HopLimit, view.HopLimit);
        FuzzCheck.Same("identification", plain.Identification, view.Identification);
        FuzzCheck.Same("flow-label", plain.FlowLabel, view.FlowLabel);
        Span<byte> address = stackalloc byte[16];
        (int source, int destination, int octets) = plain.Addresses;
        view.Source.Write(address);
        FuzzCheck.Same("source", input.Slice(source, octets), address[..octets]);
        view.Destination.Write(address);
        FuzzCheck.Same("destination", input.Slice(destination, octets), address[..octets]);
    }

    private static void WriteAndRead(in PacketView view)
    {
        byte[] written = PacketWriter.Packet(
            view.Source, view.Destination, (IpProtocol)view.Protocol, view.Payload,
            view.HopLimit);
        PacketView again = PacketView.Read(written);
        // A protocol that is an extension header is none when nothing follows it.
        FuzzCheck.Same("written-defect", (long)PacketDefect.None, (long)again.Defect);
        FuzzCheck.Same("written-protocol", view.Protocol, again.Protocol);
        FuzzCheck.Same("written-hop-limit", view.HopLimit, again.HopLimit);
        FuzzCheck.Same("written-payload", view.Payload, again.Payload);
        FuzzCheck.That(
            view.Source == again.Source && view.Destination == again.Destination,
            "written-addresses");
        if (again.IsV6)
        {
            return;
        }
        FuzzCheck.Same("written-header-checksum", 0, PlainOctets.Checksum(written.AsSpan(0, 20)));
    }
}
