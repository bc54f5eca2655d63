using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Suites;

namespace TcpConformance.Tests.Harness;

/// <summary>An IUT that is a program, late where many cases run at once: what fails there is run
/// once more among few.</summary>
public sealed class UnsteadyTests
{
    private const string Must12 = "rfc9293/MUST-12";
    private const int Many = 100;

    private static readonly IutProfile Profile =
        IutProfiles.Load("reference") with { Name = "late", Kind = IutKind.Process };

    private static SuiteRun Run(int jobs, IEnumerable<TestCase> cases) => new SuiteRunner(
        Profile,
        new SuiteOptions
        {
            Open = (p, seed) => new EngineIut(p, seed), Jobs = jobs, WarmsUp = false,
        })
        .Run([.. cases], CancellationToken.None);

    private static IEnumerable<TestCase> Good(int count) => Enumerable.Range(0, count)
        .Select(n => Case($"good-{n:00}", () => true));

    private static TestCase Case(string id, Func<bool> holds) => new(
        id, "Ensure that it holds.", ctx =>
        {
            ctx.Assert(holds(), Must12, "it holds");
            return Task.CompletedTask;
        });

    private static TestCase HoldsFrom(int run)
    {
        int runs = 0;
        return Case("late", () => ++runs >= run);
    }

    [Test]
    public void Run_FailsOnlyInTheCrowd_PassesAndIsNamed()
    {
        SuiteRun run = Run(Many, [.. Good(20), HoldsFrom(2)]);

        Assert.That(run.Result.Cases.Select(c => c.Verdict), Is.All.EqualTo(Verdict.Pass));
        Assert.That(run.Result.Unsteady, Has.Count.EqualTo(1).And.Some.StartsWith("late: "));
    }

    [Test]
    public void Run_FailsAmongFewOnce_PassesAndIsNamedOnce()
    {
        SuiteRun run = Run(Many, [.. Good(20), HoldsFrom(3)]);

        Assert.That(run.Result.Cases.Select(c => c.Verdict), Is.All.EqualTo(Verdict.Pass));
        Assert.That(run.Result.Unsteady, Has.Count.EqualTo(1));
    }

    [Test]
    public void Run_FailsAmongFewTwice_Fails()
    {
        SuiteRun run = Run(Many, [.. Good(20), HoldsFrom(4)]);

        Assert.That(
            run.Result.Cases.Where(c => c.Verdict == Verdict.Fail).Select(c => c.Id),
            Is.EqualTo(new[] { "late" }));
        Assert.That(run.Result.Unsteady, Is.Empty);
    }

    [Test]
    public void Run_AmongFewFromTheBeginning_IsRunOnce()
    {
        SuiteRun run = Run(4, [.. Good(20), HoldsFrom(2)]);

        Assert.That(run.Result.Cases.Count(c => c.Verdict == Verdict.Fail), Is.EqualTo(1));
    }

    [Test]
    public void Run_MuchFails_NothingIsRunAgain()
    {
        SuiteRun run = Run(Many, [.. Good(2), HoldsFrom(2)]);

        Assert.That(run.Result.Cases.Count(c => c.Verdict == Verdict.Fail), Is.EqualTo(1));
    }
}
