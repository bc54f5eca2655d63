using TcpConformance.Harness;
using TcpConformance.Harness.Running;

namespace TcpConformance.Mutants.Trials;

/// <summary>What a trial found out about a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Fate">What became of it.</param>
public sealed record MutantOutcome(Mutant Mutant, MutantFate Fate)
{
    /// <summary>The case with the shortest trace among those that say why; null if it survived.
    /// </summary>
    public CaseOutcome? Evidence { get; init; }

    /// <summary>The evidence's trace, without what the verdict does not need.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>Whether <see cref="Trace"/> was shrunk: it was tried to leave out stimuli, within
    /// a bound.</summary>
    public bool IsShrunk { get; init; }

    /// <summary>Requirements that verdicts named, the most frequent first.</summary>
    public IReadOnlyList<string> Named { get; init; } = [];

    /// <summary>Cases that failed rightly.</summary>
    public int Kills { get; init; }

    /// <summary>Cases that were run.</summary>
    public int CasesRun { get; init; }
}
