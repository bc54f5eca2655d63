using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>The keyed hash from which ISNs and timestamp offsets come (RFC 6528 §3).</summary>
internal sealed class PairHashTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    private static readonly SocketPair Pair = new(
        new(IpAddress.Parse("10.0.0.1"), 80), new(IpAddress.Parse("10.0.0.2"), 4000));

    [Test]
    public void Hash_OfAPair_IsSipHash24OfItsOctets() =>
        // Of another program that agrees with the test vectors of SipHash's authors.
        Assert.That(new OptionDecisions().Hash(Pair, Key), Is.EqualTo(0x5954a998d655f5b4));

    [Test]
    public void Hash_OfAnotherKey_Differs()
    {
        byte[] other = [.. Key];
        other[15] ^= 1;
        Assert.That(
            new OptionDecisions().Hash(Pair, other),
            Is.Not.EqualTo(new OptionDecisions().Hash(Pair, Key)));
    }
}
