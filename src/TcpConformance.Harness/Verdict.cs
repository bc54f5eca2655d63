namespace TcpConformance.Harness;

/// <summary>What a case came to; the worst of several wins.</summary>
public enum Verdict
{
    /// <summary>Nothing has been judged; a case that ends so is an error.</summary>
    None,
    /// <summary>All that was checked was as the RFC says.</summary>
    Pass,
    /// <summary>A preamble failed, the link was lost, a precondition was not met.</summary>
    Inconclusive,
    /// <summary>The IUT contradicted the RFC.</summary>
    Fail,
    /// <summary>A defect of the harness or of the case.</summary>
    Error,
}
