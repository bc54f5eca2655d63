using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;

namespace TcpConformance.Spec.Arrival;

/// <summary>RFC 5961 §7: challenge ACKs may be throttled, so that beyond ten in five seconds an
/// answer is allowed, but not owed.</summary>
internal static class ChallengeLimit
{
    private const int Most = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>A challenge ACK is owed at once, unless there were too many.</summary>
    public static void OweChallenge(ref this Tcb tcb, RuleId rule, in ArrivalContext c)
    {
        Count(ref tcb, c.At);
        if (tcb.ChallengesNow + tcb.ChallengesBefore > Most)
        {
            tcb.AllowAck();
            return;
        }
        tcb.OweAck(rule, c.AtOnce);
    }

    /// <summary>A challenge ACK may be sent, and counts if it is.</summary>
    public static void AllowChallenge(ref this Tcb tcb, in ArrivalContext c)
    {
        Count(ref tcb, c.At);
        tcb.AllowAck();
    }

    // Where the IUT's intervals begin isn't seen. Any of them lies within two neighbours of ours,
    // so that what is counted is never less than what the IUT counts.
    private static void Count(ref Tcb tcb, TimeSpan at)
    {
        TimeSpan passed = at - tcb.ChallengesSince;
        if (passed >= Interval)
        {
            tcb.ChallengesBefore = passed < Interval * 2 ? tcb.ChallengesNow : (byte)0;
            tcb.ChallengesNow = 0;
            tcb.ChallengesSince = at - TimeSpan.FromTicks(passed.Ticks % Interval.Ticks);
        }
        tcb.ChallengesNow = (byte)Math.Min(tcb.ChallengesNow + 1, byte.MaxValue);
    }
}
