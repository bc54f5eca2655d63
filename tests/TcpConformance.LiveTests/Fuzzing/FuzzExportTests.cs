using System.Diagnostics;
using System.IO.Compression;
using NUnit.Framework;
using TcpConformance.Fuzz.Running;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Fuzzing;

/// <summary>What ClusterFuzz gets.</summary>
[TestFixture]
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class FuzzExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SetUp]
    public void Need() => PlantedFaultTests.NeedLibFuzzer();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Target_Exported_RunsFromAnywhere()
    {
        string home = _folder.File("export");
        using var cli = CliProcess.Run("fuzz", "export", "--out", home, "tcp-options");
        Assert.That(cli.ExitCode, Is.Zero, cli.Error);
        Assert.That(
            File.ReadAllText(Path.Combine(home, "tcp-options.options")),
            Does.StartWith("[libfuzzer]\nmax_len = 40\n"));
        Assert.That(
            File.ReadAllText(Path.Combine(home, "tcp-options.dict")),
            Does.Contain("\"\\x02\\x04\\x05\\xb4\""));
        string corpus = _folder.File("corpus");
        ZipFile.ExtractToDirectory(Path.Combine(home, "tcp-options_seed_corpus.zip"), corpus);
        int seeds = Directory.GetFiles(corpus).Length;
        Assert.That(seeds, Is.AtLeast(3));
        (int code, string said) = Run(
            Path.Combine(home, "tcp-options"), "-runs=1000", "-seed=1", "corpus");
        Assert.That(code, Is.Zero, said);
        Assert.That(said, Does.Contain("Done 1000 runs").Or.Contain("stat::").Or.Contain("DONE"));
        Assert.That(Directory.GetFiles(corpus), Has.Length.GreaterThan(seeds));
    }

    [TestCase("throws", "planted: three letters")]
    [TestCase("overflow", "Stack overflow.")]
    public void Fault_ExitsAndWritesAsLibFuzzerDoes(string name, string words)
    {
        string home = _folder.File("export");
        new FuzzExport(home, PlantedFaultTests.Program).Write(PlantedTargets.Find(name));
        Directory.CreateDirectory(_folder.File("artifacts"));
        (int code, string said) = Run(
            Path.Combine(home, name), "-seed=1", "-max_total_time=60",
            "-artifact_prefix=artifacts/");
        Assert.That(code, Is.EqualTo(77), said);
        Assert.That(said, Does.Contain(words));
        string[] artifacts = Directory.GetFiles(_folder.File("artifacts"), "crash-*");
        Assert.That(artifacts, Has.Length.EqualTo(1), said);
        Assert.That(File.ReadAllText(artifacts[0]), Does.StartWith("bug"));
        (int again, _) = Run(Path.Combine(home, name), artifacts[0]);
        Assert.That(again, Is.EqualTo(77), "one input alone");
    }

    [Test]
    public void UnknownTarget_IsOneLine()
    {
        using var cli = CliProcess.Run(
            "fuzz", "export", "--out", _folder.File("export"), "nonsense");
        cli.HasRefused("no fuzz target is called 'nonsense'");
    }

    private (int Code, string Said) Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = null },
        })!;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }
}
