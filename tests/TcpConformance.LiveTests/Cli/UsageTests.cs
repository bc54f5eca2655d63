using NUnit.Framework;

namespace TcpConformance.LiveTests.Cli;

/// <summary>What a user may get wrong: one line that says what to do, exit code 2.</summary>
[TestFixture]
internal sealed class UsageTests
{
    private static readonly TestCaseData[] Mistakes =
    [
        Mistake("no IUT is called 'solaris'; there are ", "test", "solaris"),
        Mistake("no-such.yaml: ", "test", "no-such.yaml"),
        Mistake("no case matches 'rfc1/*'", "test", "--select", "rfc1/*"),
        Mistake("no case matches 'nope'", "test", "--select", "*", "--select", "nope"),
        Mistake("no case matches 'nope'", "list", "cases", "nope"),
        Mistake("none of must, should, may", "test", "--level", "shall"),
        Mistake("--seed -1 is no number from 0 on", "test", "--seed", "-1"),
        Mistake("--seed x is no number", "test", "--seed", "x"),
        Mistake("--jobs 10001 is no number from 0 to 10000", "test", "--jobs", "10001"),
        Mistake("there is no option --frobnicate: see 'tcpconf test --help'",
            "test", "--frobnicate"),
        Mistake("there is no option --frobnicate: see 'tcpconf --help'", "--frobnicate"),
        Mistake("no command is called 'tets'; there are test, ", "tets"),
        Mistake("no command is called 'requirement'; there are requirements, ",
            "list", "requirement"),
        Mistake("See 'tcpconf fuzz export --help'", "fuzz", "export"),
        Mistake("there is no file or folder '/nonexist'", "fuzz", "replay", "/nonexist"),
        Mistake("there is no file or folder '/nonexist'", "fuzz", "minimize", "/nonexist"),
        Mistake("cannot write to --corpus /dev/null/here",
            "fuzz", "ipv4", "--corpus", "/dev/null/here"),
        Mistake("cannot write to --out /dev/null/here",
            "fuzz", "ipv4", "--out", "/dev/null/here"),
        Mistake("--out is given an empty word", "test", "--out", ""),
        Mistake("--out is given an empty word", "diff", "reference", "reference", "--out", ""),
        Mistake("--out is given an empty word", "mutants", "--out", ""),
        Mistake("--result is given an empty word", "explain", "rfc9293/MUST-3", "--result", ""),
        Mistake("cannot write to --out /dev/null/here",
            "fuzz", "export", "ipv4", "--out", "/dev/null/here"),
        Mistake("cannot write to --out /dev/null/here", "test", "--out", "/dev/null/here"),
        Mistake("no requirement and no case has the id 'rfc9293/MUST-999'",
            "explain", "rfc9293/MUST-999"),
        Mistake("/dev/null is no result of tcpconf",
            "explain", "rfc9293/MUST-3", "--result", "/dev/null"),
        Mistake("--port 7 is not free", "serve", "--port", "7"),
        Mistake("there is no TAP device 'nosuchtap'", "serve", "--tap", "nosuchtap"),
        Mistake("--sample x is no number", "mutants", "--operators", "--sample", "x"),
        Mistake("--sample belongs to --operators", "mutants", "--sample", "5"),
        Mistake("no operator mutant matches 'nope*'",
            "mutants", "--operators", "--select", "nope*"),
        Mistake("cannot write to --out /dev/null/here",
            "mutants", "--operators", "--out", "/dev/null/here"),
        Mistake("name two IUTs or more", "diff", "reference"),
        Mistake("no IUT is called 'solaris'", "diff", "reference", "solaris"),
        Mistake("--time 7x is no time", "diff", "reference", "reference", "--time", "7x"),
        Mistake("there is no file no-such.session", "diff", "replay", "no-such.session"),
        Mistake("/dev/null: there is no step in it", "diff", "replay", "/dev/null"),
        Mistake("cannot write to --out /dev/null/here",
            "diff", "reference", "reference", "--out", "/dev/null/here"),
        Mistake("", "frobnicate"),
        Mistake(""),
    ];

    [TestCaseSource(nameof(Mistakes))]
    public void Mistake_IsOneLineAndExitCodeTwo(string words, string[] arguments)
    {
        using CliProcess cli = CliProcess.Run(arguments);
        cli.HasRefused(words);
        Assert.That(cli.Output, Is.Empty);
    }

    [Test]
    public void Profile_WithUnknownKey_NamesFileAndLine()
    {
        using var folder = new TemporaryFolder();
        string profile = folder.File("mine.yaml");
        File.WriteAllText(profile, "name: mine\nkind: engine\nsnag: 1\n");
        using CliProcess cli = CliProcess.Run("test", profile);
        cli.HasRefused("mine.yaml:3: unknown key 'snag'");
    }

    [Test]
    public void Selection_ThatFitsNoIut_IsExitCodeTwo()
    {
        using var folder = new TemporaryFolder();
        string profile = folder.File("bare.yaml");
        File.WriteAllText(profile, "name: bare\nkind: engine\nics: []\n");
        using CliProcess cases = CliProcess.Run("list", "cases");
        string? optional = cases.Output.Split('\n')
            .Select(l => l.Split(' ')[0]).FirstOrDefault(id => id.Contains("ipv6"));
        Assert.That(optional, Is.Not.Null, "no case has IPv6 in its name");
        using CliProcess cli = CliProcess.Run("test", profile, "--select", optional!);
        cli.HasRefused("no selected case fits bare: the IUT does not claim");
    }

    [TestCase("test"), TestCase("list"), TestCase("explain"), TestCase("serve")]
    public void Help_OfEachVerb_IsThere(string verb)
    {
        using CliProcess cli = CliProcess.Run(verb, "--help");
        Assert.That(cli.ExitCode, Is.Zero);
        Assert.That(cli.Output, Does.Contain($"Usage:\n  tcpconf {verb} "));
    }

    private static TestCaseData Mistake(string words, params string[] arguments) =>
        new TestCaseData(words, arguments).SetArgDisplayNames(string.Join(' ', arguments));
}
