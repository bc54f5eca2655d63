namespace TcpConformance.Engine;

/// <summary>Retransmission and the other timers (RFC 6298, RFC 9293 §3.8).</summary>
public class TimerDecisions
{
    // The clock ticks in milliseconds (RFC 7323 §5.4): "G" of RFC 6298.
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    /// <summary>SRTT, RTTVAR and RTO after a measurement (RFC 6298 §2.2, §2.3).</summary>
    /// <param name="tcb">The connection before the measurement.</param>
    /// <param name="rtt">The measured time.</param>
    public virtual (TimeSpan Srtt, TimeSpan RttVar, TimeSpan Rto) Measure(Tcb tcb, TimeSpan rtt)
    {
        TimeSpan srtt = rtt;
        TimeSpan variation = rtt / 2;
        if (tcb.Srtt is TimeSpan before)
        {
            variation = (tcb.RttVar * 0.75) + ((before - rtt).Duration() * 0.25);
            srtt = (before * 0.875) + (rtt * 0.125);
        }
        TimeSpan spread = variation * 4;
        TimeSpan rto = srtt + (spread > Granularity ? spread : Granularity);
        return (srtt, variation, Bound(tcb, rto));
    }

    /// <summary>Whether a round-trip time may be measured (Karn, MUST-18): never over octets that
    /// were sent twice, unless timestamps tell the two apart (RFC 6298 §3).</summary>
    public virtual bool MayMeasure(Tcb tcb, bool retransmitted) => !retransmitted;

    /// <summary>RTO after an expiry (RFC 6298 §5.5).</summary>
    public virtual TimeSpan BackOff(Tcb tcb, TimeSpan rto)
    {
        TimeSpan doubled = rto * 2;
        return doubled > tcb.Options.RtoMax ? tcb.Options.RtoMax : doubled;
    }

    /// <summary>RTO when text begins after a SYN was sent more than once: 3 s (RFC 6298
    /// §5.7).</summary>
    public virtual TimeSpan AfterSlowHandshake(Tcb tcb)
    {
        TimeSpan three = TimeSpan.FromSeconds(3);
        return tcb.Options.RtoInitial > three ? tcb.Options.RtoInitial : three;
    }

    /// <summary>Time before the first zero-window probe: the RTO (SHLD-29).</summary>
    public virtual TimeSpan FirstProbe(Tcb tcb) => tcb.Rto;

    /// <summary>Time before the next zero-window probe (SHLD-30).</summary>
    public virtual TimeSpan NextProbe(Tcb tcb, TimeSpan interval) => BackOff(tcb, interval);

    /// <summary>Whether a zero window is probed at all (MUST-36).</summary>
    public virtual bool ProbesZeroWindow(Tcb tcb) => true;

    /// <summary>Whether to give up: R2 (RFC 9293 §3.8.3).</summary>
    /// <param name="tcb">The connection.</param>
    /// <param name="elapsed">Time since the oldest segment was first sent, or since the peer last
    /// answered a probe.</param>
    public virtual bool GivesUp(Tcb tcb, TimeSpan elapsed) =>
        elapsed >= (tcb.SndUna == tcb.Iss ? tcb.Options.R2Syn : tcb.Options.R2);

    /// <summary>How long TIME-WAIT lasts: 2 MSL (MUST-13).</summary>
    public virtual TimeSpan TimeWait(Tcb tcb) => tcb.Options.Msl * 2;

    /// <summary>Whether a segment in TIME-WAIT restarts it: the FIN again (RFC 9293
    /// §3.10.7.4).</summary>
    public virtual bool RestartsTimeWait(Tcb tcb, bool isFinAgain) => isFinAgain;

    private static TimeSpan Bound(Tcb tcb, TimeSpan rto)
    {
        TimeSpan low = tcb.Options.RtoMin;
        TimeSpan high = tcb.Options.RtoMax;
        return rto < low ? low : rto > high ? high : rto;
    }
}
