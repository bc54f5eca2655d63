using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Tests.Suite;

/// <summary>The stories about text against the reference engine.</summary>
public sealed class DataTransferTests
{
    private const int LinesOfTrace = 30;

    private static readonly string[] Names = DataTransfer.Groups.Select(g => g.Name).ToArray();

    [TestCaseSource(nameof(Names))]
    public void ReferenceEngine_Group_Passes(string name)
    {
        TestCase[] cases = DataTransfer.Groups.Single(g => g.Name == name).Cases.ToArray();
        SuiteRun run = new SuiteRunner(
            IutProfiles.Load("reference"), new SuiteOptions { KeepsAllTraces = false })
            .Run(cases, CancellationToken.None);
        string[] failed = run.Outcomes.Where(o => o.Verdict != Verdict.Pass)
            .Select(Text).ToArray();
        Assert.That(failed, Is.Empty, string.Join("\n\n", failed));
        Assert.That(run.Outcomes, Has.Count.EqualTo(cases.Length));
    }

    [Test]
    public void Cases_Ids_AreUnique() =>
        Assert.That(DataTransfer.Cases.Select(c => c.Id), Is.Unique);

    [Test]
    public void Cases_Requirements_Exist()
    {
        string[] missing = DataTransfer.Cases
            .SelectMany(c => c.Requirements.Select(r => (c.Id, Requirement: r)))
            .Where(x => RequirementCatalogue.Embedded.Find(x.Requirement) is null)
            .Select(x => $"{x.Id}: {x.Requirement}").ToArray();
        Assert.That(missing, Is.Empty);
        Assert.That(DataTransfer.Cases.Select(c => c.Requirements.Count), Has.All.Positive);
    }

    private static string Text(CaseOutcome o) =>
        $"{o.Case.Id}: {o.Verdict} {o.Requirement}\n{o.Message}\n" + string.Join(
            '\n', o.Trace.TakeLast(LinesOfTrace).Select(t => $"  {t.At} {t.Kind} {t.Text}"));
}
