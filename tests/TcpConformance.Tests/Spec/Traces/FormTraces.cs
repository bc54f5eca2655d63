using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Form of every segment: header, options, numbers.</summary>
internal static class FormTraces
{
    private const string Text = Openings.Open + "> A 1:101 1;";
    private const string Times = Openings.OpenTimes + "> A 1:101 1 ts=102/900;";

    public static readonly RuleTrace[] All =
    [
        RuleTrace.Of(RuleId.ChecksumWrong, Text, "< A 1 101", "< A 1 101 sum"),
        RuleTrace.Of(RuleId.DataOffsetWrong, Text, "< A 1 101 off=5", "< A 1 101 off=4"),
        RuleTrace.Of(
            RuleId.OptionMalformed, Text, "< A 1 101 raw=fd020101", "< A 1 101 raw=fd000101"),
        RuleTrace.Of(
            RuleId.PaddingNotZero, Text, "< A 1 101 raw=01000000", "< A 1 101 raw=01000001"),
        RuleTrace.Of(RuleId.ReservedBitsSet, Text, "< A 1 101", "< Ax 1 101"),
        RuleTrace.Of(RuleId.FlagsImpossible, Text, "< A 1 101", "< FRA 1 101"),
        RuleTrace.Of(
            RuleId.FlagsImpossible, Openings.Open, "shutdown; < FA 1 1", "shutdown; < F 1"),
        RuleTrace.Of(
            RuleId.AckBitMissing, Openings.Open, "send 9; < PA 1:10 1", "send 9; < P 1:10"),
        new(
            RuleId.EcnNotAgreed,
            "listen; > SEC 0; < SEA 0 1; > A 1 1; > A 1:101 1; < EA 1 101",
            "listen; > SEC 0; < SA 0 1; > A 1 1; > A 1:101 1; < EA 1 101"),
        RuleTrace.Of(RuleId.MssWithoutSyn, Text, "< A 1 101", "< A 1 101 mss=536"),
        RuleTrace.Of(RuleId.WindowScaleWithoutSyn, Text, "< A 1 101", "< A 1 101 ws=2"),
        new(
            RuleId.WindowScaleNotOffered,
            "listen; > S 0 ws=1; < SA 0 1 ws=2", "listen; > S 0; < SA 0 1 ws=2"),
        RuleTrace.Of(
            RuleId.WindowScaleTooLarge, "listen; > S 0 ws=1;", "< SA 0 1 ws=14", "< SA 0 1 ws=15"),
        RuleTrace.Of(RuleId.SackPermittedWithoutSyn, Text, "< A 1 101", "< A 1 101 sackok"),
        new(
            RuleId.SackPermittedNotOffered,
            "listen; > S 0 sackok; < SA 0 1 sackok", "listen; > S 0; < SA 0 1 sackok"),
        new(
            RuleId.SackNotPermitted,
            Openings.OpenSack + "> A 101:201 1; < A 1 1 sack=101-201",
            Openings.OpenMss + "> A 101:201 1; < A 1 1 sack=101-201"),
        RuleTrace.Of(
            RuleId.SackBlockNotReceived, Openings.OpenSack + "> A 101:201 1;",
            "< A 1 1 sack=101-201", "< A 1 1 sack=101-202"),
        RuleTrace.Of(
            RuleId.SackFirstNotNewest,
            Openings.OpenSack + "> A 101:201 1; < A 1 1 sack=101-201; > A 301:401 1;",
            "< A 1 1 sack=301-401,101-201", "< A 1 1 sack=101-201,301-401"),
        RuleTrace.Of(
            RuleId.SackBlockNotIsolated,
            Openings.OpenSack + "> A 101:201 1; < A 1 1 sack=101-201; > A 201:301 1;",
            "< A 1 1 sack=101-301", "< A 1 1 sack=201-301,101-201"),
        RuleTrace.Of(
            RuleId.DuplicateSackUnfounded,
            Openings.OpenSack + "> A 1:101 1; < A 1 101; > A 51:151 1;",
            "< A 1 151 sack=51-101", "< A 1 151 sack=1-101"),
        RuleTrace.Of(
            RuleId.SackMissing, Openings.OpenSack + "> A 101:201 1;",
            "< A 1 1 sack=101-201; > A 1:101 1; < A 1 201",
            "< A 1 1; > A 1:101 1; < A 1 201"),
        RuleTrace.Of(
            RuleId.MssMissing, "listen; > S 0;", "< SA 0 1 mss=1460", "< SA 0 1 nomss"),
        RuleTrace.Of(
            RuleId.MssLessOptions, "listen; > S 0;", "< SA 0 1 mss=1460", "< SA 0 1 mss=1448"),
        RuleTrace.Of(
            RuleId.TsClockTooFast, Times + "< A 1 101 ts=901/102; +1000;"
                + "> A 101:201 1 ts=3102/901;",
            "< A 1 201 ts=17000000/3102", "< A 1 201 ts=100000000/3102"),
        RuleTrace.Of(
            RuleId.TsValStandsStill,
            Times + "< A 1 101 ts=901/102; +3000; > A 101:201 1 ts=3102/901;",
            "< A 1 201 ts=3901/3102", "< A 1 201 ts=901/3102"),
        new(
            RuleId.TimestampsNotOffered,
            "listen; > S 0 ts=1/0; < SA 0 1 ts=9/1", "listen; > S 0; < SA 0 1 ts=9/1"),
        RuleTrace.Of(RuleId.TimestampsMissing, Times, "< A 1 101 ts=901/102", "< A 1 101"),
        RuleTrace.Of(RuleId.TimestampsNotAgreed, Text, "< A 1 101", "< A 1 101 ts=901/0"),
        RuleTrace.Of(
            RuleId.TsValBackwards, Times, "< A 1 101 ts=900/102", "< A 1 101 ts=899/102"),
        RuleTrace.Of(RuleId.TsEcrWrong, Times, "< A 1 101 ts=901/102", "< A 1 101 ts=901/101"),
        RuleTrace.Of(RuleId.TsEcrNotZero, "connect;", "< S 0 ts=5/0", "< S 0 ts=5/7"),
        RuleTrace.Of(
            RuleId.TextBeyondMss, Openings.OpenMss + "send 2000;", "< A 1:1461 1", "< A 1:1462 1"),
        RuleTrace.Of(
            RuleId.MssAnnouncedTooLarge, "listen; > S 0;",
            "< SA 0 1 mss=1460", "< SA 0 1 mss=1461"),
        RuleTrace.Of(
            RuleId.SynNotAtIss, "listen; > S 0; < SA 0 1; +1000;", "< SA 0 1", "< SA 1 1"),
        RuleTrace.Of(
            RuleId.IsnNotLarger,
            Openings.Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; irs 100000; iss 499000; > S 0;",
            "iss 500002; < SA 0 1", "iss 500001; < SA 0 1"),
        RuleTrace.Of(RuleId.SynAckWrong, "listen; > S 0;", "< SA 0 1", "< SA 0 2"),
        RuleTrace.Of(
            RuleId.TextGap, Openings.Open + "send 300;", "< A 1:101 1", "< A 2:102 1"),
        RuleTrace.Of(
            RuleId.TextChanged, Openings.Open + "send 100; < A 1:101 1; +1000;",
            "< A 1:101 1", "< A 1:101 1 other"),
        RuleTrace.Of(
            RuleId.TextNotFromUser, Openings.Open + "send 100;", "< A 1:101 1", "< A 1:102 1"),
        RuleTrace.Of(
            RuleId.TextAfterFin, Openings.Open + "send 100; shutdown; < FA 1:101 1; +1000;",
            "< FA 1:101 1", "< A 102:103 1"),
        RuleTrace.Of(
            RuleId.FinMoved, Openings.Open + "send 100; shutdown; < FA 1:101 1; +1000;",
            "< FA 1:101 1", "< FA 1:100 1"),
        RuleTrace.Of(
            RuleId.FinBeforeText, Openings.Open + "send 100; shutdown;",
            "< FA 1:101 1", "< FA 1:100 1"),
        new(
            RuleId.FinUnasked,
            Openings.Open + "send 100; shutdown; < FA 1:101 1",
            Openings.Open + "send 100; < FA 1:101 1"),
        RuleTrace.Of(RuleId.AckSequenceWrong, Text, "< A 1 101", "< A 2 101"),
        RuleTrace.Of(
            RuleId.UrgentUnasked, Openings.Open + "urgent 10; < UA 1:11 1 up=10; send 10;",
            "> A 1 11; < A 11:21 1", "> A 1 11; < UA 11:21 1 up=10"),
        RuleTrace.Of(RuleId.AckBeyondReceived, Text, "< A 1 101", "< A 1 102"),
        RuleTrace.Of(
            RuleId.AckBackwards, Text + "< A 1 101; > A 1:101 1;", "< A 1 101", "< A 1 100"),
        RuleTrace.Of(RuleId.AckStale, Text + "send 10; +1;", "< A 1:11 101", "< A 1:11 1"),
        RuleTrace.Of(RuleId.TextDropped, Text + "+1;", "< A 1 101", "< A 1 1"),
        RuleTrace.Of(
            RuleId.AddressWrong, Text, "< A 1 101", "< A 1 101 address"),
    ];
}
