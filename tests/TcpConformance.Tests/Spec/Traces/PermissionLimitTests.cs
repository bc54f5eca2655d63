using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far permissions reach: each beside the nearest trace on its other side.</summary>
public sealed class PermissionLimitTests
{
    private const string Open = Openings.Open;
    private const string Mss = Openings.OpenMss;
    private const string Sack = Openings.OpenSack;
    private const string Partly = Mss + "send 100; < A 1:101 1; > A 1 51; +900;"
        + "> A 1:2 51; < A 101 2; +100; > A 2:3 51; < A 101 3;";
    private const string Oldest = Mss + "send 1460; < A 1:1461 1; +1000; < A 1:1461 1;";
    private const string Full = Mss + "send 1460; < A 1:1461 1;";
    private const string Small = "icmp PacketTooBig 4 600;";
    private const string Cut = Full + Small + "< A 1:561 1;";
    private const string Seven = Sack + "nodelay; send 700; < A 1:101 1; < A 101:201 1;"
        + "< A 201:301 1; < A 301:401 1; < A 401:501 1; < A 501:601 1; < A 601:701 1;";
    private const string Ten = "< A 1:1461 1;< A 1461:2921 1;< A 2921:4381 1;< A 4381:5841 1;"
        + "< A 5841:7301 1;< A 7301:8761 1;< A 8761:10221 1;< A 10221:11681 1;"
        + "< A 11681:13141 1;< A 13141:14601 1;";
    private const string Duplicates = Mss + "send 14600;" + Ten
        + "> A 1 1; > A 1 1; > A 1 1; < A 1:1461 1;";
    private const string LossWindow = Mss + "send 30000;" + Ten + "+1000; < A 1:1461 1; > A 1 1461;"
        + "< A 1461:2921 1; < A 2921:4381 1; > A 1 2921; < A 4381:5841 1; < A 5841:7301 1;"
        + "> A 1 4381;";
    private const string Halved = Mss + "send 50000;" + Ten
        + "> A 1 1; > A 1 1; > A 1 1; < A 1:1461 1; > A 1 14601;";
    private const string Longer = Mss + "nodelay; send 100; < A 1:101 1; send 100;";
    private const string Closed = Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2;";
    private const string Prolonged = Closed + "+100000; > A 2 2; +145000; > A 2 2; < A 2 2;"
        + "+155000; iss 777;";
    private const string Second = Open + "> R 1; irs 100000; iss 777; > S 0; < SA 0 1; > A 1 1;";
    private const string Stamped = Openings.OpenTimes;
    private const string Waits = "connect; < S 0 mss=1460 ts=900/0; > SA 0 1 mss=1460 ts=100/900;"
        + "< A 1 1 ts=900/100; connected; shutdown; < FA 1 1 ts=901/100; > A 1 2 ts=102/901;"
        + "> FA 1 2 ts=103/901; < A 2 2 ts=902/103; +100000;";
    private const string Shut = "listen; > S 0; < SA 0 1 w=1000; > A 1 1; accept; > A 1:501 1;"
        + "> A 501:1001 1; < A 1 1001 w=0;";
    private const string Narrow = "listen; > S 0 mss=1460; < SA 0 1 mss=1460 w=4000; > A 1 1;"
        + "accept; send 1460; < A 1:1461 1 w=4000; icmp PacketTooBig 4 600; < A 1:561 1 w=4000;"
        + "< A 561:1121 1 w=4000; < A 1121:1461 1 w=4000; > A 1 1461; > A 1:1461 1461;"
        + "> A 1461:2921 1461; < A 1461 2921 w=1080; > A 2921:4001 1461; +100;"
        + "< A 1461 4001 w=0; receive;";
    private const string Half =
        "listen; > S 0 mss=1460 ts=100/0; < SA 0 1 mss=1460 ts=900/100;";
    private const string Times = Openings.OpenTimes + "shutdown; < FA 1 1 ts=901/101;"
        + "> FA 1 2 ts=102/901; < A 2 2 ts=902/102; > FA 1 2;";

    [TestCase("a partial ACK is one measurement (RFC 6298 §3)",
        Partly + "< A 51:101 3; > A 3 101", Partly + "+1000", "retransmission-missing")]
    [TestCase("the oldest segment after a timeout (RFC 6298 §5.6)",
        Oldest + "> A 1 1 w=0; +1000; < A 1:2 1; > A 1 1; < A 1:1461 1",
        Oldest + "< A 1:1461 1", "retransmission-too-early")]
    [TestCase("the oldest segment after a timeout, and duplicates (RFC 5681 §3.2)",
        Oldest + "> A 1 1; > A 1 1; > A 1 1; < A 1:1461 1",
        Oldest + "> A 1 1; +10; < A 1:1461 1", "retransmission-too-early")]
    [TestCase("the timer while duplicates come (RFC 6298 §5.5)",
        Duplicates + "+1000; > A 1 1; < A 1:1461 1; +2000; > A 1 1; < A 1:1461 1; +4000;"
            + "> A 1 1; < A 1:1461 1",
        Duplicates + "+1000; > A 1 1; < A 1:1461 1; +2000; > A 1 1; < A 1:1461 1; +2000;"
            + "> A 1 1; < A 1:1461 1",
        "backoff-missing")]
    [TestCase("the loss window after partial ACKs (RFC 5681 §3.1)",
        LossWindow + "< A 7301:8761 1; < A 8761:10221 1",
        LossWindow + "< A 4381:5841 1; < A 5841:7301 1; < A 7301:8761 1; < A 8761:10221 1",
        "timeout-flight-too-large")]
    [TestCase("a path that takes less (RFC 1191 §6.4)",
        Cut + "+50; > A 1 561; < A 561:1121 1; +50; > A 1 1121; < A 1121:1461 1",
        Full + "icmp PacketTooBig 4 1500; < A 1:1461 1", "retransmission-too-early")]
    [TestCase("a path that takes less and less (RFC 1191 §6.4)",
        Full + "icmp PacketTooBig 4 1200; < A 1:1161 1; +50;" + Small + "< A 1:561 1",
        Cut + "+50;" + Small + "< A 1:561 1", "retransmission-too-early")]
    [TestCase("what is sent once the path is known (RFC 6298 §5)",
        Cut + "< A 561:1121 1; < A 1121:1461 1; > A 1 1461; send 99; < A 1461:1560 1; +1000;"
            + "< A 1461:1560 1",
        Cut + "< A 561:1121 1; < A 1121:1461 1; > A 1 1461; send 99; < A 1461:1560 1; +10;"
            + "< A 1461:1560 1",
        "retransmission-too-early")]
    [TestCase("a router that tells no MTU after one that did (RFC 1191 §5)",
        Cut + "+10; icmp PacketTooBig 4 0; +1000; < A 1:257 1",
        Cut + "+10; icmp PacketTooBig 4 0; +1000; < A 1:1461 1", "text-beyond-mss")]
    [TestCase("more than two segments above a hole (RFC 6675 §4)",
        Sack + "send 9000; < A 1:1461 1; < A 1461:2921 1; < A 2921:4381 1; < A 4381:5841 1;"
            + "> A 1 1 sack=1461-2921; > A 1 1 sack=1461-5841; < A 1:1461 1",
        Sack + "send 9000; < A 1:1461 1; < A 1461:2921 1; < A 2921:4381 1; < A 4381:5841 1;"
            + "> A 1 1 sack=1461-2921; > A 1 1 sack=1461-4381; < A 1:1461 1",
        "retransmission-too-early")]
    [TestCase("three stretches above a hole (RFC 6675 §4)",
        Seven + "> A 1 1 sack=101-201,301-401,501-601; < A 1:101 1",
        Seven + "> A 1 1 sack=101-201,301-401; < A 1:101 1", "retransmission-too-early")]
    [TestCase("deflated, and then by one for each ACK (RFC 5681 §3.2, Reno)",
        Halved + "< A 14601:16061 1; < A 16061:17521 1; < A 17521:18981 1; < A 18981:20441 1;"
            + "< A 20441:21901 1; < A 21901:23361 1; < A 23361:24821 1; > A 1 16061;"
            + "< A 24821:26281 1; < A 26281:27741 1",
        Halved + "< A 14601:16061 1; < A 16061:17521 1; < A 17521:18981 1; < A 18981:20441 1;"
            + "< A 20441:21901 1; < A 21901:23361 1; < A 23361:24821 1; < A 24821:26281 1",
        "window-not-deflated")]
    [TestCase("old octets before new ones (RFC 9293 §3.8.1)",
        Longer + "+1000; < A 1:201 1", Longer + "+10; < A 1:201 1", "retransmission-too-early")]
    public void Sending_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        AssertLimit(what, good, bad, rule);

    [TestCase("a SYN when TIME-WAIT may be over (RFC 9293 §3.6.1)",
        Prolonged + "> S -5; < SA 0 -4", Closed + "iss 600000; > S -5; < SA 0 -4",
        "time-wait-too-short")]
    [TestCase("the listener ends before a second connection is accepted (RFC 9293 §3.10.4)",
        Second + "stop; < R 1", Second + "accept; stop; < R 1", "reset-unasked")]
    [TestCase("TIME-WAIT, no timestamp (RFC 7323 §3.2)",
        Times + "> FA 1 2 ts=103/902; < A 2 2 ts=903/102", Times + "< A 2 2 ts=903/102",
        "untimed-segment-taken")]
    [TestCase("what is answered with a reset and dropped need not be timed (RFC 7323 §4.3)",
        Half + "> A 1 0 ts=120/900; < R 0; +1000; < SA 0 1 mss=1460 ts=910/100",
        Half + "> A 1 0 ts=120/900; < R 0; +1000; < SA 0 1 mss=1460 ts=910/110",
        "ts-ecr-wrong")]
    [TestCase("what is acknowledged is timed (RFC 7323 §4.3)",
        Half + "> A 1 1 ts=120/900; accept; send 10; < A 1:11 1 ts=910/120",
        Half + "> A 1 1 ts=120/900; accept; send 10; < A 1:11 1 ts=910/100", "ts-ecr-wrong")]
    [TestCase("an ACK waits for nothing longer than 0.5 s (RFC 9293 §3.8.6.3)",
        Mss + "> A 1:1461 1; > A 1461:2921 1; < A 1 2921; +400; < A 1 2921",
        Mss + "> A 1:1461 1; > A 1461:2921 1; < A 1 2921; +600; < A 1 2921", "ack-unasked")]
    [TestCase("a RST that echoes what was never sent (RFC 7323 §5.2)",
        Stamped + "> R 1 ts=102/5; +10; > A 1:101 1 ts=103/900; < A 1 101 ts=901/103",
        Stamped + "> R 1 ts=102/900; +10; > A 1:101 1 ts=103/900; < A 1 101 ts=901/103",
        "reset-exact-ignored")]
    [TestCase("text of a SYN,ACK is acknowledged as any other (RFC 9293 §3.10.7.3)",
        "connect; < S 0; > SA 0:100 1; +200; < A 1 101; connected",
        "connect; < S 0; > SA 0 1; +200; < A 1 1; connected", "syn-sent-no-ack")]
    [TestCase("the SYN once more with another timestamp (RFC 7323 §4.3)",
        Half + "+500; > S 0 mss=1460 ts=200/0; < SA 0 1 mss=1460 ts=950/200; > A 1 1 ts=210/950",
        Half + "+500; > S 0 mss=1460 ts=200/0; < SA 0 1 mss=1460 ts=950/150; > A 1 1 ts=210/950",
        "ts-ecr-wrong")]
    [TestCase("PAWS is for synchronized connections (RFC 7323 §5.3)",
        Half + "> A 1 1 ts=50/900; accept; send 10; < A 1:11 1 ts=901/100",
        Stamped + "> A 1:101 1 ts=50/900; < A 1 101 ts=901/101", "paws-taken")]
    [TestCase("TIME-WAIT need not begin anew for what PAWS drops (RFC 7323 §5.3)",
        Waits + "> FA 1 2 ts=50/901; < A 2 2 ts=90000/103; +145000; > FA 1 2 ts=200000/901; < R 2",
        Waits + "> FA 1 2 ts=104/901; < A 2 2 ts=90000/104; +145000; > FA 1 2 ts=200000/901; < R 2",
        "time-wait-too-short")]
    [TestCase("a FIN alone above a gap (RFC 5681 §4.2)",
        Open + "> FA 101 1; +400; > A 1:101 1; < A 1 102",
        Open + "> FA 101:102 1; +400; > A 1:101 1; < A 1 103", "out-of-order-ack-late")]
    [TestCase("a window that has opened, and nobody was told (RFC 9293 §3.8.6.2.2)",
        Shut + "receive; got 1000; +1; > A 1001:1002 1; < A 1 1002 w=999",
        Shut + "receive; +1; > A 1001:1002 1; < A 1 1002 w=999", "ack-beyond-received")]
    [TestCase("a RST that is dropped is no sign of life (RFC 9293 §3.8.4)",
        Open + "keepalive 10000; +5000; > R 70000; +5000; < A 0 1",
        Open + "keepalive 10000; +5000; > A 1 1; +5000; < A 0 1", "keep-alive-too-early")]
    [TestCase("a window that opens by the segment that the path takes (RFC 9293 §3.8.6.2.2)",
        Narrow + "got 600; < A 1461 4001 w=600", Narrow + "got 300; < A 1461 4001 w=300",
        "window-silly")]
    public void Permission_AtALimit_ReachesNoFurther(
        string what, string good, string bad, string rule) =>
        AssertLimit(what, good, bad, rule);

    [TestCase("what lies just above the window may count as inside (RFC 9293 A.2)",
        Full + "> A 65536 1461; +4000", Full + "> A 65538 1461; < A 1461 1; +4000",
        "retransmission-missing")]
    public void Arrival_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        AssertLimit(what, good, bad, rule);

    /// <summary>A good trace is silent, and the nearest bad one breaks one rule.</summary>
    internal static void AssertLimit(string? what, string good, string bad, string rule)
    {
        Assert.That(
            TraceScript.Play(good).Oracle.Violations.Select(v => $"{v.Rule}: {v.Message}"),
            Is.Empty, what);
        Assert.That(TraceScript.Play(bad).Broken, Is.EqualTo(new[] { rule }), what);
    }
}
