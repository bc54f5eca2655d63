using NUnit.Framework;
using TcpConformance.Spec.States;
using static TcpConformance.Spec.States.StateEvent;
using static TcpConformance.Spec.States.TcpState;

namespace TcpConformance.Tests.Spec;

public sealed class StateTableTests
{
    // RFC 9293 §3.3.2, figure 5, arrow by arrow.
    private static readonly (TcpState From, StateEvent Occurs, TcpState To)[] Figure =
    [
        (Closed, PassiveOpen, Listen), (Closed, ActiveOpen, SynSent),
        (Listen, Close, Closed), (Listen, ReceiveSyn, SynReceived), (Listen, ActiveOpen, SynSent),
        (SynSent, Close, Closed), (SynSent, ReceiveSyn, SynReceived),
        (SynSent, ReceiveSynAck, Established),
        (SynReceived, ReceiveAckOfSyn, Established), (SynReceived, Close, FinWait1),
        (SynReceived, ReceiveReset, Listen), // note 1
        (Established, Close, FinWait1), (Established, ReceiveFin, CloseWait),
        (FinWait1, ReceiveAckOfFin, FinWait2), (FinWait1, ReceiveFin, Closing),
        (FinWait2, ReceiveFin, TimeWait), (CloseWait, Close, LastAck),
        (Closing, ReceiveAckOfFin, TimeWait), (LastAck, ReceiveAckOfFin, Closed),
        (TimeWait, TimeWaitTimeout, Closed),
    ];

    // What the figure leaves out, with the section that has it.
    private static readonly (TcpState From, StateEvent Occurs, TcpState To, string Section)[] Text =
    [
        (SynReceived, ReceiveSynAck, Established, "3.5, figure 7"),
        (SynReceived, ReceiveSyn, Listen, "3.10.7.4, fourth"),
        (SynReceived, ReceiveFin, CloseWait, "3.10.7.4, eighth"),
        .. Enum.GetValues<TcpState>().Where(s => s is not (Closed or Listen))
            .Select(s => (s, UserTimeout, Closed, "3.10.8")),
        .. Enum.GetValues<TcpState>().Where(s => s != Closed)
            .Select(s => (s, Abort, Closed, "3.10.5")),
        .. Enum.GetValues<TcpState>()
            .Where(s => s is not (Closed or Listen or SynReceived))
            .Select(s => (s, ReceiveReset, Closed, "3.10.7.3 and 3.10.7.4, second")),
        (Listen, UserTimeout, Closed, "3.10.8"),
    ];

    private static IEnumerable<(TcpState From, StateEvent Occurs)> Pairs =>
        from state in Enum.GetValues<TcpState>()
        from occurs in Enum.GetValues<StateEvent>()
        select (state, occurs);

    [Test]
    public void Table_EveryPair_LeadsToAState() => Assert.That(
        Pairs.SelectMany(p => new[] { true, false }
            .Select(passive => StateTable.Next(p.From, p.Occurs, passive))),
        Is.All.Matches<TcpState>(s => Enum.IsDefined(s)));

    [Test]
    public void Figure_EveryArrow_IsInTheTable() => Assert.That(
        Figure.Where(a => StateTable.Next(a.From, a.Occurs, passive: true) != a.To), Is.Empty);

    [Test]
    public void Table_EveryMove_IsAnArrowOrStandsInTheText()
    {
        var known = Figure.Concat(Text.Select(t => (t.From, t.Occurs, t.To))).ToHashSet();

        Assert.That(
            Pairs.Select(p => (p.From, p.Occurs, StateTable.Next(p.From, p.Occurs, true)))
                .Where(m => m.Item3 != m.From && !known.Contains(m)),
            Is.Empty);
    }

    [Test]
    public void Text_EveryMove_IsInTheTable() => Assert.That(
        Text.Where(a => StateTable.Next(a.From, a.Occurs, passive: true) != a.To), Is.Empty);

    // MUST-11: only what came from LISTEN returns there.
    [TestCase(true, Listen)]
    [TestCase(false, Closed)]
    public void SynReceived_Reset_ReturnsWhereItCameFrom(bool passive, TcpState to) => Assert.That(
        StateTable.Next(SynReceived, ReceiveReset, passive), Is.EqualTo(to));

    [Test]
    public void Passive_ElsewhereThanInSynReceived_MakesNoDifference() => Assert.That(
        Pairs.Where(p => p.From != SynReceived
            && StateTable.Next(p.From, p.Occurs, true) != StateTable.Next(p.From, p.Occurs, false)),
        Is.Empty);
}
