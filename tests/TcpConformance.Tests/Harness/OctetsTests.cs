using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Tests.Harness;

/// <summary>Text of which every octet tells where it belongs, and which upper testers can make.
/// </summary>
public sealed class OctetsTests
{
    private const int Period = 1_048_573;

    [TestCase(0, 1)]
    [TestCase(0, 70_000)]
    [TestCase(3, 1000)]
    [TestCase(Period - 5, 5)]
    public void Pattern_WithinAPeriod_IsThatOfUpperTesters(int from, int count)
    {
        byte[] expected = new byte[count];
        OctetPattern.Fill(Octets.Seed, (ulong)from, expected);

        Assert.That(Octets.Pattern(count, from), Is.EqualTo(expected));
    }

    [TestCase(-7)]
    [TestCase(Period - 7)]
    [TestCase(Period + 7)]
    public void Pattern_BeyondAPeriod_BeginsAnew(int from)
    {
        byte[] octets = Octets.Pattern(100_000, from);

        for (int at = 0; at < octets.Length; at += 997)
        {
            Assert.That(octets[at], Is.EqualTo(Octets.Pattern(1, from + at)[0]), $"{at}");
        }
    }

    [TestCase(0, 100_000)]
    [TestCase(-7, 100)]
    [TestCase(Period - 100, 65_000)]
    [TestCase(Period - 1, 200_000)]
    public void Stretch_IsThePattern(int from, int count) =>
        Assert.That(
            Octets.Stretch(count, from).ToArray(), Is.EqualTo(Octets.Pattern(count, from)));

    [TestCase(0, 16, 0)]
    [TestCase(12_345, 20_000, 12_345)]
    [TestCase(Period - 300, 300, Period - 300)]
    [TestCase(Period - 299, 300, -1)] // around the end: it is told octet by octet
    [TestCase(0, 15, -1)]
    public void OffsetOf_PartOfThePattern_IsItsPlace(int from, int count, int offset) =>
        Assert.That(Octets.OffsetOf(Octets.Pattern(count, from)), Is.EqualTo(offset));

    [Test]
    public void OffsetOf_OneOctetIsAnother_Nowhere()
    {
        byte[] text = Octets.Pattern(1000, 50);
        text[999] ^= 1;

        Assert.That(Octets.OffsetOf(text), Is.EqualTo(-1));
    }
}
