using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Cases;

/// <summary>All cases there are, ordered by id.</summary>
public sealed class SuiteCatalogue
{
    /// <summary>A catalogue of these cases.</summary>
    /// <exception cref="ArgumentException">Two cases have one id.</exception>
    public SuiteCatalogue(IEnumerable<TestCase> cases)
    {
        TestCase[] sorted = cases.ToArray();
        Array.Sort(sorted, (a, b) => string.CompareOrdinal(a.Id, b.Id));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Id == sorted[i - 1].Id)
            {
                throw new ArgumentException($"two cases have the id {sorted[i].Id}");
            }
        }
        Cases = sorted;
    }

    /// <summary>The cases, in the ordinal order of their ids.</summary>
    public IReadOnlyList<TestCase> Cases { get; }

    /// <summary>The cases that any of the patterns means and whose level is among
    /// <paramref name="levels"/>; an empty list of either does not restrict.</summary>
    public IReadOnlyList<TestCase> Select(
        IReadOnlyCollection<string> globs, IReadOnlyCollection<RequirementLevel> levels)
    {
        CaseGlob[] patterns = globs.Select(g => new CaseGlob(g)).ToArray();
        return Cases
            .Where(c => levels.Count == 0 || levels.Contains(c.Level))
            .Where(c => patterns.Length == 0 || patterns.Any(p => p.Matches(c.Id)))
            .ToArray();
    }

    /// <summary>Those patterns that mean no case at all: most likely a slip of the pen.</summary>
    public IReadOnlyList<string> WithoutCase(IEnumerable<string> globs) =>
        globs.Where(g => !Cases.Any(c => new CaseGlob(g).Matches(c.Id))).ToArray();
}
