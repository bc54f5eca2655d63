using NUnit.Framework;
using TcpConformance.Spec.Requirements;
using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Every rule of the oracle, seen silent and seen firing.</summary>
public sealed class RuleTests
{
    private static readonly RuleTrace[] Traces =
    [
        .. FormTraces.All, .. WindowTraces.All, .. AnswerTraces.All, .. UserTraces.All,
    ];

    [Test]
    public void Rules_Each_IsSeenFiring() => Assert.That(
        Enum.GetValues<RuleId>().Except(Traces.Select(t => t.Rule)),
        Is.EqualTo(new[] { RuleId.None }));

    [Test]
    public void Rules_Each_JudgesARequirementOfTheCatalogue() => Assert.That(
        RuleTable.All.Where(r => RequirementCatalogue.Embedded.Find(r.Requirement) is null)
            .Select(r => $"{r.Name}: {r.Requirement}"),
        Is.Empty);

    [TestCaseSource(nameof(Traces))]
    public void Good_Trace_IsSilent(RuleTrace trace) => Assert.That(
        TraceScript.Play(trace.Good).Oracle.Violations.Select(v => v.Message), Is.Empty);

    [TestCase("> A 1:101 1; +600", "rfc9293/MUST-7")]
    [TestCase("> A 1:101 1; < A 1 201", "rfc9293/3.4/2")]
    public void Survival_SilenceOnly_ContradictsWhatAsksForIt(string bad, string requirement) =>
        Assert.That(
            TraceScript.Play(Openings.Open + "survive rfc9293/MUST-7;" + bad)
                .Oracle.Violations.Select(v => v.Requirement),
            Is.EqualTo(new[] { requirement }));

    [TestCaseSource(nameof(Traces))]
    public void Bad_Trace_FiresTheRuleAlone(RuleTrace trace)
    {
        Rule rule = RuleTable.Get(trace.Rule);

        Assert.That(
            TraceScript.Play(trace.Bad).Oracle.Violations.Select(v => (v.Rule, v.Requirement)),
            Is.EqualTo(new[] { (rule.Name, rule.Requirement) }));
    }
}
