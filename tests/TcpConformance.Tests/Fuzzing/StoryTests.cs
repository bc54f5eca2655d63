using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Findings;
using TcpConformance.Tests.Harness;

namespace TcpConformance.Tests.Fuzzing;

public sealed class StoryTests
{
    private static IEnumerable<TestCaseData> Targets() =>
        FuzzTargets.All.Select(t => new TestCaseData(t).SetArgDisplayNames(t.Name));

    [TestCaseSource(nameof(Targets))]
    public void EachTarget_CanTellItsSeeds(FuzzTarget target)
    {
        if (target.Name == "lwip")
        {
            LwipTests.NeedLwip();
        }
        Assert.That(target.Tell, Is.Not.Null);
        foreach (FuzzInput seed in FuzzCorpus.Seeds(target.Name))
        {
            FuzzStory story = target.Tell!(seed.Octets);
            Assert.That(story.Words, Is.Not.Empty, seed.Name);
        }
    }

    [Test]
    public void Session_IsToldWithItsSteps_AndWhatCame()
    {
        FuzzStory story = FuzzTargets.All.Single(t => t.Name == "session").Tell!([0, 0]);
        Assert.That(story.Words, Does.Contain("Nothing is wrong.").And.Contain("open passive"));
        Assert.That(story.Trace, Has.Count.AtLeast(4));
    }

    [Test]
    public void Options_AreToldInASyn()
    {
        FuzzStory story = FuzzTargets.All.Single(t => t.Name == "tcp-options")
            .Tell!([2, 4, 5, 0xb4]);
        Assert.That(story.Words, Does.Contain("Mss").And.Contain("02 04 05 b4"));
        Assert.That(story.Trace[0].Frame, Has.Length.EqualTo(44));
    }
}
