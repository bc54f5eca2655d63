using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far what an IUT may send reaches: each beside the nearest trace on its other side.
/// </summary>
public sealed class EmissionLimitTests
{
    private const string Open = Openings.Open;
    private const string Mss = Openings.OpenMss;
    private const string Sack = Openings.OpenSack;
    private const string Times = Openings.OpenTimes;
    private const string Three = "> A 1 1; > A 1 1; > A 1 1;";
    private const string Zero = Open + "> A 1 1 w=0; send 100;";
    private const string Probed = Zero + "+1000; < A 1:2 1; +2000; < A 1:2 1;";
    private const string Long = Probed + "+4000; < A 1:2 1; +8000; < A 1:2 1; +16000; < A 1:2 1;"
        + "+32000; < A 1:2 1; +60000; < A 1:2 1;";
    private const string Path = Mss + "send 1460; < A 1:1461 1; icmp PacketTooBig 4 600;"
        + "< A 1:561 1; < A 561:1121 1; < A 1121:1461 1; > A 1 1461;";
    private const string LostSyn = "connect; < S 0; +1000; < S 0; > SA 0 1; < A 1 1; connected;"
        + "send 100; < A 1:101 1;";
    private const string Crossed = "connect; < S 0; > S 0; < SA 0 1;";

    private static readonly string Ten = Openings.Full(0, 10);
    private static readonly string First = Openings.Full(0, 1);

    // RFC 6298 §4: a clock of granularity G; what is seen of a timer may be a tick early.
    [TestCase("the RTO", 100, Open + "send 100; < A 1:101 1;", 1000, "< A 1:101 1",
        "retransmission-too-early")]
    [TestCase("the RTO, with new octets", 100,
        Open + "nodelay; send 100; < A 1:101 1; send 100;", 1000, "< A 1:201 1",
        "retransmission-too-early")]
    [TestCase("the RTO that has doubled, but for a twentieth", 100,
        Open + "send 100; < A 1:101 1; +1000; < A 1:101 1;", 1900, "< A 1:101 1",
        "backoff-missing")]
    [TestCase("the RTO of a SYN", 100, "connect; < S 0;", 1000, "< S 0", "initial-rto-too-short")]
    [TestCase("the RTO after a lost SYN", 100, LostSyn, 3000, "< A 1:101 1",
        "rto-after-syn-too-short")]
    [TestCase("the first probe", 100, Zero, 1000, "< A 1:2 1", "probe-too-early")]
    [TestCase("the second probe", 100, Zero + "+1000; < A 1:2 1;", 1000, "< A 1:2 1",
        "probe-interval-shrinks")]
    [TestCase("the third probe", 100, Probed, 3000, "< A 1:2 1", "probe-interval-shrinks")]
    [TestCase("a keep-alive", 100, Open + "keepalive 5000;", 5000, "< A 0 1",
        "keep-alive-too-early")]
    [TestCase("the override timeout with text outstanding", 20,
        Mss + "send 10; < A 1:11 1; send 10;", 100, "< A 11:21 1", "small-segment-nagle")]
    [TestCase("the override timeout with a small window", 20,
        Mss + "> A 1 1 w=10; +5; send 5000;", 100, "< A 1:11 1", "small-segment-fills-window")]
    [TestCase("the age of the path's MTU", 100, Path, 300_000, "send 1460; < A 1461:2921 1",
        "text-beyond-mss")]
    public void Timer_ThatTicks_MayBeATickEarly(
        string what, int tick, string start, int length, string sent, string rule)
    {
        string script = $"granularity {tick}; {start}";

        AssertLimit(
            $"{script} +{length - tick}; {sent}", $"{script} +{length - tick - 1}; {sent}", rule,
            what);
    }

    // RFC 6298 §5.5: the timer went on since it last expired, whatever duplicates have sent again.
    [Test]
    public void Backoff_AfterFastRetransmit_CountsFromTheLastTimeout()
    {
        string twice = $"{Mss}send 14600;{Ten}+5;{Three}{First}+995;{First}+500;{Three}{First}";

        AssertLimit($"{twice}+1500;{First}", $"{twice}+1300;{First}", "backoff-missing");
    }

    // RFC 5681 §3.2: three in a row; those before a timeout do not count.
    [Test]
    public void Duplicates_AfterATimeout_AreCountedAnew()
    {
        const string Timeout = Mss
            + "send 1460; < A 1:1461 1; +10; > A 1 1; > A 1 1; +1000; < A 1:1461 1;";

        AssertLimit(
            $"{Timeout}{Three}{First}", $"{Timeout}> A 1 1;{First}", "retransmission-too-early");
    }

    // RFC 9293 §3.8.3: R2 is for "the same segment".
    [Test]
    public void R2_TextIsAcknowledged_CountsFromThere()
    {
        string first = Open + "nodelay; send 200; < A 1:101 1; < A 101:201 1;" + string.Concat(
            new[] { 1, 2, 4, 8, 16, 32, 60, 60, 60 }.Select(s => $"+{s}000; < A 1:101 1;"));
        const string Second = "< A 101:201 1";
        string five = string.Concat(Enumerable.Repeat($"+60000; {Second};", 5));

        AssertLimit(
            $"{first}+40000; > A 1 101; {five}", $"{first}+40000; > A 1 101; {five}+60000;{Second}",
            "gave-up-never");
    }

    // RFC 9293 §3.8.6.1: what a probe carried is not lost for certain, and goes again once the
    // window is open; not twice.
    [Test]
    public void Probe_WindowOpens_GoesOutAgainOnce()
    {
        const string Opened = Zero + "+1000; < A 1:2 1; +5; > A 1 1; < A 1:2 1;";

        AssertLimit(Opened, Opened + "+5; < A 1:2 1", "retransmission-too-early");
    }

    // RFC 9293 §3.8.6.1 (SHLD-30): "increase exponentially"; RFC 6298 §2.5: up to a maximum.
    [TestCase("grows by half at least", Probed, 3000)]
    [TestCase("no more than the largest RTO", Long, 57_000)]
    public void ProbeInterval_NextOne_Grows(string what, string start, int least) => AssertLimit(
        $"{start}+{least}; < A 1:2 1", $"{start}+{least - 1}; < A 1:2 1",
        "probe-interval-shrinks", what);

    // RFC 9293 §3.8.6.2.1 (MUST-38): Fs is 1/8 of the largest window here.
    [TestCase("a useful part of the window", "> A 1 1 w=125; accept; +5; send 5000; < A 1:126 1")]
    [TestCase("all that there is", "> A 1 1 w=124; accept; +5; send 124; < A 1:125 1")]
    public void SmallSegment_FillsTheWindow_ForAReason(string what, string good)
    {
        const string Small = "listen; > S 0 mss=1460 w=1000; < SA 0 1 mss=1460;";

        AssertLimit(
            Small + good, Small + "> A 1 1 w=124; accept; +5; send 5000; < A 1:125 1",
            "small-segment-fills-window", what);
    }

    // RFC 9293 §3.7.1 (MUST-16), RFC 6691 §2: options take their room from the text.
    [Test]
    public void Text_WithTimestamps_IsShorterByThem() => AssertLimit(
        Times + "send 3000; < A 1:1449 1 ts=901/101", Times + "send 3000; < A 1:1450 1 ts=901/101",
        "text-beyond-mss");

    // RFC 9293 §3.10.2: text is queued until ESTABLISHED; §3.10.4: so is a CLOSE behind it.
    [TestCase("text", "send 10;", "< A 1:11 1")]
    [TestCase("text and CLOSE", "send 10; shutdown;", "< A 1:11 1")]
    [TestCase("text with the FIN", "send 10; shutdown;", "< FA 1:11 1")]
    public void Queued_InSynReceived_WaitsForEstablished(string what, string calls, string sent) =>
        AssertLimit(
            $"{Crossed}{calls}> A 1 1; {sent}", $"{Crossed}{calls}{sent}", "text-not-from-user",
            what);

    [Test]
    public void Fin_InSynReceived_GoesIfNoTextIsQueued() => AssertLimit(
        Crossed + "shutdown; < FA 1 1", Crossed + "send 10; shutdown; < FA 1 1",
        "fin-before-text");

    // RFC 9293 §3.5.1, figure 9: after the reset the SYN goes again, for each such answer once.
    [Test]
    public void Syn_AfterABadAck_GoesAgainOnce()
    {
        const string Bad = "connect; < S 0; > A 5 7; < R 7; < S 0;";

        AssertLimit(Bad, Bad + "+5; < S 0", "retransmission-too-early");
    }

    // RFC 5681 §3.2, RFC 6582 §3.2: ssthresh, and a segment for each duplicate.
    [TestCase(Mss)]
    [TestCase(Sack)]
    public void Recovery_EachDuplicate_LetsOneSegmentOut(string open)
    {
        string half = $"{open}send 60000;{Ten}+5;{Three}{First}+5;";

        AssertLimit(
            $"{half}> A 1 1; +5;" + Openings.Full(10, 1),
            $"{half}> A 1 1; +5;" + Openings.Full(10, 2),
            "recovery-flight-too-large");
    }

    // RFC 5681 §4.3: of ten segments that were out no more than five go again in a round trip.
    [Test]
    public void Recovery_WithoutSack_SendsNoMoreThanHalfAgain()
    {
        string lost = $"{Mss}send 14600;{Ten}+5;{Three}+5;";

        AssertLimit(
            lost + Openings.Full(0, 5), lost + Openings.Full(0, 6), "recovery-flight-too-large");
    }

    // RFC 6298 §5 speaks of timers: each segment may have its own.
    [Test]
    public void Recovery_TimerOfEachSegment_SendsThemAll()
    {
        string lost = $"{Mss}send 14600;{Ten}+5;{Three}+5;{First}";

        AssertLimit(
            $"{lost}+1000;" + Openings.Full(1, 6), $"{lost}+5;" + Openings.Full(1, 6),
            "recovery-flight-too-large");
    }

    // RFC 5681 §3.1: after a timeout what follows goes again by slow start from one segment, and
    // what duplicates had added in recovery is gone.
    [Test]
    public void Recovery_TimerExpires_GoesOnBehindSndUna()
    {
        string recovery = $"{Mss}send 14600;{Ten}+5;{Three}{First}+1000;{First}";

        AssertLimit(
            $"{recovery}> A 1 1461; +5;" + Openings.Full(1, 2),
            $"{recovery}+5;" + Openings.Full(1, 1), "timeout-flight-too-large");
    }

    // RFC 9293 §3.8.5 (MUST-62): to the octet that follows, from wherever the segment begins.
    [TestCase("with the text", "", "< UA 1:11 1 up=10", "< UA 1:11 1 up=11")]
    [TestCase("ahead of it", "", "< UA 1 1 up=10", "< UA 1 1 up=11")]
    [TestCase("with the rest", "< UA 1:6 1 up=10;", "< UA 6:11 1 up=5", "< UA 6:11 1 up=10")]
    public void UrgentPointer_BehindUrgentText_GoesNoFurther(
        string what, string before, string good, string bad)
    {
        string urgent = $"{Open}nodelay; urgent 10; send 10; {before}";

        AssertLimit(urgent + good, urgent + bad, "urgent-unasked", what);
    }

    // RFC 5681 §3.1 (4): ssthresh is no less than 2*SMSS.
    [Test]
    public void Recovery_OfASmallFlight_EndsWithTwoSegmentsAndWhatTheAckAdds()
    {
        string two = $"{Mss}send 60000;{Openings.Full(0, 2)}+5;{Three}{First}+5; > A 1 2921; +5;";

        AssertLimit(
            two + Openings.Full(2, 4), two + Openings.Full(2, 5), "window-not-deflated");
    }

    // RFC 6675 §4 (IsLost), RFC 5681 §2: SMSS is counted without options.
    [Test]
    public void Loss_WithTimestamps_IsMoreThanTwoOfTheirSegments()
    {
        const string Four = "listen; > S 0 mss=1460 sackok ts=100/0;"
            + "< SA 0 1 mss=1460 sackok ts=900/100; > A 1 1 ts=101/900; accept; send 5792;"
            + "< A 1:1449 1 ts=901/101; < A 1449:2897 1 ts=901/101;"
            + "< A 2897:4345 1 ts=901/101; < A 4345:5793 1 ts=901/101; +5;";

        AssertLimit(
            Four + "> A 1 1 ts=102/901 sack=1449-4346; < A 1:1449 1 ts=902/102",
            Four + "> A 1 1 ts=102/901 sack=1449-4345; < A 1:1449 1 ts=902/102",
            "retransmission-too-early");
    }

    // RFC 5681 §3.1: the loss window, also where the path takes less than before.
    [Test]
    public void LossWindow_PathHasShrunk_IsOneSegment()
    {
        const string Timeout = Mss + "send 2920; < A 1:1461 1; < A 1461:2921 1;"
            + "icmp PacketTooBig 4 600; < A 1:561 1; +1000; < A 1:561 1; < A 561:1121 1;";

        AssertLimit(
            Timeout + "< A 1121:1461 1", Timeout + "< A 1121:1681 1", "timeout-flight-too-large");
    }

    // RFC 5681 §4.1: the restart window, if nothing was sent for longer than the RTO, which five
    // times the longest round trip bounds; a probe doubles it (RFC 9293 §3.8.6.1).
    [TestCase("text", "> A 1 87601;", 1, 995)]
    [TestCase("a retransmission", "+900; > A 1 43801; > A 1 43801; > A 1 43801;"
        + "< A 43801:45261 1; > A 1 87601;", 1, 4525)]
    [TestCase("a probe", "> A 1 87601; > A 1 87601 w=0; send 1; +1000; < A 87601:87602 1;"
        + "> A 1 87602;", 2, 2000)]
    public void RestartWindow_IdleSince_CountsFromWhatWasSentLast(
        string what, string last, int from, int idle)
    {
        string sent = Mss + "nodelay; send 87600;" + Openings.Full(0, 10) + "+5;" + Acks(0, 5)
            + "+5;" + Openings.Full(10, 20) + "+5;" + Acks(5, 10) + "+5;" + Openings.Full(30, 30)
            + "+5;" + last;
        string twelve = "send 30000;" + string.Concat(Enumerable.Range(60, 12).Select(
            i => $"< A {from + (i * 1460)}:{from + ((i + 1) * 1460)} 1;"));

        AssertLimit(
            $"{sent}+{idle};{twelve}", $"{sent}+{idle + 1};{twelve}", "restart-window-ignored",
            what);
    }

    // RFC 8985 §7.2: the first of a series may be a probe of the tail; then the RTO doubles.
    [Test]
    public void Backoff_AfterATailLossProbe_BeginsWithTheSecond()
    {
        const string Twice = "claim RackTlp;" + Open
            + "send 100; < A 1:101 1; +1000; < A 1:101 1; +1000; < A 1:101 1;";

        AssertLimit(
            Twice + "+2000; < A 1:101 1", Twice + "+1000; < A 1:101 1", "backoff-missing");
    }

    // RFC 9293 §3.4: the FIN has one number, and what stands there is no text.
    [TestCase("< FA 1:100 1")]
    [TestCase("< A 1:102 1")]
    [TestCase("< A 51:102 1")]
    public void Fin_SentAgain_StandsWhereItStood(string bad)
    {
        const string Sent = Open + "send 100; shutdown; < FA 1:101 1; +1000;";

        AssertLimit(Sent + "< A 1:101 1", Sent + bad, "fin-moved");
    }

    // RFC 6928 §2: min (10*MSS, max (2*MSS, 14600)), to the octet; a FIN is none.
    [TestCase("ten segments", Mss, 1460, 10)]
    [TestCase("14600 octets", "mtu 9000; listen; > S 0 mss=5000; < SA 0 1 mss=8960; > A 1 1;"
        + "accept;", 2920, 5)]
    [TestCase("two segments", "mtu 9000; listen; > S 0 mss=8000; < SA 0 1 mss=8960; > A 1 1;"
        + "accept;", 8000, 2)]
    public void InitialWindow_InOctets_IsNotExceeded(
        string what, string start, int size, int count)
    {
        int end = 1 + (size * count);
        string full = string.Concat(Enumerable.Range(0, count).Select(
            i => $"< A {1 + (i * size)}:{1 + ((i + 1) * size)} 1;"));

        AssertLimit(
            $"{start} nodelay; send {end - 1}; shutdown; {full} < FA {end} 1",
            $"{start} nodelay; send {end}; {full} < A {end}:{end + 1} 1",
            "initial-flight-too-large", what);
    }

    // RFC 6675 §5 (3.3): before a loss is told the pipe is all but what is reported by SACK.
    [TestCase("a segment", "1461-2921", 1)]
    [TestCase("two segments", "1461-4381", 2)]
    [TestCase("two stretches of less", "2921-3021,1461-1561", 1)]
    public void LimitedTransmit_WithSack_IsAsMuchAsIsReported(string what, string told, int more)
    {
        string sent = $"{Sack}send 60000;{Ten}+5; > A 1 1 sack={told}; +5;";

        AssertLimit(
            sent + Openings.Full(10, more), sent + Openings.Full(10, more + 1),
            "limited-transmit-too-much", what);
    }

    // So many ACKs of two segments each.
    private static string Acks(int from, int count) => string.Concat(
        Enumerable.Range(from + 1, count).Select(i => $"> A 1 {1 + (i * 2920)};"));

    private static void AssertLimit(
        string good, string bad, string rule, string? what = null) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
