using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class SegmentRoundTripTests
{
    // FsCheck makes and shrinks these field by field.
    public sealed record Fields(
        ushort SourcePort, ushort DestinationPort, uint Seq, uint Ack, ushort Flags,
        ushort Window, ushort Urgent, byte[] Text);

    public sealed record Options(
        byte Which, ushort Mss, byte Shift, uint TsVal, uint TsEcr, ushort UserTimeout,
        uint Left, uint Right, byte Blocks);

    [Property(MaxTest = 500)]
    public bool ToBytes_ThenRead_GivesTheSameFields(Fields f, Options o, bool v6)
    {
        Segment segment = Make(f, Octets(o));
        (IpAddress from, IpAddress to) = Addresses(v6);
        byte[] octets = segment.ToBytes(from, to);
        SegmentView view = SegmentView.Read(octets);
        ref readonly TcpHeader h = ref view.Header;
        return view.Defect == SegmentDefect.None && Checksum.IsValid(from, to, octets)
            && h.SourcePort == f.SourcePort && h.DestinationPort == f.DestinationPort
            && h.Seq.Value == f.Seq && h.Ack.Value == f.Ack && h.Window == f.Window
            && h.Flags == segment.Flags && h.UrgentPointer == f.Urgent
            && h.TextLength == f.Text.Length && view.Text.SequenceEqual(f.Text)
            && h.SegLen == segment.SegLen && h.End == segment.Seq + segment.SegLen
            && h.DataOffset * 4 == TcpHeader.MinimumLength + view.OptionBytes.Length
            && Same(h.Options, o);
    }

    [Property(MaxTest = 500)]
    public bool WriteHeader_ThenRead_GivesTheSameFields(Fields f, Options o, bool v6)
    {
        TcpHeader h = SegmentView.Read(
            Make(f, Octets(o)).ToBytes(Samples.ClientV4, Samples.ServerV4)).Header;
        (IpAddress from, IpAddress to) = Addresses(v6);
        byte[] octets = new byte[SegmentWriter.HeaderLength(in h) + f.Text.Length];
        f.Text.CopyTo(octets, SegmentWriter.HeaderLength(in h));
        SegmentWriter.WriteHeader(in h, from, to, octets);
        SegmentView view = SegmentView.Read(octets);
        ref readonly TcpHeader again = ref view.Header;
        return view.Defect == SegmentDefect.None && Checksum.IsValid(from, to, octets)
            && again.Seq == h.Seq && again.Ack == h.Ack && again.Flags == h.Flags
            && again.Window == h.Window && again.UrgentPointer == h.UrgentPointer
            && again.SourcePort == h.SourcePort && again.DestinationPort == h.DestinationPort
            && view.Text.SequenceEqual(f.Text) && Same(again.Options, o);
    }

    // The fast paths know two layouts; the walk knows all.
    [Property(MaxTest = 500)]
    public bool Read_AnyOptionOctets_AgreesWithTheWalk(byte[] octets, bool linux)
    {
        byte[] options = linux && octets.Length >= 4
            ? [2, 4, octets[0], octets[1], 4, 2, 8, 10, 1, 2, 3, octets[2], 0, 0, 0, octets[3],
                1, 3, 3, 7]
            : octets.Length >= 4 ? [1, 1, 8, 10, .. octets, .. octets] : octets;
        options = options[..Math.Min(options.Length, 40)];
        TcpOptions fast = default;
        TcpOptions walked = default;
        bool same = OptionReader.Read(options, ref fast) == OptionReader.Walk(options, ref walked);
        return same && fast.Present == walked.Present && fast.Mss == walked.Mss
            && fast.TsVal == walked.TsVal && fast.TsEcr == walked.TsEcr
            && fast.WindowScale == walked.WindowScale;
    }

    [Test]
    public void ToBytes_EveryFlag_StandsInItsBit([Range(0, 11)] int bit)
    {
        TcpFlags flag = (TcpFlags)(1 << bit);
        byte[] octets = (Samples.Syn with { Flags = flag, Options = default })
            .ToBytes(Samples.ClientV4, Samples.ServerV4);
        Assert.That(((octets[12] & 15) << 8) | octets[13], Is.EqualTo(1 << bit));
        Assert.That(SegmentView.Read(octets).Header.Flags, Is.EqualTo(flag));
        Assert.That(flag.ToText(), Is.Not.EqualTo("none").And.Not.Contains(","));
    }

    [Test]
    public void ToBytes_ChecksumGiven_StandsAsGiven([Values(0, 0x1234)] int checksum)
    {
        byte[] octets = (Samples.Syn with { Checksum = (ushort)checksum })
            .ToBytes(Samples.ClientV4, Samples.ServerV4);
        Assert.That(SegmentView.Read(octets).Header.Checksum, Is.EqualTo(checksum));
        Assert.That(Checksum.IsValid(Samples.ClientV4, Samples.ServerV4, octets), Is.False);
    }

    [Test]
    public void ToBytes_MinimalSyn_IsTheseOctets()
    {
        Segment segment = new()
        {
            SourcePort = 0x1234,
            DestinationPort = 0x5678,
            Seq = new(0x01020304),
            Flags = TcpFlags.Syn,
            Window = 0x0400,
            Options = OptionBytes.Mss(536) + OptionBytes.WindowScale(2),
            Checksum = 0xabcd,
        };
        Assert.That(
            Convert.ToHexStringLower(segment.ToBytes(Samples.ClientV4, Samples.ServerV4)),
            Is.EqualTo("12345678" + "01020304" + "00000000" + "70020400" + "abcd0000"
                + "02040218" + "03030200"));
    }

    private static (IpAddress From, IpAddress To) Addresses(bool v6) => v6
        ? (Samples.ClientV6, Samples.ServerV6)
        : (Samples.ClientV4, Samples.ServerV4);

    private static Segment Make(Fields f, ReadOnlyMemory<byte> options) => new()
    {
        SourcePort = f.SourcePort,
        DestinationPort = f.DestinationPort,
        Seq = new(f.Seq),
        Ack = new(f.Ack),
        Flags = (TcpFlags)(f.Flags & 0xfff),
        Window = f.Window,
        UrgentPointer = f.Urgent,
        Options = options,
        Text = f.Text,
    };

    private static int BlockCount(Options o) => (o.Which & 32) == 0 ? 0 : 1 + (o.Blocks % 2);

    private static OptionBytes Octets(Options o)
    {
        SackBlock[] blocks = [.. Enumerable.Repeat(
            new SackBlock(new(o.Left), new(o.Right)), BlockCount(o))];
        return ((o.Which & 1) != 0 ? OptionBytes.Mss(o.Mss) : OptionBytes.None)
            + ((o.Which & 2) != 0 ? OptionBytes.WindowScale(o.Shift) : OptionBytes.None)
            + ((o.Which & 4) != 0 ? OptionBytes.SackPermitted() : OptionBytes.None)
            + ((o.Which & 8) != 0 ? OptionBytes.Timestamps(o.TsVal, o.TsEcr) : OptionBytes.None)
            + ((o.Which & 16) != 0
                ? OptionBytes.UserTimeout((ushort)(o.UserTimeout & 0x7fff), o.UserTimeout > 0x7fff)
                : OptionBytes.None)
            + (blocks.Length != 0 && (o.Which & 8) == 0
                ? OptionBytes.Sack(blocks) : OptionBytes.None);
    }

    private static bool Same(in TcpOptions v, Options o)
    {
        bool sack = BlockCount(o) != 0 && (o.Which & 8) == 0;
        TcpOptionSet expected =
            ((o.Which & 1) != 0 ? TcpOptionSet.Mss : 0)
            | ((o.Which & 2) != 0 ? TcpOptionSet.WindowScale : 0)
            | ((o.Which & 4) != 0 ? TcpOptionSet.SackPermitted : 0)
            | ((o.Which & 8) != 0 ? TcpOptionSet.Timestamps : 0)
            | ((o.Which & 16) != 0 ? TcpOptionSet.UserTimeout : 0)
            | (sack ? TcpOptionSet.Sack : 0);
        return v.Present == expected
            && (!v.Has(TcpOptionSet.Mss) || v.Mss == o.Mss)
            && (!v.Has(TcpOptionSet.WindowScale) || v.WindowScale == o.Shift)
            && (!v.Has(TcpOptionSet.Timestamps) || (v.TsVal == o.TsVal && v.TsEcr == o.TsEcr))
            && (!v.Has(TcpOptionSet.UserTimeout) || v.UserTimeout == o.UserTimeout)
            && (!sack || (v.SackCount == BlockCount(o)
                && v.Sack[v.SackCount - 1].Left.Value == o.Left
                && v.Sack[v.SackCount - 1].Right.Value == o.Right));
    }
}
