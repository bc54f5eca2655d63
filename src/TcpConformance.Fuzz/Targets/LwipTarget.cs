using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>lwip</c>: a story between a tester and lwIP, judged by sanitizers and by the oracle.
/// </summary>
internal static class LwipTarget
{
    private const ulong Seed = 1;
    private const int LongestStory = 60; // lines
    private const string Lost = "lost-memory";

    private static readonly IutProfile Profile = IutProfiles.Load("lwip");
    private static readonly SessionDeviations Known = new(Profile.KnownDeviations);

    internal static FuzzTarget Target { get; } = new(
        "lwip",
        "Ensure that lwIP, whatever segments, user calls and waits come in whatever order, keeps "
        + "to its memory, and to the RFCs but for the deviations that its profile lists.",
        input => Run(input, Known))
    {
        Assemblies = [],
        LongestInput = 160,
        Surroundings = () => LwipSurroundings.For(LwipFlavour.Sanitized),
    };

    /// <summary>Plays the session of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="known">What is no finding.</param>
    internal static void Run(ReadOnlySpan<byte> input, SessionDeviations known)
    {
        Session session = SessionDecoder.Read(input);
        SessionOutcome outcome;
        long lost;
        using (var iut = new LwipIut(Profile, Seed))
        {
            outcome = SessionRun.Play(session, iut);
            iut.Dispose();
            lost = iut.LostAllocations;
        }
        if (outcome.Ending != SessionEnding.Clean && known.Reason(outcome) is null)
        {
            throw new FuzzFindingException(
                outcome.Requirement ?? outcome.Ending.ToString(),
                $"{outcome.Message}\nThe session:\n{session}\nWhat happened:\n{Story(session)}");
        }
        if (lost != 0)
        {
            throw new FuzzFindingException(
                Lost,
                $"lwIP has forgotten {lost} allocations\nThe session:\n{session}\n"
                + $"What happened:\n{Story(session)}");
        }
    }

    // The end of what was seen, the fault last.
    private static string Story(Session session)
    {
        using var iut = new LwipIut(Profile, Seed);
        SessionOutcome outcome = SessionRun.Play(session, iut, traced: true);
        return string.Join('\n', outcome.Trace.TakeLast(LongestStory).Select(
            t => $"{t.At.TotalSeconds,12:0.000} {t.Kind,-15} {t.Text}"));
    }
}
