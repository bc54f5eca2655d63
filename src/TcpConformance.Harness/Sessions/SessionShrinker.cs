using TcpConformance.Harness.Iuts;

namespace TcpConformance.Harness.Sessions;

/// <summary>Makes a session that shows a fault as short and as plain as it can be while it still
/// shows the same fault: delta debugging over the steps, then over their fields.</summary>
public static class SessionShrinker
{
    private const int MostRuns = 3000;

    /// <summary>The least session found that shows what <paramref name="session"/> shows: a
    /// violation of the same requirement, or the same way of dying.</summary>
    /// <param name="session">The session.</param>
    /// <param name="open">A fresh IUT in virtual time, always the same one.</param>
    /// <param name="known">What is no finding: the least session shows none of these, unless the
    /// session itself does.</param>
    /// <returns>Its outcome, with a trace; that of the session itself if it is clean.</returns>
    public static SessionOutcome Shrink(
        Session session, Func<IIut> open, SessionDeviations? known = null)
    {
        SessionOutcome first = Run(session, open, traced: false);
        bool isKnown = known?.Reason(first) is not null;
        Session least = first.Ending == SessionEnding.Clean
            ? session
            : Shrink(session, s => Run(s, open, traced: false) is var outcome
                && outcome.IsLike(first) && (isKnown || known?.Reason(outcome) is null));
        return Run(least, open, traced: true);
    }

    /// <summary>The least session found for which the predicate holds.</summary>
    /// <param name="session">One for which it holds.</param>
    /// <param name="holds">The predicate; always the same answer for the same session.</param>
    public static Session Shrink(Session session, Func<Session, bool> holds)
    {
        int runs = 0;
        bool Holds(Session s) => ++runs <= MostRuns && holds(s);
        Session now = session;
        Session before;
        do
        {
            before = now;
            now = RemoveSteps(now, Holds);
            now = SimplifySteps(now, Holds);
        }
        while (now != before && runs < MostRuns);
        return now;
    }

    private static SessionOutcome Run(Session session, Func<IIut> open, bool traced)
    {
        using IIut iut = open();
        return SessionRun.Play(session, iut, traced);
    }

    // Chunks of half the steps, a quarter, …, one.
    private static Session RemoveSteps(Session session, Func<Session, bool> holds)
    {
        Session now = session;
        for (int size = Math.Max(1, now.Steps.Count / 2); size > 0; size /= 2)
        {
            for (int at = now.Steps.Count - size; at >= 0; at--)
            {
                if (at + size > now.Steps.Count)
                {
                    continue;
                }
                var without = new Session([.. now.Steps.Take(at), .. now.Steps.Skip(at + size)]);
                if (holds(without))
                {
                    now = without;
                }
            }
        }
        return now;
    }

    private static Session SimplifySteps(Session session, Func<Session, bool> holds)
    {
        Session now = session;
        for (int i = 0; i < now.Steps.Count; i++)
        {
            bool again = true;
            while (again)
            {
                again = false;
                foreach (SessionStep simpler in StepSimplifier.Of(now.Steps[i]))
                {
                    var with = new Session(
                        [.. now.Steps.Take(i), simpler, .. now.Steps.Skip(i + 1)]);
                    if (holds(with))
                    {
                        now = with;
                        again = true;
                        break;
                    }
                }
            }
        }
        return now;
    }
}
