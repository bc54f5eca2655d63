using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Suite;

/// <summary>Makes hand-written cases.</summary>
internal static class Story
{
    /// <summary>A case whose level is that of its strictest requirement.</summary>
    /// <param name="id">Stable and speaking.</param>
    /// <param name="purpose">One sentence: 'Ensure that …'.</param>
    /// <param name="body">The case itself.</param>
    /// <param name="requirements">All that it judges, e.g. <c>rfc9293/MUST-12</c>.</param>
    public static TestCase Of(
        string id, string purpose, Func<CaseContext, Task> body, params string[] requirements) =>
        new(id, purpose, body)
        {
            Requirements = requirements,
            Level = requirements
                .Select(r => RequirementCatalogue.Embedded.Find(r)?.Level)
                .Min() ?? RequirementLevel.Must,
        };

    /// <summary>The case, and the same over IPv6.</summary>
    public static IEnumerable<TestCase> InBothFamilies(this TestCase c) =>
        [c, c with { Id = c.Id + "/ipv6", Traits = c.Traits | CaseTraits.Ipv6 }];
}
