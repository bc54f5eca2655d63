using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Harness.Cases;

/// <summary>What a case needs beyond a connection of its own.</summary>
[Flags]
public enum CaseTraits
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A stack that no other case uses at the same time: what it touches is global,
    /// e.g. the backlog or the number of connections in TIME-WAIT.</summary>
    Alone = 1,
    /// <summary>IPv6; the case is left out where the IUT doesn't claim it.</summary>
    Ipv6 = 2,
    /// <summary>Waits of minutes: started first, so that others run beside it.</summary>
    LongRunning = 4,
    /// <summary>Waits too long for real time: left out there.</summary>
    VirtualTimeOnly = 8,
    /// <summary>Only a real stack can show it: left out in virtual time.</summary>
    RealTimeOnly = 16,
}

/// <summary>One test case: a purpose, and an async method that shows whether it is met.</summary>
/// <param name="Id">Stable and speaking, e.g. <c>rfc9293/3.10.7.4/established/rst-right-edge</c>.
/// </param>
/// <param name="Purpose">One sentence: 'Ensure that …'.</param>
/// <param name="Body">The case itself; it awaits only what its context offers.</param>
public sealed record TestCase(string Id, string Purpose, Func<CaseContext, Task> Body)
{
    /// <summary>Ids in the catalogue, e.g. <c>rfc9293/MUST-12</c>.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Level of the strictest of <see cref="Requirements"/>, as the catalogue has it,
    /// unless it is set.</summary>
    public RequirementLevel Level
    {
        get => _level ?? Strictest();
        init => _level = value;
    }

    /// <summary>What the case needs.</summary>
    public CaseTraits Traits { get; init; }

    /// <summary>The case is left out unless the IUT claims all of these.</summary>
    public Claims Needs { get; init; }

    /// <summary>The case ends as inconclusive after this time; null: three hours of virtual
    /// time, four minutes of real time.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Whether the first violation that the oracle sees ends the case.</summary>
    public bool EndsEarlyOnViolation { get; init; } = true;

    private readonly RequirementLevel? _level;

    private RequirementLevel Strictest() => Requirements
        .Select(id => RequirementCatalogue.Embedded.Find(id)?.Level ?? RequirementLevel.Must)
        .DefaultIfEmpty(RequirementLevel.Must).Min();

    /// <inheritdoc/>
    public override string ToString() => Id;
}
