using NUnit.Framework;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Tests.Tap;

[TestFixture]
public sealed class OctetPatternTests
{
    // The examples of specs/upper-tester.md: whoever writes an upper tester checks against them.
    [TestCase(0ul, 0ul, "afcd1d7b39a820e2f465b9a16a9e786e")]
    [TestCase(7ul, 0ul, "d70d3259e4e1cb63")]
    [TestCase(7ul, 5ul, "e1cb631c663cf4d7")]
    [TestCase(ulong.MaxValue, 1ul << 40, "66eb7f134d3a079f")]
    public void Fill_SpecifiedExamples_AreMet(ulong seed, ulong offset, string hex)
    {
        byte[] octets = new byte[hex.Length / 2];
        OctetPattern.Fill(seed, offset, octets);
        Assert.That(Convert.ToHexStringLower(octets), Is.EqualTo(hex));
    }

    [FsCheck.NUnit.Property]
    public bool Fill_AnyCut_EqualsAt(ulong seed, ulong offset, byte length)
    {
        byte[] octets = new byte[length];
        OctetPattern.Fill(seed, offset, octets);
        for (int i = 0; i < length; i++)
        {
            if (octets[i] != OctetPattern.At(seed, unchecked(offset + (ulong)i)))
            {
                return false;
            }
        }
        return OctetPattern.FirstDifference(seed, offset, octets) == -1;
    }

    [FsCheck.NUnit.Property]
    public bool FirstDifference_OneOctetChanged_IsFound(ulong seed, ulong offset, ushort place)
    {
        byte[] octets = new byte[place + 10];
        OctetPattern.Fill(seed, offset, octets);
        octets[place] ^= 0x10;
        return OctetPattern.FirstDifference(seed, offset, octets) == place;
    }

    [Test]
    public void Fill_OtherSeed_DiffersSoon()
    {
        byte[] octets = new byte[64];
        OctetPattern.Fill(1, 0, octets);
        Assert.That(OctetPattern.FirstDifference(2, 0, octets), Is.InRange(0, 7));
    }
}
