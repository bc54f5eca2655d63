using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

public sealed class CaseSemanticsTests
{
    private const string Must = "rfc9293/MUST-12";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CaseOutcome Run(Func<CaseContext, Task> body, FakeIut? iut = null)
    {
        var outcomes = new List<CaseOutcome>();
        // The fake is no TCP: the oracle would have much to say.
        var loop = new CaseLoop(iut ?? new FakeIut(), 1, 1) { HasOracle = false };
        loop.Run(
            [new TestCase("a/b", "Ensure that it works.", body)],
            outcomes.Add,
            CancellationToken.None);
        return outcomes.Single();
    }

    private static FakeIut Resetting(TimeSpan delay) => new()
    {
        OnSegment = (iut, s) => iut.After(
            delay, () => iut.Answer(s, TcpFlags.Rst | TcpFlags.Ack, default, s.End)),
    };

    [Test]
    public void Expect_SegmentInTime_IsPassed()
    {
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                ReceivedSegment s = await peer.Expect(
                    TcpFlags.Rst | TcpFlags.Ack, Second, Must, "a RST", ack: peer.Iss + 1);
                Assert.That(s.At, Is.EqualTo(Second));
            },
            Resetting(Second));
        Assert.That((o.Verdict, o.Message), Is.EqualTo((Verdict.Pass, "")));
    }

    [Test]
    public void Expect_SegmentTooLate_IsFailedWithTheRequirement()
    {
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                await peer.Expect(TcpFlags.Rst | TcpFlags.Ack, Second, Must, "a RST");
            },
            Resetting(Second + TimeSpan.FromTicks(1)));
        Assert.That((o.Verdict, o.Requirement), Is.EqualTo((Verdict.Fail, Must)));
        Assert.That(o.Message, Does.Contain("nothing came"));
    }

    [Test]
    public void Expect_OtherSegment_IsFailedAndSaysWhatCame()
    {
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                await peer.Expect(TcpFlags.Syn | TcpFlags.Ack, Second, Must, "a SYN,ACK");
            },
            Resetting(TimeSpan.Zero));
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(o.Message, Does.Contain("RST,ACK"));
    }

    [Test]
    public void Expect_FailingInPreamble_IsInconclusive()
    {
        CaseOutcome o = Run(async ctx =>
        {
            using (ctx.Preamble())
            {
                await ctx.NewPeer().Expect(TcpFlags.Syn, Second, Must, "a SYN");
            }
        });
        Assert.That((o.Verdict, o.Requirement), Is.EqualTo((Verdict.Inconclusive, (string?)null)));
    }

    [Test]
    public void ExpectEventually_OthersBefore_IsPassed()
    {
        var iut = new FakeIut
        {
            OnSegment = (i, s) =>
            {
                i.Answer(s, TcpFlags.Ack, default, default);
                i.Answer(s, TcpFlags.Rst, default, default);
            },
        };
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                await peer.ExpectEventually(
                    new ExpectedSegment(TcpFlags.Rst), Second, Must, "a RST");
            },
            iut);
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass));
    }

    [TestCase(1000, Verdict.Fail)]
    [TestCase(1001, Verdict.Pass)]
    public void Quiet_SegmentAtTime_IsJudgedByTheEndOfTheInterval(int ms, Verdict verdict)
    {
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                await peer.Quiet(Second, Must, "silence");
            },
            Resetting(TimeSpan.FromMilliseconds(ms)));
        Assert.That(o.Verdict, Is.EqualTo(verdict));
    }

    [Test]
    public void Quiet_SegmentThatIsExcepted_IsPassed()
    {
        CaseOutcome o = Run(
            async ctx =>
            {
                Peer peer = ctx.NewPeer();
                peer.SendSyn();
                await peer.Quiet(Second, Must, "silence", s => s.Has(TcpFlags.Rst));
            },
            Resetting(TimeSpan.Zero));
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass));
    }

    [Test]
    public void Delay_ManyTimers_FireInTheOrderOfTheirDues()
    {
        var order = new List<string>();
        async Task After(CaseContext ctx, string name, int seconds)
        {
            await ctx.Delay(TimeSpan.FromSeconds(seconds));
            order.Add($"{name}@{ctx.Now.TotalSeconds}");
        }
        CaseOutcome o = Run(async ctx =>
        {
            await Task.WhenAll(
                After(ctx, "a", 3), After(ctx, "b", 1), After(ctx, "c", 3), After(ctx, "d", 2));
            ctx.Assert(true, Must, "all have run");
        });
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(order, Is.EqualTo(new[] { "b@1", "d@2", "a@3", "c@3" }));
    }

    [Test]
    public void Body_WithoutCheck_IsError()
    {
        CaseOutcome o = Run(ctx => ctx.Delay(Second));
        Assert.That(
            (o.Verdict, o.Message), Is.EqualTo((Verdict.Error, "the case checked nothing")));
    }

    [Test]
    public void Body_ThatNothingWillWake_IsErrorStalled()
    {
        var iut = new FakeIut { OnCall = (_, _) => { } };
        CaseOutcome o = Run(ctx => ctx.Upper.Listen(), iut);
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Error));
        Assert.That(o.Message, Does.StartWith("stalled"));
    }

    [Test]
    public void Body_AwaitingAForeignTask_IsError()
    {
        CaseOutcome o = Run(_ => new TaskCompletionSource().Task);
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Error));
    }

    [Test]
    public void Body_Throwing_IsErrorWithItsMessageAndPlace()
    {
        CaseOutcome o = Run(_ => throw new InvalidOperationException("slip"));
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Error));
        Assert.That(
            o.Message,
            Does.StartWith("InvalidOperationException: slip at ")
                .And.Contain(nameof(CaseSemanticsTests)).And.Not.Contain("/"));
    }

    [Test]
    public void Body_BeyondItsTimeLimit_IsInconclusive()
    {
        CaseOutcome o = Run(ctx => ctx.Delay(TimeSpan.FromHours(4)));
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(o.Elapsed, Is.EqualTo(TimeSpan.FromHours(3)));
    }

    [Test]
    public void Call_ReturningLater_MayBeAwaitedAfterOtherSteps()
    {
        var iut = new FakeIut
        {
            OnCall = (i, call) => i.After(Second, () => i.Reply(call, UserResult.Ok)),
        };
        CaseOutcome o = Run(
            async ctx =>
            {
                var connection = ctx.Upper.Connect(ctx.NewPeer());
                await ctx.StillWaiting(
                    connection.Opened, Second / 2, Must, "the user waits");
                await ctx.Returned(
                    connection.Opened, UserError.None, Second, Must, "the user is told");
            },
            iut);
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass), o.Message);
    }

    [Test]
    public void Call_NotReturning_IsFailed()
    {
        CaseOutcome o = Run(
            async ctx => await ctx.Returned(
                ctx.Upper.Connect(ctx.NewPeer()).Opened, Second, Must, "the user is told"),
            new FakeIut { OnCall = (_, _) => { } });
        Assert.That((o.Verdict, o.Requirement), Is.EqualTo((Verdict.Fail, Must)));
    }

    [Test]
    public void Iut_LostInMidCase_IsInconclusiveWithTheReason()
    {
        var iut = new FakeIut { OnCall = (_, _) => throw new IutLostException("it died") };
        CaseOutcome o = Run(ctx => ctx.Upper.Listen(), iut);
        Assert.That(
            (o.Verdict, o.Message), Is.EqualTo((Verdict.Inconclusive, "it died")));
    }

    [Test]
    public void Trace_SameSeedTwice_IsIdentical()
    {
        static async Task Body(CaseContext ctx)
        {
            Peer peer = ctx.NewPeer();
            peer.SendSyn();
            await peer.Expect(s => s.Has(TcpFlags.Rst), Second, Must, "a RST");
            ctx.Note($"{ctx.Random.Next()}");
        }
        string[] one = Lines(Run(Body, Resetting(Second)));
        string[] two = Lines(Run(Body, Resetting(Second)));
        Assert.That(one, Has.Length.EqualTo(3));
        Assert.That(two, Is.EqualTo(one));
    }

    private static string[] Lines(CaseOutcome outcome) => outcome.Trace
        .Select(t => $"{t.At} {t.Kind} {t.Text} {Convert.ToHexString(t.Frame ?? [])}")
        .ToArray();
}
