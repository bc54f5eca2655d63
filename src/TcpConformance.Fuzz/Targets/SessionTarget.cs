using TcpConformance.Engine;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>session</c>: a story between a tester and the reference engine.</summary>
internal static class SessionTarget
{
    private const ulong Seed = 1;
    private const int LongestStory = 60; // lines

    private static readonly IutProfile Profile = IutProfiles.Load("reference");
    private static readonly TcpStackOptions Options = EngineIut.OptionsFor(Profile, Seed);

    internal static FuzzTarget Target { get; } = new(
        "session",
        "Ensure that the reference engine conforms, stands and goes on, whatever segments, user "
        + "calls and waits come in whatever order.",
        Run)
    {
        Assemblies = ["TcpConformance.Engine"],
        LongestInput = 160,
    };

    private static void Run(ReadOnlySpan<byte> input)
    {
        Session session = SessionDecoder.Read(input);
        using var iut = new EngineIut(Profile, Options, Seed);
        SessionOutcome outcome = SessionRun.Play(session, iut);
        if (outcome.Ending != SessionEnding.Clean)
        {
            throw new FuzzFindingException(
                outcome.Requirement ?? outcome.Ending.ToString(),
                $"{outcome.Message}\nThe session:\n{session}\nWhat happened:\n{Story(session)}");
        }
    }

    // The end of what was seen, the fault last.
    private static string Story(Session session)
    {
        using var iut = new EngineIut(Profile, Options, Seed);
        SessionOutcome outcome = SessionRun.Play(session, iut, traced: true);
        return string.Join('\n', outcome.Trace.TakeLast(LongestStory).Select(
            t => $"{t.At.TotalSeconds,12:0.000} {t.Kind,-15} {t.Text}"));
    }
}
