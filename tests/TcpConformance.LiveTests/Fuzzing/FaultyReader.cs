using System.Buffers.Binary;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>A reader of options, segments and packets with one planted fault; with none it reads
/// what the plain one reads.</summary>
internal sealed class FaultyReader(ReaderFault fault)
{
    private const int MostBlocks = 4;

    public SegmentDefect Defect { get; private set; }

    public TcpOptionSet Present { get; private set; }

    public int Mss { get; private set; }

    public int Shift { get; private set; }

    public uint TsVal { get; private set; }

    public uint TsEcr { get; private set; }

    public uint[] Edges { get; } = new uint[2 * MostBlocks];

    public int TextBegin { get; private set; }

    public int UrgentPointer { get; private set; }

    public long TextEnd { get; private set; }

    /// <summary>Where the payload of a packet begins and ends; -1: there is none.</summary>
    public (int Begin, int End) Payload { get; private set; }

    public void ReadOptions(ReadOnlySpan<byte> all, int at, int end)
    {
        Defect = SegmentDefect.None;
        Present = TcpOptionSet.None;
        while (at < end)
        {
            byte kind = all[at];
            if (kind == 0)
            {
                if (!Has(ReaderFault.EndOfListIgnored))
                {
                    ReadPadding(all[(at + 1)..end]);
                    return;
                }
                at++;
            }
            else if (kind == 1)
            {
                at++;
            }
            else if (LengthAt(all, at, end) is int length && length >= 0)
            {
                ReadOption(kind, all, at, length);
                at += length;
            }
            else
            {
                return;
            }
        }
    }

    public bool ReadSegment(ReadOnlySpan<byte> b)
    {
        if (b.Length < 20)
        {
            Defect = SegmentDefect.HeaderTruncated;
            return false;
        }
        int header = (b[12] >> 4) * 4;
        if (header < 20 && !Has(ReaderFault.DataOffsetSmall))
        {
            Defect = SegmentDefect.DataOffsetTooSmall;
            return false;
        }
        if (header > b.Length && !Has(ReaderFault.DataOffsetPast))
        {
            Defect = SegmentDefect.DataOffsetPastSegment;
            return false;
        }
        ReadOptions(b, 20, header);
        TextBegin = header;
        ushort pointer = BinaryPrimitives.ReadUInt16BigEndian(b[18..]);
        UrgentPointer = Has(ReaderFault.UrgentSigned) ? unchecked((short)pointer) : pointer;
        uint seq = BinaryPrimitives.ReadUInt32BigEndian(b[4..]);
        TextEnd = Has(ReaderFault.SequenceSigned)
            ? unchecked((int)seq) + (b.Length - header)
            : seq + (long)(b.Length - header);
        return true;
    }

    public int Checksum(ReadOnlySpan<byte> b)
    {
        uint sum = 0;
        for (int at = 0; at + 1 < b.Length; at += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(b[at..]);
        }
        if (b.Length % 2 == 1)
        {
            sum += Has(ReaderFault.ChecksumOdd) ? b[^1] : (uint)b[^1] << 8;
        }
        sum = (sum & 0xffff) + (sum >> 16);
        if (!Has(ReaderFault.ChecksumCarry))
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (int)(sum & 0xffff) ^ 0xffff;
    }

    public PacketDefect ReadPacket(ReadOnlySpan<byte> b)
    {
        Payload = (-1, -1);
        return b.Length == 0 ? PacketDefect.Truncated
            : b[0] >> 4 == 4 ? ReadV4(b)
            : b[0] >> 4 == 6 ? ReadV6(b)
            : PacketDefect.BadVersion;
    }

    private bool Has(ReaderFault what) => fault == what;

    // -1: reading ends here.
    private int LengthAt(ReadOnlySpan<byte> all, int at, int end)
    {
        if (at + 1 == end)
        {
            return Complain(SegmentDefect.OptionLengthMissing);
        }
        int length = all[at + 1];
        if (length == 0)
        {
            return Has(ReaderFault.OptionLengthZeroLoops) ? 0
                : Has(ReaderFault.OptionLengthZeroTaken) ? 2
                : Complain(SegmentDefect.OptionLengthZero);
        }
        if (length == 1 && !Has(ReaderFault.OptionLengthOneTaken))
        {
            return Complain(SegmentDefect.OptionLengthOne);
        }
        int last = Has(ReaderFault.OptionEndOffByOne) ? end + 1 : end;
        return at + length > last ? Complain(SegmentDefect.OptionPastHeader) : length;
    }

    private void ReadPadding(ReadOnlySpan<byte> padding)
    {
        if (padding.ContainsAnyExcept((byte)0) && !Has(ReaderFault.PaddingUnchecked))
        {
            Complain(SegmentDefect.DataAfterEndOfList);
        }
    }

    private void ReadOption(byte kind, ReadOnlySpan<byte> all, int at, int length)
    {
        if (!LengthFits(kind, length))
        {
            Complain(SegmentDefect.OptionWrongLength);
            return;
        }
        TcpOptionSet option = OptionOf(kind, all, at, length);
        if (option is not (TcpOptionSet.Unknown or TcpOptionSet.Multipath)
            && (Present & option) != 0)
        {
            Complain(SegmentDefect.OptionRepeated);
        }
        Present |= option;
        switch (kind)
        {
            case 2:
                Mss = BinaryPrimitives.ReadUInt16BigEndian(all[(at + 2)..]);
                if (Has(ReaderFault.MssZeroDivides))
                {
                    Payload = (0, 65535 / Mss);
                }
                break;
            case 3:
                Shift = Has(ReaderFault.WindowScaleUnclamped)
                    ? all[at + 2]
                    : Math.Min((int)all[at + 2], 14);
                break;
            case 5:
                for (int n = 0; n < (length - 2) / 4; n++)
                {
                    Edges[n] = BinaryPrimitives.ReadUInt32BigEndian(all[(at + 2 + (4 * n))..]);
                }
                break;
            case 8:
                TsVal = BinaryPrimitives.ReadUInt32BigEndian(all[(at + 2)..]);
                TsEcr = BinaryPrimitives.ReadUInt32BigEndian(all[(at + 6)..]);
                break;
        }
    }

    private bool LengthFits(byte kind, int length) => kind switch
    {
        2 => length == 4 || Has(ReaderFault.MssLengthUnchecked),
        3 => length == 3,
        4 => length == 2,
        5 => length >= 10 && length % 8 == 2
            && (length <= 2 + (8 * MostBlocks) || Has(ReaderFault.SackFiveBlocks)),
        8 => length == 10 || Has(ReaderFault.TimestampLengthUnchecked),
        19 => length == 18,
        28 => length == 4,
        29 => length >= 4,
        30 => length >= 3,
        34 => IsCookie(length - 2),
        _ => true,
    };

    private bool IsCookie(int octets) => octets == 0
        || (octets is >= 4 and <= 16 && (octets % 2 == 0 || Has(ReaderFault.CookieOdd)));

    private TcpOptionSet OptionOf(byte kind, ReadOnlySpan<byte> all, int at, int length) =>
        kind switch
        {
            2 => TcpOptionSet.Mss,
            3 => TcpOptionSet.WindowScale,
            4 => TcpOptionSet.SackPermitted,
            5 => TcpOptionSet.Sack,
            8 => TcpOptionSet.Timestamps,
            19 => TcpOptionSet.Md5,
            28 => TcpOptionSet.UserTimeout,
            29 => TcpOptionSet.AuthenticationOption,
            30 => TcpOptionSet.Multipath,
            34 => TcpOptionSet.FastOpen,
            254 when length >= 4 && all[at + 2] == 0xf9 && all[at + 3] == 0x89
                && IsCookie(length - 4) => TcpOptionSet.FastOpen,
            _ => TcpOptionSet.Unknown,
        };

    private PacketDefect ReadV4(ReadOnlySpan<byte> b)
    {
        int header = (b[0] & 15) * 4;
        if (b.Length < 20)
        {
            return PacketDefect.Truncated;
        }
        if (header < 20 || header > b.Length)
        {
            return PacketDefect.BadHeaderLength;
        }
        int total = BinaryPrimitives.ReadUInt16BigEndian(b[2..]);
        if (total < header || (total > b.Length && !Has(ReaderFault.TotalLengthPast)))
        {
            return PacketDefect.BadTotalLength;
        }
        if (Checksum(b[..header]) != 0)
        {
            return PacketDefect.BadHeaderChecksum;
        }
        int fragment = BinaryPrimitives.ReadUInt16BigEndian(b[6..]);
        if ((fragment & 0x2000) != 0
            || ((fragment & 0x1fff) != 0 && !Has(ReaderFault.FragmentTaken)))
        {
            return PacketDefect.Fragment;
        }
        Payload = (
            Has(ReaderFault.HeaderLengthIgnored) ? 20 : header,
            Has(ReaderFault.TotalLengthIgnored) ? b.Length : total);
        return PacketDefect.None;
    }

    private PacketDefect ReadV6(ReadOnlySpan<byte> b)
    {
        if (b.Length < 40)
        {
            return PacketDefect.Truncated;
        }
        int total = 40 + BinaryPrimitives.ReadUInt16BigEndian(b[4..]);
        if (total > b.Length)
        {
            return PacketDefect.BadTotalLength;
        }
        int at = 40;
        byte next = b[6];
        bool fragment = false;
        while (next is 0 or 43 or 44 or 51 or 60)
        {
            if (at + 8 > total)
            {
                return PacketDefect.BadExtensionHeader;
            }
            int length = next switch
            {
                44 => 8,
                51 => (b[at + 1] + 2) * 4,
                _ => (b[at + 1] + (Has(ReaderFault.ExtensionLoops) ? 0 : 1)) * 8,
            };
            if (at + length > total)
            {
                return PacketDefect.BadExtensionHeader;
            }
            int offset = next == 44 ? BinaryPrimitives.ReadUInt16BigEndian(b[(at + 2)..]) : 0;
            // A header of no length leads to itself.
            next = length == 0 ? next : b[at];
            at += length;
            fragment |= (offset & 0xfff9) != 0;
            if (offset >> 3 != 0)
            {
                return PacketDefect.Fragment;
            }
        }
        Payload = (at, total);
        return fragment ? PacketDefect.Fragment : PacketDefect.None;
    }

    private int Complain(SegmentDefect defect)
    {
        Defect = Defect == SegmentDefect.None ? defect : Defect;
        return -1;
    }
}
