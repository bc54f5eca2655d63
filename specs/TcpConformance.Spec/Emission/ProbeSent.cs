using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;
using TcpConformance.Spec.Timing;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Probes of a window of zero (RFC 9293 §3.8.6.1).</summary>
internal static class ProbeSent
{
    /// <summary>Whether text beyond the window is a probe: "at least one octet of new data", and
    /// more when it is time for it, by a clock however coarse. Text that goes out as soon as it is
    /// there waits for no timer.</summary>
    public static bool IsOne(in Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        TimeSpan last = c.History.Probes == 0 ? tcb.ZeroWindowSince : c.History.LastProbe;
        last = c.TextSince is TimeSpan given && given > last ? given : last;
        return tcb.SndWnd == 0
            && (seg.SegLen == 1
                || (c.At - last >= c.Ixit.RtoMin / 2
                    && Timing(in tcb, in c) == RuleId.None));
    }

    /// <summary>Whether a zero window may be probed now (SHLD-29, SHLD-30).</summary>
    public static RuleId Timing(in Tcb tcb, in EmissionContext c)
    {
        SendHistory h = c.History;
        if (h.Probes == 0)
        {
            return c.At - tcb.ZeroWindowSince >= c.Ixit.RtoMin - c.Early
                ? RuleId.None
                : RuleId.ProbeTooEarly;
        }
        TimeSpan interval = c.At - h.LastProbe;
        // However few there were, no interval is less than an RTO.
        bool again = h.LastProbe >= tcb.ZeroWindowSince && h.LastProgress <= h.LastProbe;
        if (again && interval < c.Ixit.RtoMin - c.Early)
        {
            return RuleId.ProbeIntervalShrinks;
        }
        // Only a series counts whose window was zero all the time, in this history, and in which
        // nothing was acknowledged.
        TimeSpan before = h.LastProbe - h.LastProbeInterval;
        bool series = before >= tcb.ZeroWindowSince && h.LastProgress <= before;
        return !series || interval >= (h.LastProbeInterval * 1.5) - c.Early
            || interval >= c.Ixit.RtoMax * 0.95
            ? RuleId.None
            : RuleId.ProbeIntervalShrinks;
    }
}
