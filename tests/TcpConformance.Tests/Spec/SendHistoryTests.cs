using NUnit.Framework;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Timing;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec;

public sealed class SendHistoryTests
{
    private static readonly Ixit Ixit = new();
    private static readonly SeqNumber First = new(uint.MaxValue - 50);

    private SendHistory _history = new();

    [SetUp]
    public void Begin() => _history = new SendHistory();

    private static TimeSpan S(double seconds) => TimeSpan.FromSeconds(seconds);

    private void New(int at, double time) =>
        _history.SentNew(First + (at * 100), First + ((at + 1) * 100), false, S(time));

    private void Timeout(int at, double time) =>
        _history.SentAgain(First + (at * 100), First + ((at + 1) * 100), true, true, S(time));

    // RFC 6298 §2.1: 1 s; §5.7: 3 s where the SYN was sent again.
    [Test]
    public void Rto_WithoutMeasurement_IsAtMostThreeSeconds() =>
        Assert.That(_history.LongestRto(Ixit), Is.EqualTo(S(3)));

    // §2.2: SRTT = R, RTTVAR = R/2, RTO = R + 4 * R/2 = 3 R, at least 1 s (§2.4); with other
    // samples never more than five times the longest.
    [TestCase(0.05, 1)]
    [TestCase(0.2, 1)]
    [TestCase(1, 5)]
    [TestCase(3, 15)]
    [TestCase(20, 100)] // a cap is optional (§2.5), and one below the RTO itself says nothing
    public void Rto_Measured_IsFiveRoundTripsAtMostAndOneSecondAtLeast(double rtt, double rto)
    {
        New(0, 10);
        _history.Acknowledged(First + 100, S(10 + rtt));

        Assert.That(_history.LongestRto(Ixit), Is.EqualTo(S(rto)));
        Assert.That(rto, Is.GreaterThanOrEqualTo(3 * rtt));
    }

    [Test] // §5.5
    public void Rto_EachTimeout_IsDoubledUpToTheCap()
    {
        New(0, 0);
        _history.Acknowledged(First + 100, S(0.1));
        New(1, 1);
        double[] expected = [2, 4, 8, 16, 32, 60, 60];
        double at = 1;
        foreach (double rto in expected)
        {
            at += _history.LongestRto(Ixit).TotalSeconds;
            Timeout(1, at);
            Assert.That(_history.LongestRto(Ixit), Is.EqualTo(S(rto)));
        }
    }

    // A stack whose least RTO is below a second may still round up to it (§2.4).
    [TestCase(0.2, 1)]
    [TestCase(3, 3)]
    public void Rto_Measured_IsAtLeastASecondWhateverTheLeast(double least, double rto)
    {
        New(0, 0);
        _history.Acknowledged(First + 100, S(0.01));

        Assert.That(_history.LongestRto(Ixit with { RtoMin = S(least) }), Is.EqualTo(S(rto)));
    }

    // A stack may measure the round trip of a part, too, if Karn (§3) has nothing against it.
    [TestCase(false, false, 15)]
    [TestCase(true, false, 6)]
    [TestCase(true, true, 30)]
    public void Rto_APartIsAcknowledged_MayBeOfItsRoundTrip(bool again, bool timestamps, double rto)
    {
        New(0, 0);
        if (again)
        {
            Timeout(0, 1);
        }
        _history.Acknowledged(First + 50, S(3), timestamps);

        Assert.That(_history.LongestRto(Ixit), Is.EqualTo(S(rto)));
    }

    // A probe's octet that goes again with more is not what the timer was started for.
    [TestCase(false, true)]
    [TestCase(true, false)]
    public void Sample_OfASegmentThatBeginsWithAProbe_IsNotSure(bool isMixed, bool measured)
    {
        New(0, 0);
        New(1, 0);
        _history.NoteNewest(isMixed, null);
        _history.Acknowledged(First + 100, S(0.1), ixit: Ixit);
        bool before = _history.Measured;
        _history = new SendHistory();
        New(0, 0);
        _history.NoteNewest(isMixed, null);
        _history.Acknowledged(First + 100, S(0.1), ixit: Ixit);

        Assert.That(before, Is.True);
        Assert.That(_history.Measured, Is.EqualTo(measured));
    }

    // RFC 7323 §4.1: a TSecr from before what it acknowledges measures from any time on.
    [TestCase(100, 499u, true)]
    [TestCase(100, 500u, false)]
    [TestCase(0, 499u, false)]
    public void Echo_OlderThanAllThatItAcknowledges_IsARoundTripOfAnyLength(
        int ack, uint tsEcr, bool isAny)
    {
        New(0, 0);
        _history.NoteNewest(false, 500);
        _history.Echoed(First + ack, tsEcr);
        _history.Acknowledged(First + ack, S(0.1), timed: true);

        Assert.That(
            _history.LongestRto(Ixit),
            isAny ? Is.GreaterThan(S(3600)) : Is.LessThanOrEqualTo(S(3)));
    }

    [Test] // §3, Karn; MUST-18
    public void Sample_OfASegmentThatWasSentAgain_IsNotTaken()
    {
        New(0, 0);
        Timeout(0, 1);
        _history.Acknowledged(First + 100, S(50));

        Assert.That(_history.Measured, Is.False);
        Assert.That(_history.Backoffs, Is.EqualTo(1));
    }

    [TestCase(false, 2.0, false)]
    [TestCase(true, 2.0, true)] // RFC 7323 §4.1
    [TestCase(false, 2.5, true)]
    public void Sample_AfterAnotherSegmentWentAgain_IsSureOfWhatWentOutLater(
        bool timestamps, double sent, bool measured)
    {
        New(0, 1);
        New(1, 2);
        _history.SentAgain(First, First + 100, timeout: false, mayBeTimeout: false, S(2.2));
        New(2, sent);
        _history.Acknowledged(First + 300, S(3), timestamps);

        Assert.That(_history.Measured, Is.EqualTo(measured));
    }

    [Test] // §5.7
    public void Backoff_AckOfOctetsSentAfterIt_IsEnded()
    {
        New(0, 0);
        Timeout(0, 1);
        New(1, 2);
        _history.Acknowledged(First + 200, S(2.1));
        New(2, 3);
        _history.Acknowledged(First + 300, S(3.1));

        Assert.That(_history.Backoffs, Is.Zero);
        Assert.That(_history.Count, Is.Zero);
    }

    [Test]
    public void Covering_AfterGrowth_FindsEveryStretch()
    {
        for (int i = 0; i < 40; i++)
        {
            New(i, i);
            _history.Acknowledged(First + (Math.Max(0, i - 9) * 100), S(i));
        }

        Assert.That(_history.Count, Is.EqualTo(10));
        Assert.That(_history.Oldest.First, Is.EqualTo(S(30)));
        Assert.That(_history.Covering(First + 3550).First, Is.EqualTo(S(35)));
        Assert.That(_history.Covering(First + 2999).Times, Is.Zero);
    }

    [Test]
    public void LastInterval_TwoTimeouts_IsTheTimeBetween()
    {
        New(0, 0);
        Timeout(0, 1);
        Timeout(0, 3);

        Assert.That(_history.LastInterval, Is.EqualTo(S(2)));
        Assert.That(_history.Timeouts, Is.EqualTo(2));
    }
}
