using TcpConformance.Spec.Rules;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What the user is told.</summary>
internal static class UserTraces
{
    private const string Waits = Openings.Open + "receive;";
    private const string Text = Waits + "> A 1:101 1; < A 1 101;";

    public static readonly RuleTrace[] All =
    [
        RuleTrace.Of(RuleId.UserTextWrong, Text, "got 100", "other 100"),
        RuleTrace.Of(RuleId.UserTextInvented, Text, "got 100", "got 101"),
        new(
            RuleId.UserEndWithoutFin,
            Waits + "> FA 1 1; < A 1 2; got end", Waits + "> A 1 1; got end"),
        RuleTrace.Of(
            RuleId.UserEndBeforeText, Waits + "> FA 1:101 1; < A 1 102;",
            "got 100; receive; got end", "got end"),
        RuleTrace.Of(RuleId.UserNotToldReset, Waits + "> R 1;", "told reset", "+1100"),
        RuleTrace.Of(RuleId.AbortUntold, Waits + "abort; < R 1;", "told reset", "+1100"),
        RuleTrace.Of(
            RuleId.CloseUntold, "connect; < S 0; receive; close;", "told closing", "+1100"),
        RuleTrace.Of(
            RuleId.RefusalUntold, "connect; < S 0; > S 0; < SA 0 1; > R 1;",
            "told refused", "+1100"),
        new(
            RuleId.IllegalOptionFatal,
            Openings.Open + "> A 1:101 1 raw=fd000101; > A 1:101 1; < A 1 101",
            Openings.Open + "> A 1:101 1 raw=fd000101; > A 1:101 1; +600"),
        RuleTrace.Of(
            RuleId.UrgentPointerFatal, Openings.Open + "> UA 1:101 1 up=0;",
            "< A 1 101", "+600"),
        RuleTrace.Of(
            RuleId.ShiftTooLargeFatal,
            "listen; > S 0 ws=15; < SA 0 1; > A 1 1; accept; > A 1:101 1;",
            "< A 1 101", "+600"),
        RuleTrace.Of(RuleId.UserNotToldEnd, Waits + "> FA 1 1; < A 1 2;", "got end", "+1100"),
        RuleTrace.Of(RuleId.UserTextNotDelivered, Text, "got 100", "+1100"),
        RuleTrace.Of(RuleId.UserErrorUnfounded, Waits, "> R 1; told reset", "told reset"),
        new(
            RuleId.SoftErrorAborts,
            Waits + "send 100; < A 1:101 1; icmp Unreachable 3; told reset",
            Waits + "send 100; < A 1:101 1; icmp Unreachable 1; told reset"),
    ];
}
