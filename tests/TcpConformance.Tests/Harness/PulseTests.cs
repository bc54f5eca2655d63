using NUnit.Framework;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Tests.Harness;

/// <summary>What an IUT is asked over and over tells by how much it is late.</summary>
public sealed class PulseTests
{
    private static TimeSpan Ms(int ms) => TimeSpan.FromMilliseconds(ms);

    [Test]
    public void Lag_NothingAsked_Zero() =>
        Assert.That(new Pulse().Lag(Ms(1000)), Is.EqualTo(TimeSpan.Zero));

    [Test]
    public void Lag_AnswerIsOwed_GrowsWithTime()
    {
        var pulse = new Pulse();
        pulse.Asked(Ms(100));

        Assert.That(pulse.Lag(Ms(130)), Is.EqualTo(Ms(30)));
        Assert.That(pulse.Lag(Ms(1800)), Is.EqualTo(Ms(1700)));
    }

    [Test]
    public void Lag_AnswerCame_IsTheLastRound()
    {
        var pulse = new Pulse();
        pulse.Asked(Ms(100));
        pulse.Answered(Ms(180));

        Assert.That(pulse.Lag(Ms(500)), Is.EqualTo(Ms(80)));
        Assert.That(pulse.Due, Is.EqualTo(Ms(120)));
    }

    [Test]
    public void Answered_WithoutQuestion_ChangesNothing()
    {
        var pulse = new Pulse();
        pulse.Asked(Ms(100));
        pulse.Answered(Ms(101));
        pulse.Answered(Ms(900));

        Assert.That(pulse.Lag(Ms(900)), Is.EqualTo(Ms(1)));
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
            longest = pulse.Lag(now) > longest ? pulse.Lag(now) : longest;
        }

        Assert.That(longest, Is.EqualTo(Ms(2000)));
        Assert.That(pulse.Lag(now), Is.EqualTo(TimeSpan.Zero));
    }
}
