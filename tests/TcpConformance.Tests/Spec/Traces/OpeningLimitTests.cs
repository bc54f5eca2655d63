using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far permissions reach in opening and ending: each beside the nearest trace on its
/// other side.</summary>
public sealed class OpeningLimitTests
{
    private const string Open = Openings.Open;
    private const string Again = "listen; > S 0; < SA 0 1 w=1000; +1000;";
    private const string Scaled = "listen; > S 0 ws=3; < SA 0 1 ws=3; > S 0 ws=3;"
        + "< A 1 1 w=20000; +1000;";
    private const string Timed = "listen; > S 0 ts=100/0; < SA 0 1 mss=1460 ts=900/100; +1000;";
    private const string Passive = "listen; > S 0;";
    private const string WithText = "connect; send 10; < S 0:10;";
    private const string Waiting = Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2;";
    private const string Anew = "irs 100000; iss 499000; > S 0; < SA 0 1";
    private const string TimeWait = Openings.TimeWait + "+1000; iss 900000; connect;";
    private const string Sent = Open + "> A 1:101 1; < A 1 101;";

    [TestCase("text in a SYN (RFC 9293 §3.5)",
        WithText + "> SA 0 11; < A 11 1; connected", "connect; < S 0:10", "text-not-from-user")]
    [TestCase("text in a SYN, left (RFC 9293 §3.5)",
        WithText + "> SA 0 1; < A 1:11 1; > A 1 11", WithText + "> SA 0 1; < A 1:12 1",
        "text-not-from-user")]
    [TestCase("text in a SYN again (RFC 9293 §3.5)",
        WithText + "+1000; < S 0:10; > SA 0 11; < A 11 1", WithText + "+1000; < S 0:10 other",
        "text-not-from-user")]
    [TestCase("text in the second SYN (RFC 9293 §3.5)",
        "connect; send 10; < S 0; +1000; < S 0:10; > SA 0 11; < A 11 1",
        "connect; send 10; < S 0; +1000; < S 0:10; > SA 0 12", "syn-sent-bad-ack-no-reset")]
    [TestCase("a SYN with text, and one without (RFC 9293 §3.5)",
        WithText + "+1000; < S 0; > SA 0 1; < A 1:11 1; > A 1 11",
        WithText + "+1000; < S 0; > SA 0 1; < A 11 1; +8000", "retransmission-missing")]
    [TestCase("text in a SYN,ACK (RFC 9293 §3.10.7.2)",
        Passive + "< SA 0 1", Passive + "< SA 0:10 1", "text-not-from-user")]
    [TestCase("the ISS after TIME-WAIT (RFC 9293 §3.6.1)",
        Waiting + "+240500;" + Anew, Waiting + Anew, "isn-not-larger")]
    [TestCase("the largest window of a SYN,ACK (RFC 7323 §2.2)",
        Scaled + "< SA 0 1 ws=3 w=65535", Scaled + "< SA 0 1 ws=3 w=65534", "window-shrunk")]
    [TestCase("the window of a SYN,ACK again (SHLD-14)",
        Again + "< SA 0 1 w=1000", Again + "< SA 0 1 w=999", "window-shrunk")]
    [TestCase("the clock of a SYN,ACK again (RFC 7323 §4.1)",
        Timed + "< SA 0 1 mss=1460 ts=900/100", Timed + "< SA 0 1 mss=1460 ts=899/100",
        "ts-val-backwards")]
    [TestCase("the clock of a SYN again (RFC 7323 §4.1)",
        "connect; < S 0 ts=900/0; +1000; < S 0 ts=900/0",
        "connect; < S 0 ts=900/0; +1000; < S 0 ts=899/0", "ts-val-backwards")]
    [TestCase("OPEN in TIME-WAIT (RFC 9293 §3.10.1)",
        TimeWait + "told addressinuse", TimeWait + "< S 0", "time-wait-too-short")]
    [TestCase("OPEN in TIME-WAIT, ignored (RFC 9293 §3.10.1)",
        TimeWait + "+2000; irs 4294967040; iss 500000; > FA 1 2; < A 2 2",
        TimeWait + "+2000; irs 4294967040; iss 500000; > FA 1 2; < R 2", "time-wait-too-short")]
    [TestCase("OPEN after TIME-WAIT (RFC 9293 §3.10.1)",
        Openings.TimeWait + "+240500; iss 900000; connect; < S 0",
        Openings.TimeWait + "+240500; iss 900000; connect; +1100", "syn-missing")]
    public void Opening_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("the acknowledgment of an abort (RFC 9293 §3.4)",
        Sent + "abort; < RA 1 101", Sent + "abort; < RA 1 102", "ack-beyond-received")]
    [TestCase("the acknowledgment of an abort, old (RFC 9293 §3.4)",
        Open + "> A 1:101 1; abort; < RA 1 1", Sent + "abort; < RA 1 100", "ack-backwards")]
    [TestCase("the acknowledgment of a reset for lost text (RFC 9293 §3.4)",
        Sent + "close; < RA 1 101", Sent + "close; < RA 1 100", "ack-backwards")]
    [TestCase("timestamps of an abort (RFC 7323 §3.2)",
        Openings.OpenTimes + "abort; < R 1 ts=905/101", Open + "abort; < R 1 ts=5/5",
        "timestamps-not-agreed")]
    [TestCase("SACK in an abort (RFC 2018 §4)",
        Openings.OpenSack + "> A 101:201 1; < A 1 1 sack=101-201; abort; < RA 1 1 sack=101-201",
        Open + "> A 101:201 1; < A 1 1; abort; < RA 1 1 sack=101-201", "sack-not-permitted")]
    public void Reset_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
