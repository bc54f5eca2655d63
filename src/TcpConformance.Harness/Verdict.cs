namespace TcpConformance.Harness;

/// <summary>
/// What a case came to (ISO 9646), in the order of their weight: of two the worse one wins.
/// </summary>
public enum Verdict
{
    /// <summary>Nothing has been judged; a case that ends so is an error.</summary>
    None,

    /// <summary>The IUT did what the specification allows.</summary>
    Pass,

    /// <summary>The purpose was not reached: a preamble failed, or the link was lost.</summary>
    Inconclusive,

    /// <summary>The IUT was seen to contradict the specification.</summary>
    Fail,

    /// <summary>A defect of the harness.</summary>
    Error,
}

/// <summary>The rule that the worst verdict wins.</summary>
public static class Verdicts
{
    /// <summary>The worse of two verdicts.</summary>
    /// <param name="one">One verdict.</param>
    /// <param name="other">Another.</param>
    public static Verdict Worst(this Verdict one, Verdict other) => one > other ? one : other;

    /// <summary>The worst of many; <see cref="Verdict.None"/> of none.</summary>
    /// <param name="verdicts">The verdicts.</param>
    public static Verdict Worst(this IEnumerable<Verdict> verdicts) =>
        verdicts.Aggregate(Verdict.None, Worst);
}
