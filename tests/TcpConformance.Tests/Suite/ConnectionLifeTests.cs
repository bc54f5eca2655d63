using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Tests.Suite;

/// <summary>The stories of a connection's life against the reference engine.</summary>
public sealed class ConnectionLifeTests
{
    private static readonly TestCase[] Cases = ConnectionLife.Cases.ToArray();

    [Test]
    public void Cases_OnTheReferenceEngine_AllPass()
    {
        var runner = new SuiteRunner(
            IutProfiles.Load("reference"), new SuiteOptions { Seed = 5, KeepsAllTraces = true });
        SuiteRun run = runner.Run(Cases, CancellationToken.None);
        Assert.That(run.Fault, Is.Null);
        Assert.That(run.Outcomes, Has.Count.EqualTo(Cases.Length - run.LeftOut.Count));
        string[] failed = run.Outcomes.Where(o => o.Verdict != Verdict.Pass)
            .Select(Text).ToArray();
        Assert.That(failed, Is.Empty, string.Join("\n\n", failed));
    }

    [Test]
    public void Cases_Ids_AreUniqueAndSpeak()
    {
        Assert.That(Cases.Select(c => c.Id), Is.Unique);
        Assert.That(Cases, Has.Length.AtLeast(60));
        Assert.That(
            Cases.Select(c => c.Purpose), Has.All.StartsWith("Ensure that ").And.All.EndsWith("."));
        Assert.That(
            Cases.Select(c => c.Id), Has.All.Matches("^(rfc[0-9]+|walkthrough)/[a-z0-9./-]+$"));
    }

    [Test]
    public void Cases_Requirements_AllExist() => Assert.That(
        Cases.SelectMany(c => c.Requirements)
            .Where(r => RequirementCatalogue.Embedded.Find(r) is null),
        Is.Empty);

    private static string Text(CaseOutcome o)
    {
        string trace = string.Join(
            '\n', o.Trace.TakeLast(25).Select(t => $"    {t.At} {t.Kind} {t.Text}"));
        return $"{o.Case.Id}: {o.Verdict} {o.Requirement} {o.Message}\n{trace}";
    }
}
