using System.Text.RegularExpressions;
using NUnit.Framework;
using TcpConformance.Cli.Fuzzing;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary><c>tcpconf fuzz</c> as a user runs it.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class FuzzVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Options_TwentyThousandRuns_KeepACorpusAndFindNothing()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using var cli = Fuzz("tcp-options", "--runs", "20000", "--verbose");
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Match words = Summary().Match(cli.Output);
        Assert.That(words.Success, Is.True, cli.Output);
        Assert.That(int.Parse(words.Groups[1].Value), Is.EqualTo(20000));
        Assert.That(int.Parse(words.Groups[2].Value), Is.AtLeast(20));
        Assert.That(Directory.GetFiles(_folder.File("corpus")), Has.Length.AtLeast(20));
        // The compares and blocks of the woven code were seen.
        Assert.That(cli.Error, Does.Match(@"Loaded 1 modules +\([1-9]\d\d+ inline"));
    }

    [Test]
    public void FlagsOfLibFuzzer_PassThrough()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using var cli = Fuzz(
            "ipv4", "--runs", "1000", "--verbose", "--", "-seed=77", "-max_len=33");
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(cli.Error, Does.Contain("INFO: Seed: 77"));
    }

    [Test]
    public void Compiler_Missing_IsOneLine()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using CliProcess process = CliProcess.StartBehind(
            ["env", $"XDG_DATA_HOME={_folder.Path}", $"PATH={OnlyDotnet()}"],
            "fuzz", "ipv4", "--runs", "1", "--corpus", _folder.File("corpus"),
            "--out", _folder.File("out"));
        process.Ended().HasRefused("install the Debian package g++");
    }

    // Which deviations the fuzzer comes upon depends on its way; memory faults there are none.
    [Test]
    public void Lwip_SomeRuns_CountItsCoverage_AndItsMemoryIsWhole()
    {
        PlantedFaultTests.NeedLibFuzzer();
        PlantedFaultTests.NeedLwip();
        using var cli = Fuzz("lwip", "--runs", "3000", "--verbose", "--", "-seed=1");
        Assert.That(cli.ExitCode, Is.AnyOf(0, 1), cli.Error);
        Assert.That(cli.Error, Does.Match(@"Loaded 1 modules +\([1-9]\d\d\d+ inline"));
        Assert.That(cli.Error, Does.Not.Match("AddressSanitizer:|runtime error"));
        Assert.That(Directory.GetFiles(_folder.File("corpus")), Has.Length.AtLeast(50));
    }

    [Test]
    public void Clang_Missing_IsOneLine()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using CliProcess process = CliProcess.StartBehind(
            ["env", $"PATH={OnlyDotnet()}"],
            "fuzz", "lwip", "--runs", "1", "--corpus", _folder.File("corpus"),
            "--out", _folder.File("out"));
        process.Ended().HasRefused("install the Debian package clang");
    }

    [Test]
    public void UnknownTarget_IsOneLine()
    {
        using var cli = CliProcess.Run("fuzz", "nonsense");
        cli.HasRefused("no fuzz target is called 'nonsense'");
    }

    [Test]
    public void WrongTime_IsOneLine()
    {
        using var cli = CliProcess.Run("fuzz", "ipv4", "--time", "soon");
        cli.HasRefused("--time soon is no time");
    }

    [Test]
    public void Targets_AreListed()
    {
        using var cli = CliProcess.Run("list", "fuzz-targets");
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(cli.Output, Does.Contain("tcp-options").And.Contain("Ensure that"));
    }

    [Test]
    public void Replay_OfFineInputs_SaysSo()
    {
        File.WriteAllText(_folder.File("a"), "any");
        File.WriteAllText(_folder.File("b"), "");
        using var cli = CliProcess.Run(
            "fuzz", "replay", "tcp-options", _folder.File("a"), _folder.File("b"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(
            cli.Output, Is.EqualTo($"{_folder.File("a")}: fine\n{_folder.File("b")}: fine\n"));
    }

    [Test]
    public void Replay_OfAllInAFolderOfFindings_SkipsWhatIsNoFinding()
    {
        Directory.CreateDirectory(_folder.File("incoming"));
        File.WriteAllText(_folder.File("a"), "any");
        using var cli = CliProcess.Run(
            "fuzz", "replay", "tcp-options", _folder.File("a"), _folder.File("incoming"));
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(cli.Output, Is.EqualTo($"{_folder.File("a")}: fine\n"));
    }

    [Test]
    public void Replay_OfNoFile_IsOneLine()
    {
        using var cli = CliProcess.Run("fuzz", "replay", "tcp-options", _folder.File("none"));
        cli.HasRefused("there is no file");
    }

    [Test]
    public void Replay_WithoutTarget_GoesByTheFolder()
    {
        string home = _folder.File("ipv6");
        Directory.CreateDirectory(home);
        string file = Path.Combine(home, "a");
        File.WriteAllText(file, "any");
        File.WriteAllText(_folder.File("b"), "any");
        using (var cli = CliProcess.Run("fuzz", "replay", file))
        {
            Assert.That(cli.Output, Is.EqualTo($"{file}: fine\n"), cli.Error);
        }
        using (var cli = CliProcess.Run("fuzz", "replay", _folder.File("b")))
        {
            cli.HasRefused("name it before the file");
        }
    }

    [Test]
    public void Minimize_OfAFineInput_SaysSo()
    {
        File.WriteAllText(_folder.File("a"), "any");
        using var cli = CliProcess.Run("fuzz", "minimize", "tcp-options", _folder.File("a"));
        Assert.That(cli.ExitCode, Is.EqualTo(1), cli.Error);
        Assert.That(cli.Output, Does.Contain("fine, there is nothing to keep"));
    }

    [Test]
    public void Merge_LeavesWhatIsNeeded_AndCoverageTellsWhatItReaches()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using (var cli = Fuzz("tcp-options", "--runs", "5000"))
        {
            Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        }
        string[] corpus = Directory.GetFiles(_folder.File("corpus"));
        // A copy of everything is needed by nobody.
        foreach (string file in corpus)
        {
            File.Copy(file, file + "-again");
        }
        using (var cli = CliProcess.Run(
            "fuzz", "merge", "tcp-options", _folder.File("corpus"), "--out",
            _folder.File("least")))
        {
            Assert.That(cli.ExitCode, Is.Zero, cli.Error);
            Assert.That(
                Directory.GetFiles(_folder.File("least")),
                Has.Length.InRange(10, corpus.Length), cli.Output);
        }
        using (var cli = CliProcess.Run(
            "fuzz", "coverage", "tcp-options", "--corpus", _folder.File("least"), "--out",
            _folder.File("coverage")))
        {
            Assert.That(cli.ExitCode, Is.Zero, cli.Error);
            Assert.That(cli.Output, Does.Match(@"inputs reach [1-9]\d+ of [1-9]\d+ lines"));
        }
        Assert.That(
            File.ReadAllText(_folder.File("coverage/cobertura.xml")),
            Does.Contain("filename=\"src/TcpConformance.Wire/OptionReader.cs\""));
        Assert.That(
            File.ReadAllText(_folder.File("coverage/coverage.html")),
            Does.Contain("OptionReader.cs").And.Contain("class=\"yes\""));
    }

    [Test]
    public void MinimizeByLibFuzzer_IsRefused()
    {
        using var cli = Fuzz("ipv4", "--runs", "1", "--", "-minimize_crash=1", "x");
        cli.HasRefused("use 'tcpconf fuzz minimize'");
    }

    [Test]
    public void Pipe_HearsNothingOfLibFuzzer()
    {
        PlantedFaultTests.NeedLibFuzzer();
        using var cli = Fuzz("ipv4", "--runs", "1000");
        Assert.That(cli.Error, Is.Empty);
        Assert.That(cli.Output, Does.Match(@"^ipv4: \d+ runs, [^\n]+, 0 findings\n$"));
    }

    [Test]
    public void Pages_OfAStory_AreWords_ALadder_AndACapture()
    {
        File.WriteAllText(_folder.File("input"), "a-secret!");
        FindingPages.Make(
            PlantedFaultTests.Program, PlantedTargets.Find("story"), _folder.File("input"),
            _folder.Path);
        Assert.That(File.ReadAllText(_folder.File("story.txt")), Is.EqualTo("9 octets\n"));
        Assert.That(
            File.ReadAllText(_folder.File("ladder.txt")),
            Does.Contain("-- the <input> ---").And.Contain("!! planted"));
        Assert.That(
            File.ReadAllText(_folder.File("ladder.svg")),
            Does.StartWith("<svg").And.Contain("the &lt;input&gt;").And.Contain("<style"));
        Assert.That(new FileInfo(_folder.File("packets.pcapng")).Length, Is.AtLeast(100));
    }

    [Test]
    public void Pages_OfAnInputThatKillsItsTeller_SaySo()
    {
        File.WriteAllText(_folder.File("input"), "a-secret!");
        FindingPages.Make(
            PlantedFaultTests.Program, PlantedTargets.Find("untold"), _folder.File("input"),
            _folder.Path);
        Assert.That(
            File.ReadAllText(_folder.File("story.txt")),
            Does.Contain("ends the process that tells it"));
    }

    // A directory with 'dotnet' and nothing else.
    private string OnlyDotnet()
    {
        string bin = _folder.File("bin");
        Directory.CreateDirectory(bin);
        CliProcess.Shell($"ln -s $(command -v dotnet) {bin}/dotnet; ln -s $(command -v env) {bin}");
        return bin;
    }

    private CliProcess Fuzz(string target, params string[] more) => CliProcess.Run(
        ["fuzz", target, "--corpus", _folder.File("corpus"), "--out", _folder.File("out"),
        .. more]);

    [GeneratedRegex(@"^tcp-options: (\d+) runs, \d+ a second, (\d+) inputs in .*, 0 findings")]
    private static partial Regex Summary();
}
