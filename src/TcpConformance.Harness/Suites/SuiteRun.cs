using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;

namespace TcpConformance.Harness.Suites;

/// <summary>A case that was selected and not run, because it doesn't fit the IUT.</summary>
/// <param name="Case">The case.</param>
/// <param name="Why">What the IUT doesn't have.</param>
public sealed record LeftOutCase(TestCase Case, string Why);

/// <summary>What a run of cases on one IUT came to.</summary>
/// <param name="Result">For <c>result.json</c>.</param>
/// <param name="Outcomes">The same cases in the same order, with their traces.</param>
public sealed record SuiteRun(IutResult Result, IReadOnlyList<CaseOutcome> Outcomes)
{
    /// <summary>Cases that don't fit the IUT.</summary>
    public IReadOnlyList<LeftOutCase> LeftOut { get; init; } = [];

    /// <summary>Cases that were not run to their end: the run was cancelled, or the IUT lost.
    /// </summary>
    public IReadOnlyList<TestCase> NotRun { get; init; } = [];

    /// <summary>Lines of the profile that no case of a full run has shown.</summary>
    public IReadOnlyList<KnownDeviation> StaleDeviations { get; init; } = [];

    /// <summary>What <see cref="IutResult.Unsteady"/> tells, with the traces of the failures.
    /// </summary>
    public IReadOnlyList<CaseOutcome> Unsteady { get; init; } = [];

    /// <summary>Packets that belonged to no case, as one line each.</summary>
    public IReadOnlyList<string> Strays { get; init; } = [];

    /// <summary>Why the run could not go on, in one sentence; null if it could.</summary>
    public string? Fault { get; init; }
}
