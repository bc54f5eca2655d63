namespace TcpConformance.Harness.Results;

/// <summary>How one IUT did.</summary>
/// <param name="Name">Its name, as on the command line.</param>
/// <param name="Version">Its version, as it says itself, or null.</param>
/// <param name="Cases">The cases that were run.</param>
/// <param name="Requirements">The requirements, judged by cases and findings.</param>
/// <param name="Findings">The contradictions that were seen.</param>
public sealed record IutResult(
    string Name,
    string? Version,
    IReadOnlyList<CaseResult> Cases,
    IReadOnlyList<RequirementResult> Requirements,
    IReadOnlyList<FindingResult> Findings)
{
    /// <summary>Why not all selected cases were run to their end; null if all were.</summary>
    public string? Incomplete { get; init; }

    // What an older file does not have is read as null.

    /// <summary>Why the IUT was started again, as often as it was.</summary>
    public IReadOnlyList<string> Restarts { get; init => field = value ?? []; } = [];

    /// <summary>Cases that failed among many others and passed among few, each with what was said
    /// at first.</summary>
    public IReadOnlyList<string> Unsteady { get; init => field = value ?? []; } = [];
}
