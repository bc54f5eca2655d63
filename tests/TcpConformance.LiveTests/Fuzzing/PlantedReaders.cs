using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>A target for each fault of <see cref="FaultyReader"/>: it is compared with the plain
/// reader. They have no words.</summary>
internal static class PlantedReaders
{
    /// <summary>The first octet of an input that is a packet.</summary>
    public const byte IsPacket = 2;

    private const string Prefix = "reader-";

    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. Enum.GetValues<ReaderFault>().Select(TargetOf)];

    public static FuzzTarget Find(ReaderFault fault) => All[(int)fault];

    private static FuzzTarget TargetOf(ReaderFault fault)
    {
        var reader = new FaultyReader(fault);
        var options = new PlainOptions();
        var segment = new PlainSegment();
        var packet = new PlainPacket();
        return new FuzzTarget(
            Prefix + fault.ToString().ToLowerInvariant(), "Ensure that the fuzzer sees it.",
            input => Compare(input, reader, options, segment, packet))
        {
            Assemblies = ["TcpConformance.LiveTests"],
            Includes = type => type == typeof(FaultyReader).FullName,
            LongestInput = 128,
        };
    }

    // The first octet says what the others are.
    private static void Compare(
        ReadOnlySpan<byte> input, FaultyReader reader, PlainOptions options,
        PlainSegment segment, PlainPacket packet)
    {
        if (input.IsEmpty)
        {
            return;
        }
        ReadOnlySpan<byte> rest = input[1..];
        switch (input[0] % 3)
        {
            case 0:
                reader.ReadOptions(rest, 0, rest.Length);
                options.Read(rest);
                Compare(reader, options);
                break;
            case 1:
                Compare(rest, reader, segment);
                break;
            case IsPacket:
                Compare(rest, reader, packet);
                break;
        }
    }

    private static void Compare(FaultyReader reader, PlainOptions plain)
    {
        FuzzCheck.Same("option-defect", (long)plain.Defect, (long)reader.Defect);
        FuzzCheck.Same("options-present", (long)plain.Present, (long)reader.Present);
        Compare(TcpOptionSet.Mss, plain.Mss, reader.Mss);
        // RFC 7323 §2.3: a shift above 14 is used as 14.
        Compare(TcpOptionSet.WindowScale, Math.Min(plain.Shift, 14), reader.Shift);
        Compare(TcpOptionSet.Timestamps, plain.TsVal, reader.TsVal);
        Compare(TcpOptionSet.Timestamps, plain.TsEcr, reader.TsEcr);
        for (int n = 0; n < plain.Blocks * 2; n++)
        {
            Compare(TcpOptionSet.Sack, plain.Edges[n], reader.Edges[n]);
        }

        void Compare(TcpOptionSet option, long expected, long actual)
        {
            if ((plain.Present & option) != 0)
            {
                FuzzCheck.Same(option.ToString(), expected, actual);
            }
        }
    }

    private static void Compare(
        ReadOnlySpan<byte> input, FaultyReader reader, PlainSegment plain)
    {
        bool readable = reader.ReadSegment(input);
        FuzzCheck.That(plain.Read(input) == readable, "readable");
        FuzzCheck.Same("checksum", PlainOctets.Checksum(input), reader.Checksum(input));
        if (readable)
        {
            Compare(reader, plain.Options);
            FuzzCheck.Same("text-begins", plain.DataOffset * 4, reader.TextBegin);
            FuzzCheck.Same("urgent-pointer", plain.UrgentPointer, reader.UrgentPointer);
            FuzzCheck.Same(
                "text-ends", plain.Sequence + input.Length - (plain.DataOffset * 4L),
                reader.TextEnd);
        }
    }

    private static void Compare(
        ReadOnlySpan<byte> input, FaultyReader reader, PlainPacket plain)
    {
        PacketDefect defect = reader.ReadPacket(input);
        plain.Read(input);
        FuzzCheck.Same("packet-defect", (long)plain.Defect, (long)defect);
        if (defect == PacketDefect.None)
        {
            FuzzCheck.Same("payload-begins", plain.HeaderLength, reader.Payload.Begin);
            FuzzCheck.Same("payload-ends", plain.Length, reader.Payload.End);
        }
    }
}
