using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What the RFCs permit: the oracle has no complaint.</summary>
public sealed class PermissionTests
{
    private const string Open = Openings.Open;
    private const string Mss = Openings.OpenMss;
    private const string Sack = Openings.OpenSack;
    private const string Times = Openings.OpenTimes;
    private const string Zero = Open + "> A 1 1 w=0; send 100;";

    [TestCase("piggybacked", Open + "> A 1:101 1; send 10; +50; < A 1:11 101")]
    [TestCase("delayed", Open + "> A 1:101 1; +200; < A 1 101")]
    [TestCase("one for every segment",
        Mss + "> A 1:1461 1; < A 1 1461; > A 1461:2921 1; < A 1 2921")]
    [TestCase("one for two segments", Mss + "> A 1:1461 1; > A 1461:2921 1; < A 1 2921")]
    [TestCase("several for several at once",
        Mss + "> A 1:101 1; > A 101:201 1; < A 1 101; < A 1 201")]
    [TestCase("again for a duplicate", Open + "> A 1:101 1; < A 1 101; > A 1:101 1; < A 1 101")]
    [TestCase("window update", Open + "> A 1:101 1; < A 1 101 w=65435; +100; < A 1 101 w=65535")]
    [TestCase("partly old, partly new",
        Open + "> A 1:101 1; < A 1 101; > A 51:151 1; < A 1 151")]
    [TestCase("partly beyond the window",
        "listen; > S 0; < SA 0 1 w=100; > A 1 1; > A 1:201 1; < A 1 101 w=0")]
    [TestCase("nothing beyond the window kept",
        "listen; > S 0; < SA 0 1 w=100; > A 1 1; > A 101:201 1; < A 1 1 w=100")]
    [TestCase("URG ahead of the text", Open + "urgent 10; < UA 1 1 up=10; < UA 1:11 1 up=10")]
    public void Acknowledgment_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    // SHLD-31: what lies above a gap may be dropped; both values are good until one is seen.
    [TestCase("kept", Open + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 201")]
    [TestCase("dropped", Open + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 101")]
    [TestCase("dropped, then sent again",
        Open + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 101; > A 101:201 1; < A 1 201")]
    [TestCase("FIN kept",
        Open + "> FA 101:201 1; < A 1 1; > A 1:101 1; < A 1 202")]
    [TestCase("only the FIN dropped",
        Open + "> FA 101:201 1; < A 1 1; > A 1:101 1; < A 1 201")]
    [TestCase("D-SACK", Sack + "> A 1:101 1; < A 1 101; > A 1:101 1; < A 1 101 sack=1-101")]
    [TestCase("D-SACK above a gap", Sack
        + "> A 101:201 1; < A 1 1 sack=101-201; > A 101:201 1; < A 1 1 sack=101-201,101-201")]
    [TestCase("D-SACK before the newest", Sack
        + "> A 101:201 1; < A 1 1 sack=101-201; > A 301:401 1; < A 1 1 sack=301-401,101-201;"
        + "> A 151:201 1; < A 1 1 sack=151-201,101-201,301-401")]
    [TestCase("D-SACK of an old FIN", Sack + "> FA -99 1; < A 1 1 sack=-99--98")]
    [TestCase("D-SACK of old text with its FIN",
        Sack + "> FA -99:-89 1; < A 1 1 sack=-99--88")]
    [TestCase("D-SACK of old text without its FIN",
        Sack + "> FA -99:-89 1; < A 1 1 sack=-99--89")]
    [TestCase("no SACK although permitted", Sack + "> A 101:201 1; < A 1 1")]
    public void Reassembly_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    [TestCase("cut in halves", Open
        + "send 400; < A 1:401 1; +1000; < A 1:201 1; > A 1 201; < A 201:401 1")]
    [TestCase("joined", Mss + "nodelay; send 200; < A 1:101 1; < A 101:201 1; +1000; < A 1:201 1")]
    [TestCase("old and new in one segment", Mss
        + "nodelay; send 100; < A 1:101 1; send 100; +1000; < A 1:201 1")]
    [TestCase("FIN with the text again", Open
        + "send 100; < A 1:101 1; shutdown; < FA 101 1; +1000; < FA 1:101 1")]
    [TestCase("FIN alone again", Open + "send 100; shutdown; < FA 1:101 1; > A 1 101; +1000;"
        + "< FA 101 1")]
    [TestCase("limited transmit", Mss + "send 60000;" + TenSegments
        + "> A 1 1; < A 14601:16061 1; > A 1 1; < A 16061:17521 1; > A 1 1; < A 1:1461 1")]
    [TestCase("a new ACK starts the timer anew", Mss
        + "send 3000; < A 1:1461 1; < A 1461:2921 1; +900; > A 1 1461; +1000; < A 1461:2921 1")]
    [TestCase("NewReno, partial ACK", Mss + "send 60000;" + TenSegments
        + "> A 1 1; > A 1 1; > A 1 1; < A 1:1461 1; > A 1 2921; < A 2921:4381 1;"
        + "> A 1 14601")]
    [TestCase("go-back-N after a timeout", Mss + "send 14600;" + TenSegments
        + "+1000; < A 1:1461 1; > A 1 1461; < A 1461:2921 1; < A 2921:4381 1; > A 1 4381;"
        + "< A 4381:5841 1; < A 5841:7301 1; < A 7301:8761 1")]
    [TestCase("SYN again, with its doubling", "connect; < S 0; +1000; < S 0; +2000; < S 0")]
    [TestCase("SYN,ACK again", "listen; > S 0; < SA 0 1; +1000; < SA 0 1; > A 1 1")]
    [TestCase("SYN,ACK again for a SYN again", "listen; > S 0; < SA 0 1; > S 0; < SA 0 1")]
    public void Retransmission_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    [TestCase("probe of one octet", Zero + "+1000; < A 1:2 1; > A 1 1 w=0; +2000; < A 1:2 1")]
    [TestCase("probe without text",
        "claim EmptyProbes;" + Zero + "+1000; < A 0 1; > A 1 1 w=0; +2000; < A 0 1")]
    [TestCase("probe of what was sent", Open
        + "send 100; < A 1:101 1; > A 1 1 w=0; +1000; < A 1:2 1; > A 1 1 w=0")]
    [TestCase("probed octet again when the window opens", Zero
        + "+1000; < A 1:2 1; > A 1 1 w=0; > A 1 1; < A 1:101 1")]
    [TestCase("probed octet taken", Zero + "+1000; < A 1:2 1; > A 1 2; < A 2:101 1")]
    [TestCase("again beyond a window that has shrunk", Open
        + "send 300; < A 1:301 1; > A 1 1 w=100; +1000; < A 1:301 1")]
    [TestCase("ACK below SND.NXT while the window has shrunk", Open
        + "send 300; < A 1:301 1; > A 1 1 w=100; > A 1:101 1 w=100; < A 101 101")]
    [TestCase("short, as it empties the queue and nothing is out", Mss
        + "send 10; < A 1:11 1; > A 1 11; send 10; < A 11:21 1")]
    [TestCase("short, after the override timeout", Mss
        + "send 10; < A 1:11 1; send 10; +200; < A 11:21 1")]
    [TestCase("short, as the user wishes", Mss
        + "nodelay; send 10; < A 1:11 1; send 10; < A 11:21 1")]
    [TestCase("half the largest window", "listen; > S 0 w=400 mss=1460; < SA 0 1 mss=1460;"
        + "> A 1 1 w=400; accept; send 400; < A 1:201 1; < A 201:401 1")]
    [TestCase("a last short one with FIN", Mss
        + "send 10; < A 1:11 1; send 10; shutdown; < FA 11:21 1")]
    public void Window_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    [TestCase("SYN crosses SYN", "connect; < S 0; > S 0; < SA 0 1; > A 1 1; connected")]
    [TestCase("SYN crosses SYN, both SYN,ACK",
        "connect; < S 0; > S 0; < SA 0 1; > SA 0 1; connected")]
    [TestCase("the second SYN,ACK answered",
        "connect; < S 0; > S 0; < SA 0 1; > SA 0 1; < A 1 1; connected")]
    [TestCase("the first SYN lost", "connect; < S 0; +500; > S 0; < SA 0 1; > SA 0 1; connected")]
    [TestCase("text with the SYN taken", "listen; > S 0:10; < SA 0 1; > A 11 1; < A 1 11")]
    [TestCase("text with the SYN left", "listen; > S 0:10; < SA 0 1; > A 1:11 1; +100; < A 1 11")]
    [TestCase("RST in SYN-RECEIVED, then a new SYN",
        "listen; > S 0; < SA 0 1; > R 1; iss 9000; > S 0; < SA 0 1; > A 1 1")]
    [TestCase("refused", "connect; < S 0; > RA 0 1; told refused")]
    [TestCase("text before the ACK of the SYN", Openings.Active
        + "send 100; < A 1:101 1; > A 1 101")]
    public void Opening_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    [TestCase("simultaneous", Open + "shutdown; < FA 1 1; > FA 1 1; < A 2 2; > A 2 2")]
    [TestCase("FIN and ACK at once", Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2")]
    [TestCase("half close", Open
        + "shutdown; < FA 1 1; > A 1 2; > A 1:101 2; < A 2 101; > FA 101 2; < A 2 102")]
    [TestCase("passive", Open + "> FA 1 1; < A 1 2; shutdown; < FA 1 2; > A 2 2")]
    [TestCase("FIN piggybacked on the ACK", Open + "> FA 1 1; shutdown; < FA 1 2; > A 2 2")]
    [TestCase("FIN of the peer again", Openings.TimeWait + "+100; > FA 1 2; < A 2 2")]
    [TestCase("RST ignored in TIME-WAIT", Openings.TimeWait + "> R 2; > FA 1 2; < A 2 2")]
    [TestCase("RST taken in TIME-WAIT", Openings.TimeWait + "> R 2; > FA 1 2; < R 2")]
    [TestCase("TIME-WAIT over", Openings.TimeWait + "+240500; > A 2 2; < R 2")]
    [TestCase("taken over by a new SYN", Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2;"
        + "irs 100000; iss 600000; > S 0; < SA 0 1")]
    [TestCase("taken over, reset, and taken over again", Open
        + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; irs 100000; iss 600000; > S 0; < SA 0 1; > R 1;"
        + "iss 700000; > S 0; < SA 0 1")]
    [TestCase("taken over, and the next one is closed as well", Open
        + "shutdown; < FA 1 1; > FA 1 2; < A 2 2; irs 100000; iss 600000; > S 0; < SA 0 1;"
        + "> A 1 1; accept; > FA 1 1; < A 1 2; shutdown; < FA 1 2; > A 2 2;"
        + "irs 200000; iss 777; > S 0; < SA 0 1")]
    [TestCase("a new SYN answered with an ACK", Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2;"
        + "> S 70000; < A 2 2")]
    [TestCase("reset for text that nobody reads", Open
        + "> A 1:101 1; < A 1 101; close; < RA 1 101")]
    [TestCase("close with unread text, yet a FIN", Open
        + "> A 1:101 1; < A 1 101; close; < FA 1 101")]
    [TestCase("abort with ACK", Open + "abort; < RA 1 1")]
    public void Closing_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    // RFC 5961 §7: more than ten in five seconds need not be answered, but may.
    [TestCase("eleven answered", true, "< A 1 1")]
    [TestCase("the eleventh left unanswered", true, "")]
    [TestCase("the tenth left unanswered", false, "")]
    public void Challenge_Throttled_IsNoViolation(string what, bool after, string then)
    {
        string many = string.Concat(Enumerable.Repeat("> R 2; < A 1 1; +10;", after ? 10 : 9));

        string[] broken = [.. TraceScript.Play($"{Open}{many}> R 2;{then}").Broken];

        string[] expected = after ? [] : ["reset-inside-no-challenge"];
        Assert.That(broken, Is.EqualTo(expected), what);
    }

    // RFC 9293 §3.10.7.4, fifth, has no limit; who has RFC 5961 §5.2 may have one.
    [TestCase("claim", 10)]
    [TestCase("claim", 9, "ack-above-no-ack")]
    [TestCase("disclaim", 10, "ack-above-no-ack")]
    public void AckAbove_Throttled_OnlyWithTheMitigation(
        string claims, int before, params string[] expected)
    {
        string many = string.Concat(Enumerable.Repeat("> A 1 500; < A 1 1; +10;", before));

        string[] broken = [.. TraceScript.Play(
            $"{claims} BlindAttackMitigation; {Open}{many}> A 1 500; +1000").Broken];

        Assert.That(broken, Is.EqualTo(expected));
    }

    [TestCase("A: the first of delayed ones", Times
        + "> A 1:101 1 ts=102/900; > A 101:201 1 ts=103/900; < A 1 201 ts=905/102")]
    [TestCase("B: a gap keeps the old one", Times
        + "> A 101:201 1 ts=103/900; < A 1 1 ts=905/101")]
    [TestCase("C: what fills the gap is echoed", Times
        + "> A 101:201 1 ts=103/900; < A 1 1 ts=905/101; > A 1:101 1 ts=104/900;"
        + "< A 1 201 ts=905/104")]
    [TestCase("of a segment without ACK, taken",
        Times + "> . 1:11 ts=200/0; send 10; < A 1:11 1 ts=901/200")]
    [TestCase("of a segment without ACK, not taken",
        Times + "> . 1:11 ts=200/0; send 10; < A 1:11 1 ts=901/101")]
    [TestCase("a RST without", Times + "abort; < R 1")]
    [TestCase("an old RST is no matter of PAWS", Times + "receive; > R 1 ts=5/0; told reset")]
    public void Timestamps_Permitted_IsNoViolation(string what, string script) =>
        Silent(what, script);

    [TestCase("keep-alive with an octet", Open + "keepalive 5000; +5000; < A 0 1; > A 1 1")]
    [TestCase("keep-alives unanswered", Open
        + "keepalive 5000; +5000; < A 0 1; +75000; < A 0 1")]
    [TestCase("user timeout", Open + "usertimeout 3000; send 10; < A 1:11 1; receive; +1000;"
        + "< A 1:11 1; +2100; told timedout")]
    [TestCase("soft error in mid-connection", Open
        + "send 10; < A 1:11 1; icmp Unreachable 1; > A 1 11")]
    [TestCase("hard error believed", Open
        + "receive; send 10; < A 1:11 1; icmp Unreachable 3; told reset")]
    [TestCase("hard error ignored", Open + "send 10; < A 1:11 1; icmp Unreachable 3; > A 1 11")]
    [TestCase("source quench ignored", Open
        + "send 10; < A 1:11 1; icmp SourceQuench 0; > A 1 11")]
    [TestCase("smaller path: cut smaller at once", Mss
        + "send 1460; < A 1:1461 1; icmp PacketTooBig 4 600; < A 1:561 1; < A 561:1121 1")]
    public void Users_Permitted_IsNoViolation(string what, string script) => Silent(what, script);

    // While an answer may be under way, either of two orders is good.
    [TestCase("not yet seen", "latency 50;" + Open + "> A 1:101 1; +10; send 10; < A 1:11 1")]
    [TestCase("seen", "latency 50;" + Open + "> A 1:101 1; +10; send 10; < A 1:11 101")]
    [TestCase("closed before the FIN came", "latency 50;" + Open
        + "> FA 1 1; +10; shutdown; < FA 1 1; +10; < A 2 2")]
    [TestCase("closed after the FIN came", "latency 50;" + Open
        + "> FA 1 1; +10; shutdown; < FA 1 2")]
    [TestCase("text lost by a close at once", "latency 50;" + Open
        + "> A 1:101 1; +10; close; < RA 1 101")]
    public void Order_NotYetKnown_IsNoViolation(string what, string script) =>
        Silent(what, script);

    private const string TenSegments =
        "< A 1:1461 1; < A 1461:2921 1; < A 2921:4381 1; < A 4381:5841 1; < A 5841:7301 1;"
        + "< A 7301:8761 1; < A 8761:10221 1; < A 10221:11681 1; < A 11681:13141 1;"
        + "< A 13141:14601 1;";

    private static void Silent(string what, string script) => Assert.That(
        TraceScript.Play(script).Oracle.Violations.Select(v => $"{v.Rule}: {v.Message}"),
        Is.Empty, what);
}
