using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Suites;

/// <summary>Makes results of outcomes.</summary>
internal static class SuiteResults
{
    // The 'rule' of what a case found out by itself, without the oracle.
    private const string CaseRule = "case";

    public static IutResult Of(
        IutProfile profile, string? version, IReadOnlyList<CaseOutcome> outcomes,
        KnownDeviations known, ulong seed)
    {
        RequirementCatalogue catalogue = RequirementCatalogue.Embedded;
        CaseResult[] cases = outcomes.Select(o => Case(profile, o, known, seed)).ToArray();
        FindingResult[] findings =
            outcomes.SelectMany(o => Findings(o, catalogue)).ToArray();
        return new IutResult(
            profile.Name, string.IsNullOrEmpty(version) ? null : version, cases,
            RequirementResult.Judge(catalogue, cases, findings), findings);
    }

    private static CaseResult Case(
        IutProfile profile, CaseOutcome o, KnownDeviations known, ulong seed) => new(
            o.Case.Id, o.Case.Purpose, o.Case.Requirements, o.Case.Level, o.Verdict,
            o.Elapsed.TotalSeconds)
        {
            Message = o.Message.Length == 0 ? null : o.Message,
            Replay = $"./tcpconf test {profile.Name} --select {o.Case.Id} --seed {seed}",
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
