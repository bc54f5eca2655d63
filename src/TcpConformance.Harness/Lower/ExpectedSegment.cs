using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>What a segment must be; what is null doesn't matter.</summary>
/// <param name="Flags">Exactly these control bits, but for those of <see cref="Ignored"/>.
/// </param>
public sealed record ExpectedSegment(TcpFlags Flags)
{
    /// <summary>Bits that don't matter; a sender may always set PSH (RFC 9293 §3.9.1.2).</summary>
    public TcpFlags Ignored { get; init; } = TcpFlags.Psh;

    /// <summary>SEG.SEQ.</summary>
    public SeqNumber? Seq { get; init; }

    /// <summary>SEG.ACK.</summary>
    public SeqNumber? Ack { get; init; }

    /// <summary>Octets of text.</summary>
    public int? TextLength { get; init; }

    /// <summary>The text itself.</summary>
    public ReadOnlyMemory<byte>? Text { get; init; }

    /// <summary>The window field.</summary>
    public ushort? Window { get; init; }

    /// <summary>Options that must be present.</summary>
    public TcpOptionSet Options { get; init; }

    /// <summary>Options that must be absent.</summary>
    public TcpOptionSet NoOptions { get; init; }

    /// <summary>Anything else.</summary>
    public Func<ReceivedSegment, bool>? Also { get; init; }

    /// <summary>Whether the segment is as expected.</summary>
    public bool Matches(ReceivedSegment s) =>
        (s.Flags & ~Ignored) == (Flags & ~Ignored)
        && (Seq is not SeqNumber seq || s.Seq == seq)
        && (Ack is not SeqNumber ack || (s.Has(TcpFlags.Ack) && s.Ack == ack))
        && (TextLength is not int length || s.TextLength == length)
        && (Text is not ReadOnlyMemory<byte> text || s.Text.Span.SequenceEqual(text.Span))
        && (Window is not ushort window || s.Window == window)
        && s.Header.Options.Has(Options)
        && (s.Header.Options.Present & NoOptions) == 0
        && (Also is null || Also(s));

    /// <inheritdoc/>
    public override string ToString()
    {
        var b = new System.Text.StringBuilder();
        b.Append(Seq is SeqNumber seq ? $"<SEQ={seq}>" : "");
        b.Append(Ack is SeqNumber ack ? $"<ACK={ack}>" : "");
        b.Append("<CTL=").Append(Flags.ToText()).Append('>');
        b.Append(TextLength is int length ? $"<LEN={length}>" : "");
        b.Append(Text is ReadOnlyMemory<byte> text ? $"<text of {text.Length}>" : "");
        b.Append(Window is ushort window ? $"<WND={window}>" : "");
        b.Append(Options == 0 ? "" : $"<with {Options}>");
        b.Append(NoOptions == 0 ? "" : $"<without {NoOptions}>");
        b.Append(Also is null ? "" : " as described");
        return b.ToString();
    }
}
