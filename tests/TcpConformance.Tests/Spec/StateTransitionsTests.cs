using NUnit.Framework;
using TcpConformance.Spec.States;

namespace TcpConformance.Tests.Spec;

public sealed class StateTransitionsTests
{
    [Test]
    public void All_AreThoseOfTheTable_EachOnce()
    {
        Assert.That(
            StateTransitions.All.Select(t => (t.From, t.To)),
            Is.Unique.And.Member((TcpState.FinWait1, TcpState.Closing))
                .And.Not.Member((TcpState.Established, TcpState.TimeWait)));
        foreach (StateTransition step in StateTransitions.All)
        {
            Assert.That(step.From, Is.Not.EqualTo(step.To));
            foreach (StateEvent occurs in step.Events)
            {
                Assert.That(
                    step.To, Is.EqualTo(StateTable.Next(step.From, occurs, true))
                        .Or.EqualTo(StateTable.Next(step.From, occurs, false)));
            }
        }
    }

    [Test]
    public void Path_OfFinAndItsAckInOne_GoesThroughTheTable() => Assert.That(
        StateTransitions.Path(TcpState.FinWait1, TcpState.TimeWait)
            .Select(t => (t.From, t.To)).First().From,
        Is.EqualTo(TcpState.FinWait1));

    [Test]
    public void Path_ToItself_IsEmpty() => Assert.That(
        StateTransitions.Path(TcpState.Listen, TcpState.Listen), Is.Empty);

    [Test]
    public void Path_BetweenAnyTwo_HangsTogether()
    {
        foreach (TcpState from in Enum.GetValues<TcpState>())
        {
            foreach (TcpState to in Enum.GetValues<TcpState>().Where(s => s != from))
            {
                TcpState at = from;
                foreach (StateTransition step in StateTransitions.Path(from, to))
                {
                    Assert.That(step.From, Is.EqualTo(at));
                    at = step.To;
                }
                Assert.That(at, Is.EqualTo(to));
            }
        }
    }
}
