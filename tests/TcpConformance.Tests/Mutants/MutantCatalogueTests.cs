using NUnit.Framework;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Mutants;
using TcpConformance.Mutants.Trials;
using TcpConformance.Spec.Requirements;
using TcpConformance.Suite;

namespace TcpConformance.Tests.Mutants;

/// <summary>The suite proves that it can condemn: every known misbehaviour is, and for what it
/// does.</summary>
public sealed class MutantCatalogueTests
{
    private static readonly IutProfile Reference = IutProfiles.Load("reference");

    [Test]
    public void Catalogue_HasTheEighteenOfRfc2525AndMore()
    {
        string[] ids = MutantCatalogue.All.Select(m => m.Id).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(ids, Is.Unique);
            Assert.That(ids, Has.Length.GreaterThanOrEqualTo(90));
            Assert.That(ids.Count(id => id.StartsWith("rfc2525-")), Is.EqualTo(18));
            Assert.That(ids, Has.All.Match("^[a-z0-9]+(-[a-z0-9]+)*$"));
        });
    }

    [Test]
    public void Requirements_ExistInTheCatalogue()
    {
        string[] unknown = MutantCatalogue.All
            .SelectMany(m => m.Neighbours.Prepend(m.Requirement).Select(r => (m.Id, r)))
            .Where(p => RequirementCatalogue.Embedded.Find(p.r) is null)
            .Select(p => $"{p.Id}: {p.r}").ToArray();
        Assert.That(unknown, Is.Empty);
    }

    [Test]
    public void EveryMutant_IsCondemnedForWhatItDoes()
    {
        var trial = new MutantTrial(FullSuite.All.Cases, Reference, 1);
        IReadOnlyList<MutantOutcome> outcomes =
            trial.Run(MutantCatalogue.All, 0, _ => { }, CancellationToken.None);
        string[] others = outcomes.Where(o => o.Fate != MutantFate.Condemned)
            .Select(o => $"{o.Mutant.Id}: {o.Fate}, named {string.Join(' ', o.Named)}").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(outcomes, Has.Count.EqualTo(MutantCatalogue.All.Count));
            Assert.That(others, Is.Empty);
            Assert.That(outcomes.Select(o => o.Trace), Has.All.Not.Empty);
            Assert.That(
                outcomes.Where(o => !o.IsShrunk).Select(o => o.Mutant.Id), Is.Empty, "not shrunk");
        });
    }

    [Test]
    public void Engine_WithoutAFault_Survives()
    {
        var nothing = new Mutant("nothing", "", "does all as it should", "rfc9293/MUST-2");
        var trial = new MutantTrial(FullSuite.All.Cases, Reference, 1);
        MutantOutcome outcome = trial.Run(nothing, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Fate, Is.EqualTo(MutantFate.Survived));
            Assert.That(outcome.CasesRun, Is.GreaterThan(2500));
            Assert.That(outcome.Evidence, Is.Null);
        });
    }

    [Test]
    public void WrongName_IsMisjudgedAndNotCondemned()
    {
        Mutant silent = MutantCatalogue.Find("closed-silent")!;
        Mutant misnamed = silent with { Requirement = "rfc9293/MUST-2", Neighbours = [] };
        var trial = new MutantTrial(
            FullSuite.All.Select(["rfc9293/3.10.7.1/*"], []), Reference, 1);
        Assert.Multiple(() =>
        {
            Assert.That(
                trial.Run(silent, CancellationToken.None).Fate, Is.EqualTo(MutantFate.Condemned));
            Assert.That(
                trial.Run(misnamed, CancellationToken.None).Fate,
                Is.EqualTo(MutantFate.Misjudged));
        });
    }

    [Test]
    public void Evidence_IsShrunkToWhatTheVerdictNeeds()
    {
        var trial = new MutantTrial(
            FullSuite.All.Select(["rfc5961/3.2/*"], []), Reference, 1);
        MutantOutcome outcome = trial.Run(
            MutantCatalogue.Find("rst-outside-challenged")!, CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.IsShrunk, Is.True);
            Assert.That(outcome.Trace.Count, Is.LessThan(outcome.Evidence!.Trace.Count));
            Assert.That(outcome.Trace[^1].Text, Does.StartWith(outcome.Evidence!.Requirement!));
        });
    }

    [Test]
    public void Evidence_OfTheCaseItself_IsShrunkWithTheCase()
    {
        TestCase sacks = FullSuite.All.Select(["rfc2018/3/one-block"], []).Single();
        TestCase wordy = sacks with
        {
            Body = ctx =>
            {
                ctx.NewPeer().SendSyn();
                ctx.NewPeer().SendSyn();
                return sacks.Body(ctx);
            },
        };
        MutantOutcome Try(TestCase c) => new MutantTrial([c], Reference, 1).Run(
            MutantCatalogue.Find("sack-never-sent")!, CancellationToken.None);
        MutantOutcome outcome = Try(wordy);
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Evidence!.Violations, Is.Empty, "the case judges");
            Assert.That(outcome.IsShrunk, Is.True);
            Assert.That(outcome.Trace, Has.Count.EqualTo(Try(sacks).Trace.Count));
            Assert.That(outcome.Trace[^1].Text, Does.StartWith(outcome.Evidence!.Requirement!));
        });
    }
}
