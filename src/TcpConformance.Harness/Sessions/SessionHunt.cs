using System.Diagnostics;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Harness.Sessions;

/// <summary>What a hunt has found.</summary>
/// <param name="Seed">The seed of the session, for <see cref="SessionGenerator.Make"/> and for the
/// IUT.</param>
/// <param name="Outcome">What the session came to.</param>
/// <param name="Sessions">Sessions that were tried, this one included.</param>
/// <param name="Elapsed">How long the hunt took.</param>
public sealed record SessionFind(
    ulong Seed, SessionOutcome Outcome, int Sessions, TimeSpan Elapsed);

/// <summary>Plays random sessions against fresh IUTs until one of them shows a fault.</summary>
public static class SessionHunt
{
    /// <summary>Hunts for some time.</summary>
    /// <param name="open">A fresh IUT in virtual time for a seed.</param>
    /// <param name="seed">The seed of the hunt: the same sessions in the same order.</param>
    /// <param name="budget">When to give up. Only how long one looks depends on the clock, not what
    /// is found in a session.</param>
    /// <param name="wanted">Which outcomes count; null: any that isn't clean.</param>
    /// <param name="cancel">Ends the hunt.</param>
    /// <returns>The find; null if there was none.</returns>
    public static SessionFind? Run(
        Func<ulong, IIut> open, ulong seed, TimeSpan budget,
        Func<SessionOutcome, bool>? wanted = null, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        return Run(open, seed, _ => watch.Elapsed < budget, watch, wanted, cancel);
    }

    /// <summary>Hunts for a number of sessions.</summary>
    /// <param name="open">A fresh IUT in virtual time for a seed.</param>
    /// <param name="seed">The seed of the hunt.</param>
    /// <param name="sessions">How many sessions are tried at most.</param>
    /// <param name="wanted">Which outcomes count; null: any that isn't clean.</param>
    /// <param name="cancel">Ends the hunt.</param>
    /// <returns>The find; null if there was none.</returns>
    public static SessionFind? Run(
        Func<ulong, IIut> open, ulong seed, int sessions,
        Func<SessionOutcome, bool>? wanted = null, CancellationToken cancel = default) => Run(
            open, seed, tried => tried < sessions, Stopwatch.StartNew(), wanted, cancel);

    /// <summary>The shortest session that shows what a find shows, with its trace.</summary>
    public static SessionOutcome Shrink(SessionFind find, Func<ulong, IIut> open) =>
        SessionShrinker.Shrink(find.Outcome.Session, () => open(find.Seed));

    private static SessionFind? Run(
        Func<ulong, IIut> open, ulong seed, Func<int, bool> goesOn, Stopwatch watch,
        Func<SessionOutcome, bool>? wanted, CancellationToken cancel)
    {
        for (int n = 0; goesOn(n) && !cancel.IsCancellationRequested; n++)
        {
            ulong each = SessionGenerator.SeedOf(seed, n);
            using IIut iut = open(each);
            SessionOutcome outcome = SessionRun.Play(SessionGenerator.Make(each), iut);
            if (outcome.Ending != SessionEnding.Clean && wanted?.Invoke(outcome) != false)
            {
                return new SessionFind(each, outcome, n + 1, watch.Elapsed);
            }
        }
        return null;
    }
}
