using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How far options, windows, acknowledgments and resets of an IUT may go: each beside the
/// nearest trace on its other side.</summary>
public sealed class AnnouncementLimitTests
{
    private const string Open = Openings.Open;
    private const string Sack = Openings.OpenSack;
    private const string Times = Openings.OpenTimes;
    private const string NoMss = "listen; > S 0; < SA 0 1 nomss;";
    private const string Default = "mtu 576;" + NoMss + "> A 1 1;";
    private const string Unscaled = "connect; < S 0 ws=2 w=40000; > SA 0 1 mss=1460;"
        + "< A 1 1 w=40000; connected;";
    private const string Shut = "> A 1 1; accept; > A 1:4001 1; < A 1 4001 w=0; +100; < A 1 4001";
    private const string Still = Times
        + "+5000; send 10; < A 1:11 1 ts=901/101; > A 1 11 ts=102/901;";
    private const string Duplicates = Sack + "> A 1:201 1; < A 1 201; > A 1:11 1; > A 11:21 1;"
        + "> A 31:41 1; > A 51:61 1; > A 71:81 1; > A 91:101 1; > A 121:131 1; < A 1 201";

    // More stretches than the oracle remembers, and a FIN behind them.
    private static readonly string Islands = Open + string.Concat(
        Enumerable.Range(0, 16).Select(i => $"> A {101 + (i * 2)}:{102 + (i * 2)} 1;"))
        + "> FA 201:202 1;";

    // RFC 7323 §2.4: what the shift cuts off may take less than a unit of eight octets away.
    [Test]
    public void Window_Scaled_IsRoundedByLessThanAUnit()
    {
        const string Scaled = "listen; > S 0 mss=1460 ws=3; < SA 0 1 ws=3 w=8000; > A 1 1; accept;"
            + "> A 1:101 1;";

        AssertLimit(Scaled + "< A 1 101 w=987", Scaled + "< A 1 101 w=986", "window-shrunk");
    }

    // RFC 7323 §2.2: both sides send the option, or neither scales.
    [TestCase("< A 1 101 w=9975", "window-scaled-unagreed")]
    [TestCase("< A 1 101 w=9974", "window-shrunk")]
    public void Window_PeerDoesNotScale_IsInOctets(string bad, string rule) => AssertLimit(
        Unscaled + "> A 1:101 1; < A 1 101 w=39900", Unscaled + "> A 1:101 1;" + bad, rule);

    // An ACK with another window tells of something; the same window is the same in octets.
    [Test]
    public void Window_PeerDoesNotScale_IsNoOtherOneThanBefore() => AssertLimit(
        Unscaled + "+1000; < A 1 1 w=40001", Unscaled + "+1000; < A 1 1 w=40000", "ack-unasked");

    // RFC 9293 §3.8.6.2.2 (MUST-39): half the buffer, or a segment without its options.
    [TestCase("half", "listen; > S 0 mss=1460; < SA 0 1 mss=1460 w=1000; > A 1 1; accept;"
        + "> A 1:1001 1; < A 1 1001 w=0; +100; < A 1 1001", 500)]
    [TestCase("half, after an active OPEN", "connect; < S 0 w=1000; > SA 0 1; < A 1 1 w=1000;"
        + "connected; > A 1:1001 1; < A 1 1001 w=0; +100; < A 1 1001", 500)]
    [TestCase("a segment",
        "listen; > S 0 mss=1460; < SA 0 1 mss=1460 w=4000;" + Shut, 1460)]
    [TestCase("a segment of the peer",
        "listen; > S 0; < SA 0 1 mss=1460 w=4000;" + Shut, 536)]
    public void Window_ThatOpens_OpensByAUsefulStep(string what, string start, int step) =>
        AssertLimit($"{start} w={step}", $"{start} w={step - 1}", "window-silly", what);

    [Test]
    public void Window_ThatOpens_WithTimestamps_OpensByWhatASegmentCarries()
    {
        const string Timed = "listen; > S 0 mss=1460 ts=100/0;"
            + "< SA 0 1 mss=1460 w=4000 ts=900/100; > A 1 1 ts=101/900; accept;"
            + "> A 1:4001 1 ts=102/900; < A 1 4001 w=0 ts=902/102; +100;";

        AssertLimit(
            Timed + "< A 1 4001 w=1448 ts=902/102", Timed + "< A 1 4001 w=1447 ts=902/102",
            "window-silly");
    }

    // RFC 7323 §5.4 (b): "one tick every 59 ns", counted from the TSval before.
    [TestCase("at once", "", "", 16_949_152)]
    [TestCase("after a second", "", "+1000;", 33_898_305)]
    [TestCase("by a coarse timer", "granularity 100;", "", 18_644_067)]
    public void TsClock_Fast_TicksNoFasterThanThat(
        string what, string tick, string wait, int ticks)
    {
        string start = $"{tick} +1000; {Times}{wait} send 10;";

        AssertLimit(
            $"{start} < A 1:11 1 ts={900 + ticks}/101", $"{start} < A 1:11 1 ts={901 + ticks}/101",
            "ts-clock-too-fast", what);
    }

    // RFC 7323 §5.4: a tick of a second, one of which may just have been missed.
    [TestCase("2000", "2001", "")]
    [TestCase("2100", "2101", "granularity 100;")]
    public void TsClock_Slow_StandsNoLongerThanTwoSeconds(string good, string bad, string tick) =>
        AssertLimit(
            $"{tick}{Still}+{good}; send 10; < A 11:21 1 ts=901/102",
            $"{tick}{Still}+{bad}; send 10; < A 11:21 1 ts=901/102", "ts-val-stands-still");

    // RFC 9293 §3.7.1 (SHLD-5): MSS is left out only where it is the default, and counts as that.
    [TestCase("the default", "mtu 576;" + NoMss, "mtu 577;" + NoMss, "mss-missing")]
    [TestCase("less than the default", "mtu 576;" + NoMss, "mtu 575;" + NoMss, "mss-missing")]
    [TestCase("RFC 6691 §2: an MSS without room for timestamps", "listen; > S 0; < SA 0 1 mss=1460",
        "listen; > S 0; < SA 0 1 mss=1448", "mss-less-options")]
    [TestCase("RFC 6691 §2: an MSS less ten octets", "listen; > S 0; < SA 0 1 mss=1449",
        "listen; > S 0; < SA 0 1 mss=1450", "mss-less-options")]
    [TestCase("two segments of 536", Default + "> A 1:536 1; > A 536:1072 1; +300",
        Default + "> A 1:537 1; > A 537:1073 1; +300", "second-segment-ack-late")]
    public void Mss_OfASyn_IsWhatThePathTakes(string what, string good, string bad, string rule) =>
        AssertLimit(good, bad, rule, what);

    // RFC 3168 §6.1.1: an ECN-setup SYN,ACK has ECE and not CWR, and answers an ECN-setup SYN.
    [TestCase("> SEC 0; < SAEC 0 1")]
    [TestCase("> SEC 0; < SAC 0 1")]
    [TestCase("> SE 0; < SAE 0 1")]
    [TestCase("> S 0; < SAE 0 1")]
    [TestCase("> SEC 0; < SA 0 1; > A 1 1; accept; send 10; < AC 1:11 1")]
    public void Ecn_BothSides_SetItUp(string bad)
    {
        const string Agreed = "> SEC 0; < SAE 0 1; > A 1 1; accept; send 10; < AC 1:11 1";

        AssertLimit("listen;" + Agreed, "listen;" + bad, "ecn-not-agreed");
    }

    // RFC 7323 §3.2: what SYNs that cross have told is echoed by the SYN,ACK.
    [Test]
    public void TsEcr_OfACrossedSyn_IsThePeersTsVal() => AssertLimit(
        "connect; < S 0 ts=900/0; > S 0 ts=100/0; < SA 0 1 ts=901/100",
        "connect; < S 0 ts=900/0; > S 0 ts=100/0; < SA 0 1 ts=901/0", "ts-ecr-wrong");

    // RFC 9293 §3.10.4, §3.10.7.4, eighth: CLOSING while the SYN is not acknowledged.
    [TestCase("RCV.NXT", "< SA 0 2")]
    [TestCase("IRS+1", "< SA 0 1")]
    public void SynAck_InClosing_AcknowledgesWhatHasCome(string what, string good)
    {
        const string Closing = "connect; < S 0; > S 0; < SA 0 1; shutdown; < FA 1 1; > FA 1 0;"
            + "< A 2 2; +1000;";

        AssertLimit(Closing + good, Closing + "< SA 0 3", "syn-ack-wrong", what);
    }

    // RFC 9293 §3.8.6: only a window that ends below SND.NXT asks for other numbers than that.
    [Test]
    public void Ack_WindowHasShrunk_MayStandInside()
    {
        const string Sent = Open + "send 300; < A 1:301 1;";

        AssertLimit(
            Sent + "> A 1 101 w=199; +100; > A 70000 101; < A 201 1",
            Sent + "> A 1 101 w=200; +100; > A 70000 101; < A 201 1", "ack-sequence-wrong");
    }

    // RFC 2018 §3: a block ends behind the last number, and a FIN has one.
    [TestCase("> FA 101 1;", "101-102", "100-102")]
    [TestCase("> FA 101 1;", "101-102", "101-103")]
    [TestCase("> FA 101:201 1;", "101-202", "100-202")]
    [TestCase("> FA 101:201 1;", "101-202", "101-203")]
    public void Sack_OfAFin_EndsBehindIt(string fin, string good, string bad) => AssertLimit(
        $"{Sack}{fin} < A 1 1 sack={good}", $"{Sack}{fin} < A 1 1 sack={bad}",
        "sack-block-not-received");

    // RFC 2883 §4: of more duplicates than are remembered each may be told of, but of nothing else.
    [TestCase("new octets", "201-211")]
    [TestCase("up to new octets", "191-202")]
    [TestCase("before the SYN", "-10--5")]
    [TestCase("empty", "131-131")]
    [TestCase("edges the wrong way round", "131-121")]
    public void DuplicateSack_OfMany_NamesWhatHasArrived(string what, string bad) => AssertLimit(
        $"{Duplicates} sack=121-131", $"{Duplicates} sack={bad}", "sack-block-not-received", what);

    // RFC 2883 §4 (1): "the most recent packet"; an ACK without a D-SACK ends it.
    [Test]
    public void DuplicateSack_AfterAnotherAck_IsTooLate()
    {
        const string Twice = Sack + "> A 1:201 1; < A 1 201; > A 1:201 1;";

        AssertLimit(
            Twice + "< A 1 201 sack=1-201; > A 70000 1; < A 1 201",
            Twice + "< A 1 201; > A 70000 1; < A 1 201 sack=1-201", "duplicate-sack-unfounded");
    }

    // RFC 9293 §3.5.2 (1): the numbers of a RST from CLOSED; §3.4: what an own one acknowledges.
    [TestCase("no ACK", "> S 0;", "< RA #0 1", "< RA #0 2", "closed-reset-no-ack-wrong")]
    [TestCase("ACK", "> A 5 7;", "< R 7", "< R 8", "closed-reset-wrong")]
    [TestCase("a FIN is the last", Open + "> FA 1 1; < A 1 2; abort;", "< RA 1 2", "< RA 1 3",
        "text-taken-after-fin")]
    public void Reset_ItsNumbers_FollowFromWhatCame(
        string what, string start, string good, string bad, string rule) =>
        AssertLimit(start + good, start + bad, rule, what);

    // RFC 9293 §3.10.7.4, eighth: a FIN that was held is taken with what was missing before it.
    [Test]
    public void HeldFin_BehindMoreThanIsRemembered_LeadsToTimeWait()
    {
        string ended = Islands + "shutdown; < FA 1 1; > A 1:201 2; < A 2 203; +239000; > FA 202 2;";

        AssertLimit(ended + "< A 2 203", ended + "< R 2", "time-wait-too-short");
    }

    [Test]
    public void HeldFin_BehindMoreThanIsRemembered_IsTheEndIfItIsAcknowledged()
    {
        const string Told = "receive; got 201; receive; got end";

        AssertLimit(
            $"{Islands}> A 1:201 1; < A 1 203; {Told}", $"{Islands}> A 1:201 1; < A 1 202; {Told}",
            "user-end-without-fin");
    }

    private static void AssertLimit(
        string good, string bad, string rule, string? what = null) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
