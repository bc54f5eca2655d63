using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Tests.Harness;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Fuzzing;

// Each target on what is known: a target that complains throws.
public sealed class FuzzTargetTests
{
    private static readonly string Root = SourceTree.FindRoot();

    private static IEnumerable<TestCaseData> Inputs() =>
        from t in FuzzTargets.All
        from input in FuzzCorpus.Seeds(t.Name).Concat(FuzzCorpus.Regressions(t.Name))
        select new TestCaseData(t, input.Octets).SetArgDisplayNames(t.Name, input.Name);

    private static IEnumerable<TestCaseData> Targets() =>
        FuzzTargets.All.Select(t => new TestCaseData(t).SetArgDisplayNames(t.Name));

    [TestCaseSource(nameof(Inputs))]
    public void Input_OfTheCorpus_IsFine(FuzzTarget target, byte[] octets)
    {
        Need(target);
        Assert.That(() => target.Run(octets), Throws.Nothing);
    }

    // lwIP is compiled at first use.
    private static void Need(FuzzTarget target)
    {
        if (target.Name == "lwip")
        {
            LwipTests.NeedLwip();
        }
    }

    [TestCaseSource(nameof(Inputs))]
    public void Input_CutAnywhere_IsFine(FuzzTarget target, byte[] octets)
    {
        Need(target);
        Assert.Multiple(() => CutAnywhere(target, octets));
    }

    private static void CutAnywhere(FuzzTarget target, byte[] octets)
    {
        int step = Math.Max(1, octets.Length / 100);
        for (int n = 0; n < octets.Length; n += step)
        {
            Assert.That(() => target.Run(octets.AsSpan(0, n)), Throws.Nothing, $"{n} octets");
        }
    }

    private static IEnumerable<TestCaseData> ReaderInputs() =>
        Inputs().Where(i => ((FuzzTarget)i.Arguments[0]!).Name
            is not ("session" or "session-pair" or "lwip"));

    [TestCaseSource(nameof(ReaderInputs))]
    public void Input_WithOneOctetChanged_IsFine(FuzzTarget target, byte[] octets) =>
        Assert.Multiple(() =>
        {
            int step = Math.Max(1, octets.Length / 60);
            for (int at = 0; at < octets.Length; at += step)
            {
                foreach (byte value in new byte[] { 0, 1, 2, 0x7f, 0xff })
                {
                    byte[] changed = [.. octets];
                    changed[at] = value;
                    Assert.That(
                        () => target.Run(changed), Throws.Nothing, $"octet {at} is {value}");
                }
            }
        });

    [TestCaseSource(nameof(Targets))]
    public void Target_HasSeeds_AndAPurpose(FuzzTarget target)
    {
        Assert.That(FuzzCorpus.Seeds(target.Name), Has.Count.AtLeast(3));
        Assert.That(
            FuzzCorpus.Seeds(target.Name).Select(s => s.Octets.Length),
            Is.All.AtMost(target.LongestInput));
        Assert.That(target.Purpose, Does.StartWith("Ensure that ").And.EndsWith("."));
        // What leads the fuzzer is woven, or comes compiled so.
        Assert.That(target.Assemblies.Count > 0 || target.Surroundings is not null, Is.True);
    }

    [Test]
    public void Targets_HaveNamesOfTheirOwn() =>
        Assert.That(FuzzTargets.All.Select(t => t.Name), Is.Unique);

    [Test]
    public void Corpus_HasNoFolderWithoutTarget()
    {
        // Sessions of 'tcpconf diff' are no fuzzer's.
        string[] names = [.. FuzzTargets.All.Select(t => t.Name), "regressions", "diff"];
        Assert.That(
            Directory.GetDirectories(Path.Combine(Root, "corpus")).Select(Path.GetFileName),
            Is.SubsetOf(names));
        Assert.That(
            Directory.GetDirectories(Path.Combine(Root, "corpus", "regressions"))
                .Select(Path.GetFileName),
            Is.SubsetOf(names));
    }

    [Test]
    public void Corpus_TravelsWhole() => Assert.That(
        FuzzTargets.All.Sum(t =>
            FuzzCorpus.Seeds(t.Name).Count + FuzzCorpus.Regressions(t.Name).Count),
        Is.EqualTo(Directory.GetFiles(
            Path.Combine(Root, "corpus"), "*", SearchOption.AllDirectories)
            .Count(f => !f.Contains("/corpus/regressions/diff/", StringComparison.Ordinal))));

    // Chance may find what nobody has found yet: that is for campaigns where an input is a long
    // story. Readers have to stand it at once.
    private static IEnumerable<FuzzTarget> Readers =>
        FuzzTargets.All.Where(t => t.Name is not ("session" or "session-pair" or "lwip"));

    [Property(MaxTest = 300)]
    public void AnyOctets_AreFine(byte[] octets)
    {
        foreach (FuzzTarget target in Readers)
        {
            target.Run(octets);
        }
    }

    // Words of the dictionary in a row reach further than chance.
    [Property(MaxTest = 300)]
    public void WordsOfTheDictionary_AreFine(byte[] choices)
    {
        foreach (FuzzTarget target in Readers)
        {
            byte[] input = [.. choices.SelectMany(
                c => target.Dictionary[c % target.Dictionary.Count])];
            target.Run(input.AsSpan(0, Math.Min(input.Length, target.LongestInput)));
        }
    }
}
