using System.Text.RegularExpressions;
using NUnit.Framework;
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
        using var cli = Fuzz("tcp-options", "--runs", "20000");
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
        using var cli = Fuzz("ipv4", "--runs", "1000", "--", "-seed=77", "-max_len=33");
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
        using var cli = Fuzz("lwip", "--runs", "3000", "--", "-seed=1");
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
    public void Replay_OfNoFile_IsOneLine()
    {
        using var cli = CliProcess.Run("fuzz", "replay", "tcp-options", _folder.File("none"));
        cli.HasRefused("there is no file");
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
