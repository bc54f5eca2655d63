using NUnit.Framework;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Mutants.Trials;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Tests.Mutants;

/// <summary>Random sessions alone condemn mutants, too. Counted in sessions, not in time.</summary>
public sealed class GeneratorTrialTests
{
    private const int Sessions = 6000;
    private static readonly GeneratorTrial Trial = new(IutProfiles.Load("reference"), seed: 1);

    [TestCase("exact-rst-challenged")]
    [TestCase("rfc2525-initial-rto-too-low")]
    [TestCase("rfc2525-late-fin")]
    [TestCase("rfc2525-no-rst-after-half-duplex-close")]
    [TestCase("tldk-12-option-length-zero-hangs")]
    [TestCase("sack-never-sent")]
    [TestCase("restart-window-ignored")]
    [TestCase("timestamp-clock-stands-still")]
    public void Mutant_LeftToTheGenerator_IsCondemnedForWhatItDoes(string id)
    {
        Mutant mutant = MutantCatalogue.Find(id)!;

        GeneratorOutcome outcome = Trial.Run(mutant, Sessions, CancellationToken.None);

        Assert.That(outcome.Find, Is.Not.Null, $"other: {outcome.Other?.Message}");
        Assert.That(mutant.Violates(outcome.Evidence?.Requirement), Is.True);
        Assert.That(outcome.Sessions, Is.EqualTo(outcome.Find!.Sessions));
    }

    [Test]
    public void Engine_WithoutAFault_IsNeverFound()
    {
        var nothing = new Mutant("nothing", "", "does all as it should", "rfc9293/MUST-2");

        GeneratorOutcome outcome = Trial.Run(nothing, 500, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.Find, Is.Null);
            Assert.That(outcome.Other, Is.Null);
            Assert.That(outcome.Sessions, Is.EqualTo(500));
        });
    }

    [TestCase(4, 5, true)]
    [TestCase(79, 100, false)]
    public void Share_OfFound_DecidesTheExitCode(int found, int all, bool reached)
    {
        GeneratorRow[] rows = Enumerable.Range(0, all)
            .Select(i => new GeneratorRow($"m{i}", "rfc9293/MUST-2", i < found)).ToArray();

        Assert.That(GeneratorReport.ReachesTarget(rows), Is.EqualTo(reached));
    }
}
