using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;

namespace TcpConformance.Harness.Suites;

/// <summary>What becomes of the cases that were in flight when an IUT died: which of them has
/// killed it is found out by running them again, fewer at a time.</summary>
internal sealed class Deaths
{
    // An IUT that dies more often than that shows nothing new.
    private const int Most = 100;
    private const int Fewer = 4;

    private readonly List<TestCase> _inFlight = [];

    /// <summary>How often the IUT was started again.</summary>
    public int Count { get; private set; }

    /// <summary>A case has been in flight.</summary>
    public void Note(TestCase lost) => _inFlight.Add(lost);

    /// <summary>The cases that were in flight when it died now; they are forgotten here.</summary>
    public TestCase[] TakeSuspects()
    {
        TestCase[] suspects = [.. _inFlight];
        _inFlight.Clear();
        return suspects;
    }

    /// <summary>Whether the IUT is started again.</summary>
    public bool MayRestart() => ++Count <= Most;

    /// <summary>How many of the suspects run at once.</summary>
    public static int JobsFor(int suspects) => Math.Max(1, suspects / Fewer);

    /// <summary>The outcome of a case that has killed an IUT which had no other one.</summary>
    public static CaseOutcome Of(CaseOutcome last) => last with
    {
        Verdict = Verdict.Fail,
        Requirement = null,
        Violations = [],
        Trace = [.. last.Trace, .. Note(last.Said, last.Trace)],
    };

    /// <summary>The outcome of the case that kills an IUT.</summary>
    public static CaseOutcome Of(TestCase killer, IutLostException lost) =>
        new(killer, Verdict.Fail)
        {
            Message = lost.Message,
            IsLost = true,
            Trace = [.. Note(lost.Said, [])],
        };

    /// <summary>The outcome of one of several cases that were in flight when the IUT died, where
    /// none of them kills it alone: somebody has to tell.</summary>
    public static CaseOutcome OfSeveral(
        IReadOnlyList<CaseOutcome> suspects, IutLostException lost)
    {
        CaseOutcome first = suspects.FirstOrDefault(o => o.Verdict == Verdict.Pass) ?? suspects[0];
        return first with
        {
            Verdict = Verdict.Fail,
            Requirement = null,
            Violations = [],
            IsLost = true,
            Message = $"The IUT died while this case and {suspects.Count - 1} others were in "
                + $"flight, or of what came before; none kills it alone. {lost.Message}",
            Trace = [.. first.Trace, .. Note(lost.Said, first.Trace)],
        };
    }

    private static IEnumerable<TraceEntry> Note(
        string said, IReadOnlyList<TraceEntry> before) => said.Length == 0
        ? []
        : [new TraceEntry(
            before.Count == 0 ? TimeSpan.Zero : before[^1].At, TraceKind.Note, null, said)];
}
