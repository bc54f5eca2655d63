using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Sessions;
using Outcome = TcpConformance.Harness.Verdict;

namespace TcpConformance.Tests.Sessions;

/// <summary>Faults are found, told apart, and shrunk.</summary>
public sealed class SessionFaultTests
{
    [Test]
    public void Hunt_ResetIsIgnored_IsFoundAndShrunk()
    {
        SessionFind? find = SessionHunt.Run(BrokenEngine.IgnoresReset, seed: 3, sessions: 2000);
        Assert.That(find, Is.Not.Null);
        SessionOutcome least = SessionHunt.Shrink(find!, BrokenEngine.IgnoresReset);

        Assert.That(least.Ending, Is.EqualTo(SessionEnding.Violation));
        Assert.That(least.Requirement, Is.EqualTo(find!.Outcome.Requirement));
        Assert.That(least.Session.Steps, Has.Count.LessThanOrEqualTo(4), least.Session.ToString());
        Assert.That(least.Session.Steps, Has.Count.LessThan(find.Outcome.Session.Steps.Count));
        Assert.That(least.Trace.Any(t => t.Kind == TraceKind.Violation), Is.True);
    }

    [Test]
    public void Hunt_WantedOnly_IsFound()
    {
        SessionFind? find = SessionHunt.Run(
            BrokenEngine.IgnoresReset, seed: 4, sessions: 5000,
            o => o.Violations.Any(v => v.Rule == "reset-exact-ignored"));

        Assert.That(find?.Outcome.Violations[0].Rule, Is.EqualTo("reset-exact-ignored"));
    }

    [Test]
    public void Hunt_GoodEngine_FindsNothing() =>
        Assert.That(SessionHunt.Run(BrokenEngine.Good, seed: 5, sessions: 300), Is.Null);

    [TestCase("rfc9293/3.10.7.4/4", """
        open simultaneous stage=half mss=1460 iss=1000
        segment S seq=next ack=all
        """)]
    [TestCase("rfc9293/3.10.7.4/33", """
        open passive mss=1460 iss=1000
        segment A seq=next ack=all+1
        """)]
    public void NeverChallenges_BelowTheLimit_IsFound(string requirement, string story) =>
        AssertFound(BrokenEngine.NeverChallenges(1), requirement, story);

    // What SACK's recovery sends is no timeout; the timeouts after it are.
    [Test]
    public void NeverBacksOff_AfterRecovery_IsFound() => AssertFound(
        BrokenEngine.NeverBacksOff(1), "rfc9293/MUST-19", """
            open passive mss=1460 sack iss=1000 rtt=900
            call send n=9000
            segment A seq=next ack=una opt=sack:1460:2920
            segment A seq=next ack=una opt=sack:1460:4380
            segment A seq=next ack=una opt=sack:1460:5840
            segment A seq=next ack=una+5840
            wait time ms=1200
            segment A seq=next ack=una opt=sack:1460:2920
            """);

    // A part was acknowledged with options that come twice; the timeouts after that count.
    [Test]
    public void NeverBacksOff_AfterPartWithIllegalOptions_IsFound() => AssertFound(
        BrokenEngine.NeverBacksOff(1), "rfc9293/MUST-19", """
            open passive mss=40 ts iss=1000
            call send n=20
            flow ms=1500 rtt=0 every=0
            segment A seq=next ack=una+1 opt=ts:0:0,ts:0:0
            """);

    // The octet of a probe has gone again and is acknowledged; what follows it counts.
    [Test]
    public void NeverRecovers_AfterProbes_IsFound() => AssertFound(
        BrokenEngine.NeverRecovers(1), "rfc5681/3.2/3", """
            open passive mss=1460 iss=1000
            segment A seq=next ack=all wnd=0
            call send n=5000
            wait time ms=1200
            segment A seq=next ack=una wnd=65535
            segment A seq=next ack=una+1460
            segment A seq=next ack=una
            segment A seq=next ack=una
            segment A seq=next ack=una
            """);

    private static void AssertFound(IIut iut, string requirement, string story)
    {
        SessionOutcome outcome = SessionRun.Play(Session.Parse(story), iut);

        Assert.That(outcome.Requirement, Is.EqualTo(requirement), outcome.Message);
    }

    [Test]
    public void Hunt_Cancelled_EndsAtOnce()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.That(
            SessionHunt.Run(
                BrokenEngine.Throws, seed: 5, TimeSpan.FromHours(1), null, cancelled.Token),
            Is.Null);
    }

    [Test]
    public void Run_EngineThrows_IsACrash()
    {
        Session session = Session.Parse("""
            open passive mss=1460 iss=1000
            wait time ms=10
            """);
        SessionOutcome outcome = SessionRun.Play(session, BrokenEngine.Throws(1));

        Assert.That(outcome.Ending, Is.EqualTo(SessionEnding.Crash));
        Assert.That(outcome.Message, Does.Contain("on purpose").And.Contain("IsAcceptable"));
    }

    [Test]
    public void Run_TimeStandsStill_IsAStandstill()
    {
        Session session = Session.Parse("""
            open passive mss=1460 iss=1000
            call send n=10
            """);

        Assert.That(
            SessionRun.Play(session, BrokenEngine.Still(1)).Ending,
            Is.EqualTo(SessionEnding.Standstill));
    }

    [Test]
    public void Case_OfASession_SaysWhatTheRunSays([Range(0, 40)] int n)
    {
        ulong seed = SessionGenerator.SeedOf(6, n);
        Session session = SessionGenerator.Make(seed);

        Assert.That(VerdictOf(session, good: true), Is.EqualTo(Outcome.Pass));
        SessionOutcome broken = SessionRun.Play(session, BrokenEngine.IgnoresReset(seed));
        Assert.That(
            VerdictOf(session, good: false),
            Is.EqualTo(broken.Ending == SessionEnding.Clean
                ? Outcome.Pass
                : Outcome.Fail));
    }

    private static Outcome VerdictOf(Session session, bool good)
    {
        using var iut = good ? BrokenEngine.Good(1) : BrokenEngine.IgnoresReset(1);
        var outcomes = new List<CaseOutcome>();
        new CaseLoop(iut, seed: 1, jobs: 1).Run(
            [SessionCase.Of("session", session)], outcomes.Add, CancellationToken.None);
        return outcomes.Single().Verdict;
    }
}
