using System.Text;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>What SEG.SEQ of a <see cref="SegmentStep"/> is counted from.</summary>
public enum SeqEdge
{
    /// <summary>The tester's SND.NXT: what it has not sent yet.</summary>
    Next,
    /// <summary>The IUT's RCV.NXT, as its last ACK said.</summary>
    Una,
    /// <summary>The right edge of the window that the IUT offered last.</summary>
    Edge,
    /// <summary>The tester's ISS.</summary>
    Iss,
    /// <summary>The tester's last FIN; without one as <see cref="Next"/>.</summary>
    Fin,
    /// <summary>Zero: an absolute number.</summary>
    Zero,
}

/// <summary>What SEG.ACK of a <see cref="SegmentStep"/> is counted from.</summary>
public enum AckEdge
{
    /// <summary>All text that has come in order.</summary>
    All,
    /// <summary>What the tester acknowledged last: the IUT's SND.UNA.</summary>
    Una,
    /// <summary>Behind the last octet seen from the IUT: its SND.NXT.</summary>
    Max,
    /// <summary>The IUT's ISS.</summary>
    Irs,
    /// <summary>Zero: an absolute number.</summary>
    Zero,
}

/// <summary>What is wrong with the form of a segment.</summary>
public enum SegmentFault
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>The checksum (RFC 9293 §3.1, MUST-3).</summary>
    Checksum,
    /// <summary>The data offset is less than five words.</summary>
    OffsetSmall,
    /// <summary>The data offset points behind the segment.</summary>
    OffsetLarge,
    /// <summary>The segment ends within its header.</summary>
    Cut,
    /// <summary>The source address is a broadcast address (RFC 9293 §3.9.2.3).</summary>
    Source,
}

/// <summary>The tester sends a segment. Its text is what the stream has at that place, so that
/// every octet always has the same value.</summary>
public sealed record SegmentStep : SessionStep
{
    internal const string Verb = "segment";

    /// <summary>An honest peer's options.</summary>
    public static IReadOnlyList<StepOption> AutoOptions { get; } =
        [new StepOption(StepOptionKind.Auto)];

    private const string Letters = "FSRPAUEC";

    /// <summary>Control bits.</summary>
    public TcpFlags Flags { get; init; }

    /// <summary>What SEG.SEQ is counted from.</summary>
    public SeqEdge Seq { get; init; }

    /// <summary>Octets from there.</summary>
    public int SeqOffset { get; init; }

    /// <summary>What SEG.ACK is counted from.</summary>
    public AckEdge Ack { get; init; }

    /// <summary>Octets from there.</summary>
    public int AckOffset { get; init; }

    /// <summary>Octets of text.</summary>
    public int Length { get; init; }

    /// <summary>The window field, from now on; null: as before.</summary>
    public ushort? Window { get; init; }

    /// <summary>Options, one behind the other.</summary>
    public IReadOnlyList<StepOption> Options { get; init; } = AutoOptions;

    /// <summary>The urgent pointer.</summary>
    public ushort Urgent { get; init; }

    /// <summary>What is wrong with its form.</summary>
    public SegmentFault Fault { get; init; }

    /// <summary>Whether it is lost on the way: the tester counts it as sent.</summary>
    public bool Lost { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var b = new StringBuilder(Verb);
        b.Append(' ').Append(FlagText());
        b.Append(" seq=").Append(StepWords.TextOf(Seq, SeqOffset));
        b.Append(" ack=").Append(StepWords.TextOf(Ack, AckOffset));
        b.Append(Length == 0 ? "" : $" len={Length}");
        b.Append(Window is ushort window ? $" wnd={window}" : "");
        if (!Options.SequenceEqual(AutoOptions))
        {
            b.Append(" opt=").AppendJoin(',', Options);
        }
        b.Append(Urgent == 0 ? "" : $" up={Urgent}");
        b.Append(Fault == SegmentFault.None ? "" : $" fault={StepWords.TextOf(Fault)}");
        b.Append(Lost ? " lost" : "");
        return b.ToString();
    }

    internal static SegmentStep Read(StepWords w)
    {
        bool lost = w.Flag("lost");
        (SeqEdge seq, int seqOffset) = w.Edge<SeqEdge>("seq");
        (AckEdge ack, int ackOffset) = w.Edge<AckEdge>("ack");
        return new SegmentStep
        {
            Flags = FlagsOf(w, w.Word()),
            Seq = seq,
            SeqOffset = seqOffset,
            Ack = ack,
            AckOffset = ackOffset,
            Length = (int)(w.Number("len", 0, 60_000) ?? 0),
            Window = (ushort?)w.Number("wnd", 0, ushort.MaxValue),
            Options = w.Value("opt") is not string options ? AutoOptions
                : options.Length == 0 ? []
                : options.Split(',').Select(o => StepOption.Read(w, o)).ToArray(),
            Urgent = (ushort)(w.Number("up", 0, ushort.MaxValue) ?? 0),
            Fault = w.Value("fault") is string fault ? w.Name<SegmentFault>(fault) : default,
            Lost = lost,
        };
    }

    /// <inheritdoc/>
    public bool Equals(SegmentStep? other) =>
        other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Flags, Seq, SeqOffset, Ack, Length);

    private string FlagText()
    {
        if (Flags == TcpFlags.None)
        {
            return "-";
        }
        var b = new StringBuilder();
        for (int bit = 0; bit < Letters.Length; bit++)
        {
            b.Append(((int)Flags >> bit & 1) != 0 ? Letters[bit].ToString() : "");
        }
        return b.ToString();
    }

    private static TcpFlags FlagsOf(StepWords w, string text)
    {
        TcpFlags flags = TcpFlags.None;
        foreach (char letter in text == "-" ? "" : text)
        {
            int bit = Letters.IndexOf(letter);
            if (bit < 0)
            {
                w.Fail();
                return flags;
            }
            flags |= (TcpFlags)(1 << bit);
        }
        return flags;
    }
}
