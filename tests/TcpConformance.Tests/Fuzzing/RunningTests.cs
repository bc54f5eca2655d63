using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Running;

namespace TcpConformance.Tests.Fuzzing;

public sealed class RunningTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void Make() => _folder = Directory.CreateTempSubdirectory("fuzz-");

    [TearDown]
    public void Remove() => _folder.Delete(true);

    [Test]
    public void Archive_Missing_NamesThePackage() => Assert.That(
        () => LibFuzzerShim.Locate(_folder.FullName, _folder.FullName),
        Throws.TypeOf<FuzzUnavailableException>().With.Message.Contains("libclang-rt-"));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(5000)]
    [TestCase(InputArea.LongestInput)]
    public void Area_AfterBegin_GivesTheInputBack(int length)
    {
        string path = Path.Combine(_folder.FullName, "1");
        byte[] input = new byte[length];
        new Random(1).NextBytes(input);
        using var area = new InputArea(path);
        Assert.That(InputArea.Recover(path, out _), Is.EqualTo(InputState.None));
        Assert.That(area.Begin(input).SequenceEqual(input), Is.True);
        Assert.That(InputArea.Recover(path, out byte[] running), Is.EqualTo(InputState.Running));
        Assert.That(running, Is.EqualTo(input));
        area.End();
        Assert.That(InputArea.Recover(path, out byte[] done), Is.EqualTo(InputState.Done));
        Assert.That(done, Is.EqualTo(input));
    }

    [Test]
    public void Area_CountsRunsAndFindings_AndKeepsPlaces()
    {
        string path = Path.Combine(_folder.FullName, "1");
        using var area = new InputArea(path);
        for (int i = 0; i < 3; i++)
        {
            area.Begin([1]);
            area.Tally(i < 2 ? 7u : 9u);
            area.End();
        }
        area.Mark([4, 5]);
        Assert.That(InputArea.RunsOf(path), Is.EqualTo(3));
        Assert.That(InputArea.TalliesOf(path), Is.EqualTo(new[] { (7u, 2L), (9u, 1L) }));
        Assert.That(InputArea.PlacesOf(path), Is.EqualTo(new[] { 4, 5 }));
        Assert.That(area.Begin(new byte[100]).Length, Is.EqualTo(100));
    }

    [Test]
    public void Speech_OfTheFuzzer_IsUnderstood()
    {
        var heard = new List<string>();
        var speech = new WorkerSpeech(heard.Add);
        string[] lines =
        [
            "#1234\tNEW    cov: 13 ft: 15 corp: 22/5b lim: 4 exec/s: 617 rss: 30Mb L: 4/4 MS: 1",
            "== finding: mss: 3 expected, 4 came",
            "stat::average_exec_per_sec:     500",
        ];
        foreach (string line in lines)
        {
            speech.Hear(line);
        }
        speech.Hear(null);
        Assert.That(heard, Is.EqualTo(lines));
        Assert.That((speech.Coverage, speech.Corpus), Is.EqualTo((13, 22)));
        Assert.That(speech.Finding, Is.Null, "who throws does not die");
    }

    [Test]
    public void Speech_OfAStackOverflow_IsTheFinding()
    {
        var speech = new WorkerSpeech(_ => { });
        speech.Hear("Stack overflow.");
        speech.Hear("Repeated 24000 times:");
        Assert.That(speech.Finding, Is.EqualTo("Stack overflow."));
        Assert.That(speech.Story, Does.Contain("24000"));
    }

    [Test]
    public void Dictionary_IsWrittenInTheFuzzersForm()
    {
        string path = Path.Combine(_folder.FullName, "words");
        var target = new FuzzTarget("x", "Ensure that.", _ => { }) { Dictionary = [[0, 0x41]] };
        FuzzCorpus.WriteDictionary(target, path);
        Assert.That(File.ReadAllText(path), Is.EqualTo("\"\\x00\\x41\"\n"));
    }
}
