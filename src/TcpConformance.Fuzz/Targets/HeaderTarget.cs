using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>tcp-header</c>: a whole segment.</summary>
internal static class HeaderTarget
{
    private static readonly PlainSegment Plain = new();
    private static readonly IpAddress Source = IpAddress.V4(0x0a4d0001);
    private static readonly IpAddress Destination = IpAddress.V4(0x0a4d0002);

    internal static FuzzTarget Target { get; } = new(
        "tcp-header",
        "Ensure that any segment is read without harm, as a second reader reads it, that lengths "
        + "and checksum add up, and that what is written is what was read.",
        Run)
    {
        Includes = WireTypes.Named(WireTypes.Segments),
        LongestInput = 256,
        Tell = PacketStory.OfSegment,
        Structure = InputStructures.Segment(OptionsTarget.Known),
        Dictionary = OptionsTarget.Known,
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        SegmentView.Read(input, out SegmentView view);
        Compare(input, in view, Plain);
        if (!view.Defect.IsFatal())
        {
            WriteAndRead(input, in view);
        }
        Span<byte> addresses = stackalloc byte[8];
        Source.Write(addresses);
        Destination.Write(addresses[4..]);
        int sum = PlainSegment.ChecksumOf(input, addresses[..4], addresses[4..]);
        FuzzCheck.Same(
            "checksum-valid", sum == 0 ? 1 : 0,
            Checksum.IsValid(Source, Destination, input) ? 1 : 0);
    }

    /// <summary>Two readers have read the same.</summary>
    internal static void Compare(
        ReadOnlySpan<byte> input, in SegmentView view, PlainSegment plain)
    {
        bool readable = plain.Read(input);
        FuzzCheck.Same("segment-defect", (long)plain.Defect, (long)view.Defect);
        FuzzCheck.That(readable != view.Defect.IsFatal(), "fatal-is-unreadable");
        if (!readable)
        {
            FuzzCheck.Same("nothing-to-read", 0, view.OptionBytes.Length + view.Text.Length);
            return;
        }
        ref readonly TcpHeader h = ref view.Header;
        FuzzCheck.Same("source-port", plain.SourcePort, h.SourcePort);
        FuzzCheck.Same("destination-port", plain.DestinationPort, h.DestinationPort);
        FuzzCheck.Same("sequence", plain.Sequence, h.Seq.Value);
        FuzzCheck.Same("acknowledgment", plain.Acknowledgment, h.Ack.Value);
        FuzzCheck.Same("data-offset", plain.DataOffset, h.DataOffset);
        FuzzCheck.Same("control-bits", plain.ControlBits, (long)h.Flags);
        FuzzCheck.Same("window", plain.Window, h.Window);
        FuzzCheck.Same("checksum", plain.Checksum, h.Checksum);
        FuzzCheck.Same("urgent-pointer", plain.UrgentPointer, h.UrgentPointer);
        OptionsTarget.Compare(view.Defect, in h.Options, plain.Options);
        FuzzCheck.Same(
            "lengths-add-up", input.Length, 20 + view.OptionBytes.Length + view.Text.Length);
        FuzzCheck.Same("text-length", view.Text.Length, h.TextLength);
        // RFC 9293 §3.4: SYN and FIN take a sequence number each.
        long segLen = view.Text.Length + (plain.ControlBits & 1) + (plain.ControlBits / 2 & 1);
        FuzzCheck.Same("seg-len", segLen, h.SegLen);
    }

    private static void WriteAndRead(ReadOnlySpan<byte> input, in SegmentView view)
    {
        ref readonly TcpHeader h = ref view.Header;
        byte[] written = new Segment
        {
            SourcePort = h.SourcePort,
            DestinationPort = h.DestinationPort,
            Seq = h.Seq,
            Ack = h.Ack,
            Flags = h.Flags,
            Window = h.Window,
            UrgentPointer = h.UrgentPointer,
            Options = view.OptionBytes.ToArray(),
            Text = view.Text.ToArray(),
        }.ToBytes(Source, Destination);
        FuzzCheck.That(Checksum.IsValid(Source, Destination, written), "written-checksum");
        FuzzCheck.Same("written-length", input.Length, written.Length);
        FuzzCheck.Same("written-before-checksum", input[..16], written.AsSpan(0, 16));
        FuzzCheck.Same("written-behind-checksum", input[18..], written.AsSpan(18));
        if (Checksum.IsValid(Source, Destination, input))
        {
            // Both zeros of one's complement are right (RFC 1071 §2).
            bool same = written.AsSpan(16, 2).SequenceEqual(input.Slice(16, 2))
                || h.Checksum is 0 or 0xffff;
            FuzzCheck.That(same, "same-checksum");
        }
    }
}
