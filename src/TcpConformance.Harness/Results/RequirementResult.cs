using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Results;

/// <summary>How one requirement was met by one IUT.</summary>
/// <param name="Id">The requirement's id.</param>
/// <param name="Level">Its level.</param>
/// <param name="Verdict">
/// The worst verdict of its cases and findings; <see cref="Verdict.None"/> if it was not judged.
/// </param>
/// <param name="Cases">The ids of the cases that judged it.</param>
/// <param name="Exception">Why no case can judge it; null if one can.</param>
public sealed record RequirementResult(
    string Id,
    RequirementLevel Level,
    Verdict Verdict,
    IReadOnlyList<string> Cases,
    string? Exception = null)
{
    /// <summary>Judges every requirement of the catalogue, in its order.</summary>
    /// <param name="catalogue">The requirements.</param>
    /// <param name="cases">The cases of one IUT.</param>
    /// <param name="findings">The findings of the same IUT.</param>
    public static IReadOnlyList<RequirementResult> Judge(
        RequirementCatalogue catalogue,
        IReadOnlyList<CaseResult> cases,
        IReadOnlyList<FindingResult> findings)
    {
        ILookup<string, CaseResult> judged = cases
            .SelectMany(c => c.Requirements.Distinct().Select(id => (Id: id, Case: c)))
            .ToLookup(pair => pair.Id, pair => pair.Case);
        ILookup<string, string> contradicted = findings.ToLookup(f => f.Requirement, f => f.Case);

        RequirementResult Of(Requirement requirement)
        {
            var verdict = judged[requirement.Id].Select(c => c.Verdict).Worst();
            if (contradicted.Contains(requirement.Id))
            {
                verdict = verdict.Worst(Verdict.Fail);
            }

            string[] ids = [.. judged[requirement.Id].Select(c => c.Id)
                .Concat(contradicted[requirement.Id]).Distinct()];
            string? exception = catalogue.FindException(requirement.Id)?.Reason;
            return new RequirementResult(
                requirement.Id, requirement.Level, verdict, ids, exception);
        }

        return [.. catalogue.All.Select(Of)];
    }
}
