using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;

namespace TcpConformance.Tests.Harness;

/// <summary>A silence that a profile knows for itself is known, too, where the oracle tells it of
/// something that had to be survived.</summary>
public sealed class KnownSilenceTests
{
    private const string Survival = "rfc9293/3.8.5/5";
    private const string Answer = "rfc9293/3.10.7.4/4";

    private static string? Reason(string requirement, string message)
    {
        var test = new TestCase("case", "Ensure that it holds.", _ => Task.CompletedTask);
        var silence = new Violation("answer", Answer, default, default, "No answer, after FIN.");
        return new KnownDeviations([
            new KnownDeviation(requirement, "case", "It is.", "-") { Message = message },
        ]).Reason(new CaseOutcome(test, Verdict.Fail)
        {
            Requirement = Survival,
            Violations =
            [
                silence with { Requirement = Survival, Message = "Since …", Silence = silence },
            ],
        });
    }

    [Test]
    public void Reason_LineOfTheSilence_IsFound() =>
        Assert.That(Reason(Answer, "after FIN"), Does.Contain("It is."));

    [TestCase(Answer, "after RST")]
    [TestCase("rfc9293/MUST-3", "after FIN")]
    public void Reason_LineOfSomethingElse_IsNot(string requirement, string message) =>
        Assert.That(Reason(requirement, message), Is.Null);
}
