namespace TcpConformance.Differential;

/// <summary>A step to which not all IUTs react alike.</summary>
/// <param name="Step">Its number in the session.</param>
/// <param name="Kind">What kind of step it is, with the names of edges instead of numbers.
/// </param>
/// <param name="States">The states of the IUTs when it began.</param>
/// <param name="Reactions">What each IUT did, in the order of the IUTs.</param>
/// <param name="Odd">What each IUT did that another did not, in words.</param>
public sealed record Difference(
    int Step, StepKind Kind, string States, IReadOnlyList<StepReactions> Reactions,
    IReadOnlyList<string> Odd)
{
    /// <summary>Differences that are alike have the same.</summary>
    public string Signature => Violates || OnlyOptions ? Core : $"{Core} {Kind.Edges}";

    /// <summary>What a difference keeps while its session is shrunk: numbers and options may
    /// change, the state, the segment's flags and the reactions may not. Where one violates a
    /// requirement that is all that counts: it may show in many places.</summary>
    public string Core => Violates
        ? string.Join(" | ", Reactions.Select(ViolationOf))
        : OnlyOptions ? $"{States}: {string.Join(" | ", Odd)}"
        : $"{States}: {Kind.Name}: {string.Join(" | ", Odd)}";

    // Which options a stack puts where does not depend on what it answers.
    private bool OnlyOptions => Reactions.SelectMany(a => Reactions.SelectMany(a.Beyond))
        .All(r => r.Kind == ReactionKind.Option);

    private bool Violates => Reactions.Any(
        r => r.Reactions.Any(x => x.Kind == ReactionKind.Violation));

    /// <summary>Whether the connection goes on alike, so that later steps can be compared.
    /// </summary>
    public bool IsHarmless { get; init; }

    private static string ViolationOf(StepReactions one) => one.Reactions
        .Where(r => r.Kind == ReactionKind.Violation).Select(r => r.ToString())
        .FirstOrDefault("conforms");
}
