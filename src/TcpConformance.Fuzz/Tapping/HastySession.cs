using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Tapping;

/// <summary>A session for real time: what waits, waits less.</summary>
internal static class HastySession
{
    private const int LongestWait = 300;

    /// <summary>The session with waits of at most 300 ms, and without those for timers that take
    /// minutes; null: nothing is left of it, or it needs what the IUT lacks.</summary>
    /// <param name="session">Any session.</param>
    /// <param name="hasIpv6">Whether the IUT has IPv6.</param>
    internal static Session? Of(Session session, bool hasIpv6)
    {
        List<SessionStep> steps = [];
        foreach (SessionStep step in session.Steps)
        {
            switch (step)
            {
                case OpenStep { IsV6: true } when !hasIpv6:
                    return null;
                case WaitStep { For: WaitFor.TimeWait or WaitFor.KeepAlive }:
                    break;
                case WaitStep wait:
                    steps.Add(wait with
                    {
                        Milliseconds = Math.Min(wait.Milliseconds, LongestWait),
                    });
                    break;
                case FlowStep flow:
                    steps.Add(flow with
                    {
                        Milliseconds = Math.Min(flow.Milliseconds, LongestWait),
                        Rtt = Math.Min(flow.Rtt, LongestWait / 3),
                    });
                    break;
                default:
                    steps.Add(step);
                    break;
            }
        }
        return steps.Count == 0 ? null : new Session(steps);
    }
}
