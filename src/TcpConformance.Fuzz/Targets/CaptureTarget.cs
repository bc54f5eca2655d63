using TcpConformance.Fuzz.Mutation;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>pcapng</c>: a capture file.</summary>
internal static class CaptureTarget
{
    // Nothing that is read may take more memory than the file has octets, and some.
    private const long MemoryBesides = 1 << 20;
    private const long MemoryPerOctet = 64;

    internal static FuzzTarget Target { get; } = new(
        "pcapng",
        "Ensure that any capture file gives packets and then an end or an error, never an "
        + "exception, a hang or memory without bound, and that packets are written as they are "
        + "read.",
        Run)
    {
        Includes = WireTypes.Named(WireTypes.Captures),
        LongestInput = 2048,
        Structure = InputStructures.Blocks,
        Tell = input => new(PacketStory.Words(input, "a capture file")),
        Dictionary =
        [
            [0x0a, 0x0d, 0x0d, 0x0a], [0x4d, 0x3c, 0x2b, 0x1a], [0x1a, 0x2b, 0x3c, 0x4d],
            [1, 0, 0, 0], [6, 0, 0, 0], [3, 0, 0, 0], [0xd4, 0xc3, 0xb2, 0xa1],
            [0xa1, 0xb2, 0x3c, 0x4d], [9, 0, 1, 0], [14, 0, 8, 0], [2, 0, 4, 0], [1, 0, 4, 0],
            [0x1c, 0, 0, 0], [0x14, 0, 0, 0], [0x20, 0, 0, 0], [0xff, 0xff, 0xff, 0xff],
        ],
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new MemoryStream(input.ToArray(), false);
        var reader = new PcapngReader(stream);
        int packets = 0;
        CaptureResult result;
        while ((result = reader.Read(out CapturedPacket? packet)) == CaptureResult.Packet)
        {
            packets++;
            // The shortest packet block has 16 octets.
            FuzzCheck.That(packets <= 1 + (input.Length / 16), "packets-out-of-nothing");
            FuzzCheck.That(packet!.Octets.Length <= input.Length, "octets-out-of-nothing");
            WriteAndRead(packet);
        }
        FuzzCheck.That(reader.Read(out _) == result, "the-end-stays");
        long most = MemoryBesides + (MemoryPerOctet * input.Length)
            + (packets * 64L * 1024);
        FuzzCheck.That(
            GC.GetAllocatedBytesForCurrentThread() - before <= most, "memory-is-bounded");
    }

    private static void WriteAndRead(CapturedPacket packet)
    {
        if (packet.Time < TimeSpan.Zero || packet.Comment.Length > 1000)
        {
            return;
        }
        using var file = new MemoryStream();
        var writer = new PcapngWriter(file);
        int onInterface = writer.AddInterface("tap0", packet.LinkType);
        writer.WritePacket(
            onInterface, packet.Time, packet.Octets.Span, packet.Direction, packet.Comment);
        file.Position = 0;
        var reader = new PcapngReader(file);
        FuzzCheck.Same(
            "written", (long)CaptureResult.Packet, (long)reader.Read(out CapturedPacket? again));
        FuzzCheck.Same("written-octets", packet.Octets.Span, again!.Octets.Span);
        FuzzCheck.Same(
            "written-time", Math.Min(packet.Time.Ticks, PcapngWriter.LastTime.Ticks),
            again.Time.Ticks);
        FuzzCheck.Same("written-direction", (long)packet.Direction, (long)again.Direction);
        FuzzCheck.That(packet.Comment == again.Comment, "written-comment");
        FuzzCheck.Same(
            "written-end", (long)CaptureResult.End, (long)reader.Read(out _));
    }
}
