using System.Text.Json.Serialization;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Results;

/// <summary>How one case went on one IUT.</summary>
/// <param name="Id">The case's stable id.</param>
/// <param name="Purpose">One sentence: 'Ensure that …'.</param>
/// <param name="Requirements">The ids of the requirements that it judges.</param>
/// <param name="Level">The strongest level among these requirements.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Seconds">How long it took, in seconds of the IUT's time.</param>
/// <param name="Message">What was wrong, in plain words; null if nothing was.</param>
/// <param name="Trace">The file with its packets, relative to the result; null if none.</param>
/// <param name="Replay">The one command that replays it.</param>
/// <param name="KnownDeviation">The profile's reason why this is known; null if it is not.</param>
public sealed record CaseResult(
    string Id,
    string Purpose,
    IReadOnlyList<string> Requirements,
    RequirementLevel Level,
    Verdict Verdict,
    double Seconds,
    string? Message = null,
    string? Trace = null,
    string? Replay = null,
    string? KnownDeviation = null)
{
    /// <summary>Whether it did not pass, and the profile does not say so beforehand.</summary>
    [JsonIgnore]
    public bool IsOpen => Verdict != Verdict.Pass && KnownDeviation is null;
}
