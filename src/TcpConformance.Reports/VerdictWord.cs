using TcpConformance.Harness;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Reports;

/// <summary>How reports name verdicts and levels.</summary>
internal static class VerdictWord
{
    /// <summary>As in <c>result.json</c>.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Long(Verdict verdict) => verdict switch
    {
        Verdict.None => "none",
        Verdict.Pass => "pass",
        Verdict.Inconclusive => "inconclusive",
        Verdict.Fail => "fail",
        Verdict.Error => "error",
    };

    /// <summary>At most five letters, for narrow columns.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Short(Verdict verdict) =>
        verdict == Verdict.Inconclusive ? "inc" : Long(verdict);

    /// <summary>As in <c>result.json</c>.</summary>
    /// <param name="level">The level.</param>
    public static string Of(RequirementLevel level) => level switch
    {
        RequirementLevel.Must => "must",
        RequirementLevel.Should => "should",
        RequirementLevel.May => "may",
        RequirementLevel.Rec => "rec",
    };
}
