using NUnit.Framework;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness;
using TcpConformance.Harness.Suites;
using TcpConformance.Suite.Grid;

namespace TcpConformance.Tests.Suite;

public sealed class GridTests
{
    [Test]
    public void Grid_HasAtLeastFifteenHundredCases() =>
        Assert.That(StateGrid.Cases.Count(), Is.AtLeast(1500));

    [Test]
    public void Reference_EveryCell_Passes()
    {
        var runner = new SuiteRunner(IutProfiles.Load("reference"), new SuiteOptions { Seed = 1 });
        SuiteRun run = runner.Run([.. StateGrid.Cases], CancellationToken.None);
        string[] bad = [.. run.Result.Cases.Where(c => c.Verdict != Verdict.Pass)
            .Select(c => $"{c.Id}: {c.Verdict} {c.Message}")];
        foreach (var o in run.Outcomes.Where(o => o.Verdict != Verdict.Pass).Take(3))
            foreach (var t in o.Trace) TestContext.Out.WriteLine($"{t.At} {t.Kind} {t.Text}");
        Assert.That(bad, Is.Empty, string.Join('\n', bad.Take(40)));
    }
}
