namespace TcpConformance.Fuzz;

/// <summary>A target's oracle complains about what was done with an input.</summary>
public sealed class FuzzFindingException : Exception
{
    /// <summary>A complaint.</summary>
    /// <param name="rule">The rule that is broken, in a word: two findings with the same one are
    /// the same.</param>
    /// <param name="message">What was expected and what came.</param>
    /// <param name="cause">An exception of what was tested: where it was thrown tells such findings
    /// apart, and not the rule.</param>
    public FuzzFindingException(string rule, string message, Exception? cause = null)
        : base($"{rule}: {message}", cause) => Rule = rule;

    /// <summary>The rule that is broken.</summary>
    public string Rule { get; }
}
