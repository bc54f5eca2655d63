using TcpConformance.Harness.Cases;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Cli;

/// <summary>Which cases the user means.</summary>
internal static class Selection
{
    /// <summary>The cases that any of the patterns means, down to a level.</summary>
    /// <param name="globs">Patterns; none means all cases.</param>
    /// <param name="level">The weakest level to keep; null keeps all.</param>
    /// <exception cref="UsageException">A pattern, or the whole, means no case.</exception>
    internal static IReadOnlyList<TestCase> Cases(
        IReadOnlyCollection<string> globs, RequirementLevel? level)
    {
        SuiteCatalogue suite = FullSuite.All;
        if (suite.WithoutCase(globs) is [string none, ..])
        {
            throw new UsageException(
                $"no case matches '{none}': see 'tcpconf list cases'" + Hint(suite, none));
        }
        RequirementLevel[] levels = level is null ? [] : AtLeast(level.Value);
        IReadOnlyList<TestCase> cases = suite.Select(globs, levels);
        return cases.Count > 0
            ? cases
            : throw new UsageException(
                "no case is selected: leave out --level, or choose others with --select");
    }

    /// <summary>Ids that a user who wrote <paramref name="id"/> may have meant.</summary>
    internal static IEnumerable<string> Near(string id, IEnumerable<string> all)
    {
        string wanted = id.Trim('*', '/', '?');
        string tail = wanted[(wanted.LastIndexOf('/') + 1)..];
        return tail.Length == 0
            ? []
            : all.Where(a => a.Contains(tail, StringComparison.OrdinalIgnoreCase)).Take(3);
    }

    private static string Hint(SuiteCatalogue suite, string glob)
    {
        string near = string.Join(", ", Near(glob, suite.Cases.Select(c => c.Id)));
        return near.Length == 0 ? "" : $"; near it is {near}";
    }

    // A recommendation weighs as much as a SHOULD (RFC 2119 §3).
    private static RequirementLevel[] AtLeast(RequirementLevel level) => level switch
    {
        RequirementLevel.Must => [RequirementLevel.Must],
        RequirementLevel.Should or RequirementLevel.Rec =>
            [RequirementLevel.Must, RequirementLevel.Should, RequirementLevel.Rec],
        RequirementLevel.May => [],
    };
}
