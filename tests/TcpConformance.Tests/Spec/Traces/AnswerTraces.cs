using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Answers, state by state.</summary>
internal static class AnswerTraces
{
    private const string Open = Openings.Open;
    private const string Asked = "connect; < S 0;";

    public static readonly RuleTrace[] All =
    [
        RuleTrace.Of(RuleId.ClosedNoReset, "> A 1 1;", "< R 1", ""),
        RuleTrace.Of(RuleId.ClosedResetWrong, "> A 1 1;", "< R 1", "< R 2"),
        RuleTrace.Of(RuleId.ClosedResetNoAckWrong, "> P 1:11;", "< RA #0 11", "< R #0"),
        new(RuleId.ClosedResetAnswered, "> A 1 1; < R 1", "> RA 1 1; < R 1"),
        RuleTrace.Of(RuleId.ClosedSends, "> A 1 1;", "< R 1", "< A 1 1"),
        new(RuleId.ListenResetAnswered, "listen; > A 1 1; < R 1", "listen; > RA 1 1; < R 1"),
        RuleTrace.Of(RuleId.ListenAckNoReset, "listen; > A 1 1;", "< R 1", ""),
        RuleTrace.Of(RuleId.ListenAckResetWrong, "listen; > A 1 1;", "< R 1", "< RA 1 1"),
        RuleTrace.Of(RuleId.ListenSynNoSynAck, "listen; > S 0;", "< SA 0 1", ""),
        RuleTrace.Of(RuleId.ListenOtherAnswered, "listen; > P 1:11;", "", "< RA #0 11"),
        new(RuleId.SynUnasked, "connect; < S 0", "< S 0"),
        RuleTrace.Of(RuleId.SynMissing, "connect;", "< S 0", "+1001"),
        RuleTrace.Of(RuleId.SynSentBadAckNoReset, Asked + "> A 1 5;", "< R 5", ""),
        RuleTrace.Of(RuleId.SynSentResetTaken, Asked, "> RA 0 1; told refused",
            "> RA 0 5; told refused"),
        RuleTrace.Of(
            RuleId.SynSentResetIgnored, Asked + "> RA 0 1;",
            "told refused; > SA 0 1; < R 1", "> SA 0 1; < A 1 1"),
        RuleTrace.Of(RuleId.SynSentNoAck, Asked + "> SA 0 1;", "< A 1 1", ""),
        RuleTrace.Of(RuleId.SynSentNoSynAck, Asked + "> S 0;", "< SA 0 1", ""),
        RuleTrace.Of(RuleId.SynSentOtherAnswered, Asked + "> P 1:11;", "", "< A 1 11"),
        RuleTrace.Of(RuleId.UnacceptableNoAck, Open + "> A 70000 1;", "< A 1 1", ""),
        RuleTrace.Of(RuleId.UnacceptableAnswerWrong, Open + "> A 70000 1;", "< A 1 1", "< R 1"),
        RuleTrace.Of(
            RuleId.StraddlingRefused, "listen; > S 0; < SA 0 1 w=100; > A 1 1; > A 1:201 1;",
            "< A 1 101 w=0", "< A 1 1 w=100"),
        RuleTrace.Of(
            RuleId.BeyondWindowTaken, "listen; > S 0; < SA 0 1 w=100; > A 1 1; > A 1:201 1;",
            "< A 1 101 w=0", "< A 1 201 w=0"),
        RuleTrace.Of(
            RuleId.BeyondWindowTaken, "listen; > S 0; < SA 0 1 w=2000; > A 1 1; > A 1:2201 1;",
            "< A 1 2001 w=0", "< A 1 2201 w=0"),
        RuleTrace.Of(
            RuleId.BeyondWindowTaken, "listen; > S 0 sackok; < SA 0 1 sackok w=2000; > A 1 1;"
            + "> A 2001:2002 1;",
            "< A 1 1 w=2000", "< A 1 1 w=2000 sack=2001-2002"),
        RuleTrace.Of(
            RuleId.BeyondWindowTaken, "listen; > S 0 sackok; < SA 0 1 sackok w=2000; > A 1 1;"
            + "> FA 1001:2001 1;",
            "< A 1 1 w=2000 sack=1001-2001", "< A 1 1 w=2000 sack=1001-2002"),
        RuleTrace.Of(
            RuleId.LastAckEndedEarly,
            Open + "> FA 1 1; < A 1 2; shutdown; < FA 1 2; > A 2 1; > A 1 1;",
            "< A 2 2", "< R 1"),
        RuleTrace.Of(RuleId.DamagedTaken, Open + "> A 1:101 1 sum;", "", "< A 1 101"),
        RuleTrace.Of(RuleId.DamagedTaken, Open + "> R 1 sum;", "", "> A 1:101 1; < R 1"),
        RuleTrace.Of(RuleId.BadOffsetTaken, Open + "> A 1:101 1 off=4;", "", "< A 1 101"),
        RuleTrace.Of(RuleId.ResetOutsideAnswered, Open + "> R 70000;", "", "< A 1 1"),
        RuleTrace.Of(
            RuleId.ResetOutsideTaken, Open + "> R 70000; > A 1:101 1;", "< A 1 101", "< R 1"),
        RuleTrace.Of(
            RuleId.ResetExactIgnored, Open + "> R 1; > A 1:101 1;", "< R 1", "< A 1 101"),
        RuleTrace.Of(RuleId.ResetInsideNoChallenge, Open + "> R 2;", "< A 1 1", ""),
        RuleTrace.Of(
            RuleId.ResetInsideTaken, Open + "> R 2;",
            "< A 1 1; > A 1:101 1; < A 1 101", "> A 1:101 1; < R 1"),
        RuleTrace.Of(RuleId.SynNoChallenge, Open + "> S 1;", "< A 1 1", ""),
        RuleTrace.Of(RuleId.SynTaken, Open + "> S 1;", "< A 1 1", "< RA #0 2"),
        RuleTrace.Of(
            RuleId.AckMissingBitTaken, Open + "> P 1:101;", "> A 1:101 1; < A 1 101", "< A 1 101"),
        RuleTrace.Of(RuleId.AckAboveNoAck, Open + "> A 1 100;", "< A 1 1", ""),
        RuleTrace.Of(RuleId.AckAboveTextTaken, Open + "> A 1:101 100;", "< A 1 1", "< A 1 101"),
        RuleTrace.Of(RuleId.AckBelowNoChallenge, Open + "> A 1 -66000;", "< A 1 1", ""),
        RuleTrace.Of(
            RuleId.SynReceivedBadAckNoReset, "listen; > S 0; < SA 0 1; > A 1 0;", "< R 0", ""),
        RuleTrace.Of(
            RuleId.SynReceivedBadAckNoReset, "listen; > S 0; < SA 0 1; > A 1 0;", "< R 0",
            "< A 1 1"),
        RuleTrace.Of(
            RuleId.SynReceivedAckRefused,
            "listen; > S 0 mss=1460 ts=100/0; < SA 0 1 mss=1460 ts=900/100; > R 2;"
            + "< A 1 1 ts=905/100; > A 1 1 ts=110/905;",
            "accept; send 10; < A 1:11 1 ts=910/110", "< A 1 1 ts=906/100"),
        RuleTrace.Of(
            RuleId.SynReceivedNotListening,
            "listen; > S 0; < SA 0 1; > R 1; iss 9000; > S 0;", "< SA 0 1", "< RA #0 1"),
        RuleTrace.Of(
            RuleId.PawsNoAck, Openings.OpenTimes + "> A 1:101 1 ts=50/900;",
            "< A 1 1 ts=901/101", ""),
        RuleTrace.Of(
            RuleId.PawsTaken, Openings.OpenTimes + "> A 1:101 1 ts=50/900;",
            "< A 1 1 ts=901/101", "< A 1 101 ts=901/101"),
        RuleTrace.Of(
            RuleId.PawsAfterIdle,
            Openings.OpenTimes + "+2160000000; > A 1:101 1 ts=50/900;",
            "< A 1 101 ts=901/50", "< A 1 1 ts=901/101"),
        RuleTrace.Of(
            RuleId.UntimedSegmentTaken, Openings.OpenTimes + "> A 1:101 1;",
            "> A 1:101 1 ts=102/900; < A 1 101 ts=901/102", "< A 1 101 ts=901/101"),
        RuleTrace.Of(RuleId.AckUnasked, Open + "> A 1 1;", "", "< A 1 1"),
        new(RuleId.ResetUnasked, Open + "abort; < R 1", Open + "< R 1"),
        new(RuleId.SynAckUnasked, "listen; > S 0; < SA 0 1", "listen; < SA 0 1"),
        RuleTrace.Of(
            RuleId.SynAckAfterAck, "connect; < S 0; > S 0; < SA 0 1; > A 1 1;", "", "< SA 0 1"),
        new(RuleId.SynSentAck, "connect; < S 0", "connect; < SA 0 0"),
        RuleTrace.Of(RuleId.SynSentGoesOn, Asked + "close; +1000;", "", "< S 0"),
        RuleTrace.Of(
            RuleId.LastAckTooLong, Open + "> FA 1 1; < A 1 2; shutdown; < FA 1 2; > A 2 2;",
            "> A 2 2; < R 2", "> A 2 2; < A 2 2"),
        RuleTrace.Of(RuleId.SentAfterReset, Open + "abort; < R 1;", "", "< A 1 1"),
        RuleTrace.Of(
            RuleId.TextInTimeWait, Openings.TimeWait + "> FA 1 2;", "< A 2 2", "< A 2:3 2"),
        RuleTrace.Of(RuleId.TextAckLate, Open + "> A 1:101 1;", "+499; < A 1 101",
            "+500; < A 1 101"),
        RuleTrace.Of(
            RuleId.SecondSegmentAckLate, Open + "> A 1:537 1; > A 537:1073 1;", "< A 1 1073", ""),
        RuleTrace.Of(RuleId.OutOfOrderAckLate, Open + "> A 101:201 1;", "< A 1 1", ""),
        RuleTrace.Of(
            RuleId.GapFillAckLate, Open + "> A 101:201 1; < A 1 1; > A 1:101 1;", "< A 1 201", ""),
        RuleTrace.Of(RuleId.FinAckLate, Open + "> FA 1 1;", "< A 1 2", "+501"),
        RuleTrace.Of(
            RuleId.TextTakenAfterFin, Open + "> FA 1 1; < A 1 2; > A 2:102 1;",
            "< A 1 2", "< A 1 102"),
        RuleTrace.Of(RuleId.FinNotSent, Open + "shutdown;", "< FA 1 1", "+1100"),
        RuleTrace.Of(
            RuleId.FinNotSentCloseWait, Open + "> FA 1 1; < A 1 2; shutdown;", "< FA 1 2",
            "+1100"),
        RuleTrace.Of(
            RuleId.ClosingForgotten, Open + "shutdown; < FA 1 1; > FA 1 1; < A 2 2;",
            "+1000; < FA 1 2; +500", "+2000"),
        RuleTrace.Of(
            RuleId.CloseInSynReceivedForgotten,
            "connect; < S 0; > S 0; < SA 0 1; close;", "+1000; < SA 0 1; +500", "+4000"),
        RuleTrace.Of(
            RuleId.LostTextNoReset, Open + "> A 1:101 1; < A 1 101; close;",
            "< R 1", "< FA 1 101; +600"),
        RuleTrace.Of(
            RuleId.TimeWaitSynRefused,
            "claim TimeWaitReuse;" + Openings.OpenTimes
            + "shutdown; < FA 1 1 ts=901/101; > A 1 2 ts=102/901; > FA 1 2 ts=103/901;"
            + "< A 2 2 ts=902/103; +100; irs 70000; > S 0 mss=1460 ts=9000/0;",
            "iss 900000; < SA 0 1 mss=1460 ts=950/9000", "irs 4294967040; < A 2 2 ts=903/103"),
        RuleTrace.Of(
            RuleId.AckedTextSentAgain, Open + "send 100; < A 1:101 1; > A 1 101; +1000;",
            "", "< A 1:101 1"),
        RuleTrace.Of(
            RuleId.ZeroWindowAckIgnored,
            "listen; > S 0; < SA 0 1 w=100; > A 1 1; accept; > A 1:101 1; < A 1 101 w=0;"
            + "send 50; < A 1:51 101 w=0; > A 101:102 51; < A 51 101 w=0; +1000;",
            "", "< A 1:51 101 w=0"),
        RuleTrace.Of(RuleId.TextNotSent, Open + "send 100;", "< A 1:101 1", "+1100"),
        RuleTrace.Of(RuleId.AbortNoReset, Open + "abort;", "< R 1", ""),
    ];
}
