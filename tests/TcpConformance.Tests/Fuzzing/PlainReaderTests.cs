using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Plain;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Fuzzing;

// The second readers against numbers worked out by hand: they must not agree in error.
public sealed class PlainReaderTests
{
    [Test]
    public void Options_OfAUsualSyn_AreRead()
    {
        var plain = new PlainOptions();
        plain.Read(Convert.FromHexString("020405b40402080a00000001000000020103030e"));
        Assert.That(plain.Defect, Is.EqualTo(SegmentDefect.None));
        Assert.That(plain.Mss, Is.EqualTo(1460));
        Assert.That(plain.Shift, Is.EqualTo(14));
        Assert.That((plain.TsVal, plain.TsEcr), Is.EqualTo((1u, 2u)));
        Assert.That(
            plain.Present,
            Is.EqualTo(TcpOptionSet.Mss | TcpOptionSet.SackPermitted | TcpOptionSet.Timestamps
                | TcpOptionSet.WindowScale));
    }

    [TestCase("0200", SegmentDefect.OptionLengthZero)]
    [TestCase("0201", SegmentDefect.OptionLengthOne)]
    [TestCase("0102", SegmentDefect.OptionLengthMissing)]
    [TestCase("020405", SegmentDefect.OptionPastHeader)]
    [TestCase("02030100", SegmentDefect.OptionWrongLength)]
    [TestCase("00000001", SegmentDefect.DataAfterEndOfList)]
    [TestCase("04020402", SegmentDefect.OptionRepeated)]
    public void Options_WithADefect_AreNamed(string octets, SegmentDefect defect)
    {
        var plain = new PlainOptions();
        plain.Read(Convert.FromHexString(octets));
        Assert.That(plain.Defect, Is.EqualTo(defect));
    }

    // RFC 1071 §3: the sum of these octets is ddf2, the checksum its complement.
    [Test]
    public void Checksum_OfTheRfcsExample_IsRight() => Assert.That(
        PlainOctets.Checksum(Convert.FromHexString("0001f203f4f5f6f7")), Is.EqualTo(0x220d));

    [Test]
    public void Check_ThatFails_NamesRuleAndNumbers() => Assert.That(
        () => FuzzCheck.Same("mss", 3, 4),
        Throws.TypeOf<FuzzFindingException>()
            .With.Message.EqualTo("mss: 3 expected, 4 came")
            .And.Property(nameof(FuzzFindingException.Rule)).EqualTo("mss"));
}
