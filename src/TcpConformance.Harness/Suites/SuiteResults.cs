using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Suites;

/// <summary>Makes results of outcomes.</summary>
internal static class SuiteResults
{
    // The 'rule' of what a case found out by itself, without the oracle.
    private const string CaseRule = "case";

    /// <summary>The result of an IUT from those of its cases, in their order.</summary>
    public static IutResult Of(
        string name, string? version, IReadOnlyList<FinishedCase> finished)
    {
        CaseResult[] cases = finished.Select(f => f.Result).ToArray();
        FindingResult[] findings = finished.SelectMany(f => f.Findings).ToArray();
        return new IutResult(
            name, string.IsNullOrEmpty(version) ? null : version, cases,
            RequirementResult.Judge(RequirementCatalogue.Embedded, cases, findings), findings);
    }

    /// <summary>The result of one case.</summary>
    public static FinishedCase Of(
        string iut, CaseOutcome outcome, KnownDeviations known, ulong seed) => new(
            outcome, Case(iut, outcome, known, seed),
            Findings(outcome, RequirementCatalogue.Embedded).ToArray());

    private static CaseResult Case(
        string iut, CaseOutcome o, KnownDeviations known, ulong seed) => new(
            o.Case.Id, o.Case.Purpose, o.Case.Requirements, o.Case.Level, o.Verdict,
            o.Elapsed.TotalSeconds)
        {
            Message = o.Message.Length == 0 ? null : o.Message,
            Replay = $"./tcpconf test {iut} --select {o.Case.Id} --seed {seed}",
            KnownDeviation = known.Reason(o),
        };

    private static IEnumerable<FindingResult> Findings(
        CaseOutcome o, RequirementCatalogue catalogue)
    {
        foreach (Judging.Violation v in o.Violations)
        {
            yield return new FindingResult(
                v.Requirement, Level(catalogue, v.Requirement), o.Case.Id, v.Rule, v.Message);
        }
        bool ofOracle = o.Violations.Any(v => v.Message == o.Message);
        if (o is { Verdict: Verdict.Fail, Requirement: string requirement } && !ofOracle)
        {
            yield return new FindingResult(
                requirement, Level(catalogue, requirement), o.Case.Id, CaseRule, o.Message);
        }
    }

    private static RequirementLevel Level(RequirementCatalogue catalogue, string id) =>
        catalogue.Find(id)?.Level ?? RequirementLevel.Must;
}
