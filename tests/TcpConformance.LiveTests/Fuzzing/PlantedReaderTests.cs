using NUnit.Framework;
using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>The fuzzer has power: it finds what readers get wrong. How fast is printed
/// by <see cref="FuzzPower"/>.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PlantedReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SetUp]
    public void Need() => PlantedFaultTests.NeedLibFuzzer();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<ReaderFault> Faults() =>
        Enum.GetValues<ReaderFault>().Where(f => f != ReaderFault.None);

    [TestCaseSource(nameof(Faults))]
    public void Fault_IsFound(ReaderFault fault)
    {
        FuzzResult result = FuzzPower.Hunt(fault, _folder.Path, FuzzPower.MostRuns);
        Assert.That(result.Findings, Is.Not.Empty);
        TestContext.Out.WriteLine($"{result.Runs} runs: {result.Findings[0].Message}");
    }

    [Test]
    public void NoFault_IsNotFound() => Assert.That(
        FuzzPower.Hunt(ReaderFault.None, _folder.Path, 300_000).Findings, Is.Empty);
}
