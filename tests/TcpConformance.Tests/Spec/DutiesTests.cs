using NUnit.Framework;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.States;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec;

public sealed class DutiesTests
{
    private static OwedReset Reset(uint seq) => new() { Seq = new SeqNumber(seq) };

    private static uint[] Of(in OwedResets resets)
    {
        uint[] all = new uint[resets.Count];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = resets[i].Seq.Value;
        }
        return all;
    }

    [Test]
    public void Resets_MoreThanFit_TheOldestAreForgiven()
    {
        OwedResets resets = default;
        for (uint i = 1; i <= OwedResets.Capacity + 2; i++)
        {
            resets.Add(Reset(i));
        }

        Assert.That(Of(in resets), Is.EqualTo(new uint[] { 3, 4, 5, 6 }));
    }

    [TestCase(0, new uint[] { 2, 3 })]
    [TestCase(1, new uint[] { 1, 3 })]
    [TestCase(2, new uint[] { 1, 2 })]
    public void Resets_OneRemoved_TheOthersKeepTheirOrder(int at, uint[] left)
    {
        OwedResets resets = default;
        resets.Add(Reset(1));
        resets.Add(Reset(2));
        resets.Add(Reset(3));

        resets.RemoveAt(at);

        Assert.That(Of(in resets), Is.EqualTo(left));
    }

    [Test]
    public void Sooner_OfTwoDuties_IsTheOneThatIsDueFirst()
    {
        Duty soon = new(RuleId.TextAckLate, TimeSpan.FromSeconds(1));
        Duty late = new(RuleId.FinAckLate, TimeSpan.FromSeconds(2));

        Assert.That(soon.Sooner(late), Is.EqualTo(soon));
        Assert.That(late.Sooner(soon), Is.EqualTo(soon));
        Assert.That(soon.Sooner(default), Is.EqualTo(soon));
        Assert.That(default(Duty).Sooner(late), Is.EqualTo(late));
    }

    [Test]
    public void Branches_CopyOfAnOwnItemWhileGrowing_IsWhole()
    {
        Branches branches = new();
        branches.Add(new Tcb { State = TcpState.Closing, SegmentsDone = 7 });
        for (int i = 1; i < 100; i++)
        {
            branches.Add(in branches[0]).CallsDone = i;
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.That(branches[i].State, Is.EqualTo(TcpState.Closing));
            Assert.That(branches[i].SegmentsDone, Is.EqualTo(7));
            Assert.That(branches[i].CallsDone, Is.EqualTo(i));
        }
    }

    [Test]
    public void Branches_Cut_KeepsTheFirst()
    {
        Branches branches = new();
        branches.Add(new Tcb { CallsDone = 1 });
        branches.Add(new Tcb { CallsDone = 2 });

        branches.Cut(1);

        Assert.That(branches.Count, Is.EqualTo(1));
        Assert.That(branches[0].CallsDone, Is.EqualTo(1));
    }
}
