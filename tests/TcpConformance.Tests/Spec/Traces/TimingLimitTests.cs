using NUnit.Framework;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>How long what is owed, or waits for a timer, may take: each beside the nearest trace on
/// its other side.</summary>
public sealed class TimingLimitTests
{
    private const string Open = Openings.Open;

    // RFC 9293 §3.10.4: a CLOSE is queued "until all preceding SENDs have been segmentized", and
    // not until they are acknowledged.
    [TestCase("called behind the text", Open + "send 10; < A 1:11 1; shutdown;", "< FA 11 1")]
    [TestCase("called before the text went", Open + "send 10; shutdown; < A 1:11 1;", "< FA 11 1")]
    [TestCase("called in SYN-RECEIVED",
        "listen; > S 0; < SA 0 1; send 10; shutdown; > A 1 1; < A 1:11 1;", "< FA 11 1")]
    public void Fin_TextIsUnderWay_DoesNotWaitForItsAck(string what, string text, string fin) =>
        AssertLimit(text + "+190;" + fin + "; +300", text + "+600;" + fin, "fin-not-sent", what);

    // RFC 9293 §3.10.4, CLOSE-WAIT: likewise.
    [Test]
    public void Fin_TextIsUnderWayInCloseWait_DoesNotWaitForItsAck()
    {
        const string Text = Open + "> FA 1 1; < A 1 2; send 1; < A 1:2 2; shutdown;";

        AssertLimit(Text + "+190; < FA 2 2", Text + "+600; < FA 2 2", "fin-not-sent-close-wait");
    }

    // RFC 9293 §3.10.7.4: the fifth step lets out what waited for the ACK, before the eighth takes
    // the FIN; but at no other time.
    [TestCase("FIN", "shutdown; +5; > FA 1 1;", "< FA 1 1; < A 2 2", "+10; < FA 1 1",
        "fin-ack-late")]
    [TestCase("text", "send 10; +5; > FA 1 1;", "< A 1:11 1; < A 11 2", "+10; < A 1:11 1",
        "fin-ack-late")]
    [TestCase("text for text", "send 10; +5; > A 1:11 1;", "< A 1:11 1; < A 11 11",
        "+10; < A 1:11 1", "ack-stale")]
    public void Released_ByTheAckOfASegment_NeedNotAcknowledgeItsText(
        string what, string waits, string atOnce, string later, string rule)
    {
        string half = "connect; < S 0; +5; > S 0; < SA 0 1;" + waits;

        AssertLimit(half + atOnce, half + later, rule, what);
    }

    // RFC 3168 §6.1.1: an ECN-setup SYN,ACK has ECE alone.
    [Test]
    public void Ecn_SynAckWithEceAlone_Agrees() => AssertLimit(
        "connect; < SEC 0; > SAE 0 1; < A 1 1; connected; send 10; < AC 1:11 1",
        "connect; < SEC 0; > SAEC 0 1; < A 1 1; connected; send 10; < AC 1:11 1",
        "ecn-not-agreed");

    // RFC 7323 §4.1: TSecr measures only what it acknowledges.
    [Test]
    public void Rto_OldEchoThatAcknowledgesNothing_IsNoRoundTrip()
    {
        const string Sent = Openings.OpenTimes + "send 100; < A 1:101 1 ts=950/101; +5;";

        AssertLimit(
            Sent + "> A 1 51 ts=102/900; +1500; < A 51:101 1 ts=960/102",
            Sent + "> A 1 1 ts=102/900; +1500; < A 1:101 1 ts=960/102", "retransmission-missing");
    }

    // RFC 6298 §2.5: a maximum "MAY be placed on RTO", of 60 s at least; it bounds what backs off.
    [Test]
    public void Backoff_AtTheLargestRto_DoublesNoMore()
    {
        string sent = Open + "send 100; < A 1:101 1;" + string.Concat(
            new[] { 1, 2, 4, 8, 16, 32, 60 }.Select(s => $"+{s}000; < A 1:101 1;"));

        AssertLimit(sent + "+60000; < A 1:101 1", sent + "+50000; < A 1:101 1", "backoff-missing");
    }

    // RFC 9293 §3.8.3 (SHLD-11, MUST-23): a stack that states less than 100 s, or 3 min for a SYN,
    // says only that it differs.
    [TestCase("text", Open + "receive; send 100; < A 1:101 1;", "< A 1:101 1;", 6, "+38000;",
        "told timedout", "gave-up-too-early")]
    [TestCase("SYN", "connect; < S 0;", "< S 0;", 7, "+55000;", "told timedout",
        "gave-up-syn-too-early")]
    public void R2_LessThanTheRfcAsksFor_IsADeviation(
        string what, string sent, string again, int times, string rest, string told, string rule)
    {
        string all = "r2 60000;" + sent + string.Concat(
            Enumerable.Range(0, times).Select(i => $"+{1000 << i}; {again}"));

        AssertLimit(all + rest + told, all + told, rule, what);
    }

    // The timer wheel of a kernel is the coarser the longer a timer is.
    [TestCase(0, 20, 60, 60.02)]
    [TestCase(13, 20, 60, 67.82)]
    [TestCase(13, 0, 1, 1.13)]
    public void Expired_SlackAndGranularity_AreAdded(
        int percent, int granularityMs, double seconds, double expected)
    {
        var ixit = new Ixit
        {
            TimerSlackPercent = percent,
            TimerGranularity = TimeSpan.FromMilliseconds(granularityMs),
        };

        Assert.That(
            ixit.Expired(TimeSpan.FromSeconds(seconds)).TotalSeconds,
            Is.EqualTo(expected).Within(1e-6));
    }

    private static void AssertLimit(
        string good, string bad, string rule, string? what = null) =>
        PermissionLimitTests.AssertLimit(what, good, bad, rule);
}
