using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Windows, timers and congestion.</summary>
internal static class WindowTraces
{
    private const string Small =
        "listen; > S 0 w=100; < SA 0 1; > A 1 1 w=100; accept; send 200;";

    private const string Zero = Openings.Open + "> A 1 1 w=0; send 100;";

    private const string Sent = Openings.Open + "send 100; < A 1:101 1;";

    public static readonly RuleTrace[] All =
    [
        RuleTrace.Of(RuleId.TextBeyondWindow, Small, "< A 1:101 1", "< A 1:102 1"),
        RuleTrace.Of(
            RuleId.TextInShrunkWindow,
            Openings.Open + "send 300; < A 1:101 1; > A 1 101 w=100; +100;",
            "< A 101:201 1", "< A 101:202 1"),
        RuleTrace.Of(
            RuleId.WindowShrunk, Openings.Open + "> A 1:101 1;",
            "< A 1 101 w=65435", "< A 1 101 w=65434"),
        RuleTrace.Of(
            RuleId.WindowScaledUnagreed,
            "connect; < S 0 ws=2 w=40000; > S 0; < SA 0 1 ws=2 w=40000; > A 1 1; connected;"
            + "> A 1:101 1;",
            "< A 1 101 w=39900", "< A 1 101 w=9975"),
        RuleTrace.Of( // not that TSecr is the one of the segment that is dropped
            RuleId.WindowScaledUnagreed,
            "connect; < S 0 ws=2 w=40000 ts=900/0; > S 0 ts=100/0;"
            + "< SA 0 1 ws=2 w=40000 ts=901/100; > A 1 1 ts=102/901; connected; +30;"
            + "> A 1 2 ts=132/901;",
            "< A 1 1 w=40000 ts=930/102", "< A 1 1 w=10000 ts=930/102"),
        RuleTrace.Of(
            RuleId.WindowSilly,
            "listen; > S 0; < SA 0 1 w=1000; > A 1 1; > A 1:501 1; > A 501:1001 1;"
            + "< A 1 1001 w=0; +100;",
            "< A 1 1001 w=500", "< A 1 1001 w=10"),
        RuleTrace.Of(
            RuleId.SmallSegmentNagle, Openings.OpenMss + "send 10; < A 1:11 1; send 10;",
            "> A 1 11; < A 11:21 1", "< A 11:21 1"),
        RuleTrace.Of(
            RuleId.SmallSegmentFillsWindow, Openings.OpenMss + "> A 1 1 w=10; +5; send 5000;",
            "+100; < A 1:11 1", "< A 1:11 1"),
        RuleTrace.Of(RuleId.ProbeTooEarly, Zero, "+1000; < A 1:2 1", "+500; < A 1:2 1"),
        RuleTrace.Of(
            RuleId.ProbeIntervalShrinks, Zero + "+1000; < A 1:2 1; +2000; < A 1:2 1;",
            "+4000; < A 1:2 1", "+1000; < A 1:2 1"),
        RuleTrace.Of(RuleId.ProbeMissing, Zero, "+1000; < A 1:2 1; +1000", "+4000"),
        RuleTrace.Of(
            RuleId.RetransmissionMissing, Sent, "+1000; < A 1:101 1; +1000", "+2000"),
        RuleTrace.Of(
            RuleId.RetransmissionTooEarly, Sent, "+1000; < A 1:101 1", "+900; < A 1:101 1"),
        RuleTrace.Of(
            RuleId.InitialRtoTooShort, "connect; < S 0;", "+1000; < S 0", "+200; < S 0"),
        RuleTrace.Of(
            RuleId.RetransmissionTooEarly, "connect; < S 0; +200; > R 0;", "", "< S 0"),
        RuleTrace.Of(
            RuleId.BackoffMissing, Sent + "+1000; < A 1:101 1;",
            "+2000; < A 1:101 1", "+1500; < A 1:101 1"),
        RuleTrace.Of(
            RuleId.RtoAfterSynTooShort,
            "connect; < S 0; +1000; < S 0; > SA 0 1; < A 1 1; connected; send 100; < A 1:101 1;",
            "+3000; < A 1:101 1", "+1000; < A 1:101 1"),
        RuleTrace.Of(
            RuleId.BackoffForgotten,
            Sent + "+1000; < A 1:101 1; > A 1 101; send 100; < A 101:201 1;",
            "+2000; < A 101:201 1", "+1000; < A 101:201 1"),
        RuleTrace.Of(
            RuleId.RetransmissionNotOldest,
            Openings.OpenMss + "send 2920;" + Openings.Full(0, 2) + "+1000;",
            Openings.Full(0, 1), Openings.Full(1, 1)),
        RuleTrace.Of(
            RuleId.GaveUpTooEarly,
            Sent + "receive; +1000; < A 1:101 1; +2000; < A 1:101 1; +4000; < A 1:101 1;"
            + "+8000; < A 1:101 1; +16000; < A 1:101 1; +32000; < A 1:101 1;",
            "+40000; told timedout", "+30000; told timedout"),
        RuleTrace.Of(
            RuleId.GaveUpSynTooEarly,
            "connect; < S 0; +1000; < S 0; +2000; < S 0; +4000; < S 0; +8000; < S 0;"
            + "+16000; < S 0; +32000; < S 0; +60000; < S 0;",
            "+59000; told timedout", "+10000; told timedout"),
        RuleTrace.Of(
            RuleId.GaveUpNever,
            Sent + string.Concat(
                new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 }.Select(s => $"+{s}000; < A 1:101 1;")),
            "", "+60000; < A 1:101 1"),
        RuleTrace.Of(
            RuleId.KeepAliveOneIsDeath,
            Openings.Open + "receive; keepalive 10000; +10000; < A 0 1;",
            "+75000; told timedout", "+1000; told timedout"),
        new(
            RuleId.KeepAliveUnasked,
            Openings.Open + "keepalive 10000; +10000; < A 0 1",
            Openings.Open + "+10000; < A 0 1"),
        RuleTrace.Of(
            RuleId.KeepAliveTooEarly, Openings.Open + "keepalive 10000;",
            "+10000; < A 0 1", "+9000; < A 0 1"),
        RuleTrace.Of(
            RuleId.KeepAliveDefaultTooShort, Openings.Open + "keepalive;",
            "+7200000; < A 0 1", "+780000; < A 0 1"),
        RuleTrace.Of(
            RuleId.FinWait2GivenUp, Openings.Open + "close; < FA 1 1; > A 1 2; +30000; > FA 1 2;",
            "< A 2 2", "< R 2"),
        RuleTrace.Of(
            RuleId.TimeWaitTooShort, Openings.TimeWait + "+239000; > FA 1 2;",
            "< A 2 2", "< R 2"),
        RuleTrace.Of(
            RuleId.TimeWaitNotReturned,
            Openings.Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; irs 100000; iss 600000; > S 0;"
            + "< SA 0 1; > R 1; irs 4294967040; iss 500000; > FA 1 2;",
            "< A 2 2", "< R 2"),
        RuleTrace.Of(
            RuleId.TimeWaitTooLong, Openings.TimeWait + "+241000; > FA 1 2;",
            "< R 2", "< A 2 2"),
        RuleTrace.Of(
            RuleId.InitialFlightTooLarge, Openings.OpenMss + "send 30000;" + Openings.Full(0, 10),
            "", Openings.Full(10, 1)),
        RuleTrace.Of(
            RuleId.FlightAfterLostSynTooLarge,
            "listen; > S 0 mss=1460; < SA 0 1 mss=1460; +1000; < SA 0 1 mss=1460; +2000;"
            + "< SA 0 1 mss=1460; > A 1 1; accept; send 9000;" + Openings.Full(0, 1),
            "", Openings.Full(1, 1)),
        RuleTrace.Of(
            RuleId.RestartWindowIgnored,
            Openings.OpenMss + "send 32120;" + Openings.Full(0, 10) + "> A 1 14601;"
            + Openings.Full(10, 12) + "> A 1 32121; +5000; send 30000;" + Openings.Full(22, 11),
            "", Openings.Full(33, 1)),
        RuleTrace.Of(
            RuleId.LimitedTransmitTooMuch,
            Openings.OpenMss + "send 30000;" + Openings.Full(0, 10) + "> A 1 1;",
            Openings.Full(10, 1), Openings.Full(10, 2)),
        RuleTrace.Of(
            RuleId.SlowStartTooFast,
            Openings.OpenMss + "send 30000;" + Openings.Full(0, 10) + "> A 1 1461;"
            + Openings.Full(10, 2),
            "", Openings.Full(12, 1)),
        RuleTrace.Of(
            RuleId.WindowNotDeflated,
            Openings.OpenMss + "send 50000;" + Openings.Full(0, 10)
            + "> A 1 1; > A 1 1; > A 1 1; < A 1:1461 1; > A 1 14601;" + Openings.Full(10, 7),
            "", Openings.Full(17, 1)),
        RuleTrace.Of(
            RuleId.RecoveryFlightTooLarge,
            Openings.OpenMss + "send 60000;" + Openings.Full(0, 1) + "+1; > A 1 1461; +1;"
            + Openings.Full(1, 10) + "+100; > A 1 1461; > A 1 1461; > A 1 1461;"
            + Openings.Full(1, 1),
            string.Concat(Enumerable.Repeat("> A 1 1461;", 7)) + Openings.Full(11, 4),
            Openings.Full(11, 4)),
        RuleTrace.Of(
            RuleId.FastRetransmitMissing,
            Openings.OpenMss + "send 30000;" + Openings.Full(0, 5)
            + "> A 1 1461; > A 1 1461; > A 1 1461; > A 1 1461;",
            "< A 1461:2921 1", ""),
        RuleTrace.Of(
            RuleId.TimeoutFlightTooLarge,
            Openings.OpenMss + "send 30000;" + Openings.Full(0, 5) + "+1000; < A 1:1461 1;",
            "> A 1 1461; < A 1461:2921 1; < A 2921:4381 1", "< A 1461:2921 1"),
        new(
            RuleId.IsnRepeats,
            "listen; > S 0; < SA 0 1; pair 1; iss 7; > S 0; < SA 0 1",
            "listen; > S 0; < SA 0 1; pair 1; > S 0; < SA 0 1"),
        new(
            RuleId.IsnPredictable,
            "listen;" + Connections(i => unchecked((uint)i * 2654435761u) ^ 0x5bd1e995u),
            "listen;" + Connections(i => 64_000u * (uint)i)),
    ];

    private static string Connections(Func<int, uint> iss) => string.Concat(
        Enumerable.Range(1, 12).Select(i => $"pair {i}; iss {iss(i)}; > S 0; < SA 0 1; +50;"));
}
