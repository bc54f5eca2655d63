using NUnit.Framework;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.States;

namespace TcpConformance.Tests.Sessions;

public sealed class StateWatchTests
{
    [Test]
    public void Session_OfAWholeLife_IsSeenStepByStep()
    {
        var watch = new StateWatch();
        watch.Begin();
        using var iut = new EngineIut(IutProfiles.Load("reference"), 1);
        SessionOutcome outcome = SessionRun.Play(
            Session.Parse("""
                open passive iss=1000
                call close
                segment A seq=next ack=max
                segment FA seq=next ack=max
                wait timewait ms=1000
                """),
            iut, watch: watch.See);
        Assert.That(outcome.Ending, Is.EqualTo(SessionEnding.Clean), outcome.Message);
        Assert.That(
            watch.Steps.Where(s => s.Value > 0).Select(s => s.Key),
            Is.EquivalentTo(new[]
            {
                (TcpState.Closed, TcpState.Listen), (TcpState.Listen, TcpState.SynReceived),
                (TcpState.SynReceived, TcpState.Established),
                (TcpState.Established, TcpState.FinWait1),
                (TcpState.FinWait1, TcpState.FinWait2), (TcpState.FinWait2, TcpState.TimeWait),
                (TcpState.TimeWait, TcpState.Closed),
            }));
    }
}
