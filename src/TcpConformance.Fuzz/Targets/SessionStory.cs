using TcpConformance.Fuzz.Findings;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary>A session as a story: the least one that shows the same, and what happens in it.
/// </summary>
internal static class SessionStory
{
    /// <summary>Requirement and rule, or how the session has ended: the same requirement is
    /// contradicted in several ways.</summary>
    internal static string RuleOf(SessionOutcome outcome) => outcome.Violations.Count > 0
        ? $"{outcome.Requirement} {outcome.Violations[0].Rule}"
        : outcome.Ending.ToString();

    /// <summary>The story.</summary>
    /// <param name="session">What an input decodes to.</param>
    /// <param name="open">A fresh IUT in virtual time, always the same one.</param>
    /// <param name="known">What is no finding.</param>
    internal static FuzzStory Of(
        Session session, Func<IIut> open, SessionDeviations? known = null)
    {
        SessionOutcome outcome = SessionShrinker.Shrink(session, open, known);
        string words = outcome.Ending == SessionEnding.Clean
            ? $"Nothing is wrong.\n\nThe session:\n{session}\n"
            : $"{outcome.Requirement ?? outcome.Ending.ToString()}: {outcome.Message}\n\n"
            + $"The least session that shows it:\n{outcome.Session}\n\n"
            + $"The session of the input:\n{session}\n";
        return new FuzzStory(words) { Trace = outcome.Trace, LinkType = LinkType.RawIp };
    }
}
