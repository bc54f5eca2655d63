using NUnit.Framework;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Harness;

public sealed class SessionDeviationsTests
{
    private const string Edge = "open passive mss=1460\nsegment R seq=edge ack=all";

    private static readonly KnownDeviation Line = new("r", KnownDeviation.InSessions, "w", "s")
    {
        Message = "RST * believed",
    };

    [TestCase(Edge, null, true)]
    [TestCase(Edge, "segment R seq=edge", true)]
    [TestCase(Edge, "segment R* seq=edge *", true)]
    [TestCase(Edge, "open * shift=", false)]
    [TestCase(Edge, "mss=1 ", false)]
    [TestCase("open passive mss=1460\nsegment R seq=next ack=all", "R seq=edge", false)]
    public void Line_WithWordsOfAStep_IsAboutSessionsThatHaveIt(
        string session, string? step, bool isKnown)
    {
        var known = new SessionDeviations([Line with { Step = step }]);

        Assert.That(
            known.Reason(Broken(session, "r", "A RST is believed.")), isKnown
                ? Is.EqualTo(Line with { Step = step })
                : Is.Null);
    }

    [TestCase("r", "A RST is ignored.")]
    [TestCase("q", "A RST is believed.")]
    public void Line_OfAnotherRuleOrMessage_DoesNotFitHoweverTheStepDoes(
        string requirement, string message)
    {
        var known = new SessionDeviations([Line with { Step = "seq=edge" }]);

        Assert.That(known.Reason(Broken(Edge, requirement, message)), Is.Null);
    }

    [TestCase("seq=edge", true)]
    [TestCase("seq=next", false)]
    public void Death_WithWordsOfAStep_IsKnownWhereASessionHasIt(string step, bool isKnown)
    {
        var known = new SessionDeviations(
            [Line with { Requirement = KnownDeviation.Dies, Message = "abort", Step = step }]);
        var lost = new SessionOutcome(Session.Parse(Edge), SessionEnding.Lost)
        {
            Message = "it has died: abort()",
        };

        Assert.That(known.Reason(lost) is not null, Is.EqualTo(isKnown));
    }

    private static SessionOutcome Broken(string session, string requirement, string message) =>
        new(Session.Parse(session), SessionEnding.Violation)
        {
            Violations = [new Violation("rule", requirement, default, default, message)],
        };
}
