using NUnit.Framework;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What an arriving segment leads to, at the limits of RFC 9293 §3.10.7, RFC 5961 and
/// RFC 7323: each good trace beside the nearest bad one.</summary>
public sealed class ArrivalLimitTests
{
    private const string Open = Openings.Open;
    private const string Sack = Openings.OpenSack;
    private const string Times = Openings.OpenTimes;
    private const string Half = "listen; > S 0; < SA 0 1;";
    private const string Crossed = "connect; < S 0; > S 0; < SA 0 1;";
    private const string Old = "disclaim BlindAttackMitigation;"; // RFC 793's answers
    private const string Shut = "listen; > S 0; < SA 0 1 w=1000; > A 1 1; accept; > A 1:501 1;"
        + "> A 501:1001 1; < A 1 1001 w=0;";
    private const string Closed = Open + "shutdown; < FA 1 1; > FA 1 2; < A 2 2;";
    private const string Retaken = Closed + "+100000; irs 100000; iss 600000; > S 0; < SA 0 1;"
        + "> R 1; irs 4294967040; iss 500000;";
    private const string Challenged = "> R 2; < A 1 1;";
    private const string Six = Challenged + Challenged + Challenged + Challenged + Challenged
        + Challenged;
    private const string Four = Challenged + Challenged + Challenged + Challenged;
    private const string Flight = Sack + "send 14600; < A 1:1461 1; < A 1461:2921 1;"
        + "< A 2921:4381 1; < A 4381:5841 1; < A 5841:7301 1; < A 7301:8761 1; < A 8761:10221 1;"
        + "< A 10221:11681 1; < A 11681:13141 1; < A 13141:14601 1; > A 1 1461;";
    private const string Hole = Flight + "> A 1 1461 sack=2921-5841; > A 1 1461 sack=2921-8761;";
    private const string Small = Flight + "> A 1 1461 sack=2921-3921; > A 1 1461 sack=2921-4921;";
    private const string Stamped = Times + "shutdown; < FA 1 1 ts=901/101; > A 1 2 ts=102/901;"
        + "> FA 1 2 ts=103/901; < A 2 2 ts=902/103; +100; iss 900000;";
    private const string Waits = "connect; < S 0 mss=1460 ts=900/0; > SA 0 1 mss=1460 ts=100/900;"
        + "< A 1 1 ts=900/100; connected; shutdown; < FA 1 1 ts=901/100; > A 1 2 ts=102/901;"
        + "> FA 1 2 ts=103/901; < A 2 2 ts=902/103; +100000;";
    private const string Stretches = Sack + "nodelay; send 700; < A 1:101 1; < A 101:201 1;"
        + "< A 201:301 1; < A 301:401 1; < A 401:501 1; < A 501:601 1; < A 601:701 1;"
        + "> A 1 1 sack=101-201,301-401,501-601; > A 1 701; +10; send 600; < A 701:801 1;"
        + "< A 801:901 1; < A 901:1001 1; < A 1001:1101 1; < A 1101:1201 1; < A 1201:1301 1;";
    private const string Narrow = "listen; > S 0 w=100; < SA 0 1; > A 1 1 w=100; accept;";
    private const string Late = "+2160000000; connect; < S 0 mss=1460 ts=900/0;"
        + "> SA 0 1 mss=1460 ts=100/900; < A 1 1 ts=901/100; connected;";

    // RFC 9293 §3.10.7.4, first: a SYN below the window may be trimmed off where there is no RFC
    // 5961; a FIN behind it has no ACK then.
    [Test]
    public void Syn_BelowTheWindow_MayBeTrimmedOffWhatReachesIntoIt()
    {
        const string Before = "disclaim BlindAttackMitigation;" + Openings.Open;

        PermissionLimitTests.AssertLimit(
            "SYN", Before + "> SF 0; +500", Before + "> SF 1; +500", "syn-no-challenge");
    }

    // RFC 5961 §7: what may have been answered by a challenge in TIME-WAIT counts for its limit.
    [TestCase("a SYN of the last connection", "> S 0; < A 2 2;")]
    [TestCase("an ACK of what was not sent", "> A 2 9; < A 2 2;")]
    public void TimeWait_Challenges_AreLimitedAllTogether(string what, string first)
    {
        string nine = Openings.TimeWait + string.Concat(
            Enumerable.Repeat("> SA 2 2; < A 2 2;", 9));

        PermissionLimitTests.AssertLimit(
            what, nine + first + "> SA 2 2; +1", nine + "> SA 2 2; +1", "syn-no-challenge");
    }

    [TestCase("what is empty lies in a window that has opened (RFC 9293 §3.8.6.2.2)",
        Shut + "receive; got 1000; +1; > A 1500 1; +500", Shut + "receive; +1; > A 1500 1; +500",
        "unacceptable-no-ack")]
    [TestCase("what has opened was not announced (RFC 9293 §3.8.6, SHLD-14)",
        Shut + "receive; got 1000; +1; > A 1001:1002 1; < A 1 1002 w=600",
        Shut + "receive; got 1000; +1; < A 1 1001 w=1000; > A 1001:1002 1; < A 1 1002 w=600",
        "window-shrunk")]
    [TestCase("a FIN where the text has filled the window (RFC 9293 §3.10.7.4, eighth)",
        "listen; > S 0; < SA 0 1 w=1000; > A 1 1; accept; > FA 1:1001 1; < A 1 1002 w=0",
        "listen; > S 0; < SA 0 1 w=1000; > A 1 1; accept; > FA 1:1002 1; < A 1 1003 w=0",
        "beyond-window-taken")]
    [TestCase("an ACK just above the window, with its number (RFC 9293 A.2)",
        Openings.OpenMss + "send 1460; < A 1:1461 1; > A 65537 1461; +4000",
        Openings.OpenMss + "send 1460; < A 1:1461 1; > A 65538 1461; < A 1461 1; +4000",
        "retransmission-missing")]
    [TestCase("an ACK at the edge opens the connection (RFC 9293 A.2)",
        Half + "> A 65536 1; accept; send 10; < A 1:11 1",
        Half + "> A 65538 1; < A 1 1; accept; send 10; < A 1:11 1", "text-not-from-user")]
    [TestCase("the edge in TIME-WAIT (RFC 9293 A.2)",
        Openings.TimeWait + "> A 65538 2; +100", Openings.TimeWait + "> A 65539 2; +100",
        "unacceptable-no-ack")]
    [TestCase("the edge in TIME-WAIT, with text (RFC 9293 A.2)",
        Openings.TimeWait + "> P 65538:65539; +100", Openings.TimeWait + "> A 65538:65539 2; +100",
        "unacceptable-no-ack")]
    public void Window_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("in a window that has opened (RFC 9293 §3.5.3)",
        Old + Shut + "receive; got 1000; > R 1500; > A 1001 1; < R 1",
        Old + Shut + "receive; > R 1500; > A 1001 1; < R 1", "reset-outside-taken")]
    [TestCase("with an echo of what was never sent (RFC 7323 §5.2)",
        Times + "> R 50 ts=102/5; +100", Times + "> R 50 ts=102/900; +100",
        "reset-inside-no-challenge")]
    [TestCase("eleven challenges within five seconds (RFC 5961 §7)",
        Open + "+4500;" + Six + "+1000;" + Four + "> R 2; +500",
        Open + "+4500;" + Six + "+6000;" + Four + "> R 2; +500", "reset-inside-no-challenge")]
    [TestCase("the SYN goes again after a bad ACK, not after a RST (RFC 9293 §3.5.1, figure 9)",
        "connect; < S 0; > A 1 5; < R 5; +10; < S 0", "connect; < S 0; > RA 0 5; +10; < S 0",
        "retransmission-too-early")]
    [TestCase("an illegal option may be answered with a RST (RFC 9293 §3.1, MUST-7)",
        Open + "> A 1:101 1 raw=02000000; < R 1", Open + "> A 1:101 1 raw=01010101; < R 1",
        "reset-unasked")]
    [TestCase("an ABORT sends one from SYN-RECEIVED on (RFC 9293 §3.10.5)",
        "connect; < S 0; abort; +500", Crossed + "abort; +500", "abort-no-reset")]
    [TestCase("CLOSE in CLOSE-WAIT with unread text (RFC 9293 §3.6.1, SHLD-3)",
        Open + "> A 1:101 1; < A 1 101; > FA 101 1; < A 1 102; close; < R 1",
        Open + "> A 1:101 1; < A 1 101; > FA 101 1; < A 1 102; close; < FA 1 102; +600",
        "lost-text-no-reset")]
    public void Reset_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("without the timestamp that was agreed (RFC 7323 §3.2)",
        Times + "> S 5000; +500; > A 1:11 1 ts=103/900; < A 1 11 ts=901/103",
        Times + "> S 5000 ts=102/0; +500", "syn-no-challenge")]
    [TestCase("in the window, without RFC 5961 (RFC 9293 §3.10.7.4, fourth)",
        Old + Open + "> S 50; < RA #0 51; > A 1 1; < R 1", Old + Open + "> S 50; +500",
        "syn-no-challenge")]
    [TestCase("outside the window, without RFC 5961 (RFC 9293 §3.10.7.4, first)",
        Old + Open + "> S 65535; < RA #0 65536", Old + Open + "> S 65536; < RA #0 65537",
        "syn-taken")]
    [TestCase("in a window that has opened, without RFC 5961 (RFC 9293 §3.8.6.2.2)",
        Old + Shut + "receive; got 1000; > S 1500; < RA #0 1501",
        Old + Shut + "receive; > S 1500; < RA #0 1501", "syn-taken")]
    [TestCase("an old duplicate, without RFC 5961 (RFC 7323 §5.2)",
        Old + Times + "> S 50 ts=102/0; < RA #0 51", Old + Times + "> S 50 ts=50/0; < RA #0 51",
        "paws-taken")]
    [TestCase("without its timestamp, without RFC 5961 (RFC 7323 §3.2)",
        Old + Times + "> S 50 ts=102/0; < RA #0 51", Old + Times + "> S 50; < RA #0 51",
        "untimed-segment-taken")]
    [TestCase("once more in SYN-RECEIVED (RFC 9293 §3.10.7.4, first)",
        Half + "> S 0; < SA 0 1", Half + "> S 0; +500", "unacceptable-no-ack")]
    [TestCase("with a bad ACK in SYN-RECEIVED (RFC 9293 §3.5.2)",
        Crossed + "> SA 500 0; < R 0", Crossed + "> SA 500 1; < R 1",
        "unacceptable-answer-wrong")]
    [TestCase("with an ACK and text where two have crossed (RFC 9293 §3.5, figure 7)",
        Crossed + "> SA 0:100 1; < A 1 101; connected; send 10; < A 1:11 101",
        Crossed + "> SA 0:100 5; < A 1 101", "ack-beyond-received")]
    [TestCase("once more with an ACK where two have crossed (RFC 9293 §3.5.2)",
        Crossed + "> SA 0 5; < R 5", Crossed + "> SA 0 1; < R 1", "reset-unasked")]
    [TestCase("two that have crossed open (RFC 9293 §3.5, figure 7)",
        Crossed + "> SA 0 1; < A 1 1; connected; +1000",
        Crossed + "> SA 0 1; < A 1 1; +1000; < SA 0 1", "syn-ack-after-ack")]
    public void Syn_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("the window of the ACK that opens (RFC 9293 §3.10.7.4, fifth)",
        "listen; > S 0 w=1000 mss=1460; < SA 0 1 mss=1460; > A 1 1 w=4000; accept; send 1460;"
            + "< A 1:1461 1",
        "listen; > S 0 w=1000 mss=1460; < SA 0 1 mss=1460; > A 1 1 w=1000; accept; send 1460;"
            + "< A 1:1461 1",
        "text-beyond-window")]
    [TestCase("the window of the ACK that opens was offered (RFC 9293 §3.8.6, SHLD-15)",
        "listen; > S 0 w=1000 mss=1460; < SA 0 1 mss=1460; > A 1 1 w=4000; accept; send 1460;"
            + "> A 1 1 w=1000; < A 1:1001 1",
        "listen; > S 0 w=1000 mss=1460; < SA 0 1 mss=1460; > A 1 1 w=4000; accept; send 1460;"
            + "> A 1 1 w=1000; +1; < A 1:1461 1",
        "text-in-shrunk-window")]
    [TestCase("scaled where both have offered it (RFC 7323 §2.2)",
        "listen; > S 0 w=10 ws=7; < SA 0 1 ws=7; > A 1 1 w=10; accept; send 500; < A 1:501 1",
        "listen; > S 0 w=10 ws=7; < SA 0 1; > A 1 1 w=10; accept; send 500; < A 1:501 1",
        "text-beyond-window")]
    [TestCase("a D-SACK at the left edge of its block tells nothing new (RFC 2883 §4)",
        Hole + "> A 1 1461 sack=2921-4381,2921-8761; +900", Hole + "> A 1 1461 sack=2921-10221",
        "fast-retransmit-missing")]
    [TestCase("more than two segments are reported above a hole (RFC 6675 §4)",
        Small + "> A 1 1461 sack=2921-5841; +900", Small + "> A 1 1461 sack=2921-5842",
        "fast-retransmit-missing")]
    [TestCase("stretches that an ACK has joined are none any more (RFC 6675 §4)",
        Stretches + "> A 1 701 sack=801-901,1001-1101,1201-1301; < A 701:801 1",
        Stretches + "> A 1 701 sack=801-901; < A 701:801 1", "retransmission-too-early")]
    [TestCase("what is dropped for its ACK need not be timed (RFC 7323 §5.3)",
        Times + "> A 1 -70000 ts=200/900; < A 1 1 ts=901/101",
        Times + "> A 1 1 ts=200/900; +1; send 10; < A 1:11 1 ts=901/101", "ts-ecr-wrong")]
    [TestCase("what is challenged for its ACK need not be timed (RFC 7323 §5.3)",
        Times + "> A 1 0 ts=200/900; < A 1 1 ts=901/101",
        Times + "> A 1 1 ts=200/900; +1; send 10; < A 1:11 1 ts=901/101", "ts-ecr-wrong")]
    [TestCase("MAX.SND.WND may be hard-coded (RFC 5961 §5.2)",
        Narrow + "> A 1:101 -65534 w=100; < A 1 101", Narrow + "> A 1:101 -65535 w=100; < A 1 101",
        "ack-beyond-received")]
    [TestCase("MAX.SND.WND may be hard-coded, and is scaled (RFC 5961 §5.2)",
        "listen; > S 0 w=100 ws=7; < SA 0 1 ws=7; > A 1 1 w=100; accept;"
            + "> A 1:101 -70000 w=100; < A 1 101",
        "listen; > S 0 w=100 ws=7; < SA 0 1; > A 1 1 w=100; accept;"
            + "> A 1:101 -70000 w=100; < A 1 101",
        "ack-beyond-received")]
    [TestCase("TS.Recent is as old as the SYN (RFC 7323 §5.5)",
        Late + "> A 1:101 1 ts=50/901; < A 1 1 ts=902/100",
        Late + "> A 1:101 1 ts=50/901; < A 1 101 ts=902/100", "paws-taken")]
    public void Ack_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("timers that are coarse (RFC 9293 §3.8.6.3)",
        "granularity 10;" + Open + "> A 1:101 1; +509; < A 1 101",
        "granularity 10;" + Open + "> A 1:101 1; +510; < A 1 101", "text-ack-late")]
    [TestCase("two full-sized segments with timestamps (RFC 9293 §3.8.6.3, SHLD-19)",
        Times + "> A 1:1449 1 ts=102/900; > A 1449:2896 1 ts=102/900; +400;"
            + "< A 1 2896 ts=901/102",
        Times + "> A 1:1449 1 ts=102/900; > A 1449:2897 1 ts=102/900; +400",
        "second-segment-ack-late")]
    [TestCase("text that has waited with the SYN is delayed as any other (RFC 9293 §3.10.7.2)",
        "listen; > S 0:10; < SA 0 1; > A 11 1; +400; < A 1 11",
        "listen; > S 0:10; < SA 0 1; > A 11 1; +500; < A 1 11", "ack-beyond-received")]
    [TestCase("a FIN that is remembered without its text (RFC 9293 §3.4, SHLD-31)",
        Open + "> FA 101:201 1; < A 1 1; > A 1:101 1; < A 1 101; > A 101:201 1; < A 1 202",
        Open + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 101; > A 101:201 1; < A 1 202",
        "ack-beyond-received")]
    [TestCase("what was dropped had not to be reported (RFC 2018 §4, §8)",
        Sack + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 101; > A 101:201 1; < A 1 201;"
            + "> A 301:401 1; < A 1 201 sack=301-401; > A 201:301 1; < A 1 401",
        Sack + "> A 101:201 1; < A 1 1; > A 1:101 1; < A 1 201", "sack-missing")]
    [TestCase("a SACK of text beyond the FIN (RFC 2018 §3)",
        Sack + "> A 201:301 1; < A 1 1 sack=201-301; > FA 1:101 1; < A 1 102 sack=201-301",
        Sack + "> A 201:301 1; < A 1 1 sack=201-301; > FA 1:101 1; < A 1 102 sack=201-302",
        "sack-block-not-received")]
    [TestCase("a second FIN may be counted, no text (RFC 9293 §3.10.7.4, eighth)",
        Open + "> FA 1 1; < A 1 2; > FA 2 1; < A 1 3",
        Open + "> FA 1 1; < A 1 2; > FA 2:3 1; < A 1 4", "text-taken-after-fin")]
    [TestCase("a FIN where text is held: either counts (RFC 9293 §3.10.7.4, eighth)",
        Open + "> A 101:201 1; < A 1 1; > FA 101:151 1; < A 1 1; > A 1:101 1; < A 1 152",
        Open + "> A 101:201 1; < A 1 1; > FA 101:151 1; < A 1 1; > A 1:101 1; < A 1 202",
        "text-taken-after-fin")]
    [TestCase("a D-SACK of what came with the SYN again (RFC 2883 §4)",
        Sack + "> A 1:101 1; < A 1 101; > S 0:10; < A 1 101 sack=0-11",
        Sack + "> A 1:101 1; < A 1 101; > S 0:10; < A 1 101 sack=0-10",
        "sack-block-not-received")]
    [TestCase("a D-SACK of held text (RFC 2883 §4)",
        Sack + "> A 101:201 1; < A 1 1 sack=101-201; > A 101:201 1; < A 1 1 sack=101-201,101-201",
        Sack + "> A 101:201 1; < A 1 1 sack=101-201; > A 101:201 1; < A 1 1 sack=101-202,101-201",
        "sack-block-not-received")]
    [TestCase("a D-SACK of what came once (RFC 2883 §4)",
        Sack + "> A 1:101 1; > A 1:101 1; < A 1 101 sack=1-101",
        Sack + "> A 1:101 1; < A 1 101 sack=1-101", "duplicate-sack-unfounded")]
    [TestCase("a D-SACK of held text with its FIN (RFC 2883 §4)",
        Sack + "> FA 101:201 1; < A 1 1 sack=101-201; > FA 101:201 1;"
            + "< A 1 1 sack=101-202,101-202",
        Sack + "> FA 101:201 1; < A 1 1 sack=101-201; > FA 101:201 1;"
            + "< A 1 1 sack=101-203,101-202",
        "sack-block-not-received")]
    public void Text_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);

    [TestCase("the ISS of who goes by timestamps (RFC 6191 §2, RFC 9293 §3.6.1)",
        "claim Timestamps;" + Closed + "irs 100000; iss 400000; > S 0 ts=100/0; < SA 0 1 ts=9/100",
        "claim Timestamps;" + Closed + "irs 100000; iss 400000; > S 0; < SA 0 1",
        "isn-not-larger")]
    [TestCase("a SYN in the window, without RFC 5961 (RFC 9293 §3.10.7.4, fourth)",
        Old + Openings.TimeWait + "> S 65536; < RA #0 65537; +10; > A 2 2; < R 2",
        Old + Openings.TimeWait + "> S 65537; < RA #0 65538", "time-wait-too-short")]
    [TestCase("a SYN,ACK asks for no connection (RFC 5961 §4.2, RFC 6191 §2)",
        Openings.TimeWait + "> S 70000; +500", Openings.TimeWait + "> SA 70000 2; +500",
        "syn-no-challenge")]
    [TestCase("a SYN,ACK without the agreed timestamp (RFC 7323 §3.2)",
        Stamped + "iss 500000; > SA 70000 2; +100",
        Stamped + "iss 500000; > SA 70000 2 ts=104/902; +100", "syn-no-challenge")]
    [TestCase("a SYN that is not taken may let it begin anew (RFC 9293 §3.10.7.4)",
        Openings.TimeWait + "+100000; > S 70000; < A 2 2; +140500; > A 2 2; < A 2 2",
        Openings.TimeWait + "+240500; > A 2 2; < A 2 2", "time-wait-too-long")]
    [TestCase("a SYN with the timestamp of the FIN (RFC 6191 §2)",
        Stamped + "> S 2 ts=103/0; < SA 0 3 ts=950/103",
        Stamped + "> S 1 ts=103/0; < SA 0 2 ts=950/103", "time-wait-too-short")]
    [TestCase("it begins anew for a FIN with the same timestamp (RFC 7323 §5.3)",
        Waits + "> FA 1 2 ts=102/901; < A 2 2 ts=90000/103; +145000; > FA 1 2 ts=200000/901; < R 2",
        Waits + "> FA 1 2 ts=103/901; < A 2 2 ts=90000/103; +145000; > FA 1 2 ts=200000/901; < R 2",
        "time-wait-too-short")]
    [TestCase("the user opens when it is over, and nowhere else (RFC 9293 §3.10.1)",
        Openings.TimeWait + "+240500; iss 900000; connect; < S 0",
        Openings.Active + "connect; iss 900000; < S 0", "syn-unasked")]
    [TestCase("TIME-WAIT to which a RST has led back lasts as it would have (RFC 9293 §3.6.1)",
        Retaken + "+140000; > A 2 2; < R 2", Retaken + "+139000; > A 2 2; < R 2",
        "time-wait-not-returned")]
    public void TimeWait_AtALimit_PermitsThatAndNoMore(
        string what, string good, string bad, string rule) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
