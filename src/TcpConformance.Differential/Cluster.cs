namespace TcpConformance.Differential;

/// <summary>Differences that are alike, and the least session that shows one of them.</summary>
/// <param name="Core">What they have in common.</param>
public sealed record Cluster(string Core)
{
    /// <summary>The session.</summary>
    public required Stimulus Stimulus { get; init; }

    /// <summary>The difference in it.</summary>
    public required Difference Difference { get; init; }

    /// <summary>How many sessions showed one that is alike.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether the session can't be shrunk any more; else there was no time.</summary>
    public bool IsLeast { get; init; }

    /// <summary>What the session has come to on each IUT.</summary>
    public IReadOnlyList<Played> Played { get; init; } = [];

    /// <summary>What the oracle says of each IUT.</summary>
    public IReadOnlyList<Judgment> Judgments { get; init; } = [];

    /// <summary>Whether one of the IUTs violates the RFC, and its profile does not know it.
    /// </summary>
    public bool IsFinding => Judgments.Any(j => j.IsFinding);

    /// <summary>A name for files: state, segment, and a number that tells others apart.</summary>
    public string Name
    {
        get
        {
            uint hash = 2166136261;
            foreach (char c in Core)
            {
                hash = unchecked((hash ^ c) * 16777619);
            }
            string words = $"{Difference.States} {Difference.Kind.Name}".ToLowerInvariant();
            string safe = string.Join('-', words.Split(
                [.. words.Where(c => !char.IsAsciiLetterOrDigit(c))],
                StringSplitOptions.RemoveEmptyEntries));
            return $"{safe}-{hash:x8}";
        }
    }
}
