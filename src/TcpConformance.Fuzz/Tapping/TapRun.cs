using TcpConformance.Fuzz.Targets;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Sessions;
using TcpConformance.Harness.Suites;

namespace TcpConformance.Fuzz.Tapping;

/// <summary>What is wrong with an input on an IUT over its link.</summary>
/// <param name="Rule">As a <see cref="FuzzFindingException"/> has it.</param>
/// <param name="Message">What was expected and what came.</param>
internal sealed record TapFault(string Rule, string Message)
{
    /// <summary>What happened.</summary>
    internal IReadOnlyList<TraceEntry> Trace { get; init; } = [];
}

/// <summary>Plays sessions side by side on one IUT in real time, and looks whether it still lives.
/// </summary>
internal sealed class TapRun : IDisposable
{
    // Addresses of the tester come again after 16,000 cases: long before, the IUT is a new one.
    private const int MostCases = 8_000;
    private const ulong Seed = 1;
    private const string Alive = "rfc9293/3.10.7.4/1";

    // Longer than a delayed ACK and the usual RTO.
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(1.5);

    private readonly IutProfile _profile;
    private readonly SessionDeviations _known;
    private IIut? _iut;
    private CaseLoop? _loop;
    private int _cases;

    /// <summary>For an IUT; it is started when it is needed.</summary>
    internal TapRun(IutProfile profile)
    {
        _profile = profile;
        // What is known of a case of the suite is no news in a session.
        _known = new SessionDeviations(profile.KnownDeviations.Select(
            d => d with { Cases = KnownDeviation.InSessions }));
    }

    /// <summary>The session that an input stands for on this IUT; null: none.</summary>
    internal Session? Read(ReadOnlySpan<byte> input) => HastySession.Of(
        SessionDecoder.Read(input),
        _profile.Claims.HasFlag(Spec.Profile.Claims.Ipv6));

    /// <summary>Plays sessions at once and then sees that a connection still can be had.</summary>
    /// <param name="sessions">The sessions.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <returns>What is wrong with each; null: nothing. More than one of them may have done what
    /// the last message says, when the IUT is dead or deaf.</returns>
    /// <exception cref="IutLostException">The IUT can't be started.</exception>
    internal (TapFault?[] Faults, TapFault? Dead) Play(
        IReadOnlyList<Session> sessions, CancellationToken cancel)
    {
        var faults = new TapFault?[sessions.Count];
        CaseLoop loop = Loop();
        var cases = sessions
            .Select((s, i) => SessionCase.Of($"session/{i}", s, Tail)).ToList();
        TapFault? dead = null;
        try
        {
            _cases += sessions.Count + 1;
            loop.Run(
                cases, outcome => faults[IndexOf(outcome)] = FaultOf(outcome, sessions), cancel);
            loop.Run([Probe], outcome => dead = DeathOf(outcome), cancel);
        }
        catch (IutLostException lost)
        {
            dead = new TapFault("iut-died", lost.Message);
        }
        if (dead is not null)
        {
            Dispose();
        }
        return (faults, dead);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _iut?.Dispose();
        (_iut, _loop, _cases) = (null, null, 0);
    }

    private CaseLoop Loop()
    {
        if (_cases > MostCases)
        {
            Dispose();
        }
        _iut ??= SuiteRunner.OpenByKind(_profile, Seed);
        return _loop ??= new CaseLoop(_iut, Seed, int.MaxValue);
    }

    private static TestCase Probe { get; } = new(
        "alive", "Ensure that a connection can be opened and closed after all that.",
        async ctx =>
        {
            await ctx.Established();
            ctx.Assert(true, Alive, "it stands");
        });

    private static int IndexOf(CaseOutcome outcome) => int.Parse(
        outcome.Case.Id.AsSpan("session/".Length),
        System.Globalization.CultureInfo.InvariantCulture);

    private static TapFault? DeathOf(CaseOutcome outcome) => outcome.Verdict == Verdict.Pass
        ? null
        : new TapFault("not-alive", $"no connection can be opened any more: {outcome.Message}");

    private TapFault? FaultOf(CaseOutcome outcome, IReadOnlyList<Session> sessions)
    {
        if (outcome.Violations.Count == 0)
        {
            return outcome.Verdict == Verdict.Error
                ? new TapFault("harness-error", outcome.Message) { Trace = outcome.Trace }
                : null;
        }
        var seen = new SessionOutcome(sessions[IndexOf(outcome)], SessionEnding.Violation)
        {
            Message = outcome.Violations[0].Message,
            Violations = outcome.Violations,
        };
        return _known.Reason(seen) is not null
            ? null
            : new TapFault(SessionStory.RuleOf(seen), seen.Message) { Trace = outcome.Trace };
    }
}
