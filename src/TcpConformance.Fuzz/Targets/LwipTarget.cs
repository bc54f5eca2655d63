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

    // Segmentation faults are .NET's: it makes exceptions of some. A small quarantine stays in the
    // processor's cache; sessions are short. Stacks of a few frames tell who allocated what. The
    // sanitizer's symbolizer would outlive the process and keep its standard error open.
    private const string SanitizerOptions =
        "symbolize=0:verify_asan_link_order=0:detect_leaks=0:detect_odr_violation=0:handle_segv=0:"
        + "handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
        + "quarantine_size_mb=8:malloc_context_size=6";

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
        Surroundings = () => SurroundingsFor(LwipFlavour.Sanitized),
    };

    /// <summary>What a process needs for lwIP as it is compiled.</summary>
    internal static FuzzSurroundings SurroundingsFor(LwipFlavour flavour)
    {
        LwipBuild build;
        try
        {
            build = LwipBuild.Locate(flavour);
        }
        catch (StackUnavailableException e)
        {
            throw new FuzzUnavailableException(e.Message);
        }
        var environment = new Dictionary<string, string>
        {
            [LwipLibrary.Variable] = build.Library,
        };
        if (build.Sanitizer is not string sanitizer)
        {
            return new FuzzSurroundings([], environment);
        }
        environment["ASAN_OPTIONS"] = SanitizerOptions;
        environment["UBSAN_OPTIONS"] = "print_stacktrace=1:symbolize=0";
        // libFuzzer counts what is loaded before it starts.
        return new FuzzSurroundings([sanitizer, build.Library], environment);
    }

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
