using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;

namespace TcpConformance.Cli.Running;

/// <summary>A profile and how the command line named it.</summary>
internal sealed record NamedProfile(string Argument, IutProfile Profile)
{
    /// <summary>The IUT that every mutant is made of.</summary>
    internal const string Reference = "reference";

    /// <summary>Makes the IUT; null: as the profile's kind says.</summary>
    internal Func<IutProfile, ulong, IIut>? Open { get; private init; }

    /// <summary>What a name on the command line means.</summary>
    /// <param name="name">A name of 'tcpconf list iuts', a mutant, or the path of a profile.
    /// </param>
    /// <exception cref="UsageException">There is no such mutant.</exception>
    /// <exception cref="ProfileException">There is no such profile, or it is wrong.</exception>
    internal static NamedProfile Load(string name)
    {
        if (!name.StartsWith(Mutant.Prefix, StringComparison.Ordinal))
        {
            return new NamedProfile(name, IutProfiles.Load(name));
        }
        Mutant mutant = FindMutant(name);
        return new NamedProfile(name, mutant.Profile(IutProfiles.Load(Reference)))
        {
            Open = mutant.Open,
        };
    }

    /// <summary>The mutant that <c>mutant:ID</c> names.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    internal static Mutant FindMutant(string name)
    {
        string id = name[Mutant.Prefix.Length..];
        if (MutantCatalogue.Find(id) is Mutant mutant)
        {
            return mutant;
        }
        string near = string.Join(
            ", ", Selection.Near(id, MutantCatalogue.All.Select(m => m.Id)));
        throw new UsageException($"no mutant is called '{id}': see 'tcpconf list mutants'"
            + (near.Length == 0 ? "" : $"; near it is {near}"));
    }
}
