using TcpConformance.Engine;

namespace TcpConformance.Mutants.Catalogue;

/// <summary>Retransmission and the other timers, turned round.</summary>
internal static class TimerMutants
{
    public static IEnumerable<Mutant> All =>
    [
        Of(
            "rto-backoff-ends-at-four-seconds", "RFC 6298 §2.5, §5.5",
            "backs the RTO off to 4 s and no further",
            "rfc6298/5/6", new BackOffFour(),
            "rfc9293/MUST-19", "rfc6298/5/7", "rfc6298/5/1"),
        Of(
            "rto-backoff-quadruples", "RFC 6298 §5.5",
            "multiplies the RTO by four at each expiry",
            "rfc6298/5/6", new BackOffFourfold(),
            "rfc9293/MUST-19", "rfc9293/3.10.8/2", "rfc6298/5/7"),
        Of(
            "karn-ignored", "RFC 9293 §3.8.1 (MUST-18), RFC 6298 §3",
            "measures the round trip over a segment that was sent twice",
            "rfc9293/MUST-18", new KarnIgnored(),
            "rfc6298/3/1", "rfc9293/3.8.2/1"),
        Of(
            "rto-without-variance", "RFC 6298 §2.3",
            "computes the RTO from SRTT alone",
            "rfc6298/2/6", new NoVariance(),
            "rfc6298/2/3", "rfc9293/MUST-18", "rfc6298/5/1", "rfc6298/2/4"),
        Of(
            "rto-forgets-minimum", "RFC 6298 §2.4",
            "lets the RTO fall below one second",
            "rfc6298/2/7", new NoMinimum(),
            "rfc6298/5/1"),
        Of(
            "rto-after-lost-syn-one-second", "RFC 6298 §5.7",
            "begins with an RTO of 1 s after its SYN timed out",
            "rfc6298/5/8", new AfterLostSyn(),
            "rfc6298/5/1"),
        Of(
            "never-gives-up", "RFC 9293 §3.8.3 (MUST-20)",
            "retransmits for ever, whatever R2 says",
            "rfc9293/MUST-20", new NeverGivesUp(),
            "rfc9293/MUST-22", "rfc9293/MUST-21", "rfc9293/3.9.1.4/2"),
        Of(
            "gives-up-text-after-ten-seconds", "RFC 9293 §3.8.3 (SHLD-11)",
            "gives text up after ten seconds",
            "rfc9293/SHLD-11", new GivesUpSoon(),
            "rfc9293/MUST-20"),
        Of(
            "gives-up-syn-after-thirty-seconds", "RFC 9293 §3.8.3 (MUST-23)",
            "gives a SYN up after thirty seconds",
            "rfc9293/MUST-23", new GivesUpSynSoon(),
            "rfc9293/MUST-22"),
        Of(
            "time-wait-half-as-long", "RFC 9293 §3.6.1 (MUST-13)",
            "leaves TIME-WAIT after one MSL",
            "rfc9293/MUST-13", new OneMsl(),
            "rfc9293/3.10.8/3", "rfc9293/3.3.2/21"),
        Of(
            "time-wait-missing", "RFC 9293 §3.6.1 (MUST-13)",
            "leaves TIME-WAIT at once",
            "rfc9293/MUST-13", new NoTimeWait(),
            "rfc9293/3.10.8/3", "rfc9293/3.3.2/21", "rfc9293/3.10.7.4/41", "rfc9293/3.10.7.4/61"),
        Of(
            "time-wait-for-ever", "RFC 9293 §3.6.1 (MUST-13)",
            "stays in TIME-WAIT for hours",
            "rfc9293/3.10.8/3", new TimeWaitForEver(),
            "rfc9293/MUST-13", "rfc9293/3.3.2/21"),
        Of(
            "time-wait-not-restarted", "RFC 9293 §3.10.7.4, eighth",
            "does not restart 2 MSL when the FIN comes again",
            "rfc9293/3.10.7.4/61", new NotRestarted(),
            "rfc9293/3.10.7.4/41", "rfc9293/MUST-13"),
        Of(
            "first-probe-late", "RFC 9293 §3.8.6.1 (SHLD-29)",
            "sends the first zero-window probe after ten RTOs",
            "rfc9293/SHLD-29", new FirstProbeLate(),
            "rfc9293/MUST-36", "rfc9293/3.8.6.1/1"),
        Of(
            "probe-interval-constant", "RFC 9293 §3.8.6.1 (SHLD-30)",
            "probes a zero window at a constant interval",
            "rfc9293/SHLD-30", new ProbeConstant()),
    ];

    private static Mutant Of(
        string id, string source, string text, string requirement,
        TimerDecisions decisions, params string[] neighbours) =>
        new(id, source, text, requirement)
        {
            Decisions = new() { Timer = decisions },
            Neighbours = neighbours,
        };

    private sealed class BackOffFour : TimerDecisions
    {
        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) =>
            rto >= TimeSpan.FromSeconds(4) ? rto : base.BackOff(tcb, rto);
    }

    private sealed class BackOffFourfold : TimerDecisions
    {
        public override TimeSpan BackOff(Tcb tcb, TimeSpan rto) =>
            base.BackOff(tcb, base.BackOff(tcb, rto));
    }

    private sealed class KarnIgnored : TimerDecisions
    {
        public override bool MayMeasure(Tcb tcb, bool retransmitted) => true;
    }

    private sealed class NoVariance : TimerDecisions
    {
        public override (TimeSpan Srtt, TimeSpan RttVar, TimeSpan Rto) Measure(
            Tcb tcb, TimeSpan rtt)
        {
            (TimeSpan srtt, TimeSpan variation, _) = base.Measure(tcb, rtt);
            return (srtt, variation, srtt > tcb.Options.RtoMin ? srtt : tcb.Options.RtoMin);
        }
    }

    private sealed class NoMinimum : TimerDecisions
    {
        public override (TimeSpan Srtt, TimeSpan RttVar, TimeSpan Rto) Measure(
            Tcb tcb, TimeSpan rtt)
        {
            (TimeSpan srtt, TimeSpan variation, _) = base.Measure(tcb, rtt);
            return (srtt, variation, srtt + (variation * 4) + TimeSpan.FromMilliseconds(10));
        }
    }

    private sealed class AfterLostSyn : TimerDecisions
    {
        public override TimeSpan AfterSlowHandshake(Tcb tcb) => TimeSpan.FromSeconds(1);
    }

    private sealed class NeverGivesUp : TimerDecisions
    {
        public override bool GivesUp(Tcb tcb, TimeSpan elapsed) => false;
    }

    private sealed class GivesUpSoon : TimerDecisions
    {
        public override bool GivesUp(Tcb tcb, TimeSpan elapsed) => tcb.SndUna == tcb.Iss
            ? base.GivesUp(tcb, elapsed)
            : elapsed >= TimeSpan.FromSeconds(10);
    }

    private sealed class GivesUpSynSoon : TimerDecisions
    {
        public override bool GivesUp(Tcb tcb, TimeSpan elapsed) => tcb.SndUna == tcb.Iss
            ? elapsed >= TimeSpan.FromSeconds(30)
            : base.GivesUp(tcb, elapsed);
    }

    private sealed class OneMsl : TimerDecisions
    {
        public override TimeSpan TimeWait(Tcb tcb) => tcb.Options.Msl;
    }

    private sealed class NoTimeWait : TimerDecisions
    {
        public override TimeSpan TimeWait(Tcb tcb) => TimeSpan.Zero;
    }

    private sealed class TimeWaitForEver : TimerDecisions
    {
        public override TimeSpan TimeWait(Tcb tcb) => TimeSpan.FromHours(12);
    }

    private sealed class NotRestarted : TimerDecisions
    {
        public override bool RestartsTimeWait(Tcb tcb, bool isFinAgain) => false;
    }

    private sealed class FirstProbeLate : TimerDecisions
    {
        public override TimeSpan FirstProbe(Tcb tcb) => tcb.Rto * 10;
    }

    private sealed class ProbeConstant : TimerDecisions
    {
        public override TimeSpan NextProbe(Tcb tcb, TimeSpan interval) => interval;
    }
}
