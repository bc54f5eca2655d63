using NUnit.Framework;
using TcpConformance.Fuzz;
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

    // What they find now is looked at; it is shown and fails nothing.
    private static readonly string[] UnderTriage = ["session"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<TestCaseData> Targets() =>
        FuzzTargets.All.Select(t => new TestCaseData(t).SetArgDisplayNames(t.Name));

    [TestCaseSource(nameof(Targets))]
    public void Target_ForTenSeconds_HasNoFindingButKnownOnes(FuzzTarget target)
    {
        PlantedFaultTests.NeedLibFuzzer();
        using var campaign = new FuzzCampaign(new FuzzRequest(target)
        {
            Program = PlantedFaultTests.Program,
            Time = Time,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
        });
        FuzzResult result = campaign.Run();
        string[] found =
        [
            .. result.Findings.Where(f => f.IsNew).Select(f =>
                $"{f.Name}: {f.Message} {Convert.ToHexString(File.ReadAllBytes(f.Path))}"),
        ];
        if (UnderTriage.Contains(target.Name) && found.Length > 0)
        {
            Assert.Warn(string.Join('\n', found));
            return;
        }
        Assert.That(found, Is.Empty);
        Assert.That(result.Runs, Is.Positive);
        TestContext.Out.WriteLine(
            $"{target.Name}: {result.Runs} runs, {result.RunsPerSecond} a second");
    }
}
