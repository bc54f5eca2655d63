using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Suites;
using TcpConformance.Spec.Profile;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Tests.Harness;

public sealed class SuiteRunnerTests
{
    private const string Must12 = "rfc9293/MUST-12";
    private const string Must13 = "rfc9293/MUST-13";

    private static TestCase Passing(string id) => new(id, "Ensure that it passes.", ctx =>
    {
        ctx.Assert(true, Must12, "it does");
        return Task.CompletedTask;
    })
    {
        Requirements = [Must12],
    };

    private static TestCase Failing(string id, string requirement = Must12) =>
        new(id, "Ensure that it fails.", ctx =>
        {
            ctx.Fail(requirement, "it does");
            return Task.CompletedTask;
        })
        {
            Requirements = [requirement],
        };

    private static SuiteRun Run(
        IReadOnlyList<TestCase> cases, IReadOnlyList<KnownDeviation>? known = null,
        Func<SuiteOptions, SuiteOptions>? with = null, CancellationToken cancel = default)
    {
        IutProfile profile = IutProfiles.Load("reference") with { KnownDeviations = known ?? [] };
        var options = new SuiteOptions { Seed = 5, IsFullRun = true };
        return new SuiteRunner(profile, with?.Invoke(options) ?? options).Run(cases, cancel);
    }

    [Test]
    public void Run_Cases_GivesVerdictsFindingsAndReplays()
    {
        SuiteRun run = Run([Passing("b"), Failing("a", Must13)]);
        CaseResult[] cases = [.. run.Result.Cases];
        Assert.That(
            cases.Select(c => (c.Id, c.Verdict)),
            Is.EqualTo(new[] { ("a", Verdict.Fail), ("b", Verdict.Pass) }));
        Assert.That(
            cases[0].Replay, Is.EqualTo("./tcpconf test reference --select a --seed 5"));
        Assert.That(
            run.Result.Findings.Select(f => (f.Requirement, f.Case, f.Message)),
            Is.EqualTo(new[] { (Must13, "a", "it does") }));
        Assert.That(Requirement(run, Must12), Is.EqualTo(Verdict.Pass));
        Assert.That(Requirement(run, Must13), Is.EqualTo(Verdict.Fail));
    }

    private static Verdict Requirement(SuiteRun run, string id) =>
        run.Result.Requirements.Single(r => r.Id == id).Verdict;

    [Test]
    public void Run_KnownDeviation_IsGivenItsReason()
    {
        SuiteRun run = Run(
            [Failing("a/1"), Failing("a/2", Must13)],
            [new KnownDeviation(Must12, "a/*", "it is old", "3.6")]);
        Assert.That(
            run.Result.Cases.Select(c => (c.KnownDeviation, c.IsOpen)),
            Is.EqualTo(new[] { ("it is old (3.6)", false), ((string?)null, true) }));
        Assert.That(run.StaleDeviations, Is.Empty);
    }

    [TestCase("*", null, false)]
    [TestCase("a/*", null, true)]
    [TestCase("a/*", "not to be brought", true)]
    [TestCase("a/*", "something else", false)]
    public void Run_InconclusiveCase_IsKnownOnlyByNameAndWords(
        string cases, string? message, bool isKnown)
    {
        var story = new TestCase("a/1", "Ensure that it has a scene.", ctx =>
        {
            ctx.Require(false, "the state is not to be brought about");
            return Task.CompletedTask;
        });
        var line = new KnownDeviation(Must12, cases, "it is old", "3.6") { Message = message };

        SuiteRun run = Run([story], [line]);

        CaseResult result = run.Result.Cases.Single();
        Assert.That(result.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(result.KnownDeviation is not null, Is.EqualTo(isKnown));
        Assert.That(run.StaleDeviations, Has.Count.EqualTo(isKnown ? 0 : 1));
    }

    [Test]
    public void Run_IutDiesInVirtualTime_IsTheFailureOfItsCase()
    {
        TestCase Calling(string id) => new(id, "Ensure that it listens.", async ctx =>
            await ctx.Established());

        SuiteRun run = Run(
            [Calling("a/1"), Calling("a/2")], null,
            o => o with
            {
                Open = (profile, _) => new FakeIut
                {
                    Profile = profile,
                    OnCall = (_, _) => throw new IutLostException("it died")
                    {
                        Said = "ERROR: heap-buffer-overflow",
                    },
                },
            });

        Assert.That(run.Fault, Is.Null);
        Assert.That(
            run.Result.Cases.Select(c => (c.Verdict, c.Message)),
            Is.All.EqualTo((Verdict.Fail, "it died")));
        Assert.That(
            run.Outcomes.Select(o => o.Trace.Select(t => t.Text)),
            Is.All.Contains("ERROR: heap-buffer-overflow"));
    }

    [TestCase("it does", true)]
    [TestCase("it does not", false)]
    public void Run_LineWithWords_IsForACaseThatSaysThem(string message, bool isKnown)
    {
        var line = new KnownDeviation(Must12, "a/*", "it is old", "3.6") { Message = message };

        CaseResult result = Run([Failing("a/1")], [line]).Result.Cases.Single();

        Assert.That(result.KnownDeviation is not null, Is.EqualTo(isKnown));
    }

    [Test]
    public void Run_DeviationThatChanceShows_IsNotStale()
    {
        var line = new KnownDeviation(Must13, "a/*", "at times", "3.6") { IsSeenSometimes = true };

        Assert.That(Run([Failing("a/1")], [line]).StaleDeviations, Is.Empty);
    }

    [Test]
    public void Run_DeviationThatNoCaseShows_IsStale()
    {
        var stale = new KnownDeviation(Must13, "a/*", "once", "3.6");
        Assert.That(Run([Failing("a/1")], [stale]).StaleDeviations, Is.EqualTo(new[] { stale }));
        Assert.That(
            Run([Failing("a/1")], [stale], o => o with { IsFullRun = false }).StaleDeviations,
            Is.Empty);
    }

    [Test]
    public void Run_CasesThatDoNotFit_AreLeftOutWithTheReason()
    {
        SuiteRun run = Run(
        [
            Passing("a") with { Needs = Claims.FastOpen },
            Passing("b") with { Traits = CaseTraits.RealTimeOnly },
            Passing("c") with { Traits = CaseTraits.Ipv6 | CaseTraits.VirtualTimeOnly },
        ]);
        Assert.That(run.Outcomes.Select(o => o.Case.Id), Is.EqualTo(new[] { "c" }));
        Assert.That(
            run.LeftOut.Select(l => (l.Case.Id, l.Why)), Is.EqualTo(new[]
            {
                ("a", "the IUT does not claim FastOpen"), ("b", "the case needs real time"),
            }));
    }

    [Test]
    public void Run_Cancelled_GivesWhatWasMeasured()
    {
        using var source = new CancellationTokenSource();
        SuiteRun run = Run(
            [Passing("a"), Passing("b"), Passing("c")],
            [new KnownDeviation(Must13, "*", "once", "3.6")],
            o => o with { Jobs = 1, Progress = _ => source.Cancel() }, source.Token);
        Assert.That(run.Outcomes.Select(o => o.Case.Id), Is.EqualTo(new[] { "a" }));
        Assert.That(run.NotRun.Select(c => c.Id), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(run.StaleDeviations, Is.Empty);
    }

    [Test]
    public void Run_IutThatCannotBeReached_IsAFaultAndNotAnException()
    {
        SuiteRun run = Run(
            [Passing("a")], null,
            o => o with { Open = (_, _) => throw new IutLostException("no TAP here") });
        Assert.That(run.Fault, Is.EqualTo("no TAP here"));
        Assert.That(run.NotRun.Select(c => c.Id), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void Run_SameSeedOnAnyNumberOfThreads_GivesIdenticalTraces()
    {
        TestCase[] cases =
        [
            .. Preambles.All.Select(p => new TestCase(p.Name, "Ensure that it is so.", async ctx =>
            {
                Scene s = await p.Reach(
                    ctx, new SceneOptions { Peer = new PeerOptions { Timestamps = true } });
                ctx.Assert(true, Must12, $"{ctx.Random.Next()}");
                await s.Peer.Drain(TimeSpan.FromMinutes(5));
            })),
        ];
        string[] one = Traces(cases, 1, 5);
        Assert.That(one, Has.Length.GreaterThan(150));
        Assert.That(Traces(cases, 4, 5), Is.EqualTo(one));
        Assert.That(Traces(cases, 1, 6), Is.Not.EqualTo(one));
    }

    private static string[] Traces(TestCase[] cases, int jobs, ulong seed) =>
    [
        .. Run(cases, null, o => o with { Jobs = jobs, Seed = seed, KeepsAllTraces = true })
            .Outcomes.SelectMany(o => o.Trace.Select(t =>
                $"{o.Case.Id} {t.At} {t.Text} {Convert.ToHexString(t.Frame ?? [])}")),
    ];

    [Test]
    public void Level_OfTheStrictestRequirement_ComesFromTheCatalogue()
    {
        TestCase c = Passing("a") with { Requirements = ["rfc9293/SHLD-3", Must12] };
        Assert.That(c.Level, Is.EqualTo(RequirementLevel.Must));
        Assert.That(
            (c with { Requirements = ["rfc9293/SHLD-3"] }).Level,
            Is.EqualTo(RequirementLevel.Should));
    }
}
