using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;

namespace TcpConformance.Harness.Suites;

/// <summary>A case that was run to its end.</summary>
/// <param name="Outcome">What it came to, with its trace.</param>
/// <param name="Result">The same for <c>result.json</c>.</param>
/// <param name="Findings">The contradictions that were seen.</param>
public sealed record FinishedCase(
    CaseOutcome Outcome, CaseResult Result, IReadOnlyList<FindingResult> Findings);
