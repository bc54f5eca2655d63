using NUnit.Framework;
using TcpConformance.Harness.Iuts;
using TcpConformance.Spec.Profile;

namespace TcpConformance.Tests.Harness;

public sealed class IutProfileTests
{
    private const string Head = "name: x\nkind: engine\n";

    [Test]
    public void Load_Reference_HasItsValues()
    {
        IutProfile p = IutProfiles.Load("reference");
        Assert.That(p.Kind, Is.EqualTo(IutKind.Engine));
        Assert.That(p.Ixit.TimeWait, Is.EqualTo(TimeSpan.FromMinutes(4)));
        Assert.That(p.Ixit.DelayedAck, Is.EqualTo(TimeSpan.FromMilliseconds(500)));
        Assert.That(p.Claims.HasFlag(Claims.WindowScale | Claims.Ipv6), Is.True);
        Assert.That(IutProfiles.Names, Does.Contain("reference"));
    }

    [Test]
    public void Load_UnknownName_SaysWhichThereAre() =>
        Assert.That(
            () => IutProfiles.Load("nosuch"),
            Throws.TypeOf<ProfileException>().With.Message.Contains("reference"));

    [Test]
    public void Load_MissingFile_IsOneLine() =>
        Assert.That(
            () => IutProfiles.Load("/nonexistent/x.yaml"),
            Throws.TypeOf<ProfileException>().With.Message.Not.Contains("\n"));

    [TestCase("colour: red", "x.yaml:3: unknown key 'colour'")]
    [TestCase("ixit:\n  rtoMn: 1s", "x.yaml:4: unknown key 'rtoMn'")]
    [TestCase("ixit:\n  rtoMin: 1 second", "x.yaml:4: 'rtoMin: 1 second' is no time")]
    [TestCase("ixit:\n  rtoMin: -1s", "x.yaml:4: 'rtoMin: -1s' is no time")]
    [TestCase("ixit:\n  mtu: big", "x.yaml:4: 'mtu: big' is no number")]
    [TestCase("ixit: 3", "x.yaml:3: 'ixit' is to be a mapping")]
    [TestCase("ics: [teleport]", "x.yaml:3: unknown claim 'teleport'")]
    [TestCase("ics: [\"3\"]", "x.yaml:3: unknown claim '3'")]
    [TestCase("sysctls: [a]", "x.yaml:3: a mapping expected in 'sysctls'")]
    [TestCase("sysctls: [{name: a, value: 1}]", "x.yaml:3: 'why' is missing")]
    [TestCase("ixit:\n  mtu: 575", "x.yaml:4: 'mtu: 575' is no number from 576 to 65535")]
    [TestCase("ixit:\n  mtu: 65536", "x.yaml:4: 'mtu: 65536' is no number from 576 to 65535")]
    [TestCase("addresses: {v4: here}", "x.yaml:3: 'v4: here' is no IP address")]
    [TestCase("addresses: {v4: 'fd77::1'}", "x.yaml:3: 'v4: fd77::1' is no IPv4 address")]
    [TestCase("addresses: {v6: 10.1.0.1}", "x.yaml:3: 'v6: 10.1.0.1' is no IPv6 address")]
    [TestCase("addresses: {v4: 0.0.0.0}", "x.yaml:3: 'v4: 0.0.0.0' is no address that a host")]
    [TestCase("addresses: {v6: '::'}", "x.yaml:3: 'v6: ::' is no address that a host")]
    [TestCase("addresses: {v4: 224.0.0.1}", "x.yaml:3: 'v4: 224.0.0.1' is no address that a")]
    [TestCase("addresses: {v4Prefix: 31}", "x.yaml:3: 'v4Prefix: 31' is no number from 1 to 30")]
    [TestCase("addresses: {v4Prefix: 0}", "x.yaml:3: 'v4Prefix: 0' is no number from 1 to 30")]
    [TestCase("addresses: {v6Prefix: 127}", "x.yaml:3: 'v6Prefix: 127' is no number from 1 to")]
    [TestCase(
        "knownDeviations: [{requirement: rfc9293/MUST-4000, case: c, why: w, section: s}]",
        "x.yaml:3: there is no requirement 'rfc9293/MUST-4000'")]
    [TestCase("knownDeviations: [{requirement: rfc9293/MUST-1}]", "x.yaml:3: 'case' is missing")]
    [TestCase(
        "knownDeviations: [{requirement: dies, case: c, why: w, section: s, seen: never}]",
        "x.yaml:3: 'seen: never' is not 'seen: sometimes'")]
    [TestCase(
        "knownDeviations: [{requirement: dies, case: c, why: w, section: s, step: call}]",
        "x.yaml:3: 'step' is for lines with 'case: session'")]
    [TestCase("a: [", "x.yaml:")]
    public void Parse_WrongLine_IsNamed(string line, string message) =>
        Assert.That(
            () => IutProfiles.Parse("x.yaml", Head + line + "\n"),
            Throws.TypeOf<ProfileException>().With.Message.StartsWith(message));

    [Test]
    public void Parse_UnknownKind_IsNamed() =>
        Assert.That(
            () => IutProfiles.Parse("x.yaml", "name: x\nkind: toaster\n"),
            Throws.TypeOf<ProfileException>().With.Message.Contains("toaster"));

    [TestCase("build: full", "x.yaml:3: 'build' is for 'kind: lwip' only")]
    public void Parse_KeyOfOtherKind_IsNamed(string line, string message) =>
        Assert.That(
            () => IutProfiles.Parse("x.yaml", Head + line + "\n"),
            Throws.TypeOf<ProfileException>().With.Message.StartsWith(message));

    [TestCase("name: x\nkind: lwip\nbuild: small\n", "x.yaml:3: build 'small' is none of plain")]
    [TestCase("name: x\nlike: nosuch\n", "x.yaml:2: like: no IUT is called 'nosuch'")]
    [TestCase("name: x\nlike: ./none.yaml\n", "x.yaml:2: like: ")]
    [TestCase("name: x\nlike: ./x.yaml\n", "x.yaml:2: like: 'x.yaml' leads back to itself")]
    [TestCase("name: x\nlike: ''\n", "x.yaml:2: like: no IUT is called ''")]
    [TestCase("name: x\nlike: \"./\\0.yaml\"\n", "x.yaml:2: 'like' has a NUL character")]
    [TestCase("name: my x\nkind: engine\n", "x.yaml:1: 'name: my x' is not one word")]
    [TestCase("like: reference\n", "x.yaml:1: 'name' is missing")]
    public void Parse_WrongLike_IsOneLine(string text, string message) =>
        Assert.That(
            () => IutProfiles.Parse("x.yaml", text),
            Throws.TypeOf<ProfileException>().With.Message.StartsWith(message)
                .And.Message.Not.Contains("\n"));

    [Test]
    public void Load_LikeItself_EndsWithOneLine()
    {
        using var folder = new Folder();
        string one = folder.Write("one.yaml", "name: one\nlike: ./two.yaml\n");
        folder.Write("two.yaml", "name: two\nlike: ./one.yaml\n");
        Assert.That(
            () => IutProfiles.Load(one),
            Throws.TypeOf<ProfileException>().With.Message.Contains("leads back to itself")
                .And.Message.Not.Contains("\n"));
    }

    [Test]
    public void Load_Like_TakesWhatItDoesNotSay()
    {
        using var folder = new Folder();
        folder.Write("old.yaml", "name: old\nkind: process\nprogram: ./old\nics: [sack]\n"
            + "ixit: {rtoMin: 1s, mtu: 1400}\n"
            + "knownDeviations: [" + Deviation("rfc9293/MUST-1") + "]\n");
        IutProfile p = IutProfiles.Load(folder.Write(
            "new.yaml", "name: new\nlike: ./old.yaml\nstack: slirp\nixit: {rtoMin: 2s}\n"
            + "knownDeviations: [" + Deviation("dies") + "]\n"));

        Assert.That(p.Name, Is.EqualTo("new"));
        Assert.That(p.Kind, Is.EqualTo(IutKind.Process));
        Assert.That((p.Stack, p.Program), Is.EqualTo(("slirp", (string?)null)));
        Assert.That(p.Claims, Is.EqualTo(Claims.Sack));
        Assert.That(p.Ixit.RtoMin, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(p.Ixit.Mtu, Is.EqualTo(1400));
        Assert.That(
            p.KnownDeviations.Select(d => d.Requirement),
            Is.EqualTo(new[] { "rfc9293/MUST-1", "dies" }));
    }

    [Test]
    public void Load_LikeWithKind_IsReachedOtherwise()
    {
        IutProfile inside = IutProfiles.Load("lwip");
        IutProfile outside = IutProfiles.Load("lwip-tap");

        Assert.That((inside.Kind, inside.Stack), Is.EqualTo((IutKind.Lwip, (string?)null)));
        Assert.That((outside.Kind, outside.Stack), Is.EqualTo((IutKind.Process, "lwip")));
        Assert.That(outside.Claims, Is.EqualTo(inside.Claims));
    }

    [Test]
    public void Load_LikeProgramWithOtherKind_HasNoProgram()
    {
        using var folder = new Folder();
        IutProfile p = IutProfiles.Load(folder.Write(
            "new.yaml", "name: new\nlike: slirp\nkind: engine\n"));

        Assert.That((p.Kind, p.Stack, p.Program), Is.EqualTo(
            (IutKind.Engine, (string?)null, (string?)null)));
    }

    private static string Deviation(string requirement) =>
        $"{{requirement: {requirement}, case: c, why: w, section: s}}";

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("tcpconf-test-");

        public string Write(string name, string text)
        {
            string path = Path.Combine(_place.FullName, name);
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => _place.Delete(true);
    }

    [Test]
    public void Parse_AllKeys_AreTaken()
    {
        IutProfile p = IutProfiles.Parse(
            "x.yaml",
            Head + "addresses: {v4: 10.1.0.1, v6: 'fd00::9'}\nixit: {latency: 1.5ms}\n"
            + "sysctls: [{name: a.b, value: 1, why: because}]\n"
            + "knownDeviations: [{requirement: dies, case: 'c/*', why: w, section: '3.4'}]\n");
        Assert.That(p.V4.ToString(), Is.EqualTo("10.1.0.1"));
        Assert.That(p.V6.ToString(), Is.EqualTo("fd00::9"));
        Assert.That(p.Ixit.Latency, Is.EqualTo(TimeSpan.FromMilliseconds(1.5)));
        Assert.That(p.Sysctls, Is.EqualTo(new[] { new IutSysctl("a.b", "1", "because") }));
        Assert.That(
            p.KnownDeviations, Is.EqualTo(new[] { new KnownDeviation("dies", "c/*", "w", "3.4") }));
    }
}
