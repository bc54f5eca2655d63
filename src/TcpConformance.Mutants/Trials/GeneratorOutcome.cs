using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Mutants.Trials;

/// <summary>What random sessions showed of a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Sessions">Sessions that were played.</param>
/// <param name="Elapsed">How long that took.</param>
public sealed record GeneratorOutcome(Mutant Mutant, int Sessions, TimeSpan Elapsed)
{
    /// <summary>The session that condemns the mutant for what it does; null if none did.
    /// </summary>
    public SessionFind? Find { get; init; }

    /// <summary>What the oracle says in that session; null if there is none.</summary>
    public Violation? Evidence => Find?.Outcome.Violations
        .First(v => Mutant.Violates(v.Requirement));

    /// <summary>The first session that wasn't clean, but condemned the mutant for nothing that it
    /// does; null if there was none.</summary>
    public SessionOutcome? Other { get; init; }
}
