namespace TcpConformance.Mutants.Trials;

/// <summary>What became of a mutant.</summary>
public enum MutantFate
{
    /// <summary>Killed: a verdict Fail names a requirement that it violates.</summary>
    Condemned,
    /// <summary>A verdict Fail names only other requirements.</summary>
    Misjudged,
    /// <summary>No case failed, but one ended as Error or Inconclusive.</summary>
    Broken,
    /// <summary>Every case passed.</summary>
    Survived,
}
