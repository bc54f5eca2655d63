using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Reads the option octets of a header (RFC 9293 §3.1, §3.2).</summary>
public static class OptionReader
{
    // The experimental identifier of Fast Open before kind 34 was assigned (RFC 7413 §4.1.1).
    private const ushort FastOpenExperiment = 0xF989;

    /// <summary>Reads what is well formed into <paramref name="options"/>.</summary>
    /// <returns>The first defect. An option of the wrong length for its kind is skipped and
    /// the rest is read; a length that can't be followed ends the reading (MUST-7).</returns>
    public static SegmentDefect Read(ReadOnlySpan<byte> bytes, ref TcpOptions options)
    {
        SegmentDefect first = SegmentDefect.None;
        int at = 0;
        while (at < bytes.Length)
        {
            byte kind = bytes[at];
            if (kind == (byte)TcpOptionKind.NoOperation)
            {
                at++;
                continue;
            }
            if (kind == (byte)TcpOptionKind.EndOfList)
            {
                return bytes[at..].ContainsAnyExcept((byte)0)
                    ? First(first, SegmentDefect.DataAfterEndOfList)
                    : first;
            }
            SegmentDefect framing = Frame(bytes, at, out int length);
            if (framing != SegmentDefect.None)
            {
                return First(first, framing);
            }
            SegmentDefect value = Value(kind, bytes.Slice(at, length), ref options);
            first = First(first, value);
            at += length;
        }
        return first;
    }

    private static SegmentDefect First(SegmentDefect earlier, SegmentDefect now) =>
        earlier == SegmentDefect.None ? now : earlier;

    private static SegmentDefect Frame(ReadOnlySpan<byte> bytes, int at, out int length)
    {
        length = 0;
        if (at + 1 >= bytes.Length)
        {
            return SegmentDefect.OptionLengthMissing;
        }
        length = bytes[at + 1];
        return length switch
        {
            0 => SegmentDefect.OptionLengthZero,
            1 => SegmentDefect.OptionLengthOne,
            _ => at + length > bytes.Length
                ? SegmentDefect.OptionPastHeader
                : SegmentDefect.None,
        };
    }

    private static SegmentDefect Value(byte kind, ReadOnlySpan<byte> o, ref TcpOptions v)
    {
        switch ((TcpOptionKind)kind)
        {
            case TcpOptionKind.Mss when o.Length == 4:
                v.Mss = BinaryPrimitives.ReadUInt16BigEndian(o[2..]);
                return Mark(ref v, TcpOptionSet.Mss);
            case TcpOptionKind.WindowScale when o.Length == 3:
                v.WindowScale = o[2];
                return Mark(ref v, TcpOptionSet.WindowScale);
            case TcpOptionKind.SackPermitted when o.Length == 2:
                return Mark(ref v, TcpOptionSet.SackPermitted);
            case TcpOptionKind.Sack when o.Length is 10 or 18 or 26 or 34:
                ReadSack(o[2..], ref v);
                return Mark(ref v, TcpOptionSet.Sack);
            case TcpOptionKind.Timestamps when o.Length == 10:
                v.TsVal = BinaryPrimitives.ReadUInt32BigEndian(o[2..]);
                v.TsEcr = BinaryPrimitives.ReadUInt32BigEndian(o[6..]);
                return Mark(ref v, TcpOptionSet.Timestamps);
            case TcpOptionKind.Md5 when o.Length == 18:
                return Mark(ref v, TcpOptionSet.Md5);
            case TcpOptionKind.UserTimeout when o.Length == 4:
                v.UserTimeout = BinaryPrimitives.ReadUInt16BigEndian(o[2..]);
                return Mark(ref v, TcpOptionSet.UserTimeout);
            case TcpOptionKind.AuthenticationOption when o.Length >= 4:
                return Mark(ref v, TcpOptionSet.AuthenticationOption);
            case TcpOptionKind.Multipath when o.Length >= 3:
                v.Present |= TcpOptionSet.Multipath; // several subtypes may stand in one header
                return SegmentDefect.None;
            case TcpOptionKind.FastOpen when IsCookieLength(o.Length - 2):
                return Mark(ref v, TcpOptionSet.FastOpen);
            case TcpOptionKind.Mss or TcpOptionKind.WindowScale or TcpOptionKind.SackPermitted
                or TcpOptionKind.Sack or TcpOptionKind.Timestamps or TcpOptionKind.Md5
                or TcpOptionKind.UserTimeout or TcpOptionKind.AuthenticationOption
                or TcpOptionKind.Multipath or TcpOptionKind.FastOpen:
                return SegmentDefect.OptionWrongLength;
            default:
                return ReadOther(kind, o, ref v);
        }
    }

    private static bool IsCookieLength(int octets) =>
        octets == 0 || (octets is >= 4 and <= 16 && octets % 2 == 0);

    private static SegmentDefect ReadOther(byte kind, ReadOnlySpan<byte> o, ref TcpOptions v)
    {
        bool fastOpen = kind == (byte)TcpOptionKind.Experiment2 && o.Length >= 4
            && BinaryPrimitives.ReadUInt16BigEndian(o[2..]) == FastOpenExperiment
            && IsCookieLength(o.Length - 4);
        v.Present |= fastOpen ? TcpOptionSet.FastOpen : TcpOptionSet.Unknown;
        return SegmentDefect.None;
    }

    private static SegmentDefect Mark(ref TcpOptions v, TcpOptionSet option)
    {
        bool again = (v.Present & option) != 0;
        v.Present |= option;
        return again ? SegmentDefect.OptionRepeated : SegmentDefect.None;
    }

    private static void ReadSack(ReadOnlySpan<byte> blocks, ref TcpOptions v)
    {
        v.SackCount = (byte)(blocks.Length / 8);
        for (int i = 0; i < v.SackCount; i++)
        {
            ReadOnlySpan<byte> b = blocks[(i * 8)..];
            v.Sack[i] = new SackBlock(
                new(BinaryPrimitives.ReadUInt32BigEndian(b)),
                new(BinaryPrimitives.ReadUInt32BigEndian(b[4..])));
        }
    }
}
