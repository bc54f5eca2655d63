using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Suites;
using TcpConformance.Spec.Calls;

namespace TcpConformance.Tests.Harness;

/// <summary>An IUT that is a program and dies of one case: that is the case's verdict, and the run
/// goes on with another one.</summary>
public sealed class DeathTests
{
    private const string Must12 = "rfc9293/MUST-12";
    private const int DeadlyRead = 4321;
    private const int WearingRead = 4322;
    private const int Worn = 3;
    private const string LastWords = "ERROR: heap-buffer-overflow\n    #0 in tcp_input";

    private static readonly IutProfile Profile =
        IutProfiles.Load("reference") with { Name = "mortal", Kind = IutKind.Process };

    private int _lives;

    private SuiteRun Run(
        IEnumerable<TestCase> cases, IReadOnlyList<KnownDeviation>? known = null) =>
        new SuiteRunner(
            Profile with { KnownDeviations = known ?? [] },
            new SuiteOptions { Open = Open, Jobs = 8 }).Run([.. cases], CancellationToken.None);

    private Mortal Open(IutProfile profile, ulong seed)
    {
        _lives++;
        return new Mortal(new EngineIut(profile, seed));
    }

    private static TestCase Good(int n) => new(
        $"good-{n:00}", "Ensure that it passes.", async ctx =>
        {
            await ctx.Established();
            await ctx.Delay(TimeSpan.FromSeconds(1));
            ctx.Assert(true, Must12, "it does");
        });

    private static TestCase Killer(string id) => new(id, "Ensure that it dies.", async ctx =>
    {
        Scene s = await ctx.Established();
        await ctx.Delay(TimeSpan.FromMilliseconds(500));
        await s.User.Receive(DeadlyRead);
    });

    private static TestCase Wearer(int n) => new(
        $"wearer-{n:00}", "Ensure that it wears out.", async ctx =>
        {
            Scene s = await ctx.Established();
            ctx.Assert(true, Must12, "it does");
            await ctx.Delay(TimeSpan.FromMilliseconds(500));
            _ = s.User.Receive(WearingRead);
            await ctx.Delay(TimeSpan.FromMilliseconds(500));
        });

    private static Verdict VerdictOf(SuiteRun run, string id) =>
        run.Result.Cases.Single(c => c.Id == id).Verdict;

    [Test]
    public void Run_OneCaseKills_ItFailsAndTheOthersPass()
    {
        SuiteRun run = Run([.. Enumerable.Range(0, 20).Select(Good), Killer("good-10-killer")]);

        Assert.That(run.Fault, Is.Null);
        Assert.That(run.Result.Cases, Has.Count.EqualTo(21));
        Assert.That(VerdictOf(run, "good-10-killer"), Is.EqualTo(Verdict.Fail));
        Assert.That(run.Result.Cases.Count(c => c.Verdict == Verdict.Pass), Is.EqualTo(20));
        Assert.That(run.Result.Restarts, Is.Not.Empty);
        Assert.That(_lives, Is.GreaterThan(run.Result.Restarts.Count));
    }

    [Test]
    public void Run_OneCaseKills_WhatItSaidIsInTheTrace()
    {
        SuiteRun run = Run([Killer("killer")]);

        CaseResult killer = run.Result.Cases.Single();
        Assert.That(killer.Message, Does.Contain("heap-buffer-overflow"));
        Assert.That(
            run.Outcomes.Single().Trace.Select(t => t.Text), Has.Some.EqualTo(LastWords));
    }

    [Test]
    public void Run_SeveralKill_EachIsNamed()
    {
        SuiteRun run = Run(
            [.. Enumerable.Range(0, 20).Select(Good), Killer("good-03-x"), Killer("good-15-x")]);

        Assert.That(
            run.Result.Cases.Where(c => c.Verdict == Verdict.Fail).Select(c => c.Id),
            Is.EqualTo(new[] { "good-03-x", "good-15-x" }));
    }

    [Test]
    public void Run_DeathThatTheProfileKnows_IsNoOpenFinding()
    {
        SuiteRun run = Run(
            [Killer("killer")],
            [new KnownDeviation(KnownDeviation.Dies, "killer", "It does.", "-")]);

        Assert.That(run.Result.Cases.Single().IsOpen, Is.False);
        Assert.That(run.Result.Cases.Single().KnownDeviation, Does.Contain("It does."));
    }

    [Test]
    public void Run_NoCaseKillsAlone_OneTellsOfTheDeath()
    {
        SuiteRun run = Run([.. Enumerable.Range(0, 8).Select(Wearer)]);

        CaseResult[] open = [.. run.Result.Cases.Where(c => c.IsOpen)];
        Assert.That(run.Fault, Is.Null);
        Assert.That(run.Result.Cases, Has.Count.EqualTo(8));
        Assert.That(open, Is.Not.Empty);
        Assert.That(open.Select(c => c.Verdict), Has.All.EqualTo(Verdict.Fail));
        Assert.That(
            open.Select(c => c.Message),
            Has.All.Contain("none kills it alone").And.All.Contain("heap-buffer-overflow"));
    }

    [Test]
    public void Run_NoCaseKillsAlone_ButTheProfileKnows_IsNoOpenFinding()
    {
        SuiteRun run = Run(
            [.. Enumerable.Range(0, 8).Select(Wearer)],
            [new KnownDeviation(KnownDeviation.Dies, "wearer-*", "It does.", "-")]);

        Assert.That(run.Result.Restarts, Is.Not.Empty);
        Assert.That(run.Result.Cases.Where(c => c.IsOpen), Is.Empty);
    }

    /// <summary>The engine, until it is asked for so many octets.</summary>
    private sealed class Mortal(EngineIut inner) : IIut
    {
        private bool _isDead;
        private int _wearing;

        public IutProfile Profile => inner.Profile;

        public bool IsVirtualTime => true;

        public TimeSpan Now => inner.Now;

        public void Deliver(ReadOnlySpan<byte> packet) => inner.Deliver(packet);

        // As with a process: its end is seen when something is read.
        public bool TryTakePacket(out IutPacket packet) => !_isDead
            ? inner.TryTakePacket(out packet)
            : throw new IutLostException("the program has ended: heap-buffer-overflow")
            {
                Said = LastWords,
            };

        public void Call(UserCall call)
        {
            bool wears = call.Kind == UserCallKind.Receive && call.Count == WearingRead;
            _wearing += wears ? 1 : 0;
            _isDead |= _wearing >= Worn
                || (call.Kind == UserCallKind.Receive && call.Count == DeadlyRead);
            inner.Call(call);
        }

        public bool TryTakeReply(out IutReply reply) => inner.TryTakeReply(out reply);

        public bool Wait(TimeSpan? until) => inner.Wait(until);

        public void Dispose() => inner.Dispose();
    }
}
