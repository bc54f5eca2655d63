using System.Diagnostics;
using System.Security.Cryptography;
using NUnit.Framework;
using TcpConformance.LiveTests.Tap;
using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.LiveTests.Cli;

/// <summary>The kernel's applications talk to 'tcpconf serve'.</summary>
[TestFixture]
internal sealed class ServeTests : IDisposable
{
    private const int Megabytes100 = 100_000_000;
    private const ulong PatternSeed = 1;

    // curl waits until the carrier is up.
    private const string OnOwnTap =
        "ip tuntap add dev t0 mode tap && ip addr add 10.77.0.1/16 dev t0 "
        + "&& ip link set t0 up || { echo no TAP; exit; }; "
        + "\"$@\" & p=$!; "
        + "curl --retry 30 --retry-all-errors --retry-delay 1 -s "
        + "http://10.77.0.2/bytes/1000000 | wc -c; "
        + "kill $p; wait $p; echo exit code $?";

    private CliProcess? _serve;
    private string _enter = "";

    [OneTimeSetUp]
    public void Serve()
    {
        LiveLink.OpenNetwork().Dispose();
        _serve = CliProcess.Start("serve");
        Assert.That(
            SpinWait.SpinUntil(() => _serve.Output.Contains("curl"), CliProcess.Limit), Is.True,
            () => _serve.Error);
        string line = _serve.Output.Split('\n').Single(l => l.Contains("curl")).Trim();
        _enter = line[..line.IndexOf("curl", StringComparison.Ordinal)];
        if (Shell("command -v curl").Length == 0)
        {
            Assert.Ignore("curl is not installed");
        }
    }

    [OneTimeTearDown]
    public void End()
    {
        if (_serve is not null && _enter.Length > 0)
        {
            _serve.Signal("TERM");
            _serve.Ended();
            Assert.That(_serve.ExitCode, Is.Zero, _serve.Error);
            Assert.That(_serve.Error, Is.Empty);
        }
    }

    public void Dispose() => _serve?.Dispose();

    [Test]
    public void Curl_Page_Comes() =>
        Assert.That(Curl("http://10.77.0.2/"), Does.Contain("<title>tcpconf serve</title>"));

    [Test]
    public void Curl_TwoBodiesOverIpv6_OneConnection() => Assert.That(
        Curl("-g -o /dev/null -o /dev/null -w '%{num_connects} %{size_download}\\n' "
            + "'http://[fd77::2]/bytes/1000' 'http://[fd77::2]/bytes/2000'"),
        Is.EqualTo("1 1000\n0 2000\n"));

    [Test]
    public void Curl_DownloadOf100MB_IsRight() => Assert.That(
        Shell($"{_enter} curl -sS http://10.77.0.2/bytes/{Megabytes100} | sha256sum"),
        Does.StartWith(PatternHash()));

    [Test]
    public void Curl_UploadOf100MB_IsRight()
    {
        using var folder = new TemporaryFolder();
        Assert.That(Curl(Upload(folder)), Is.EqualTo(UploadAnswer()));
    }

    [Test]
    public void Curl_BothWaysAtOnce_BothAreRight()
    {
        using var folder = new TemporaryFolder();
        string upload = Upload(folder);
        string both = Shell(
            $"{_enter} curl -sS {upload} > {folder.File("answer")} & "
            + $"{_enter} curl -sS http://10.77.0.2/bytes/{Megabytes100} | sha256sum; wait");
        Assert.That(both, Does.StartWith(PatternHash()));
        Assert.That(File.ReadAllText(folder.File("answer")), Is.EqualTo(UploadAnswer()));
    }

    [Test]
    public void Echo_ManyOctets_ComeBack()
    {
        if (Shell("command -v bash").Length == 0)
        {
            Assert.Ignore("bash is not installed");
        }
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("in"), Pattern(1_000_000));
        Shell($"{_enter} bash -c 'exec 3<>/dev/tcp/10.77.0.2/7; cat {folder.File("in")} >&3 & "
            + $"head -c 1000000 <&3 > {folder.File("out")}; wait'");
        Assert.That(File.ReadAllBytes(folder.File("out")), Is.EqualTo(Pattern(1_000_000)));
    }

    [Test]
    public void Serve_OnATapThatIsThere_AttachesToIt()
    {
        string[] program = ["dotnet", LiveLink.CliPath, "serve", "--tap", "t0"];
        string said = Shell($"unshare -Urn sh -c '{OnOwnTap}' sh {string.Join(' ', program)}");
        if (said.Contains("no TAP"))
        {
            Assert.Ignore("ip does not make a TAP here");
        }
        Assert.That(
            said, Is.EqualTo("serving on t0 as 10.77.0.2 and fd77::2\n1000000\nexit code 0\n"));
    }

    [TestCase("/nothing", 404), TestCase("/bytes/x", 404)]
    public void Curl_UnknownPath_IsRefused(string path, int status) => Assert.That(
        Curl($"-o /dev/null -w '%{{http_code}}' http://10.77.0.2{path}"),
        Is.EqualTo(status.ToString()));

    private string Curl(string arguments) => Shell($"{_enter} curl -sS {arguments}");

    private static string Upload(TemporaryFolder folder)
    {
        File.WriteAllBytes(folder.File("body"), Pattern(Megabytes100));
        return $"--data-binary @{folder.File("body")} http://10.77.0.2/upload";
    }

    private static string UploadAnswer() =>
        $"{Megabytes100} octets sha256 {PatternHash()}\n";

    private static string PatternHash() =>
        Convert.ToHexStringLower(SHA256.HashData(Pattern(Megabytes100)));

    private static byte[] Pattern(int length)
    {
        byte[] octets = new byte[length];
        OctetPattern.Fill(PatternSeed, 0, octets);
        return octets;
    }

    private static string Shell(string line)
    {
        using Process sh = Process.Start(new ProcessStartInfo("sh", ["-c", line])
        {
            RedirectStandardOutput = true,
        })!;
        string said = sh.StandardOutput.ReadToEnd();
        sh.WaitForExit();
        return said;
    }
}
