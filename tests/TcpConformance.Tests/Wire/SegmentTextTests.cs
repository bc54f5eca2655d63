using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

public sealed class SegmentTextTests
{
    [Test]
    public void Of_SynAck_RelativeToBothIsns() => Assert.That(
        SegmentText.Of(
            new Segment
            {
                Seq = new(500),
                Ack = new(1001),
                Flags = TcpFlags.Syn | TcpFlags.Ack,
                Window = 65535,
                Options = OptionBytes.Mss(1460) + OptionBytes.WindowScale(7)
                    + OptionBytes.SackPermitted() + OptionBytes.Timestamps(1, 0),
            },
            new SeqNumber(500), new SeqNumber(1000)),
        Is.EqualTo("SYN,ACK seq=0 ack=1 win=65535 "
            + "<mss 1460, wscale 7, sack-permitted, ts 1 0>"));

    [Test]
    public void Of_Absolute_ShowsTheNumbersOfTheHeader() => Assert.That(
        SegmentText.Of(new Segment
        {
            Seq = new(4294967295),
            Ack = new(77),
            Flags = TcpFlags.Psh | TcpFlags.Urg,
            UrgentPointer = 3,
            Text = new byte[5],
        }),
        Is.EqualTo("PSH,URG seq=4294967295 len=5 win=0 up=3"));

    [Test]
    public void Of_JustBeforeTheIsn_IsNegative() => Assert.That(
        SegmentText.Of(
            new Segment { Seq = new(2), Ack = new(9), Flags = TcpFlags.Ack },
            new SeqNumber(3), new SeqNumber(0xffff_fff0)),
        Is.EqualTo("ACK seq=-1 ack=25 win=0"));

    [Test]
    public void Of_Header_GivesTheSameWords()
    {
        TcpHeader header = SegmentView.Read((Samples.Syn with
        {
            Options = OptionBytes.Mss(536) + OptionBytes.Nop(),
        }).ToBytes(Samples.ClientV4, Samples.ServerV4)).Header;
        Assert.That(
            SegmentText.Of(in header, Samples.Syn.Seq),
            Is.EqualTo("SYN seq=0 win=65535 <mss 536>"));
    }

    [TestCase("01010101", "nop, nop, nop, nop")]
    [TestCase("02040218", "mss 536")]
    [TestCase("050a0000006400000096", "sack 100-150")]
    [TestCase("1c048005", "user-timeout 5 min")]
    [TestCase("1c040005", "user-timeout 5 s")]
    [TestCase("2202", "fast-open")]
    [TestCase("2206aabbccdd", "fast-open aabbccdd")]
    [TestCase("1e0701020304050000", "mptcp 0102030405")]
    [TestCase("fd04abcd", "exp-253 abcd")]
    [TestCase("630412340000", "kind-99 1234")]
    [TestCase("04020402", "sack-permitted, sack-permitted (again)")]
    [TestCase("02030501", "mss 05 (OptionWrongLength), nop")]
    [TestCase("0200", "mss (OptionLengthZero)")]
    [TestCase("0102", "nop, mss (OptionLengthMissing)")]
    [TestCase("02040501000107", "mss 1281, eol 0107 (DataAfterEndOfList)")]
    [TestCase("1312aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "md5 aaaaaaaaaaaaaaaa…")]
    public void OfOptions_ByName(string octets, string text) => Assert.That(
        SegmentText.OfOptions(Convert.FromHexString(octets)), Is.EqualTo(text));

    [TestCase(3, "malformed (HeaderTruncated), 3 octets")]
    public void Of_CutShort_SaysWhy(int cut, string text) => Assert.That(
        SegmentText.Of(Samples.Syn with { CutTo = cut }), Is.EqualTo(text));

    [Test]
    public void Of_DefectiveOptions_SaysWhich() => Assert.That(
        SegmentText.Of(new Segment
        {
            Flags = TcpFlags.Syn,
            Options = OptionBytes.Raw(2, 1, 5, 180),
        }),
        Is.EqualTo("SYN seq=0 win=0 <mss 05b4 (OptionLengthOne)> malformed (OptionLengthOne)"));

    [Test]
    public void OptionList_EveryEntry_HasKindBodyAndDefect()
    {
        OptionBytes options = OptionBytes.Concat(
            OptionBytes.Nop(), OptionBytes.Mss(1), OptionBytes.Unknown(77, 1, 2),
            OptionBytes.Raw(3, 9, 7));
        List<string> seen = [];
        foreach (OptionEntry entry in new OptionList(options.Span))
        {
            seen.Add($"{(int)entry.Kind}:{Convert.ToHexString(entry.Body)}:{entry.Defect}");
        }
        Assert.That(seen, Is.EqualTo(new[]
        {
            "1::None", "2:0001:None", "77:0102:None", "3:07:OptionPastHeader",
        }));
    }

    [Test]
    public void OptionBytes_EqualityAndText()
    {
        OptionBytes a = OptionBytes.Mss(9).Then(OptionBytes.Nop(2));
        Assert.That(a, Is.EqualTo(OptionBytes.Of(2, 4, 0, 9, 1, 1)));
        Assert.That(a.GetHashCode(), Is.EqualTo(OptionBytes.Of(2, 4, 0, 9, 1, 1).GetHashCode()));
        Assert.That(a != OptionBytes.None, Is.True);
        Assert.That(a.ToString(), Is.EqualTo("mss 9, nop, nop"));
        Assert.That(OptionBytes.None.Memory.Length + OptionBytes.None.Length, Is.Zero);
        Assert.That(OptionBytes.EndOfList().Span.ToArray(), Is.EqualTo(new byte[] { 0 }));
    }
}
