using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TcpConformance.Spec.Arrival;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec;

public sealed class AcceptabilityTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(5000);

    /// <summary>A segment and a window, counted from a point that may be near the wrap.</summary>
    public sealed record Place(uint Origin, int Seq, int Len, int Wnd);

    private static Arbitrary<Place> Places { get; } = Arb.From(
        from origin in Gen.OneOf(
            Gen.Choose(-50, 50), Gen.Choose(int.MinValue, int.MaxValue))
        from seq in Gen.Choose(-30, 30)
        from len in Gen.Choose(0, 20)
        from wnd in Gen.Choose(0, 20)
        select new Place(unchecked((uint)origin), seq, len, wnd));

    // RFC 9293 §3.4: some octet of the segment lies in the window; an empty one counts as the
    // octet at its place, and an empty window takes only what is empty and stands at its edge.
    [Test]
    public void Acceptable_AnyPlace_AgreesWithTheOctetsOfTheWindow() => Check.One(
        Config,
        Prop.ForAll(Places, (Place p) =>
        {
            IEnumerable<int> octets = Enumerable.Range(p.Seq, Math.Max(p.Len, 1));
            bool expected = p.Wnd == 0
                ? p.Len == 0 && p.Seq == 0
                : octets.First() >= 0 && octets.First() < p.Wnd
                    || octets.Last() >= 0 && octets.Last() < p.Wnd;
            SeqNumber rcvNxt = new(p.Origin);
            return Acceptability.IsAcceptable(
                rcvNxt + p.Seq, (uint)p.Len, rcvNxt, (uint)p.Wnd) == expected;
        }));

    [Test]
    public void Reset_AnyPlace_IsExactInsideOrOutside() => Check.One(
        Config,
        Prop.ForAll(Places, (Place p) =>
        {
            ResetPosition expected = p.Seq == 0 ? ResetPosition.Exact
                : p.Seq > 0 && p.Seq < p.Wnd ? ResetPosition.Inside
                : ResetPosition.Outside;
            SeqNumber rcvNxt = new(p.Origin);
            return Acceptability.PositionOfReset(rcvNxt + p.Seq, rcvNxt, (uint)p.Wnd) == expected;
        }));

    [TestCase(0u, 0u, 100u, true)]
    [TestCase(0u, 1u, 100u, true)]
    [TestCase(99u, 0u, 100u, true)]
    [TestCase(100u, 0u, 100u, false)]
    [TestCase(100u, 1u, 100u, false)]
    [TestCase(0u, 0u, 0u, true)]
    [TestCase(1u, 0u, 0u, false)]
    [TestCase(0u, 1u, 0u, false)]
    public void Acceptable_AtTheEdges_AsTheTableSays(uint seq, uint len, uint wnd, bool expected)
    {
        SeqNumber rcvNxt = new(uint.MaxValue - 3);

        Assert.That(
            Acceptability.IsAcceptable(rcvNxt + seq, len, rcvNxt, wnd), Is.EqualTo(expected));
    }
}
