using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Emission;

/// <summary>Upper bounds of what is in flight (RFC 5681, RFC 6928), from outside.</summary>
internal static class CongestionSent
{
    public static RuleId Judge(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        // RFC 5681 §2: "the amount of data"; a FIN is none.
        long flight = seg.End.DistanceFrom(tcb.SndUna) - (seg.Has(TcpFlags.Fin) ? 1 : 0);
        long duplicates = Released(in tcb);
        bool control = seg.TextLength == 0; // a FIN alone isn't text
        Restart(ref tcb, in seg, in c);
        // RFC 8985 §7.3: a loss probe is new text if there is some, "one packet greater than the
        // congestion window".
        long probe = c.ClaimAny(Claims.RackTlp) ? Math.Max((int)tcb.PeerMss, 1) : 0;
        long halved = HalvedBound(in tcb, in c);
        long most = Math.Min(tcb.CwndBound, halved);
        if (!control && flight > most + duplicates + probe)
        {
            return flight <= tcb.CwndBound + duplicates ? RuleId.RecoveryFlightTooLarge
                : tcb.DupAcks > 0 && !tcb.InRecovery ? RuleId.LimitedTransmitTooMuch
                : tcb.SndUna == tcb.Iss + 1u ? tcb.SynTimeouts > 1
                    ? RuleId.FlightAfterLostSynTooLarge
                    : RuleId.InitialFlightTooLarge
                : tcb.Restarted ? RuleId.RestartWindowIgnored
                : tcb.JustRecovered && !tcb.InRecovery ? RuleId.WindowNotDeflated
                : RuleId.SlowStartTooFast;
        }
        return control ? RuleId.None : AfterTimeout(ref tcb, in seg);
    }

    // RFC 5681 §3.2 (2), (3): in fast recovery cwnd is ssthresh and what duplicates add; what
    // limited transmit has sent before is out as well. With SACK it is the pipe that stays below
    // ssthresh (RFC 6675 §5 (4), (C)).
    private static long HalvedBound(in Tcb tcb, in EmissionContext c)
    {
        bool known = tcb.InRecovery && tcb.DeflatedBound > 0
            && !c.ClaimAny(Arrival.CheckAck.OtherRecovery);
        return known ? tcb.DeflatedBound + (2L * Math.Max((int)tcb.PeerMss, 1)) : long.MaxValue;
    }

    // RFC 5681 §4.1: cwnd is no more than the restart window if nothing was sent for longer than
    // the RTO; RFC 6928 §2 makes the restart window as large as the initial one.
    private static void Restart(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        bool first = seg.Seq == tcb.SndUna && tcb.Flight == 0 && tcb.SndUna != tcb.Iss + 1u;
        TimeSpan sent = c.History.LastNew > c.History.LastAgain
            ? c.History.LastNew
            : c.History.LastAgain;
        TimeSpan rto = c.History.LongestRto(c.Ixit);
        if (c.History.LastProbe >= sent)
        {
            // A probe is text, too, and may double the RTO as a retransmission does.
            sent = c.History.LastProbe;
            TimeSpan interval = c.History.LastProbeInterval;
            rto = (interval > rto ? interval : rto) * 2;
        }
        if (first && !c.ClaimAny(Claims.OtherCongestionControl)
            && c.At - sent > rto + c.Early)
        {
            // What congestion avoidance has counted before may still add a segment.
            long window = Arrival.CheckAck.InitialWindow(in tcb, c.Ixit)
                + Math.Max((int)tcb.PeerMss, 1);
            tcb.Restarted = tcb.CwndBound > window;
            tcb.CwndBound = Math.Min(tcb.CwndBound, window);
        }
    }

    /// <summary>RFC 5681 §3.1: after a timeout the flight is the loss window of one segment, and
    /// grows by slow start. Counts a segment, new or sent again.</summary>
    public static RuleId AfterTimeout(ref Tcb tcb, in TcpHeader seg)
    {
        // RFC 1191 §6.4: what is too big for the path is sent again without a sign of congestion.
        if (!tcb.AfterTimeout || seg.TextLength == 0 || tcb.PathShrank)
        {
            return RuleId.None;
        }
        if (seg.Seq == tcb.SndUna)
        {
            // The oldest segment once more; as the window opens, as much as cwnd allows from there:
            // no more is in flight than before.
            tcb.TimeoutBudget = Math.Max(
                tcb.TimeoutBudget,
                tcb.Reopened ? tcb.TimeoutWindow : Math.Max((int)tcb.PeerMss, 1));
            tcb.Reopened = false;
        }
        // A segment that begins with octets of the last retransmission adds only what is new.
        uint old = seg.Seq < tcb.SndNxt && seg.End > tcb.SndNxt
            ? tcb.SndNxt.DistanceFrom(seg.Seq)
            : 0;
        tcb.TimeoutBudget -= seg.TextLength - old;
        long duplicates = Released(in tcb);
        return tcb.TimeoutBudget + duplicates < 0 && tcb.SndUna < tcb.Recover
            ? RuleId.TimeoutFlightTooLarge
            : RuleId.None;
    }

    /// <summary>Counts what goes again in recovery. RFC 5681 §4.3: until all is repaired "the
    /// number of segments transmitted in each RTT MUST be no more than half the number of
    /// outstanding segments when the loss was detected", whatever the algorithm; with SACK the pipe
    /// tells more.</summary>
    public static RuleId InRecovery(ref Tcb tcb, in TcpHeader seg, in EmissionContext c)
    {
        if (tcb.AfterTimeout || tcb.DeflatedBound == 0 || tcb.SackOk || tcb.PathShrank
            || c.ClaimAny(Arrival.CheckAck.OtherRecovery))
        {
            return AfterTimeout(ref tcb, in seg);
        }
        tcb.TimeoutBudget -= seg.TextLength;
        return tcb.TimeoutBudget < 0 && seg.Seq > tcb.SndUna
            ? RuleId.RecoveryFlightTooLarge
            : RuleId.None;
    }

    // Limited transmit (RFC 3042) lets two segments out for the first two duplicate ACKs, and fast
    // recovery inflates cwnd by one for each (RFC 5681 §3.2); with SACK what has arrived isn't in
    // flight any more, nor is what is lost below it (RFC 6675 §4, SetPipe).
    private static long Released(in Tcb tcb)
    {
        long segment = Math.Max((int)tcb.PeerMss, 1);
        bool lost = tcb.InRecovery || tcb.SackedRuns >= 3 || tcb.SackedAbove > 2 * segment;
        long gone = tcb.SackedAbove == 0 ? 0
            : !lost ? tcb.SackedAbove // §5 (3.3): what is not lost is in flight still
            : (2 * segment) + (tcb.SackedTop > tcb.SndUna
                ? tcb.SackedTop.DistanceFrom(tcb.SndUna)
                : tcb.SackedAbove);
        return Math.Max(tcb.Inflation * segment, gone);
    }
}
