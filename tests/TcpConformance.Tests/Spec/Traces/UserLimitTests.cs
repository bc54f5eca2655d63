using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What users may be told, and what they have given: each permission beside the nearest
/// trace on its other side.</summary>
public sealed class UserLimitTests
{
    private const string Open = Openings.Open;
    private const string Waits = Open + "receive;";
    private const string Urgent = Open + "urgent 10; < UA 1 1 up=10; < UA 1:11 1 up=10;";

    [TestCase("unreachable (RFC 9293 §3.9.2.2)",
        Waits + "send 10; < A 1:11 1; icmp Unreachable 3; told unreachable",
        Waits + "+1; told unreachable", "user-error-unfounded")]
    [TestCase("unreachable, of an active OPEN (RFC 9293 §3.9.2.2)",
        "connect; < S 0; told unreachable",
        "connect; < S 0; > SA 0 1; < A 1 1; +1; told unreachable", "user-error-unfounded")]
    [TestCase("connection closing (RFC 9293 §3.10.3)",
        Waits + "> FA 1 1; < A 1 2; told closing", Waits + "+1; told closing",
        "user-error-unfounded")]
    [TestCase("connection does not exist (RFC 9293 §3.10.3)",
        Waits + "abort; < R 1; told notconnected",
        Waits + "> A 1:101 1; < A 1 101; told notconnected", "user-error-unfounded")]
    [TestCase("connection does not exist, after CLOSE (RFC 9293 §3.10.3)",
        Waits + "close; < FA 1 1; told notconnected", Waits + "+1; send 9; told notconnected",
        "user-error-unfounded")]
    [TestCase("a RECEIVE that an abort ends (RFC 9293 §3.10.5)",
        Waits + "abort; < R 1; +900; told notconnected", Waits + "abort; < R 1; +60000",
        "abort-untold")]
    [TestCase("a RECEIVE that a CLOSE may end (RFC 9293 §3.10.4)",
        Waits + "close; < FA 1 1; > A 1 2; +2000", Waits + "close; < FA 1 1; > FA 1 2; +2000",
        "fin-ack-late")]
    public void Errors_AtALimit_PermitThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("URG without text (RFC 9293 §3.8.5)",
        Urgent, Open + "< UA 1 1 up=10", "urgent-unasked")]
    [TestCase("URG until the text is acknowledged (RFC 9293 §3.8.5)",
        Urgent + "> A 1 10; +1; < UA 11 1 up=0", Urgent + "> A 1 11; +1; < UA 11 1 up=0",
        "urgent-unasked")]
    [TestCase("URG with text of no urgency (RFC 9293 §3.10.2)",
        Urgent + "nodelay; send 10; < UA 11:21 1 up=0", Open + "send 10; < UA 1:11 1 up=10",
        "urgent-unasked")]
    public void Urgent_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
