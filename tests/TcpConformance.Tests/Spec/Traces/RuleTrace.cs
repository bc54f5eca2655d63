using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Two scripts, as near to each other as possible: on the first the oracle is silent, on
/// the second exactly one rule fires.</summary>
public sealed record RuleTrace(RuleId Rule, string Good, string Bad)
{
    /// <summary>Two endings of one beginning.</summary>
    public static RuleTrace Of(RuleId rule, string before, string good, string bad) =>
        new(rule, before + good, before + bad);

    /// <inheritdoc/>
    public override string ToString() => Rule.ToString();
}
