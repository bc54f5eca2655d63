using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Mutants;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>The target <c>session</c> with each mutant of the engine in the engine's place.
/// </summary>
internal static class MutantTargets
{
    private const string Prefix = "mutant-";
    private const ulong Seed = 1;

    private static readonly IutProfile Reference = IutProfiles.Load("reference");

    public static IReadOnlyList<FuzzTarget> All { get; } =
        [.. MutantCatalogue.All.Select(TargetOf)];

    public static FuzzTarget Find(Mutant mutant) =>
        All.First(t => t.Name == Prefix + mutant.Id);

    private static FuzzTarget TargetOf(Mutant mutant)
    {
        IutProfile profile = mutant.Profile(Reference);
        return new FuzzTarget(
            Prefix + mutant.Id, mutant.Text, input => Run(mutant, profile, input))
        {
            Assemblies = ["TcpConformance.Engine", "TcpConformance.Mutants"],
            LongestInput = 160,
            Structure = InputStructures.Session,
        };
    }

    // Only what the engine itself does right is the mutant's fault.
    private static void Run(Mutant mutant, IutProfile profile, ReadOnlySpan<byte> input)
    {
        Session session = SessionDecoder.Read(input);
        SessionOutcome outcome = Play(session, mutant.Open(profile, Seed));
        if (outcome.Ending != SessionEnding.Clean
            && Play(session, new EngineIut(Reference, Seed)).Ending == SessionEnding.Clean)
        {
            throw new FuzzFindingException(
                outcome.Requirement ?? outcome.Ending.ToString(), outcome.Message);
        }
    }

    private static SessionOutcome Play(Session session, IIut iut)
    {
        using (iut)
        {
            return SessionRun.Play(session, iut, packets: SessionDecoder.MostPackets);
        }
    }
}
