using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>A mutant and what the suite made of it.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Outcome">What it came to.</param>
internal sealed record OperatorTrial(OperatorMutant Mutant, TrialOutcome Outcome)
{
    /// <summary>Why the RFCs allow what it does otherwise; null if nobody has said so.</summary>
    public EquivalentMutant? Equivalent { get; init; }

    /// <summary>Whether it behaved otherwise, no case minded, and no reason is known.</summary>
    public bool IsOpen => Outcome.End == TrialEnd.Survived && Equivalent is null;
}
