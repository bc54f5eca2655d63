using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Results;

/// <summary>One contradiction to the specification that the oracle saw.</summary>
/// <param name="Requirement">The id of the requirement.</param>
/// <param name="Level">Its level.</param>
/// <param name="Case">The id of the case that was running.</param>
/// <param name="Rule">The name of the oracle's rule.</param>
/// <param name="Message">One sentence: what was allowed and what came.</param>
public sealed record FindingResult(
    string Requirement,
    RequirementLevel Level,
    string Case,
    string Rule,
    string Message);
