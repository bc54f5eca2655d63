using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TcpConformance.Wire;

/// <summary>Reads the option octets of a header (RFC 9293 §3.1, §3.2).</summary>
public static class OptionReader
{
    // The experimental identifier of Fast Open before kind 34 was assigned (RFC 7413 §4.1.1).
    private const ushort FastOpenExperiment = 0xF989;

    // NOP, NOP, timestamps, length 10: RFC 7323 appendix A.
    private const uint PaddedTimestamps = 0x0101_080a;

    // SACK-permitted and the head of the timestamps, as Linux puts them behind the MSS.
    private const uint SackPermittedTimestamps = 0x0402_080a;

    /// <summary>Reads what is well formed into <paramref name="options"/>.</summary>
    /// <returns>The first defect. An option of the wrong length for its kind is skipped and
    /// the rest is read; a length that can't be followed ends the reading (MUST-7).</returns>
    public static SegmentDefect Read(ReadOnlySpan<byte> bytes, ref TcpOptions options)
    {
        // The two layouts that make up nearly all traffic, without the walk.
        if (bytes.Length == 12 && options.Present == TcpOptionSet.None
            && BinaryPrimitives.ReadUInt32BigEndian(bytes) == PaddedTimestamps)
        {
            options.Present = TcpOptionSet.Timestamps;
            options.TsVal = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
            options.TsEcr = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
            return SegmentDefect.None;
        }
        return bytes.Length == 20 && options.Present == TcpOptionSet.None
            && ReadLinuxSyn(bytes, ref options)
            ? SegmentDefect.None
            : Walk(bytes, ref options);
    }

    private static bool ReadLinuxSyn(ReadOnlySpan<byte> bytes, ref TcpOptions options)
    {
        uint first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        uint last = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        if (first >> 16 != 0x0204 || last >> 8 != 0x010303
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != SackPermittedTimestamps)
        {
            return false;
        }
        options.Present = TcpOptionSet.Mss | TcpOptionSet.SackPermitted
            | TcpOptionSet.Timestamps | TcpOptionSet.WindowScale;
        options.Mss = (ushort)(first & 0xffff);
        options.TsVal = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        options.TsEcr = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        options.WindowScale = (byte)(last & 0xff);
        return true;
    }

    /// <summary>Like <see cref="Read"/>, option by option.</summary>
    internal static SegmentDefect Walk(ReadOnlySpan<byte> bytes, ref TcpOptions options)
    {
        SegmentDefect first = SegmentDefect.None;
        while (!bytes.IsEmpty)
        {
            byte kind = bytes[0];
            if (kind == (byte)TcpOptionKind.NoOperation)
            {
                bytes = bytes[1..];
                continue;
            }
            if (kind == (byte)TcpOptionKind.EndOfList)
            {
                return bytes.ContainsAnyExcept((byte)0)
                    ? First(first, SegmentDefect.DataAfterEndOfList)
                    : first;
            }
            int length = bytes.Length > 1 ? bytes[1] : 0;
            if (length < 2 || length > bytes.Length)
            {
                return First(first, Framing(bytes));
            }
            first = First(first, Value((kind << 8) | length, bytes[..length], ref options));
            bytes = bytes[length..];
        }
        return first;
    }

    private static SegmentDefect First(SegmentDefect earlier, SegmentDefect now) =>
        earlier == SegmentDefect.None ? now : earlier;

    private static SegmentDefect Framing(ReadOnlySpan<byte> bytes) => bytes.Length == 1
        ? SegmentDefect.OptionLengthMissing
        : bytes[1] switch
        {
            0 => SegmentDefect.OptionLengthZero,
            1 => SegmentDefect.OptionLengthOne,
            _ => SegmentDefect.OptionPastHeader,
        };

    // The kinds of every day, by kind and length; the others in a method of their own.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SegmentDefect Value(int head, ReadOnlySpan<byte> o, ref TcpOptions v)
    {
        switch (head)
        {
            case ((byte)TcpOptionKind.Timestamps << 8) | 10:
                v.TsVal = BinaryPrimitives.ReadUInt32BigEndian(o[2..]);
                v.TsEcr = BinaryPrimitives.ReadUInt32BigEndian(o[6..]);
                return Mark(ref v, TcpOptionSet.Timestamps);
            case ((byte)TcpOptionKind.Mss << 8) | 4:
                v.Mss = BinaryPrimitives.ReadUInt16BigEndian(o[2..]);
                return Mark(ref v, TcpOptionSet.Mss);
            case ((byte)TcpOptionKind.WindowScale << 8) | 3:
                v.WindowScale = o[2];
                return Mark(ref v, TcpOptionSet.WindowScale);
            case ((byte)TcpOptionKind.SackPermitted << 8) | 2:
                return Mark(ref v, TcpOptionSet.SackPermitted);
            default:
                return OtherValue((TcpOptionKind)o[0], o, ref v);
        }
    }

    private static SegmentDefect OtherValue(
        TcpOptionKind kind, ReadOnlySpan<byte> o, ref TcpOptions v)
    {
        switch (kind)
        {
            case TcpOptionKind.Sack when o.Length is 10 or 18 or 26 or 34:
                ReadSack(o[2..], ref v);
                return Mark(ref v, TcpOptionSet.Sack);
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
                return ReadOther(o, ref v);
        }
    }

    private static bool IsCookieLength(int octets) =>
        octets == 0 || (octets is >= 4 and <= 16 && octets % 2 == 0);

    private static SegmentDefect ReadOther(ReadOnlySpan<byte> o, ref TcpOptions v)
    {
        bool fastOpen = o[0] == (byte)TcpOptionKind.Experiment2 && o.Length >= 4
            && BinaryPrimitives.ReadUInt16BigEndian(o[2..]) == FastOpenExperiment
            && IsCookieLength(o.Length - 4);
        if (fastOpen)
        {
            return Mark(ref v, TcpOptionSet.FastOpen);
        }
        v.Present |= TcpOptionSet.Unknown;
        return SegmentDefect.None;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
