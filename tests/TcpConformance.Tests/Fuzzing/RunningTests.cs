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
    public void Speech_OfAThrowingTarget_IsUnderstood()
    {
        var heard = new List<string>();
        var speech = new WorkerSpeech(heard.Add);
        string[] lines =
        [
            "#1234\tNEW    cov: 3 ft: 3 corp: 2/5b lim: 4 exec/s: 617 rss: 30Mb L: 4/4 MS: 1",
            "== finding: mss: 3 expected, 4 came",
            "TcpConformance.Fuzz.FuzzFindingException: mss: 3 expected, 4 came",
            "stat::number_of_executed_units: 2000",
            "stat::average_exec_per_sec:     500",
        ];
        foreach (string line in lines)
        {
            speech.Hear(line);
        }
        speech.Hear(null);
        Assert.That(heard, Is.EqualTo(lines));
        Assert.That(speech.Finding, Is.EqualTo("mss: 3 expected, 4 came"));
        Assert.That((speech.Runs, speech.RunsPerSecond), Is.EqualTo((2000, 500)));
        Assert.That(speech.Story, Does.StartWith("== finding").And.Contains("FuzzFinding"));
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
