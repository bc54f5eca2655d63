using TcpConformance.Harness.Sessions;

namespace TcpConformance.Differential;

/// <summary>A session with a moment of quiet after each step, so that an IUT in real time has
/// reacted to one step before the next one comes; those in virtual time get the same.</summary>
internal static class SettledSession
{
    /// <summary>The moment: less than any delay of an ACK.</summary>
    public const int Milliseconds = 30;

    // The end of what is compared; what comes later is for the oracle alone.
    private static readonly WaitStep End = new(WaitFor.Time, 0);

    private static readonly WaitStep Settle = new(WaitFor.Time, Milliseconds);

    /// <summary>The session with its pauses.</summary>
    public static Session Of(Session session)
    {
        var steps = new List<SessionStep>();
        foreach (SessionStep step in session.Steps)
        {
            steps.Add(step);
            if (step is not WaitStep)
            {
                steps.Add(Settle);
            }
        }
        steps.Add(Settle);
        steps.Add(End);
        return new Session(steps);
    }

    /// <summary>For each step of <see cref="Of"/> the step of the session that it belongs to.
    /// </summary>
    public static IReadOnlyList<int> OwnersOf(Session session)
    {
        var owners = new List<int>();
        for (int i = 0; i < session.Steps.Count; i++)
        {
            owners.Add(i);
            if (session.Steps[i] is not WaitStep)
            {
                owners.Add(i);
            }
        }
        owners.Add(session.Steps.Count - 1);
        owners.Add(session.Steps.Count);
        return owners;
    }
}
