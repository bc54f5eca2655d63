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
    public string Signature => $"{Core} {Kind.Edges}";

    /// <summary>What a difference keeps while its session is shrunk: numbers and options may
    /// change, the state, the segment's flags and the reactions may not.</summary>
    public string Core => $"{States}: {Kind.Name}: {string.Join(" | ", Odd)}";

    /// <summary>Whether the connection goes on alike, so that later steps can be compared.
    /// </summary>
    public bool IsHarmless { get; init; }
}
