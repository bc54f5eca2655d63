using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TcpConformance.Spec.Connection;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec;

public sealed class SeqRangesTests
{
    // Near the wrap, so that every property crosses it.
    private static readonly SeqNumber Origin = new(uint.MaxValue - 20);

    /// <summary>Adds [Left, Right), or cuts below Left.</summary>
    public sealed record Step(int Left, int Length, bool Cut);

    private static Arbitrary<Step[]> Steps { get; } = Arb.From(
        (from left in Gen.Choose(0, 50)
         from length in Gen.Choose(1, 8)
         from cut in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
         select new Step(left, length, cut)).ArrayOf());

    [Test]
    public void Ranges_AnySteps_HoldWhatASetHolds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(2000),
        Prop.ForAll(Steps, (Step[] steps) =>
        {
            SeqRanges ranges = default;
            SortedSet<int> model = [];
            foreach (Step s in steps)
            {
                Apply(s, ref ranges, model);
            }
            return ranges.Overflowed || IsSame(in ranges, model);
        }));

    private static void Apply(Step s, ref SeqRanges ranges, SortedSet<int> model)
    {
        if (s.Cut)
        {
            ranges.CutBelow(Origin + s.Left);
            model.RemoveWhere(o => o < s.Left);
            return;
        }
        ranges.Add(Origin + s.Left, Origin + (s.Left + s.Length));
        model.UnionWith(Enumerable.Range(s.Left, s.Length));
    }

    private static bool IsSame(in SeqRanges ranges, SortedSet<int> model)
    {
        List<int> held = [];
        for (int i = 0; i < ranges.Count; i++)
        {
            held.AddRange(Enumerable.Range(
                ranges[i].Left - Origin, ranges[i].Right - ranges[i].Left));
        }
        bool apart = true;
        for (int i = 1; i < ranges.Count; i++)
        {
            apart &= ranges[i - 1].Right < ranges[i].Left;
        }
        bool covers = Enumerable.Range(0, 60).All(Covered(ranges, model));
        return apart && covers && held.SequenceEqual(model);
    }

    private static Func<int, bool> Covered(SeqRanges ranges, SortedSet<int> model) =>
        o => ranges.Covers(Origin + o, Origin + (o + 1)) == model.Contains(o);

    [Test]
    public void Add_MoreThanFit_SaysThatAnythingMayBeHeld()
    {
        SeqRanges ranges = default;
        for (int i = 0; i <= SeqRanges.Capacity; i++)
        {
            ranges.Add(Origin + (i * 10), Origin + ((i * 10) + 5));
        }

        Assert.That(ranges.Overflowed, Is.True);
        Assert.That(ranges.Covers(Origin + 1000, Origin + 1001), Is.True);
        Assert.That(ranges.IsEmpty, Is.False);
    }

    [Test]
    public void SameAs_OneOctetMore_IsNotTheSame()
    {
        SeqRanges one = default;
        SeqRanges other = default;
        one.Add(Origin, Origin + 5);
        other.Add(Origin, Origin + 5);
        Assert.That(one.SameAs(in other), Is.True);

        other.Add(Origin + 5, Origin + 6);

        Assert.That(one.SameAs(in other), Is.False);
    }
}
