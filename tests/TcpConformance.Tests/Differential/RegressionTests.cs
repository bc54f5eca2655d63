using NUnit.Framework;
using TcpConformance.Differential;
using TcpConformance.Harness.Sessions;

namespace TcpConformance.Tests.Differential;

/// <summary>What <c>tcpconf diff</c> has found once: the reference engine still does what it did
/// then, and conforms.</summary>
public sealed class RegressionTests
{
    private const string Reference = "reference";

    private static readonly string Folder =
        Path.Combine(SourceTree.FindRoot(), "corpus", "regressions", "diff");

    private static IEnumerable<string> Names() => Directory
        .GetFiles(Folder, "*" + Regression.Ending).Select(f => Path.GetFileName(f)!).Order();

    [Test]
    public void Folder_HoldsSessions() => Assert.That(Names().Count(), Is.AtLeast(10));

    [TestCaseSource(nameof(Names))]
    public void Reference_DoesWhatItDid(string name)
    {
        bool good = Regression.TryRead(
            File.ReadAllText(Path.Combine(Folder, name)), out Regression kept, out string? error);
        Assert.That(good, Is.True, error);
        int reference = kept.Iuts.ToList().IndexOf(Reference);
        Assert.That(kept.Expected, Has.Count.EqualTo(kept.Iuts.Count));
        Assert.That(reference, Is.Not.Negative);

        DiffIut[] iuts = [ComparisonTests.Reference(Reference, 0)];
        using var table = new Table(iuts);
        Played played = table.Play(
            [kept.Stimulus], TimeSpan.Zero, CancellationToken.None)[0][0];
        Assert.That(played.Violation, Is.Null);
        Assert.That(played.Death, Is.Null);
        IReadOnlyList<int> owners = SettledSession.OwnersOf(kept.Stimulus.Session);
        Assert.That(
            ReactionReader.Read(played, owners).Select(s => $"{s.Text} (conforms)"),
            Has.Member(kept.Expected[reference]));
    }
}
