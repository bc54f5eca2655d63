using TcpConformance.Spec.Profile;

namespace TcpConformance.Harness;

/// <summary>How long a case waits for what the RFCs say, for the IUT that is being judged.
/// </summary>
/// <param name="ixit">The IUT's values.</param>
public sealed class CaseTimes(Ixit ixit)
{
    // What the loop itself and an IUT without stated latency may need.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>For what the RFC says is done at once.</summary>
    public TimeSpan AtOnce => ixit.Latency + Slack;

    /// <summary>For an acknowledgment that may be delayed (RFC 9293 §3.8.6.3, MUST-40).</summary>
    /// <remarks>The RFC's bound and not the profile's: a stack may be slower than it says, but not
    /// slower than that.</remarks>
    public TimeSpan Acknowledgment => LongestDelay + ixit.TimerGranularity + AtOnce;

    /// <summary>For the first retransmission without an RTT measurement (RFC 6298 §2.1).</summary>
    public TimeSpan FirstRetransmission => Timer(ixit.RtoInitial);

    /// <summary>For the retransmission after <paramref name="expiries"/> expiries: the RTO doubles
    /// up to its maximum (RFC 6298 §5.5).</summary>
    public TimeSpan Retransmission(int expiries)
    {
        double seconds = ixit.RtoInitial.TotalSeconds * Math.Pow(2, expiries);
        return Timer(TimeSpan.FromSeconds(Math.Min(seconds, ixit.RtoMax.TotalSeconds)));
    }

    /// <summary>2 MSL and what a timer may be late (RFC 9293 §3.6.1, MUST-13).</summary>
    public TimeSpan TimeWait => Timer(ixit.TimeWait);

    /// <summary>As long as <paramref name="wait"/>, but for a connection in TIME-WAIT that has to
    /// be there still: three quarters of 2 MSL at most.</summary>
    public TimeSpan InTimeWait(TimeSpan wait)
    {
        TimeSpan most = ixit.TimeWait * 0.75;
        return most > TimeSpan.Zero && wait > most ? most : wait;
    }

    /// <summary>A timer of this length fires within this time.</summary>
    public TimeSpan Timer(TimeSpan length) => ixit.Expired(length) + AtOnce;

    /// <summary>For anything that comes with the help of at most some retransmissions: what
    /// a preamble waits for each of its steps.</summary>
    public TimeSpan Patience => FirstRetransmission + Retransmission(1);
}
