using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far what a sender may do reaches: each beside the nearest trace on its other side.
/// </summary>
public sealed class SendingLimitTests
{
    private const string Coarse = "latency 150; granularity 1000;" + Openings.Open;
    private const string Open = Openings.Open;
    private const string Mss = Openings.OpenMss;
    private const string Sack = Openings.OpenSack;
    private const string Five = Sack + "nodelay; send 700; < A 1:101 1; < A 101:201 1;"
        + "< A 201:301 1; < A 301:401 1; < A 401:501 1; +5;";

    private const string Ten = "< A 1:1461 1;< A 1461:2921 1;< A 2921:4381 1;< A 4381:5841 1;"
        + "< A 5841:7301 1;< A 7301:8761 1;< A 8761:10221 1;< A 10221:11681 1;"
        + "< A 11681:13141 1;< A 13141:14601 1;";
    private const string Three = "> A 1 1; > A 1 1; > A 1 1;";

    // RFC 5681 §2: a TCP "can leverage" what SACK says, and need not.
    [Test]
    public void Retransmission_DuplicatesWithoutBlocks_AreThree() => AssertLimit(
        Sack + "send 14600;" + Ten + "> A 1 1; > A 1 1; > A 1 1;"
            + Openings.Full(0, 1),
        Sack + "send 14600;" + Ten + "> A 1 1; > A 1 1;" + Openings.Full(0, 1),
        "retransmission-too-early");

    // RFC 6675 §2: "even if it carries new data, changes the advertised window, or moves the
    // cumulative acknowledgment point"; but not what tells nothing new.
    [TestCase("other windows",
        "> A 1 1 w=65000 sack=101-201; +5; > A 1 1 w=64000 sack=101-301; +5;",
        "> A 1 1 w=63000 sack=101-401; < A 1:101 1", "> A 1 1 w=63000 sack=101-301; < A 1:101 1")]
    [TestCase("text",
        "> A 1:11 1 sack=101-201; < A 501 11; > A 11:21 1 sack=101-301; < A 501 21;",
        "> A 21:31 1 sack=101-401; < A 1:101 31", "> A 21:31 1 sack=101-301; < A 1:101 31")]
    [TestCase("the first acknowledges",
        "> A 1 101 sack=201-301; +5; > A 1 101 w=65000 sack=201-401; +5;",
        "> A 1 101 sack=201-501; < A 101:201 1", "> A 1 101 sack=201-401; < A 101:201 1")]
    public void Retransmission_SackNews_CountsAsADuplicate(
        string what, string two, string good, string bad) =>
        AssertLimit(Five + two + good, Five + two + bad, "retransmission-too-early", what);

    // RFC 9293 §3.8.6 (MAY-7), §3.10.8: the timer goes on when the window closes.
    [TestCase("text", "send 100; < A 1:101 1;", "< A 1:101 1")]
    [TestCase("FIN", "shutdown; < FA 1 1;", "< FA 1 1")]
    public void Timer_WindowHasClosed_GoesOn(string what, string sent, string again) => AssertLimit(
        $"{Open}{sent} +900; > A 1 1 w=0; +100; {again}",
        $"{Open}{sent} +900; > A 1 1 w=0; +90; {again}", "probe-too-early", what);

    // RFC 9293 §3.8.4 (MAY-6): a keep-alive may have an octet of garbage, and where it is sent the
    // user has asked for it (MUST-25), for that time (MUST-26) or for two hours (MUST-28).
    [TestCase("", "< A 0:1 1")]
    [TestCase("send 100; < A 1:101 1; > A 1 101;", "< A 100:101 1 other")]
    [TestCase("shutdown; < FA 1 1; > A 1 2;", "< A 1:2 1")]
    public void KeepAlive_WithAnOctet_NeedsWhatOneWithoutDoes(string sent, string octet)
    {
        AssertLimit(
            $"{Open}keepalive 5000; {sent} +5000; {octet}", $"{Open}{sent} +5000; {octet}",
            "keep-alive-unasked");
        AssertLimit(
            $"{Open}keepalive 5000; {sent} +5000; {octet}",
            $"{Open}keepalive 5000; {sent} +1000; {octet}", "keep-alive-too-early");
        AssertLimit(
            $"{Open}keepalive; {sent} +7200000; {octet}",
            $"{Open}keepalive; {sent} +5000; {octet}", "keep-alive-default-too-short");
    }

    [TestCase("send 100; < A 1:101 1; +5; > A 1 101; +5;", "< A 50:51 1")]
    [TestCase("shutdown; < FA 1 1; +5; > A 1 2; +5;", "< FA 1 1")]
    public void Acknowledged_OneNumber_IsNotSentAgain(string sent, string again) => AssertLimit(
        Open + sent, Open + sent + again, "acked-text-sent-again");

    // RFC 9293 §3.8.6: what a probe carries beyond the window need not have moved SND.NXT.
    [TestCase("ACK", "> A 1:101 1 w=0;", "< A 1 101", "< A 0 101", "ack-sequence-wrong")]
    [TestCase("RST", "abort;", "< R 1", "< R 0", "abort-no-reset")]
    public void Probed_NoText_StandsAtSndUnaOrNext(
        string what, string cause, string good, string bad, string rule)
    {
        string probed = Open + "> A 1 1 w=0; send 100; +1000; < A 1:2 1; > A 1 1 w=0;" + cause;

        AssertLimit(probed + good, probed + bad, rule, what);
    }

    // RFC 5681 §2: a duplicate ACK is one while there is "outstanding data".
    [Test]
    public void FastRetransmit_OfAFinAlone_IsNotOwed()
    {
        const string Sent = Open + "send 100; < A 1:101 1; +5; > A 1 101; +5; ";
        const string Duplicates = "+5; > A 1 101; > A 1 101; > A 1 101; +500";

        AssertLimit(
            Sent + "shutdown; < FA 101 1;" + Duplicates,
            Sent + "send 10; shutdown; < FA 101:111 1;" + Duplicates, "fast-retransmit-missing");
    }

    // RFC 1191 §3: the estimate of the path's MTU "MUST NOT" be raised before five minutes.
    [Test]
    public void Path_AfterFiveMinutes_MayTakeMore()
    {
        const string Small = Mss + "send 1460; < A 1:1461 1; icmp PacketTooBig 4 600;"
            + "< A 1:561 1; < A 561:1121 1; < A 1121:1461 1; > A 1 1461;";

        AssertLimit(
            Small + "+300000; send 1460; < A 1461:2921 1",
            Small + "+299000; send 1460; < A 1461:2921 1", "text-beyond-mss");
    }

    // RFC 9293 §3.8.6.1: a probe is of "at least one octet of new data".
    [Test]
    public void Probe_OfMoreThanOneOctet_ComesWhenAProbeMay() => AssertLimit(
        Open + "> A 1 1 w=0; send 100; +1000; < A 1:101 1",
        Open + "> A 1 1 w=0; send 100; +900; < A 1:101 1", "text-in-shrunk-window");

    // However long the window has been zero: no timer has run for text that has just come.
    [Test]
    public void Probe_OfMoreThanOneOctet_WaitsWithItsText() => AssertLimit(
        Coarse + "> A 1 1 w=0; +2000; send 100; +1000; < A 1:101 1",
        Coarse + "> A 1 1 w=0; +2000; send 100; +10; < A 1:101 1", "text-in-shrunk-window");

    // RFC 5681 §2: SMSS is bounded by the path's MTU; so is the initial window (RFC 6928 §2).
    [Test]
    public void InitialWindow_LargeMssOfThePeer_IsOfThePathsSegments()
    {
        const string Large =
            "listen; > S 0 mss=9000; < SA 0 1 mss=1460; > A 1 1; accept; send 40000;";

        AssertLimit(
            Large + Ten, Large + Openings.Full(0, 11), "initial-flight-too-large");
    }

    // RFC 3042 §2, RFC 5681 §3.2 (1): with SACK a duplicate that tells nothing new lets nothing out
    // before the third has begun recovery (3), (4).
    [Test]
    public void LimitedTransmit_WithSack_IsForNews()
    {
        const string Sent = Sack + "send 50000;";
        string next = Openings.Full(10, 1);

        AssertLimit(
            $"{Sent}{Ten} +5; > A 1 1 sack=1461-2921; {next}", $"{Sent}{Ten} +5; > A 1 1; {next}",
            "limited-transmit-too-much");
        AssertLimit(
            $"{Sent}{Ten} {Three} {Openings.Full(0, 1)} {Three} {Three} {next}",
            $"{Sent}{Ten} {Three} {next}", "limited-transmit-too-much");
    }

    [Test]
    public void Probed_WindowUpdate_StandsAtSndUnaOrNext()
    {
        const string Probed = Open + "> A 1 1 w=0; send 100; +1000; < A 1:2 1; > A 1 1 w=0;"
            + "> A 1:101 1 w=0; < A 1 101 w=65435; +50;";

        AssertLimit(
            Probed + "< A 1 101 w=65535", Probed + "< A 1 101 w=65435", "keep-alive-unasked");
    }

    // RFC 6298 §5: never "less than one RTO after the previous transmission of that segment".
    [TestCase("after a recovery", Open
        + "send 100; < A 1:101 1; +1000; < A 1:101 1; +5; > A 1 101; +5; send 100; < A 101:201 1;",
        "+2000; < A 101:201 1", "+10; < A 101:201 1")]
    [TestCase("with an octet that is acknowledged", Mss
        + "nodelay; send 200; < A 1:101 1; < A 101:201 1; +5; > A 1 101;",
        "+1000; < A 100:201 1", "+10; < A 100:201 1")]
    [TestCase("with new octets", Mss
        + "nodelay; send 200; < A 1:101 1; < A 101:201 1; +5; > A 1 101; send 100;",
        "+1000; < A 100:301 1", "+10; < A 100:301 1")]
    [TestCase("in recovery", Mss + "send 14600;" + Ten + "+10;" + Three + "< A 1:1461 1; +10;"
        + "< A 1:1461 1; +10; < A 1:1461 1;",
        "+1000; < A 1:1461 1", "+10; < A 1:1461 1")]
    public void Retransmission_WithoutReason_WaitsForTheTimer(
        string what, string sent, string good, string bad) =>
        AssertLimit(sent + good, sent + bad, "retransmission-too-early", what);

    // RFC 6298 §5.7 ends with the first measurement, which with timestamps the SYN may have given.
    [TestCase("of text", "", "> SA 0 1; < A 1 1; connected; send 100; < A 1:101 1; +5; > A 1 101;"
        + "send 100; < A 101:201 1; +1000; < A 101:201 1",
        "> SA 0 1; < A 1 1; connected; send 100; < A 1:101 1; +1000; < A 1:101 1")]
    [TestCase("of the SYN", "ts=900/0", "> SA 0 1 ts=5/900; < A 1 1 ts=910/5; connected; send 100;"
        + "< A 1:101 1 ts=910/5; +1000; < A 1:101 1 ts=920/5",
        "> SA 0 1; < A 1 1; connected; send 100; < A 1:101 1; +1000; < A 1:101 1")]
    public void Rto_AfterALostSyn_IsThreeSecondsUntilMeasured(
        string what, string options, string good, string bad)
    {
        string twice = $"connect; < S 0 {options}; +1000; < S 0 {options};";

        AssertLimit(twice + good, twice + bad, "rto-after-syn-too-short", what);
    }

    // RFC 5681 §3.1 "MUST be one segment", RFC 6928 §2 after two losses.
    [TestCase("SYN", "connect; < S 0 mss=1460; +1000; < S 0 mss=1460; +2000; < S 0 mss=1460;"
        + "> SA 0 1 mss=1460; < A 1 1; connected; send 9000;",
        "connect; < S 0 mss=1460; +1000; < S 0 mss=1460;"
        + "> SA 0 1 mss=1460; < A 1 1; connected; send 9000;")]
    [TestCase("SYN,ACK", "listen; > S 0 mss=1460; < SA 0 1 mss=1460; +1000; < SA 0 1 mss=1460;"
        + "+2000; < SA 0 1 mss=1460; > A 1 1; accept; send 9000;",
        "listen; > S 0 mss=1460; < SA 0 1 mss=1460; +1000; < SA 0 1 mss=1460;"
        + "> A 1 1; accept; send 9000;")]
    public void InitialWindow_TwoSynsLost_IsOneSegment(string what, string twice, string once)
    {
        const string Rule = "flight-after-lost-syn-too-large";
        string two = Openings.Full(0, 2);

        AssertLimit(once + two, twice + two, Rule, what);
        AssertLimit(twice + Openings.Full(0, 1), twice + two, Rule, what);
    }

    // RFC 9293 §3.10.8: the front of the queue goes first, be it as a probe.
    [Test]
    public void Timer_FrontWasAProbe_GoesOnBehindIt()
    {
        const string Sent = Open + "send 100; < A 1:101 1; +5;";

        AssertLimit(
            Sent + "> A 1 1 w=0; +1000; < A 1:2 1; > A 1 1; < A 2:101 1",
            Sent + "+1000; < A 2:101 1", "retransmission-not-oldest");
    }

    // RFC 6298 §5.5: the doubled RTO lasts until something new is measured.
    [TestCase("without a measurement", "+2000; < A 101:201 1", "+1000; < A 101:201 1")]
    [TestCase("until another", "+10; > A 1 201; send 100; < A 201:301 1; +1000; < A 201:301 1",
        "+1000; < A 101:201 1")]
    public void Backoff_AfterAnAck_LastsUntilAMeasurement(string what, string good, string bad)
    {
        const string Backed = Open + "send 100; < A 1:101 1; +1000; < A 1:101 1; +10; > A 1 101;"
            + "+10; send 100; < A 101:201 1;";

        AssertLimit(Backed + good, Backed + bad, "backoff-forgotten", what);
    }

    // RFC 9293 §3.8.6.1 (MUST-37): R2 counts from the last answer to a probe.
    [Test]
    public void Probes_Answered_KeepTheConnection()
    {
        string answered = Open + "receive; +5; > A 1 1 w=0; +5; send 100;" + string.Concat(
            new[] { 1, 2, 4, 8, 16, 32, 60 }.Select(s => $"+{s}000; < A 1:2 1; > A 1 1 w=0;"));

        AssertLimit(
            answered + "+60000; < A 1:2 1; +40000; told timedout", answered + "told timedout",
            "gave-up-too-early");
    }

    // RFC 9293 §3.8.6.1 (SHLD-29, SHLD-30): intervals grow from an RTO, answered or not.
    [Test]
    public void Probe_SecondOne_WaitsForAnRto()
    {
        const string Probed = Open
            + "> A 1 1 w=0; +5; send 100; +1000; < A 1:2 1; +5; > A 1 1 w=0;";

        AssertLimit(
            Probed + "+995; < A 1:2 1", Probed + "+10; < A 1:2 1", "probe-interval-shrinks");
    }

    // RFC 5681 §3.1: what acknowledges the timeout lets slow start go on from the loss window, with
    // one segment for an ACK (RFC 3465 §2.3: "during a slow start phase that follows a
    // retransmission timeout … MUST use L=1*SMSS").
    [TestCase("all at once", "+10; > A 1 14601; +1;", 10, 2, "slow-start-too-fast")]
    [TestCase("a part", "+10; > A 1 7301; +1;", 5, 2, "timeout-flight-too-large")]
    public void LossWindow_Acknowledged_IsWhereSlowStartBegins(
        string what, string acknowledged, int next, int count, string rule)
    {
        string sent = $"{Mss}send 60000;{Ten}+1000; {Openings.Full(0, 1)}{acknowledged}";

        AssertLimit(
            sent + Openings.Full(next, count), sent + Openings.Full(next, count + 1), rule, what);
    }

    private static void AssertLimit(
        string good, string bad, string rule, string? what = null) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
