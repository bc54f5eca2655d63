using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using TcpConformance.Tests.Engine;

namespace TcpConformance.Tests.Judging;

/// <summary>Engine against engine over a link with faults, and an oracle on each side: whatever
/// the link does, the reference engine breaks no rule, and the oracle cries no wolf.</summary>
public sealed class JudgedPairTests
{
    [Test]
    public void Pair_AnySchedule_OraclesHaveNoComplaint()
    {
        int most = 0;
        // The same schedules in every run: what fails today fails tomorrow.
        Config config = Config.QuickThrowOnFailure.WithMaxTest(2000)
            .WithReplay(20_261_121, 4_242_421);
        Check.One(config, Prop.ForAll(PairTests.Schedules, (PairTests.Schedule any) =>
        {
            // A buffer of one octet keeps both ends at the edge of a window all the time, where
            // RFC 9293 Appendix A.2 leaves open what a host does.
            PairTests.Schedule s = any with { ReceiveBuffer = Math.Max(any.ReceiveBuffer, 700) };
            PairWatch watch = new();
            string? wrong = PairTests.Run(s, watch);
            most = Math.Max(most, watch.MostHypotheses);
            return wrong is null ? true : throw new AssertionException(wrong + Tail(s));
        }));
        Assert.That(most, Is.AtMost(64));
    }

    // The run once more, with its last segments.
    private static string Tail(PairTests.Schedule s)
    {
        PairWatch watch = new() { KeepsLog = true };
        PairTests.Run(s, watch);
        IEnumerable<string> last = watch.Log.Where(l => !l.Contains("user Receive")).TakeLast(80);
        return "\n" + string.Join('\n', last);
    }
}
