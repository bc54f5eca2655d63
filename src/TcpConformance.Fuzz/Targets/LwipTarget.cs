using TcpConformance.Fuzz.Mutation;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>lwip</c>: a story between a tester and lwIP, judged by sanitizers and by the oracle.
/// </summary>
internal static class LwipTarget
{
    private const ulong Seed = 1;
    private const string Lost = "lost-memory";

    private static readonly IutProfile Profile = IutProfiles.Load("lwip-full");
    private static readonly SessionDeviations Known = new(Profile.KnownDeviations);

    internal static FuzzTarget Target { get; } = new(
        "lwip",
        "Ensure that lwIP, whatever segments, user calls and waits come in whatever order, keeps "
        + "to its memory, and to the RFCs but for the deviations that its profile lists.",
        input => Run(input, Known))
    {
        Assemblies = [],
        LongestInput = 160,
        Structure = InputStructures.Session,
        Surroundings = () => LwipSurroundings.For(LwipFlavour.Fuzzed),
        Tell = input => SessionStory.Of(SessionDecoder.Read(input), Open, Known),
        Watch = Watch,
    };

    /// <summary>Plays the session of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="known">What is no finding.</param>
    internal static void Run(ReadOnlySpan<byte> input, SessionDeviations known)
    {
        Session session = SessionDecoder.Read(input);
        SessionOutcome outcome;
        long lost;
        using (LwipIut iut = Open())
        {
            outcome = SessionRun.Play(session, iut, packets: SessionDecoder.MostPackets);
            iut.Dispose();
            lost = iut.LostAllocations;
        }
        if (outcome.Ending != SessionEnding.Clean && known.Reason(outcome) is null)
        {
            throw new FuzzFindingException(SessionStory.RuleOf(outcome), outcome.Message);
        }
        if (lost != 0)
        {
            throw new FuzzFindingException(Lost, $"lwIP has forgotten {lost} allocations");
        }
    }

    private static LwipIut Open() => new(Profile, Seed);

    private static void Watch(byte[] input, StateWatch watch)
    {
        using LwipIut iut = Open();
        watch.Begin();
        SessionRun.Play(
            SessionDecoder.Read(input), iut, watch: watch.See,
            packets: SessionDecoder.MostPackets);
    }
}
