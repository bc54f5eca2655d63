using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>tcp-options</c>: the option octets of a header.</summary>
internal static class OptionsTarget
{
    // What the writer knows; the other kinds are only read.
    private const TcpOptionSet Written = TcpOptionSet.Mss | TcpOptionSet.WindowScale
        | TcpOptionSet.SackPermitted | TcpOptionSet.Sack | TcpOptionSet.Timestamps
        | TcpOptionSet.UserTimeout;

    // No header has more.
    private const int Longest = TcpHeader.MaximumLength - TcpHeader.MinimumLength;

    private static readonly PlainOptions Plain = new();

    /// <summary>Options, or how they begin.</summary>
    internal static IReadOnlyList<byte[]> Known { get; } =
    [
        [2, 4, 5, 0xb4], [3, 3, 7], [4, 2], [5, 10], [5, 18], [5, 26], [5, 34],
        [8, 10], [1, 1, 8, 10], [19, 18], [28, 4], [29, 4], [30, 3], [34, 2], [34, 10],
        [254, 4, 0xf9, 0x89], [253, 4], [0, 0, 0],
    ];

    internal static FuzzTarget Target { get; } = new(
        "tcp-options",
        "Ensure that any option octets are read without harm, as a second reader reads them, and "
        + "that what is written is read again.",
        Run)
    {
        Includes = WireTypes.Named(WireTypes.Options),
        LongestInput = Longest,
        Tell = PacketStory.OfOptions,
        Structure = InputStructures.Options(Known),
        // A run takes so little that what is done around it counts: to weigh inputs by rare
        // features, to look for shorter ones in each run (none has more than forty octets), and to
        // choose another input after every five runs take a third of the time, and find no more.
        LibFuzzerFlags = ["-entropic=0", "-reduce_inputs=0", "-mutate_depth=24"],
        Dictionary = Known,
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        TcpOptions options = default;
        SegmentDefect defect = OptionReader.Read(input, ref options);
        Plain.Read(input);
        Compare(defect, in options, Plain);
        Walk(input, defect);
        if (defect == SegmentDefect.None && input.Length <= Longest)
        {
            WriteAndRead(in options);
        }
    }

    /// <summary>Two readers have read the same.</summary>
    internal static void Compare(
        SegmentDefect defect, in TcpOptions options, PlainOptions plain)
    {
        FuzzCheck.Same("option-defect", (long)plain.Defect, (long)defect);
        FuzzCheck.Same("options-present", (long)plain.Present, (long)options.Present);
        if (options.Has(TcpOptionSet.Mss))
        {
            FuzzCheck.Same("mss", plain.Mss, options.Mss);
        }
        if (options.Has(TcpOptionSet.WindowScale))
        {
            FuzzCheck.Same("window-scale", plain.Shift, options.WindowScale);
        }
        if (options.Has(TcpOptionSet.Timestamps))
        {
            FuzzCheck.Same("tsval", plain.TsVal, options.TsVal);
            FuzzCheck.Same("tsecr", plain.TsEcr, options.TsEcr);
        }
        if (options.Has(TcpOptionSet.UserTimeout))
        {
            FuzzCheck.Same("user-timeout", plain.UserTimeout, options.UserTimeout);
        }
        if (options.Has(TcpOptionSet.Sack))
        {
            FuzzCheck.Same("sack-count", plain.Blocks, options.SackCount);
            for (int i = 0; i < options.SackCount; i++)
            {
                FuzzCheck.Same("sack-left", plain.Edges[2 * i], options.Sack[i].Left.Value);
                FuzzCheck.Same("sack-right", plain.Edges[(2 * i) + 1], options.Sack[i].Right.Value);
            }
        }
    }

    // The walk covers every octet once and finds the same first defect.
    private static void Walk(ReadOnlySpan<byte> input, SegmentDefect defect)
    {
        int octets = 0;
        SegmentDefect first = SegmentDefect.None;
        foreach (OptionEntry entry in new OptionList(input))
        {
            int head = entry.Kind is TcpOptionKind.NoOperation or TcpOptionKind.EndOfList ? 1 : 2;
            octets += Math.Min(head + entry.Body.Length, input.Length - octets);
            first = first == SegmentDefect.None ? entry.Defect : first;
        }
        FuzzCheck.Same("walk-covers", input.Length, octets);
        FuzzCheck.Same("walk-defect", (long)defect, (long)first);
    }

    private static void WriteAndRead(in TcpOptions options)
    {
        Span<byte> written = stackalloc byte[40];
        int length = OptionWriter.Length(in options);
        FuzzCheck.Same("written-length", length, OptionWriter.Write(in options, written));
        TcpOptions again = default;
        SegmentDefect defect = OptionReader.Read(written[..length], ref again);
        FuzzCheck.Same("written-defect", (long)SegmentDefect.None, (long)defect);
        FuzzCheck.Same(
            "written-present", (long)(options.Present & Written), (long)again.Present);
        bool same = (!again.Has(TcpOptionSet.Mss) || again.Mss == options.Mss)
            && (!again.Has(TcpOptionSet.WindowScale) || again.WindowScale == options.WindowScale)
            && (!again.Has(TcpOptionSet.UserTimeout) || again.UserTimeout == options.UserTimeout)
            && (!again.Has(TcpOptionSet.Timestamps)
                || (again.TsVal == options.TsVal && again.TsEcr == options.TsEcr))
            && (!again.Has(TcpOptionSet.Sack) || again.SackCount == options.SackCount);
        FuzzCheck.That(same, "written-values");
        for (int i = 0; again.Has(TcpOptionSet.Sack) && i < again.SackCount; i++)
        {
            FuzzCheck.That(again.Sack[i] == options.Sack[i], "written-sack");
        }
    }
}
