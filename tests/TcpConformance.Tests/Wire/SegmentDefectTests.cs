using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

// Every malformed form by its exact octets, and how one writes it on purpose.
public sealed class SegmentDefectTests
{
    private const string Fixed = "9c400050" + "00000001" + "00000002";

    [TestCase("", SegmentDefect.HeaderTruncated)]
    [TestCase(Fixed + "5002ffff" + "00000000", SegmentDefect.None)]
    [TestCase(Fixed + "5002ffff" + "000000", SegmentDefect.HeaderTruncated)]
    [TestCase(Fixed + "4002ffff" + "00000000", SegmentDefect.DataOffsetTooSmall)]
    [TestCase(Fixed + "0002ffff" + "00000000", SegmentDefect.DataOffsetTooSmall)]
    [TestCase(Fixed + "6002ffff" + "00000000", SegmentDefect.DataOffsetPastSegment)]
    [TestCase(Fixed + "f002ffff" + "00000000" + "01010101", SegmentDefect.DataOffsetPastSegment)]
    public void Read_FixedHeader_NamesTheDefect(string octets, SegmentDefect defect) =>
        Assert.That(
            SegmentView.Read(Convert.FromHexString(octets)).Defect, Is.EqualTo(defect));

    [TestCase("02000000", SegmentDefect.OptionLengthZero)]
    [TestCase("fd000000", SegmentDefect.OptionLengthZero)]
    [TestCase("02010000", SegmentDefect.OptionLengthOne)]
    [TestCase("01010102", SegmentDefect.OptionLengthMissing)]
    [TestCase("01010103", SegmentDefect.OptionLengthMissing)]
    [TestCase("010204b4", SegmentDefect.OptionPastHeader)]
    [TestCase("fd060000", SegmentDefect.OptionPastHeader)]
    [TestCase("02ff0000", SegmentDefect.OptionPastHeader)]
    [TestCase("02030501", SegmentDefect.OptionWrongLength)]
    [TestCase("0205010100000000", SegmentDefect.OptionWrongLength)]
    [TestCase("03020101", SegmentDefect.OptionWrongLength)]
    [TestCase("04030001", SegmentDefect.OptionWrongLength)]
    [TestCase("05020101", SegmentDefect.OptionWrongLength)]
    [TestCase("050b0000000000000000000100000000", SegmentDefect.OptionWrongLength)]
    [TestCase("0809010203040506" + "07010101", SegmentDefect.OptionWrongLength)]
    [TestCase("13040000", SegmentDefect.OptionWrongLength)]
    [TestCase("1c030001", SegmentDefect.OptionWrongLength)]
    [TestCase("1d030001", SegmentDefect.OptionWrongLength)]
    [TestCase("1e020101", SegmentDefect.OptionWrongLength)]
    [TestCase("22030001", SegmentDefect.OptionWrongLength)]
    [TestCase("2204aabb", SegmentDefect.OptionWrongLength)]
    [TestCase("00000001", SegmentDefect.DataAfterEndOfList)]
    [TestCase("01000204", SegmentDefect.DataAfterEndOfList)]
    [TestCase("020405b4020405b4", SegmentDefect.OptionRepeated)]
    [TestCase("04020402", SegmentDefect.OptionRepeated)]
    [TestCase("020405b4", SegmentDefect.None)]
    [TestCase("01010101", SegmentDefect.None)]
    [TestCase("01010100", SegmentDefect.None)]
    [TestCase("00000000", SegmentDefect.None)]
    [TestCase("22020101", SegmentDefect.None)]
    [TestCase("2206aabbccdd0101", SegmentDefect.None)]
    [TestCase("fe04f989", SegmentDefect.None)]
    [TestCase("fd04abcd", SegmentDefect.None)]
    [TestCase("63020101", SegmentDefect.None)]
    [TestCase("1d04010200000000", SegmentDefect.None)]
    [TestCase("1e0301011e030101", SegmentDefect.None)]
    public void Read_Options_NamesTheFirstDefect(string options, SegmentDefect defect)
    {
        byte[] octets = Convert.FromHexString(options);
        byte[] segment = (Samples.Syn with { Options = octets })
            .ToBytes(Samples.ClientV4, Samples.ServerV4);
        SegmentView view = SegmentView.Read(segment);
        Assert.That(view.Defect, Is.EqualTo(defect));
        Assert.That(view.Header.Seq, Is.EqualTo(Samples.Syn.Seq));
        Assert.That(view.OptionBytes.ToArray(), Is.EqualTo(octets));
    }

    [Test]
    public void Read_WrongLengthInTheMiddle_ReadsTheOptionsAround()
    {
        TcpOptions o = Options(OptionBytes.Mss(1000) + OptionBytes.Raw(3, 4, 7, 7)
            + OptionBytes.Timestamps(5, 6), out SegmentDefect defect);
        Assert.That(defect, Is.EqualTo(SegmentDefect.OptionWrongLength));
        Assert.That(o.Present, Is.EqualTo(TcpOptionSet.Mss | TcpOptionSet.Timestamps));
        Assert.That((o.Mss, o.TsVal, o.TsEcr), Is.EqualTo((1000, 5, 6)));
    }

    [Test]
    public void Read_LengthZero_EndsTheReading()
    {
        TcpOptions o = Options(
            OptionBytes.SackPermitted() + OptionBytes.Raw(99, 0) + OptionBytes.Mss(1000),
            out SegmentDefect defect);
        Assert.That(defect, Is.EqualTo(SegmentDefect.OptionLengthZero));
        Assert.That(o.Present, Is.EqualTo(TcpOptionSet.SackPermitted));
    }

    [Test]
    public void Read_EveryKind_IsPresent()
    {
        Assert.That(Present(OptionBytes.FastOpen()), Is.EqualTo(TcpOptionSet.FastOpen));
        Assert.That(
            Present(OptionBytes.FastOpen(1, 2, 3, 4)), Is.EqualTo(TcpOptionSet.FastOpen));
        Assert.That(
            Present(OptionBytes.FastOpenExperiment()), Is.EqualTo(TcpOptionSet.FastOpen));
        Assert.That(Present(OptionBytes.Md5()), Is.EqualTo(TcpOptionSet.Md5));
        Assert.That(Present(OptionBytes.UserTimeout(9)), Is.EqualTo(TcpOptionSet.UserTimeout));
        Assert.That(
            Present(OptionBytes.AuthenticationOption(1, 2, 3, 4)),
            Is.EqualTo(TcpOptionSet.AuthenticationOption));
        Assert.That(Present(OptionBytes.Multipath(1)), Is.EqualTo(TcpOptionSet.Multipath));
        Assert.That(Present(OptionBytes.Unknown(200, 1)), Is.EqualTo(TcpOptionSet.Unknown));
        Assert.That(
            Present(OptionBytes.Unknown(254, 0xf9, 0x88)), Is.EqualTo(TcpOptionSet.Unknown));
    }

    [Test]
    public void Read_OneToFourSackBlocks_AreReadInOrder([Range(1, 4)] int count)
    {
        SackBlock[] blocks = [.. Enumerable.Range(0, count)
            .Select(i => new SackBlock(new((uint)i * 100), new(((uint)i * 100) + 50)))];
        TcpOptions o = Options(OptionBytes.Sack(blocks), out SegmentDefect defect);
        Assert.That(defect, Is.EqualTo(SegmentDefect.None));
        Assert.That(o.SackCount, Is.EqualTo(count));
        for (int i = 0; i < count; i++)
        {
            Assert.That(o.Sack[i], Is.EqualTo(blocks[i]));
        }
    }

    [TestCase(4, SegmentDefect.DataOffsetTooSmall)]
    [TestCase(0, SegmentDefect.DataOffsetTooSmall)]
    [TestCase(15, SegmentDefect.DataOffsetPastSegment)]
    public void Segment_WrongDataOffset_IsWrittenOnPurpose(int offset, SegmentDefect defect)
    {
        byte[] octets = (Samples.Syn with { DataOffset = (byte)offset })
            .ToBytes(Samples.ClientV4, Samples.ServerV4);
        Assert.That(SegmentView.Read(octets).Defect, Is.EqualTo(defect));
        Assert.That(
            Checksum.IsValid(Samples.ClientV4, Samples.ServerV4, octets), Is.True,
            "the checksum must not be what is wrong");
    }

    [Test]
    public void Segment_CutShort_IsTruncated([Range(0, 19)] int octets)
    {
        byte[] cut = (Samples.Syn with { CutTo = octets })
            .ToBytes(Samples.ClientV4, Samples.ServerV4);
        Assert.That(cut, Has.Length.EqualTo(octets));
        SegmentView view = SegmentView.Read(cut);
        Assert.That(view.Defect, Is.EqualTo(SegmentDefect.HeaderTruncated));
        Assert.That(view.Defect.IsFatal(), Is.True);
        Assert.That(view.OptionBytes.Length + view.Text.Length, Is.Zero);
    }

    private static TcpOptionSet Present(OptionBytes options)
    {
        TcpOptionSet present = Options(options, out SegmentDefect defect).Present;
        Assert.That(defect, Is.EqualTo(SegmentDefect.None), options.ToString());
        return present;
    }

    private static TcpOptions Options(OptionBytes options, out SegmentDefect defect)
    {
        SegmentView view = SegmentView.Read((Samples.Syn with { Options = options })
            .ToBytes(Samples.ClientV4, Samples.ServerV4));
        defect = view.Defect;
        return view.Header.Options;
    }
}
