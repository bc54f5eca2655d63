using TcpConformance.Mutants.Catalogue;

namespace TcpConformance.Mutants;

/// <summary>All mutants.</summary>
public static class MutantCatalogue
{
    /// <summary>The mutants, in groups: RFC 2525, bugs of real stacks, and the engine's own
    /// decisions turned round, section by section.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        .. Rfc2525Mutants.All, .. Rfc2525LifeMutants.All,
        .. StateMachineBugs.All, .. ResetBugs.All, .. SequenceBugs.All,
        .. WindowBugs.All, .. TimerBugs.All, .. HeaderBugs.All,
        .. AcceptanceMutants.All,
        .. ResetMutants.All,
        .. AckMutants.All,
        .. StateMutants.All,
        .. WindowMutants.All,
        .. OptionMutants.All,
        .. TimerMutants.All,
        .. CongestionMutants.All,
    ];

    /// <summary>The mutant with this id; null if there is none.</summary>
    public static Mutant? Find(string id) => All.FirstOrDefault(m => m.Id == id);
}
