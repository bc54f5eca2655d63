using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>Each target for ten seconds, from its corpus.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ShortCampaignTests : IDisposable
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(10);

    // Stories without end: chance may find a rule that is broken, or an oracle that cries wolf.
    // That is shown and looked at; what fails is a crash, a hang, an exception.
    private static readonly string[] Stories = ["session", "session-pair", "lwip"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<TestCaseData> Targets() =>
        FuzzTargets.All.Select(t => new TestCaseData(t).SetArgDisplayNames(t.Name));

    [TestCaseSource(nameof(Targets))]
    public void Target_ForTenSeconds_HasNoFindingButKnownOnes(FuzzTarget target)
    {
        PlantedFaultTests.NeedLibFuzzer();
        if (target.Surroundings is not null)
        {
            PlantedFaultTests.NeedLwip();
        }
        using var campaign = new FuzzCampaign(new FuzzRequest(target)
        {
            Program = PlantedFaultTests.Program,
            Time = Time,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            Flags = ["-timeout=60"], // a busy machine is no hang
        });
        FuzzResult result = campaign.Run();
        FuzzFinding[] found = [.. result.Findings.Where(f => f.IsNew)];
        FuzzFinding[] rules = [.. found.Where(f =>
            Stories.Contains(target.Name) && KindOf(f) == FindingKind.Rule)];
        TestContext.Out.WriteLine(string.Join('\n', rules.Select(Describe)));
        Assert.That(found.Except(rules).Select(Describe), Is.Empty);
        Assert.That(result.Runs, Is.Positive);
        TestContext.Out.WriteLine(
            $"{target.Name}: {result.Runs} runs, {result.RunsPerSecond} a second");
    }

    private static FindingKind KindOf(FuzzFinding finding) =>
        FindingStore.Read(Path.GetDirectoryName(finding.Path)!)!.Kind;

    private static string Describe(FuzzFinding finding) => $"{finding.Name}: {finding.Message} "
        + Convert.ToHexString(File.ReadAllBytes(finding.Path));
}
