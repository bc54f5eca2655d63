using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Running;

namespace TcpConformance.Harness.Suites;

/// <summary>Tells what a profile knows from what it doesn't, and which of its lines no longer
/// are true.</summary>
internal sealed class KnownDeviations
{
    private readonly (KnownDeviation Line, CaseGlob Cases)[] _lines;
    private readonly HashSet<KnownDeviation> _seen = [];

    public KnownDeviations(IEnumerable<KnownDeviation> lines) =>
        _lines = lines.Where(l => l.Cases != KnownDeviation.InSessions)
            .Select(l => (l, new CaseGlob(l.Cases))).ToArray();

    /// <summary>Lines that have matched nothing so far, though every run shows them.</summary>
    public IReadOnlyList<KnownDeviation> Stale => _lines.Select(l => l.Line)
        .Where(l => !l.IsSeenSometimes && !_seen.Contains(l)).ToArray();

    /// <summary>The profile's reasons for a case that did not pass; null unless they cover each
    /// requirement that was contradicted.</summary>
    /// <remarks>A case that is inconclusive contradicts none: there the case's id decides, and
    /// the words if there are any. A line for all cases says nothing of it.</remarks>
    public string? Reason(CaseOutcome outcome)
    {
        (KnownDeviation[] fitting, bool covers) = Fitting(outcome);
        _seen.UnionWith(fitting);
        return covers
            ? string.Join(' ', fitting.Select(l => $"{l.Why} ({l.Section})").Distinct())
            : null;
    }

    /// <summary>Whether <see cref="Reason"/> would give one.</summary>
    public bool Knows(CaseOutcome outcome) => Fitting(outcome).Covers;

    private (KnownDeviation[] Lines, bool Covers) Fitting(CaseOutcome outcome)
    {
        if (outcome.Verdict is not (Verdict.Fail or Verdict.Inconclusive))
        {
            return ([], false);
        }
        KnownDeviation[] here = _lines
            .Where(l => l.Cases.Matches(outcome.Case.Id)).Select(l => l.Line).ToArray();
        string[] contradicted = outcome.Violations.Select(v => v.Requirement)
            .Append(outcome.Requirement).OfType<string>().Distinct().ToArray();
        KnownDeviation[] fitting = outcome.IsLost
            ? here.Where(l => l.Requirement == KnownDeviation.Dies && l.IsAbout(outcome.Message))
                .ToArray()
            : contradicted.Length == 0
            ? here.Where(l => l.Cases != "*" && l.IsAbout(outcome.Message)).ToArray()
            : here.Where(l => (contradicted.Contains(l.Requirement) && Says(l, outcome))
                || outcome.Violations.Any(v => IsOfSilence(l, v))).ToArray();
        return (fitting, fitting.Length > 0
            && contradicted.All(r => Covers(fitting, r, outcome.Violations)));
    }

    private static bool Covers(
        KnownDeviation[] lines, string requirement, IReadOnlyList<Violation> violations)
    {
        Violation[] of = [.. violations.Where(v => v.Requirement == requirement)];
        return lines.Any(l => l.Requirement == requirement)
            || (of.Length > 0 && of.All(v => lines.Any(l => IsOfSilence(l, v))));
    }

    // A silence that is known for itself says nothing of what was to be survived.
    private static bool IsOfSilence(KnownDeviation line, Violation violation) =>
        violation.Silence is Violation silence && silence.Requirement == line.Requirement
        && line.IsAbout(silence.Message);

    // Whether the oracle, or else the case, has said what the line is about.
    private static bool Says(KnownDeviation line, CaseOutcome outcome) =>
        outcome.Violations.Where(v => v.Requirement == line.Requirement).ToArray() is var said
        && (said.Length == 0
            ? line.IsAbout(outcome.Message)
            : said.Any(v => line.IsAbout(v.Message)));
}
