using TcpConformance.Engine;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>session</c>: a story between a tester and the reference engine.</summary>
internal static class SessionTarget
{
    private const ulong Seed = 1;

    private static readonly IutProfile Profile = IutProfiles.Load("reference");
    private static readonly TcpStackOptions Options = EngineIut.OptionsFor(Profile, Seed) with
    {
        // As where the engine is used (RFC 5961 §7).
        ChallengeAckLimit = TcpStackOptions.UsualChallengeAckLimit,
    };

    internal static FuzzTarget Target { get; } = new(
        "session",
        "Ensure that the reference engine conforms, stands and goes on, whatever segments, user "
        + "calls and waits come in whatever order.",
        Run)
    {
        Assemblies = ["TcpConformance.Engine"],
        LongestInput = 160,
        Structure = InputStructures.Session,
        Tell = Tell,
        Watch = Watch,
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        Session session = SessionDecoder.Read(input);
        using var iut = new EngineIut(Profile, Options, Seed);
        SessionOutcome outcome = SessionRun.Play(session, iut, packets: SessionDecoder.MostPackets);
        if (outcome.Ending != SessionEnding.Clean)
        {
            throw new FuzzFindingException(
                SessionStory.RuleOf(outcome), outcome.Message, outcome.Cause);
        }
    }

    private static FuzzStory Tell(byte[] input) =>
        SessionStory.Of(
            SessionDecoder.Read(input), () => new EngineIut(Profile, Options, Seed));

    private static void Watch(byte[] input, StateWatch watch)
    {
        using var iut = new EngineIut(Profile, Options, Seed);
        watch.Begin();
        SessionRun.Play(
            SessionDecoder.Read(input), iut, watch: watch.See,
            packets: SessionDecoder.MostPackets);
    }
}
