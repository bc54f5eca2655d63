namespace TcpConformance.Differential;

/// <summary>What an IUT did from the beginning of one step to the beginning of the next.</summary>
/// <param name="Step">The number of the step in its session.</param>
/// <param name="States">The states in which the IUT may have been when it began, in words.
/// </param>
/// <param name="Reactions">Each reaction once.</param>
public sealed record StepReactions(int Step, string States, IReadOnlyList<Reaction> Reactions)
{
    /// <summary>What this IUT did and the other one did not, although it ought to have been seen
    /// there.</summary>
    public IEnumerable<Reaction> Beyond(StepReactions other) => Reactions
        .Where(r => !r.IsOptional && !other.Reactions.Any(r.Matches)
            && (IsLast(r) || !other.Reactions.Any(IsLast)));

    // A session ends with its first violation: what would have come after it is not known.
    private static bool IsLast(Reaction reaction) =>
        reaction.Kind is ReactionKind.Violation or ReactionKind.End;

    /// <summary>What counts, in words.</summary>
    public string Text
    {
        get
        {
            string[] texts = [.. Reactions.Where(r => !r.IsOptional && r.Kind
                is not ReactionKind.Violation).Select(r => r.ToString()).Distinct()];
            if (texts.Length > 0)
            {
                return string.Join("; ", texts);
            }
            string[] open = [.. Reactions.Where(r => r.Kind != ReactionKind.Violation)
                .Select(r => r.ToString()).Distinct()];
            return open.Length == 0 ? "nothing" : string.Join("; ", open);
        }
    }
}
