using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Plain;

/// <summary>A second reader of option lists, written from the RFCs and without a view to the first:
/// one octet after the other.</summary>
internal sealed class PlainOptions
{
    // RFC 6994 §3, RFC 7413 §4.1.1: the experiment's identifier.
    private const int FastOpenExperiment = 0xf989;

    /// <summary>The first rule that the list breaks.</summary>
    internal SegmentDefect Defect { get; private set; }

    internal TcpOptionSet Present { get; private set; }

    internal int Mss { get; private set; }

    internal int Shift { get; private set; }

    internal uint TsVal { get; private set; }

    internal uint TsEcr { get; private set; }

    internal int UserTimeout { get; private set; }

    internal int Blocks { get; private set; }

    internal uint[] Edges { get; } = new uint[8];

    /// <summary>Reads a list.</summary>
    internal void Read(ReadOnlySpan<byte> b)
    {
        Defect = SegmentDefect.None;
        Present = TcpOptionSet.None;
        int at = 0;
        while (at < b.Length)
        {
            int kind = b[at];
            // RFC 9293 §3.1: case 1, a single octet of option kind.
            if (kind == 0)
            {
                ReadPadding(b, at + 1);
                return;
            }
            if (kind == 1)
            {
                at++;
                continue;
            }
            // Case 2: kind, length, data; the length counts the two octets too.
            if (at + 1 == b.Length)
            {
                Complain(SegmentDefect.OptionLengthMissing);
                return;
            }
            int length = b[at + 1];
            if (length < 2)
            {
                // Nobody can go on from here (MUST-7).
                Complain(length == 0
                    ? SegmentDefect.OptionLengthZero
                    : SegmentDefect.OptionLengthOne);
                return;
            }
            if (at + length > b.Length)
            {
                Complain(SegmentDefect.OptionPastHeader);
                return;
            }
            ReadOption(kind, b.Slice(at, length));
            at += length;
        }
    }

    // RFC 9293 §3.2: what follows the end of the list is padding, which is zero (MUST-69).
    private void ReadPadding(ReadOnlySpan<byte> b, int at)
    {
        for (; at < b.Length; at++)
        {
            if (b[at] != 0)
            {
                Complain(SegmentDefect.DataAfterEndOfList);
            }
        }
    }

    private void ReadOption(int kind, ReadOnlySpan<byte> o)
    {
        if (!LengthFits(kind, o.Length))
        {
            Complain(SegmentDefect.OptionWrongLength);
            return;
        }
        TcpOptionSet option = OptionOf(kind, o);
        // What is not known may well be meant to stand twice, and Multipath TCP is (RFC 8684 §3).
        bool once = option is not (TcpOptionSet.Unknown or TcpOptionSet.Multipath);
        if (once && (Present & option) == option)
        {
            Complain(SegmentDefect.OptionRepeated);
        }
        Present |= option;
        ReadValue(kind, o);
    }

    private void ReadValue(int kind, ReadOnlySpan<byte> o)
    {
        switch (kind)
        {
            case 2: // RFC 9293 §3.2
                Mss = PlainOctets.Two(o, 2);
                break;
            case 3: // RFC 7323 §2.2
                Shift = o[2];
                break;
            case 5: // RFC 2018 §3
                Blocks = (o.Length - 2) / 8;
                for (int n = 0; n < Blocks * 2; n++)
                {
                    Edges[n] = PlainOctets.Four(o, 2 + (n * 4));
                }
                break;
            case 8: // RFC 7323 §3.2
                TsVal = PlainOctets.Four(o, 2);
                TsEcr = PlainOctets.Four(o, 6);
                break;
            case 28: // RFC 5482 §3
                UserTimeout = PlainOctets.Two(o, 2);
                break;
        }
    }

    private static bool LengthFits(int kind, int length) => kind switch
    {
        2 => length == 4,
        3 => length == 3,
        4 => length == 2,
        5 => length is 10 or 18 or 26 or 34, // up to four blocks: RFC 2018 §3
        8 => length == 10,
        19 => length == 18, // RFC 2385 §3.0
        28 => length == 4,
        29 => length >= 4, // RFC 5925 §2.2
        30 => length >= 3, // RFC 8684 §3: the subtype is in the third octet
        34 => IsCookie(length - 2),
        _ => true,
    };

    // RFC 7413 §4.1.1: none, or 4 to 16 octets, an even number.
    private static bool IsCookie(int octets) =>
        octets == 0 || (octets >= 4 && octets <= 16 && octets % 2 == 0);

    private TcpOptionSet OptionOf(int kind, ReadOnlySpan<byte> o)
    {
        switch (kind)
        {
            case 2: return TcpOptionSet.Mss;
            case 3: return TcpOptionSet.WindowScale;
            case 4: return TcpOptionSet.SackPermitted;
            case 5: return TcpOptionSet.Sack;
            case 8: return TcpOptionSet.Timestamps;
            case 19: return TcpOptionSet.Md5;
            case 28: return TcpOptionSet.UserTimeout;
            case 29: return TcpOptionSet.AuthenticationOption;
            case 30: return TcpOptionSet.Multipath;
            case 34: return TcpOptionSet.FastOpen;
            case 254 when o.Length >= 4 && PlainOctets.Two(o, 2) == FastOpenExperiment
                && IsCookie(o.Length - 4):
                return TcpOptionSet.FastOpen;
            default: return TcpOptionSet.Unknown;
        }
    }

    private void Complain(SegmentDefect defect)
    {
        if (Defect == SegmentDefect.None)
        {
            Defect = defect;
        }
    }
}
