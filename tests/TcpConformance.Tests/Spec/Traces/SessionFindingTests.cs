using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Permissions that random sessions showed to be missing, each beside what is still
/// forbidden.</summary>
public sealed class SessionFindingTests
{
    private const string Open = Openings.Open;
    private const string MssZero = "listen; > S 0 mss=0; < SA 0 1 mss=1460; > A 1 1;"
        + "accept; send 9;";
    private const string Crossing = "connect; < S 0; +10; > S 0; < SA 0 1;";
    private const string Again = "listen; > S 0; < SA 0 1; > A 1 1; > R 1;";
    private const string Timeout = Open + "usertimeout 3000; send 10; < A 1:11 1; receive;"
        + "+1000; < A 1:11 1;";
    private const string GivenUp = "connect; < S 0; +1000; < S 0; +2000; < S 0; +4000; < S 0;"
        + "+8000; < S 0; +16000; < S 0; +32000; < S 0; +60000; < S 0;";
    private const string Closed = "listen; > S 0; < SA 0 1; > A 1 1 w=0; accept;"
        + "usertimeout 500; send 1; receive;";
    private const string Joined = Open + "send 1; < A 1:2 1; send 1; +1000; < A 1:3 1;";

    [TestCase("an MSS that leaves no room (RFC 9293 §3.7.1)",
        MssZero + "< A 1:2 1", MssZero + "< A 1:3 1", "text-beyond-mss")]
    [TestCase("sent again together with new octets (RFC 6298 §5.5)",
        Joined + "+2000; < A 1:3 1", Joined + "+5000", "retransmission-missing")]
    [TestCase("given up at the very end of the user timeout (RFC 9293 §3.8.3)",
        Timeout + "+2000; told timedout", Timeout + "+1900; told timedout", "gave-up-too-early")]
    [TestCase("the timer of the SYN in a simultaneous open (RFC 6298 §5.1)",
        Crossing + "+990; < SA 0 1", Crossing + "+900; < SA 0 1", "retransmission-too-early")]
    [TestCase("CLOSE in SYN-RECEIVED (RFC 9293 §3.10.4, §3.10.8)",
        "connect; < S 0; > S 0; < SA 0 1; shutdown; < FA 1 1; +1000; < SA 0 1",
        Open + "shutdown; < FA 1 1; +1000; < SA 0 1", "syn-ack-after-ack")]
    [TestCase("two connections in one tick of the ISN clock (RFC 9293 §3.4.1)",
        Again + "> S 1; < SA 0 2", Again + "+1; > S 1; < SA 0 2", "isn-repeats")]
    [TestCase("a router that tells no MTU (RFC 1191 §5)",
        Open + "send 9; < A 1:10 1; icmp PacketTooBig 4 0; < A 1:10 1",
        Open + "send 9; < A 1:10 1; < A 1:10 1", "retransmission-too-early")]
    [TestCase("a SEND that is refused gives nothing (RFC 9293 §3.10.2)",
        Open + "refused send 5; +2000", Open + "send 5; +2000", "text-not-sent")]
    [TestCase("an ABORT that is refused does nothing (RFC 9293 §3.10.5)",
        "listen; > S 0; < SA 0 1; refused abort; +500", Open + "abort; +500", "abort-no-reset")]
    [TestCase("the same pair once more after R2 (RFC 9293 §3.10.1)",
        GivenUp + "+60000; told timedout; connect; iss 77000; < S 0",
        GivenUp + "iss 77000; < S 0", "syn-not-at-iss")]
    [TestCase("the user timeout of text that waits for a window (RFC 9293 §3.9.1.1)",
        Closed + "+500; told timedout", Closed + "+400; told timedout", "gave-up-too-early")]
    [TestCase("two resets that look the same (RFC 9293 §3.10.7.2)",
        "listen; > S 0; < SA 0 1; > SA 1 1; > A 1 1; < R 1",
        "listen; > A 1 1", "listen-ack-no-reset")]
    public void Oracle_FoundBySessions_PermitsThatAndNoMore(
        string what, string good, string bad, string rule)
    {
        Assert.That(
            TraceScript.Play(good).Oracle.Violations.Select(v => $"{v.Rule}: {v.Message}"),
            Is.Empty, what);
        Assert.That(TraceScript.Play(bad).Broken, Is.EqualTo(new[] { rule }), what);
    }
}
