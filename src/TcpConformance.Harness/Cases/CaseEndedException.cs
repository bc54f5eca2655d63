namespace TcpConformance.Harness.Cases;

/// <summary>Ends the body of a case with a verdict; cases let it pass.</summary>
public sealed class CaseEndedException : Exception
{
    /// <summary>An end with this verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="requirement">The requirement that was contradicted, if any.</param>
    /// <param name="message">One plain sentence.</param>
    public CaseEndedException(Verdict verdict, string? requirement, string message)
        : base(message)
    {
        Verdict = verdict;
        Requirement = requirement;
    }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>The requirement that was contradicted, if any.</summary>
    public string? Requirement { get; }
}
