using NUnit.Framework;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Tests.Harness;

/// <summary>What an IUT is asked over and over tells by how much it is late.</summary>
public sealed class PulseTests
{
    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    [Test]
    public void Lag_NothingAskedSince_GrowsFromWhatWasSent() =>
        Assert.That(new Pulse().Lag(sent: Ms(900), now: Ms(1000)), Is.EqualTo(Ms(100)));

    [Test]
    public void Lag_AnswerIsOwed_GrowsWithTime()
    {
        var pulse = new Pulse();
        pulse.Asked(Ms(100));

        Assert.That(pulse.Lag(sent: Ms(90), now: Ms(130)), Is.EqualTo(Ms(30)));
        Assert.That(pulse.Lag(sent: Ms(90), now: Ms(1800)), Is.EqualTo(Ms(1700)));
    }

    [Test]
    public void Lag_AnswerCame_IsThatRound()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 180);
        Round(pulse, 200, 201);

        Assert.That(pulse.Lag(sent: Ms(100), now: Ms(500)), Is.EqualTo(Ms(80)));
        Assert.That(pulse.Lag(sent: Ms(101), now: Ms(500)), Is.EqualTo(Ms(1)));
        Assert.That(pulse.Due, Is.EqualTo(Ms(220)));
    }

    [Test]
    public void Lag_SentAfterTheQuestion_IsNotHeardByItsAnswer()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 180);

        Assert.That(pulse.Lag(sent: Ms(150), now: Ms(400)), Is.EqualTo(Ms(250)));
    }

    [Test]
    public void Lag_LongAgo_Zero()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 900);
        for (int at = 1000; at < 9000; at += 20)
        {
            Round(pulse, at, at + 1);
        }

        Assert.That(pulse.Lag(sent: Ms(100), now: Ms(9000)), Is.EqualTo(Ms(0)));
        Assert.That(pulse.Lag(sent: Ms(100), now: Ms(5000)), Is.EqualTo(Ms(800)));
    }

    [Test]
    public void Lag_ForgottenRounds_ThoseWithinMemoryAreKept()
    {
        var pulse = new Pulse();
        for (int at = 0; at < 60_000; at += 20)
        {
            Round(pulse, at, at == 56_000 ? at + 19 : at + 1);
        }

        Assert.That(pulse.Lag(sent: Ms(55_990), now: Ms(60_000)), Is.EqualTo(Ms(19)));
    }

    [Test]
    public void Answered_WithoutQuestion_ChangesNothing()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 101);
        pulse.Answered(Ms(900));

        Assert.That(pulse.Lag(sent: Ms(100), now: Ms(900)), Is.EqualTo(Ms(1)));
    }

    [Test]
    public void Lag_NoAnswerEver_IsNotBelievedForLong()
    {
        var pulse = new Pulse();
        TimeSpan now = Ms(0);
        TimeSpan longest = TimeSpan.Zero;
        for (int i = 0; i < 10; i++)
        {
            pulse.Asked(now);
            now = pulse.Due;
            TimeSpan lag = pulse.Lag(sent: Ms(0), now);
            longest = lag > longest ? lag : longest;
        }

        Assert.That(longest, Is.EqualTo(Ms(6000)));
        Assert.That(pulse.Lag(sent: Ms(0), now), Is.EqualTo(TimeSpan.Zero));
    }

    private static void Round(Pulse pulse, int asked, int answered)
    {
        pulse.Asked(Ms(asked));
        pulse.Answered(Ms(answered));
    }
}
