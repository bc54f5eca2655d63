using System.Numerics;
using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class SeqNumberTests
{
    private static readonly BigInteger Space = BigInteger.One << 32;

    [Property(MaxTest = 500)]
    public bool Plus_ThenMinus_IsWhereItBegan(uint at, uint octets) =>
        new SeqNumber(at) + octets - octets == new SeqNumber(at);

    [Property(MaxTest = 500)]
    public bool Plus_AgreesWithBigIntegers(uint at, uint octets) =>
        (new SeqNumber(at) + octets).Value == (at + (BigInteger)octets) % Space;

    [Property(MaxTest = 500)]
    public bool PlusSigned_AgreesWithBigIntegers(uint at, int octets) =>
        (new SeqNumber(at) + octets).Value == (at + Space + octets) % Space
        && (new SeqNumber(at) - octets).Value == (at + Space - octets) % Space;

    [Property(MaxTest = 500)]
    public bool Distance_AgreesWithBigIntegers(uint a, uint b)
    {
        BigInteger forward = (Space + a - b) % Space;
        BigInteger signed = forward >= Space / 2 ? forward - Space : forward;
        return new SeqNumber(a).DistanceFrom(new(b)) == forward
            && new SeqNumber(a) - new SeqNumber(b) == signed;
    }

    [Property(MaxTest = 500)]
    public bool Order_IsTheSameEverywhereOnTheCircle(uint a, uint b, uint shift)
    {
        SeqNumber x = new(a);
        SeqNumber y = new(b);
        return x < y == (x + shift < y + shift) && x <= y == (x + shift <= y + shift)
            && x > y == (x + shift > y + shift) && x >= y == (x + shift >= y + shift);
    }

    [Property(MaxTest = 500)]
    public bool Order_IsStrictAndWithItsReverseTotal(uint a, uint b)
    {
        SeqNumber x = new(a);
        SeqNumber y = new(b);
        bool opposite = a - (long)b is 0x8000_0000 or -0x8000_0000;
        bool one = (x == y) != (x < y || x > y);
        return one && !(x < new SeqNumber(a))
            && (opposite ? x < y && y < x : x < y == y > x)
            && x <= y == (x < y || x == y) && x >= y == (x > y || x == y);
    }

    [Property(MaxTest = 500)]
    public bool MaxAndMin_AreTheTwoPoints(uint a, uint near)
    {
        SeqNumber x = new(a);
        SeqNumber y = x + (near & 0x7fff_ffff);
        return SeqNumber.Max(x, y) == y && SeqNumber.Min(x, y) == x
            && SeqNumber.Max(y, x) == y && SeqNumber.Min(y, x) == x;
    }

    [Property(MaxTest = 500)]
    public bool InWindow_AgreesWithBigIntegers(uint point, uint left, uint size)
    {
        BigInteger p = point;
        BigInteger l = left;
        bool model = (p >= l && p < l + size) || (p + Space >= l && p + Space < l + size);
        return new SeqNumber(point).InWindow(new(left), size) == model;
    }

    // Random points rarely lie near an edge: these do.
    [Property(MaxTest = 500)]
    public bool InWindow_NearTheEdges_AgreesWithBigIntegers(uint left, ushort size, sbyte off)
    {
        SeqNumber l = new(left);
        bool atLeft = off >= 0 && off < size;
        bool atRight = off < 0 && -off <= size;
        return (l + off).InWindow(l, size) == atLeft
            && (l + size + off).InWindow(l, size) == atRight;
    }

    [TestCase(0xffff_ffffu, 0u, true)]
    [TestCase(0u, 0xffff_ffffu, false)]
    [TestCase(0x7fff_ffffu, 0xffff_fffeu, true)]
    [TestCase(0u, 0x7fff_ffffu, true)]
    [TestCase(5u, 5u, false)]
    public void Less_AcrossTheWrap_FollowsTheShorterWay(uint a, uint b, bool less) =>
        Assert.That(new SeqNumber(a) < new SeqNumber(b), Is.EqualTo(less));

    [Test]
    public void InWindow_SizeZero_IsEmpty() =>
        Assert.That(new SeqNumber(9).InWindow(new(9), 0), Is.False);

    [Test]
    public void Type_HasNoSortingOrder() =>
        Assert.That(new SeqNumber(1), Is.Not.InstanceOf<IComparable>()
            .And.Not.InstanceOf<IComparable<SeqNumber>>());
}
