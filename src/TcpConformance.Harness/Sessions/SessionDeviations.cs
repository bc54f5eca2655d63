using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Harness.Sessions;

/// <summary>What a profile says of deviations that sessions show.</summary>
public sealed class SessionDeviations
{
    private readonly (KnownDeviation Line, CaseGlob? Message)[] _lines;

    /// <summary>The lines of a profile that are about sessions.</summary>
    public SessionDeviations(IEnumerable<KnownDeviation> lines) => _lines =
    [
        .. lines.Where(l => l.Cases == KnownDeviation.InSessions)
            .Select(l => (l, l.Message is string m ? new CaseGlob($"*{m}*") : null)),
    ];

    /// <summary>The line that knows how a session has ended; null: it is a finding.</summary>
    /// <remarks>Only the first violation counts: what follows may be its consequence.</remarks>
    public KnownDeviation? Reason(SessionOutcome outcome)
    {
        if (outcome.Ending != SessionEnding.Violation)
        {
            return null;
        }
        foreach ((KnownDeviation line, CaseGlob? message) in _lines)
        {
            if (line.Requirement == outcome.Requirement
                && message?.Matches(outcome.Message) != false)
            {
                return line;
            }
        }
        return null;
    }
}
