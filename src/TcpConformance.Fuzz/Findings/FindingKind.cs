namespace TcpConformance.Fuzz.Findings;

/// <summary>What a finding is.</summary>
public enum FindingKind
{
    /// <summary>The target's oracle complains: a requirement and a rule, or a rule of the target.
    /// </summary>
    Rule,
    /// <summary>An exception that nobody expects.</summary>
    Exception,
    /// <summary>The process dies: stack overflow, FailFast, a signal.</summary>
    Crash,
    /// <summary>A sanitizer's report.</summary>
    Sanitizer,
    /// <summary>It takes too long.</summary>
    Hang,
    /// <summary>It takes too much memory.</summary>
    Memory,
}
