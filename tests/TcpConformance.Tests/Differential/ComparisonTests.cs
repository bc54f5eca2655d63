using NUnit.Framework;
using TcpConformance.Differential;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Sessions;
using TcpConformance.Mutants;

namespace TcpConformance.Tests.Differential;

/// <summary>What counts as a difference, and what the RFC leaves open.</summary>
public sealed class ComparisonTests
{
    private const string RightEdge = """
        open passive mss=1460 iss=1000
        segment R seq=edge ack=all
        call send n=10
        """;

    [Test]
    public void Reference_WithItself_DiffersNowhere()
    {
        using var table = new Table([Reference("one", 0), Reference("two", 77)]);
        CampaignResult result = new Campaign(table, seed: 1, _ => { })
            .Run(1500, null, CancellationToken.None);

        Assert.That(result.Clusters.Select(c => Describe(c)), Is.Empty);
        Assert.That(result.Sessions, Is.EqualTo(1500));
        Assert.That(result.Stimuli, Is.GreaterThan(1500 * 5));
    }

    [Test]
    public void Mutant_ThatTakesResetOutsideWindow_IsFoundShrunkAndJudged()
    {
        using var table = new Table(
            [Reference("reference", 0), MutantNamed("cve-2004-0230-syn-in-window-resets")]);
        CampaignResult result = new Campaign(table, seed: 2, _ => { })
            .Run(600, null, CancellationToken.None);

        Assert.That(result.Clusters, Is.Not.Empty);
        Cluster first = result.Clusters[0];
        Assert.That(first.IsFinding, Is.True, Describe(first));
        Assert.That(first.Judgments[0].Text, Is.EqualTo("conforms"));
        Assert.That(first.Judgments[1].Violation, Is.Not.Null);
        Assert.That(first.Stimulus.Session.Steps, Has.Count.LessThanOrEqualTo(4), Describe(first));
    }

    [Test]
    public void Established_SegmentThatOneAnswers_IsADifferenceAtThatStep()
    {
        Session session = Session.Parse("""
            open passive mss=1460 iss=1000
            segment S seq=next+10 ack=all
            call send n=10
            """);
        DiffIut[] iuts =
            [Reference("reference", 0), MutantNamed("cve-2004-0230-syn-in-window-resets")];
        using var table = new Table(iuts);
        IReadOnlyList<Played> played = table.Play(
            [new Stimulus(1, session)], TimeSpan.Zero, CancellationToken.None)[0];
        Difference difference = Comparison.Of(session, played).Single();

        Assert.That(difference.Step, Is.EqualTo(1));
        Assert.That(difference.States, Is.EqualTo("ESTABLISHED"));
        Assert.That(difference.Kind.Name, Is.EqualTo("SYN"));
        Assert.That(difference.Reactions[0].Text, Does.StartWith("ACK of all"));
        Assert.That(difference.Reactions[1].Text, Does.Contain("RST").Or.Contain("reset"));
        Assert.That(difference.IsHarmless, Is.False);
    }

    [Test]
    public void Death_AfterAnotherDifference_IsOneOfItsOwn()
    {
        Session session = Session.Parse("""
            open passive mss=1460 iss=1000
            segment S seq=next+10 ack=all
            call send n=10
            segment A seq=next ack=all
            """);
        using var table = new Table(
            [Reference("reference", 0), MutantNamed("cve-2004-0230-syn-in-window-resets")]);
        IReadOnlyList<Played> played = table.Play(
            [new Stimulus(1, session)], TimeSpan.Zero, CancellationToken.None)[0];
        Played whole = played[0];

        IReadOnlyList<Difference> lives = Comparison.Of(session, played);
        IReadOnlyList<Difference> dies = Comparison.Of(
            session, [whole, whole with { Death = "an assertion" }]);
        IReadOnlyList<Difference> both = Comparison.Of(
            session, [whole, played[1], whole with { Death = "an assertion" }]);

        Assert.That(lives.SelectMany(d => d.Odd), Has.None.EqualTo("dies"));
        Assert.That(dies.Single().Odd, Has.Some.Contains("dies"));
        Assert.That(both.Select(d => d.Step), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(both[1].Odd, Is.EqualTo(new[] { "-", "-", "dies" }));
    }

    [Test]
    public void Regression_ThatIsWritten_IsReadBack()
    {
        var stimulus = new Stimulus(17, Session.Parse(RightEdge));
        var difference = new Difference(
            1, StepKind.Of(stimulus.Session.Steps[1]), "ESTABLISHED", [], ["-", "RST"]);
        var written = new Regression(stimulus, ["reference", "linux"], ["nothing (x)", "RST (y)"]);
        bool good = Regression.TryRead(
            written.Write(difference), out Regression read, out string? error);

        Assert.That(good, Is.True, error);
        Assert.That(read.Stimulus, Is.EqualTo(stimulus));
        Assert.That(read.Iuts, Is.EqualTo(written.Iuts));
        Assert.That(read.Expected, Is.EqualTo(written.Expected));
    }

    [TestCase("", "there is no step in it")]
    [TestCase("open sideways\n", "line 1 is no step: open sideways")]
    public void Regression_ThatIsNone_SaysWhy(string text, string why)
    {
        Assert.That(Regression.TryRead(text, out _, out string? error), Is.False);
        Assert.That(error, Is.EqualTo(why));
    }

    internal static DiffIut Reference(string name, ulong salt)
    {
        IutProfile profile = IutProfiles.Load("reference");
        return new DiffIut(name, profile, seed => new EngineIut(profile, unchecked(seed + salt)));
    }

    internal static DiffIut MutantNamed(string id)
    {
        Mutant mutant = MutantCatalogue.Find(id)!;
        IutProfile profile = mutant.Profile(IutProfiles.Load("reference"));
        return new DiffIut(mutant.IutName, profile, seed => mutant.Open(profile, seed));
    }

    internal static string Describe(Cluster c) => $"{c.Core} ({c.Times})\n"
        + string.Join('\n', c.Difference.Reactions.Select(
            (r, i) => $"  {r.Text} ({c.Judgments[i].Text})")) + $"\n{c.Stimulus.Session}";
}
