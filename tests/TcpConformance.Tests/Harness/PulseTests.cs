using NUnit.Framework;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Tests.Harness;

/// <summary>What an IUT is asked over and over tells by how much it is late.</summary>
public sealed class PulseTests
{
    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    private static Sendings Once(int ms) => new(Ms(ms), Ms(ms));

    [Test]
    public void Lag_NothingAskedSince_GrowsFromWhatWasSent() =>
        Assert.That(new Pulse().Lag(Once(900), now: Ms(1000)), Is.EqualTo(Ms(100)));

    [Test]
    public void Lag_AnswerIsOwed_GrowsWithTime()
    {
        var pulse = new Pulse();
        pulse.Asked(Ms(100));

        Assert.That(pulse.Lag(Once(90), now: Ms(130)), Is.EqualTo(Ms(30)));
        Assert.That(pulse.Lag(Once(90), now: Ms(1800)), Is.EqualTo(Ms(1700)));
    }

    [Test]
    public void Lag_AnswerCame_IsThatRound()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 180);
        Round(pulse, 200, 201);

        Assert.That(pulse.Lag(Once(100), now: Ms(500)), Is.EqualTo(Ms(80)));
        Assert.That(pulse.Lag(Once(101), now: Ms(500)), Is.EqualTo(Ms(1)));
        Assert.That(pulse.Due, Is.EqualTo(Ms(220)));
    }

    [Test]
    public void Lag_SentAfterTheQuestion_IsNotHeardByItsAnswer()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 180);

        Assert.That(pulse.Lag(Once(150), now: Ms(400)), Is.EqualTo(Ms(250)));
    }

    [Test]
    public void Lag_SeveralInOneStall_IsThatOfTheFirst()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 101);
        Sendings sent = Once(105).And(Ms(130), pulse.Heard);
        pulse.Asked(Ms(121));
        sent = sent.And(Ms(200), pulse.Heard);

        Assert.That(sent, Is.EqualTo(new Sendings(Ms(105), Ms(200))));
        Assert.That(pulse.Lag(sent, now: Ms(350)), Is.EqualTo(Ms(229)));
        pulse.Answered(Ms(400));
        Assert.That(pulse.Lag(sent, now: Ms(401)), Is.EqualTo(Ms(279)));
        Assert.That(pulse.Lag(sent, now: Ms(550)), Is.EqualTo(Ms(350)));
        Round(pulse, 420, 600);
        Assert.That(pulse.Lag(sent, now: Ms(601)), Is.EqualTo(Ms(279)));
        Assert.That(sent.And(Ms(610), pulse.Heard), Is.EqualTo(Once(610)));
    }

    [Test]
    public void And_TheFirstWasHeardMeanwhile_LastingOnesAreLeft()
    {
        Sendings sent = Once(100).And(Ms(150), heard: Ms(90)).And(Ms(160), heard: Ms(120));

        Assert.That(sent.First, Is.GreaterThan(Ms(120)).And.LessThanOrEqualTo(Ms(150)));
        Assert.That(sent.Last, Is.EqualTo(Ms(160)));
        Assert.That(sent.And(Ms(170), TimeSpan.MaxValue), Is.EqualTo(Once(170)));
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

        Assert.That(pulse.Lag(Once(100), now: Ms(9000)), Is.EqualTo(Ms(0)));
        Assert.That(pulse.Lag(Once(100), now: Ms(5000)), Is.EqualTo(Ms(800)));
    }

    [Test]
    public void Lag_ForgottenRounds_ThoseWithinMemoryAreKept()
    {
        var pulse = new Pulse();
        for (int at = 0; at < 60_000; at += 20)
        {
            Round(pulse, at, at == 56_000 ? at + 19 : at + 1);
        }

        Assert.That(pulse.Lag(Once(55_990), now: Ms(60_000)), Is.EqualTo(Ms(19)));
    }

    [Test]
    public void Answered_WithoutQuestion_ChangesNothing()
    {
        var pulse = new Pulse();
        Round(pulse, 100, 101);
        pulse.Answered(Ms(900));

        Assert.That(pulse.Lag(Once(100), now: Ms(900)), Is.EqualTo(Ms(1)));
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
            TimeSpan lag = pulse.Lag(Once(0), now);
            longest = lag > longest ? lag : longest;
        }

        Assert.That(longest, Is.EqualTo(Ms(6000)));
        Assert.That(pulse.Lag(Once(0), now), Is.EqualTo(TimeSpan.Zero));
    }

    private static void Round(Pulse pulse, int asked, int answered)
    {
        pulse.Asked(Ms(asked));
        pulse.Answered(Ms(answered));
    }
}
