using NUnit.Framework;
using TcpConformance.Harness;
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
