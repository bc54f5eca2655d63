using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>What the oracle says of one IUT in one session.</summary>
/// <param name="Violation">The requirement that it contradicts first; null: it conforms.</param>
/// <param name="Known">The line of its profile that knows this; null: none does.</param>
/// <param name="Death">How it has died; null: it lives.</param>
public sealed record Judgment(Violation? Violation, KnownDeviation? Known, string? Death)
{
    /// <summary>Whether it violates, and its profile does not say so.</summary>
    public bool IsFinding => Known is null && (Violation is not null || Death is not null);

    /// <summary>One word, and the requirement.</summary>
    public string Text => Death is not null ? Known is null ? $"dies: {Death}" : "dies (known)"
        : Violation is null ? "conforms"
        : Known is null ? $"violates {Violation.Requirement}"
        : $"violates {Violation.Requirement} (known)";

    /// <summary>The judgment.</summary>
    internal static Judgment Of(DiffIut iut, Session session, Played played)
    {
        SessionEnding ending = played.Death is not null ? SessionEnding.Lost
            : played.Violation is null ? SessionEnding.Clean
            : SessionEnding.Violation;
        var outcome = new SessionOutcome(session, ending)
        {
            Violations = played.Violation is Violation v ? [v] : [],
            Message = played.Death ?? "",
        };
        return new Judgment(played.Violation, iut.Deviations.Reason(outcome), played.Death);
    }
}
