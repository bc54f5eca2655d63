using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace TcpConformance.Wire;

/// <summary>Describes segments in one line, for ladder diagrams and messages:
/// <c>SYN,ACK seq=0 ack=1 win=65535 &lt;mss 1460, wscale 7, ts 1 0&gt;</c>.</summary>
public static class SegmentText
{
    private const int LongestBody = 8;

    /// <summary>A segment with absolute sequence numbers.</summary>
    /// <param name="segment">The segment.</param>
    public static string Of(scoped in SegmentView segment) =>
        Of(in segment, default, default);

    /// <summary>A segment with sequence numbers relative to two initial ones.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="senderIss">ISS of its sender: 'seq' counts from here.</param>
    /// <param name="receiverIss">ISS of its receiver: 'ack' and SACK count from here.</param>
    public static string Of(
        scoped in SegmentView segment, SeqNumber senderIss, SeqNumber receiverIss)
    {
        if (segment.Defect.IsFatal())
        {
            return $"malformed ({segment.Defect}), {segment.Bytes.Length} octets";
        }
        StringBuilder line = new();
        AppendFields(line, in segment.Header, senderIss, receiverIss);
        ReadOnlySpan<byte> options = segment.OptionBytes;
        if (!options.IsEmpty)
        {
            line.Append(" <");
            AppendOptions(line, options, receiverIss);
            line.Append('>');
        }
        if (segment.Defect != SegmentDefect.None)
        {
            line.Append(" malformed (").Append(segment.Defect).Append(')');
        }
        return line.ToString();
    }

    /// <summary>A header that was not read from octets; options come from its values.</summary>
    /// <param name="header">The header.</param>
    /// <param name="senderIss">ISS of its sender.</param>
    /// <param name="receiverIss">ISS of its receiver.</param>
    public static string Of(
        in TcpHeader header, SeqNumber senderIss = default, SeqNumber receiverIss = default)
    {
        StringBuilder line = new();
        AppendFields(line, in header, senderIss, receiverIss);
        Span<byte> options = stackalloc byte[80];
        int length = OptionWriter.Write(in header.Options, options);
        if (length > 0)
        {
            line.Append(" <");
            AppendOptions(line, options[..length], receiverIss);
            line.Append('>');
        }
        return line.ToString();
    }

    /// <summary>A segment that is still to be written, with absolute sequence numbers unless
    /// initial ones are given.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="senderIss">ISS of its sender.</param>
    /// <param name="receiverIss">ISS of its receiver.</param>
    public static string Of(
        Segment segment, SeqNumber senderIss = default, SeqNumber receiverIss = default)
    {
        IpAddress anyone = IpAddress.V4(0);
        SegmentView.Read(segment.ToBytes(anyone, anyone), out SegmentView view);
        return Of(in view, senderIss, receiverIss);
    }

    /// <summary>Option octets by name, without the brackets; padding is not shown.</summary>
    /// <param name="options">The octets.</param>
    /// <param name="receiverIss">What SACK blocks count from.</param>
    public static string OfOptions(
        ReadOnlySpan<byte> options, SeqNumber receiverIss = default)
    {
        StringBuilder line = new();
        AppendOptions(line, options, receiverIss);
        return line.ToString();
    }

    private static void AppendFields(
        StringBuilder line, in TcpHeader h, SeqNumber senderIss, SeqNumber receiverIss)
    {
        line.Append(h.Flags.ToText());
        line.Append(" seq=").Append(Relative(h.Seq, senderIss));
        if (h.Has(TcpFlags.Ack))
        {
            line.Append(" ack=").Append(Relative(h.Ack, receiverIss));
        }
        if (h.TextLength != 0)
        {
            line.Append(" len=").Append(h.TextLength);
        }
        line.Append(" win=").Append(h.Window);
        if (h.Has(TcpFlags.Urg))
        {
            line.Append(" up=").Append(h.UrgentPointer);
        }
    }

    // With an ISS, what lies just before it is shown as negative, not as four thousand million.
    private static string Relative(SeqNumber point, SeqNumber iss)
    {
        if (iss == default)
        {
            return point.Value.ToString(CultureInfo.InvariantCulture);
        }
        int behind = point - iss;
        return behind is < 0 and > -0x1000_0000
            ? behind.ToString(CultureInfo.InvariantCulture)
            : point.DistanceFrom(iss).ToString(CultureInfo.InvariantCulture);
    }

    private static void AppendOptions(
        StringBuilder line, ReadOnlySpan<byte> options, SeqNumber receiverIss)
    {
        int start = line.Length;
        foreach (OptionEntry option in new OptionList(options))
        {
            bool silent = option.Kind is TcpOptionKind.EndOfList
                && option.Defect == SegmentDefect.None;
            if (silent)
            {
                continue;
            }
            line.Append(line.Length == start ? "" : ", ");
            AppendOption(line, in option, receiverIss);
        }
    }

    private static void AppendOption(
        StringBuilder line, scoped in OptionEntry option, SeqNumber receiverIss)
    {
        ReadOnlySpan<byte> body = option.Body;
        if (option.Defect is not (SegmentDefect.None or SegmentDefect.OptionRepeated))
        {
            AppendBody(line.Append(Name(option.Kind)), body);
            line.Append(" (").Append(option.Defect).Append(')');
            return;
        }
        line.Append(Name(option.Kind));
        switch (option.Kind)
        {
            case TcpOptionKind.Mss:
                line.Append(' ').Append(BinaryPrimitives.ReadUInt16BigEndian(body));
                break;
            case TcpOptionKind.WindowScale:
                line.Append(' ').Append(body[0]);
                break;
            case TcpOptionKind.Timestamps:
                line.Append(' ').Append(BinaryPrimitives.ReadUInt32BigEndian(body));
                line.Append(' ').Append(BinaryPrimitives.ReadUInt32BigEndian(body[4..]));
                break;
            case TcpOptionKind.Sack:
                AppendSack(line, body, receiverIss);
                break;
            case TcpOptionKind.UserTimeout:
                ushort word = BinaryPrimitives.ReadUInt16BigEndian(body);
                line.Append(' ').Append(word & 0x7fff).Append(word >> 15 == 1 ? " min" : " s");
                break;
            default:
                AppendBody(line, body);
                break;
        }
        line.Append(option.Defect == SegmentDefect.OptionRepeated ? " (again)" : "");
    }

    private static void AppendSack(
        StringBuilder line, ReadOnlySpan<byte> body, SeqNumber receiverIss)
    {
        for (int at = 0; at + 8 <= body.Length; at += 8)
        {
            SeqNumber left = new(BinaryPrimitives.ReadUInt32BigEndian(body[at..]));
            SeqNumber right = new(BinaryPrimitives.ReadUInt32BigEndian(body[(at + 4)..]));
            line.Append(' ').Append(Relative(left, receiverIss));
            line.Append('-').Append(Relative(right, receiverIss));
        }
    }

    private static void AppendBody(StringBuilder line, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }
        int shown = Math.Min(body.Length, LongestBody);
        line.Append(' ').Append(Convert.ToHexStringLower(body[..shown]));
        line.Append(shown < body.Length ? "…" : "");
    }

    private static string Name(TcpOptionKind kind) => kind switch
    {
        TcpOptionKind.EndOfList => "eol",
        TcpOptionKind.NoOperation => "nop",
        TcpOptionKind.Mss => "mss",
        TcpOptionKind.WindowScale => "wscale",
        TcpOptionKind.SackPermitted => "sack-permitted",
        TcpOptionKind.Sack => "sack",
        TcpOptionKind.Timestamps => "ts",
        TcpOptionKind.Md5 => "md5",
        TcpOptionKind.UserTimeout => "user-timeout",
        TcpOptionKind.AuthenticationOption => "tcp-ao",
        TcpOptionKind.Multipath => "mptcp",
        TcpOptionKind.FastOpen => "fast-open",
        TcpOptionKind.Experiment1 => "exp-253",
        TcpOptionKind.Experiment2 => "exp-254",
        _ => $"kind-{(int)kind}",
    };
}
