using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;

namespace TcpConformance.Harness.Sessions;

/// <summary>What a profile says of deviations that sessions show.</summary>
public sealed class SessionDeviations
{
    private const string Anywhere = "*";

    private readonly KnownDeviation[] _lines;

    /// <summary>The lines of a profile that are about sessions.</summary>
    public SessionDeviations(IEnumerable<KnownDeviation> lines) => _lines =
        [.. lines.Where(l => l.Cases is KnownDeviation.InSessions or Anywhere)];

    /// <summary>The line that knows how a session has ended; null: it is a finding.</summary>
    /// <remarks>Only the first violation counts: what follows may be its consequence.</remarks>
    public KnownDeviation? Reason(SessionOutcome outcome) =>
        outcome.Ending switch
        {
            SessionEnding.Violation => Find(outcome.Session, outcome.Violations[0]),
            SessionEnding.Lost => Array.Find(_lines, l => l.Requirement == KnownDeviation.Dies
                && l.IsAbout(outcome.Message) && IsAbout(l, outcome.Session)),
            SessionEnding.Clean or SessionEnding.Crash or SessionEnding.Standstill => null,
        };

    // A silence that is known for itself says nothing of what was to be survived.
    private KnownDeviation? Find(Session session, Violation violation) =>
        Array.Find(_lines, l => Knows(l, violation) && IsAbout(l, session))
        ?? (violation.Silence is Violation silence ? Find(session, silence) : null);

    // The message is made only if there are words to look for; so are the steps' texts.
    private static bool Knows(KnownDeviation line, Violation violation) =>
        line.Requirement == violation.Requirement
        && (line.Message is null || line.IsAbout(violation.Message));

    private static bool IsAbout(KnownDeviation line, Session session) =>
        line.Step is null || line.IsAboutOne(session.Steps.Select(s => s.ToString()!));
}
