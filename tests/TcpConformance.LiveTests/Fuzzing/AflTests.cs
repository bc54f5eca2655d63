using System.Globalization;
using NUnit.Framework;
using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>The same targets under AFL++.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AflTests : IDisposable
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void TwoProcesses_ImportFromEachOther_AndGoOnWhereTheyWere()
    {
        NeedAfl();
        // Each looks at the other's queue when it starts.
        using CliProcess first = Fuzz("frame", "--jobs", "2", "--name", "one", "--time", "5s");
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        long before = Stat("one", "execs_done");
        Assert.That(before, Is.Positive, first.Error);
        using CliProcess second = Fuzz("frame", "--jobs", "2", "--name", "one", "--time", "5s");
        Assert.That(second.ExitCode, Is.Zero, second.Error);
        Assert.That(second.Error, Does.Contain("Resuming"));
        Assert.That(Stat("one", "execs_done"), Is.GreaterThan(before));
        Assert.That(_folder.File("sync/one/is_main_node"), Does.Not.Exist, "it has ended");
        Assert.That(Imported("one", "one-2"), Is.Positive, second.Error);
        Assert.That(Imported("one-2", "one"), Is.Positive, second.Error);
        Assert.That(second.Output, Does.Match("(?m)^frame: [1-9]\\d* runs, "));
        Assert.That(Directory.GetFiles(_folder.File("corpus")), Has.Length.AtLeast(20));
    }

    [TestCase("throws", "planted: three letters")]
    [TestCase("overflow", "Stack overflow.")]
    [TestCase("native", "Fatal error.")]
    [TestCase("hang", "it takes")]
    public void Fault_IsFound_AndKeptAsLibFuzzersFindingsAre(string name, string message)
    {
        NeedAfl();
        using var found = new CancellationTokenSource(Enough);
        var request = new FuzzRequest(PlantedTargets.Find(name))
        {
            Program = PlantedFaultTests.Program,
            Corpus = _folder.File("corpus"),
            Findings = _folder.File("findings"),
            Flags = name == "hang" ? ["-s", "1", "-t", "1000"] : ["-s", "1"],
            Found = _ => found.Cancel(),
        };
        // No seed is in the corpus of a planted target.
        Directory.CreateDirectory(request.Corpus);
        File.WriteAllText(_folder.File("corpus/seed"), "bxx");
        File.WriteAllText(_folder.File("corpus/near"), "bux");
        using var campaign = new AflCampaign(
            request, new AflRequest(_folder.File("sync")) { Name = "one" });
        FuzzResult result = campaign.Run(found.Token);
        Assert.That(result.Findings, Is.Not.Empty);
        FuzzFinding finding = result.Findings[0];
        Assert.That(finding.Message, Does.StartWith(message));
        Assert.That(File.ReadAllText(finding.Path), Does.StartWith("bug"));
        Assert.That(
            File.ReadAllText(Path.Combine(Path.GetDirectoryName(finding.Path)!, "finding.txt")),
            Does.Contain(finding.Replay));
    }

    [TestCase("INT")]
    [TestCase("KILL")]
    public void Ended_LeavesNoProcessAndNoSegment(string signal)
    {
        NeedAfl();
        using CliProcess cli = CliProcess.Start(Arguments("ipv4", "--name", "one"));
        Assert.That(
            SpinWait.SpinUntil(() => Stat("one", "execs_done") > 0, Enough), Is.True,
            () => cli.Error);
        int afl = (int)Stat("one", "fuzzer_pid");
        int[] all = [afl, .. Descendants(afl)];
        Assert.That(all, Has.Length.AtLeast(3), "afl-fuzz, server and worker");
        // The kernel's table may lack a line while others come and go.
        Assert.That(SpinWait.SpinUntil(() => Segments(afl) > 0, Enough), Is.True);
        cli.Signal(signal);
        cli.Ended();
        Assert.That(cli.ExitCode, Is.EqualTo(signal == "INT" ? 3 : 137), cli.Error);
        Assert.That(SpinWait.SpinUntil(() => !all.Any(IsAlive), Enough), Is.True);
        AssertNoSegment(afl);
    }

    [Test]
    public void Afl_KillNine_LeavesNoProcessAndNoSegment()
    {
        NeedAfl();
        using CliProcess cli = CliProcess.Start(Arguments("ipv4", "--name", "one"));
        Assert.That(
            SpinWait.SpinUntil(() => Stat("one", "execs_done") > 0, Enough), Is.True,
            () => cli.Error);
        int afl = (int)Stat("one", "fuzzer_pid");
        int[] children = [.. Descendants(afl)];
        CliProcess.Shell($"kill -9 {afl}");
        cli.Ended();
        cli.HasRefusedAtTheEnd("afl-fuzz has failed");
        Assert.That(SpinWait.SpinUntil(() => !children.Any(IsAlive), Enough), Is.True);
        AssertNoSegment(afl);
    }

    [Test]
    public void FlagsOfAflFuzz_PassThrough()
    {
        NeedAfl();
        using CliProcess cli = Fuzz("ipv4", "--name", "one", "--runs", "500", "--", "-p", "rare");
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(File.ReadAllText(_folder.File("sync/one/fuzzer_setup")), Does.Contain("rare"));
    }

    [Test]
    public void Afl_Missing_IsOneLine()
    {
        string bin = _folder.File("bin");
        Directory.CreateDirectory(bin);
        CliProcess.Shell($"ln -s $(command -v dotnet) {bin}/dotnet; ln -s $(command -v env) {bin}");
        using CliProcess process = CliProcess.StartBehind(
            ["env", $"PATH={bin}"], Arguments("ipv4", "--runs", "1"));
        process.Ended().HasRefused("install the Debian package afl++");
    }

    [TestCase("--engine", "nonsense", "no engine is called 'nonsense'")]
    [TestCase("--engine", "sharpfuzz", "-p:WithSharpFuzz=true")]
    [TestCase("--jobs", "2", "--jobs needs --engine afl")]
    public void WrongEngine_IsOneLine(string option, string value, string words)
    {
        using var cli = CliProcess.Run("fuzz", "ipv4", option, value);
        cli.HasRefused(words);
    }

    [Test]
    public void LibFuzzer_StartedAgain_BeginsWithItsCorpus()
    {
        PlantedFaultTests.NeedLibFuzzer();
        string[] arguments =
        [
            "fuzz", "tcp-options", "--corpus", _folder.File("corpus"),
            "--out", _folder.File("out"), "--runs", "20000", "--verbose",
        ];
        using CliProcess first = CliProcess.Run(arguments);
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        int kept = Directory.GetFiles(_folder.File("corpus")).Length;
        using CliProcess second = CliProcess.Run(arguments);
        Assert.That(second.Error, Does.Contain($"INFO: {kept,8} files found in"));
    }

    private static void NeedAfl()
    {
        bool there = Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(d => File.Exists(Path.Combine(d, "afl-fuzz")));
        if (!there)
        {
            Assert.Ignore("AFL++ is missing: install the Debian package afl++");
        }
    }

    private CliProcess Fuzz(string target, params string[] more) =>
        CliProcess.Run(Arguments(target, more));

    private string[] Arguments(string target, params string[] more) =>
    [
        "fuzz", target, "--engine", "afl", "--sync", _folder.File("sync"),
        "--corpus", _folder.File("corpus"), "--out", _folder.File("out"), "--verbose", .. more,
    ];

    private int Imported(string into, string from) => Directory
        .GetFiles(_folder.File($"sync/{into}/queue"), $"*,sync:{from},*").Length;

    private long Stat(string instance, string key)
    {
        string path = _folder.File($"sync/{instance}/fuzzer_stats");
        string? line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(l => l.Split(':')[0].Trim() == key)
            : null;
        return line is null ? 0 : long.Parse(
            line.Split(':')[1], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }

    // A process of many threads is a zombie as soon as its first has ended; what it had attached
    // goes with the last one.
    private static void AssertNoSegment(int creator) =>
        Assert.That(SpinWait.SpinUntil(() => Segments(creator) == 0, Enough), Is.True);

    // The lines of the kernel's table that a process has made.
    private static int Segments(int creator) => File.ReadLines("/proc/sysvipc/shm").Skip(1)
        .Count(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]
            == creator.ToString(CultureInfo.InvariantCulture));

    private static bool IsAlive(int pid) => File.Exists($"/proc/{pid}/stat")
        && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);

    private static IEnumerable<int> Descendants(int pid) => CliProcess.Children(pid)
        .SelectMany(child => Descendants(child).Prepend(child));
}
