using TcpConformance.Engine;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants.Faults;

namespace TcpConformance.Mutants;

/// <summary>One documented misbehaviour, built into the reference engine: an IUT that has to be
/// condemned.</summary>
/// <param name="Id">Stable and speaking, e.g. <c>ack-beyond-accepted</c>.</param>
/// <param name="Source">Where it is documented: a section of an RFC, a CVE, a stack and its bug.
/// </param>
/// <param name="Text">One sentence: what it does.</param>
/// <param name="Requirement">Id in the catalogue of what it violates.</param>
public sealed record Mutant(string Id, string Source, string Text, string Requirement)
{
    /// <summary>How the command line names mutants: <c>mutant:ID</c>.</summary>
    public const string Prefix = "mutant:";

    /// <summary>Other requirements that the same misbehaviour contradicts: a verdict that names
    /// one of them is as right.</summary>
    public IReadOnlyList<string> Neighbours { get; init; } = [];

    /// <summary>The decisions that replace the engine's own.</summary>
    public TcpDecisions Decisions { get; init; } = new();

    /// <summary>Changes the engine's values; null: they stay.</summary>
    public Func<TcpStackOptions, TcpStackOptions>? Values { get; init; }

    /// <summary>What happens to packets on their way to and from the engine, where the fault is in
    /// none of its decisions; a fresh one for each IUT.</summary>
    public Func<LinkFault>? Link { get; init; }

    /// <summary>As on the command line.</summary>
    public string IutName => Prefix + Id;

    /// <summary>Whether a verdict that names this requirement condemns the mutant for what it
    /// does.</summary>
    public bool Violates(string? requirement) => requirement is not null
        && (requirement == Requirement || Neighbours.Contains(requirement));

    /// <summary>The profile that the mutant pretends to fulfil.</summary>
    /// <param name="reference">The reference engine's.</param>
    public IutProfile Profile(IutProfile reference) => reference with
    {
        Name = IutName,
        Description = Text,
    };

    /// <summary>The mutant as an IUT, in virtual time.</summary>
    /// <param name="profile">The profile that it pretends to fulfil.</param>
    /// <param name="seed">As for <see cref="EngineIut"/>.</param>
    public IIut Open(IutProfile profile, ulong seed)
    {
        TcpStackOptions options = EngineIut.OptionsFor(profile, seed) with
        {
            Decisions = Decisions,
        };
        var engine = new EngineIut(profile, Values?.Invoke(options) ?? options, seed);
        return Link is null ? engine : new FaultyIut(engine, Link());
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
