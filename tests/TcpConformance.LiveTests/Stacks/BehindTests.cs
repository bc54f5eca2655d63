using System.Globalization;
using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;
using TcpConformance.LiveTests.Cli;

namespace TcpConformance.LiveTests.Stacks;

/// <summary>passt and libslirp, whose users are programs on the host's side: facts that their
/// sources show, and what is left of them.</summary>
[TestFixture]
internal sealed class BehindTests
{
    private const string Exact = "rfc9293/3.10.7.4/established/text-ack-next/seq-exact";
    private const string Checksum = "walkthrough/data/bad-checksum";
    private const string Far = "rfc9293/3.10.7.4/established/text-ack-next/seq-far-left";
    private const string Length = "rfc9293/3.1/illegal-length/length-0";
    private const string Mss = "rfc9293/3.7.1/peer-mss-1460";
    private const string ResetLeft = "rfc5961/3.2/established/rst-just-left";
    private const string ResetInClosed = "rfc9293/3.10.7.1/closed/never-opened/rst";
    private const string SmallMss = "rfc3042/2/limited-transmit";
    private const string TextAfterFin = "rfc9293/3.10.7.4/close-wait/text-ack-next/seq-exact";
    private const string Ttl = "rfc9293/3.9.2/ttl";

    [Test]
    public void Passt_AnySyn_IsAnsweredWithAWindowScaleOption()
    {
        CaseResult exact = StackSlice.Run("passt", Exact)[Exact];

        Assert.That(exact.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(exact.Message, Does.Contain("window scale"));
        Assert.That(exact.KnownDeviation, Is.Not.Null);
    }

    [Test]
    public void PasstRepaired_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases =
            StackSlice.Run("passt-repaired", Checksum, Far, Ttl, Length);
        Assert.Multiple(() =>
        {
            foreach ((string known, string words) in ((string, string)[])[
                (Checksum, "wrong checksum"), (Far, "Came: RST"), (Ttl, "255")])
            {
                Assert.That(cases[known].Verdict, Is.EqualTo(Verdict.Fail), known);
                Assert.That(cases[known].Message, Does.Contain(words), known);
                Assert.That(cases[known].KnownDeviation, Is.Not.Null, known);
            }
            Assert.That(cases[Length].Verdict, Is.EqualTo(Verdict.Pass), cases[Length].Message);
        });
    }

    [Test]
    public void Slirp_FewCases_ShowsWhatItsSourceSays()
    {
        IReadOnlyDictionary<string, CaseResult> cases = StackSlice.Run(
            "slirp", Checksum, Exact, Far, Mss, ResetInClosed, ResetLeft, SmallMss, TextAfterFin,
            Ttl);
        Assert.Multiple(() =>
        {
            foreach ((string known, string words) in ((string, string)[])[
                // The socket's TTL is that of another connection.
                (Ttl, "TTL was to be 33"),
                // The options of a SYN are forgotten while the host's connect goes on.
                (SmallMss, "len=1440"),
                // RST is not looked at without a connection, nor its number with one.
                (ResetInClosed, "CLOSED: a RST gets no answer"),
                (ResetLeft, "A RST outside the window does not reset the connection"),
                // TCPS_HAVERCVDFIN leaves CLOSE-WAIT out.
                (TextAfterFin, "After the peer's FIN no text is taken")])
            {
                Assert.That(cases[known].Verdict, Is.EqualTo(Verdict.Fail), known);
                Assert.That(cases[known].Message, Does.Contain(words), known);
                Assert.That(cases[known].KnownDeviation, Is.Not.Null, known);
            }
            foreach (string good in (string[])[Checksum, Exact, Far, Mss])
            {
                Assert.That(
                    cases[good].Verdict, Is.EqualTo(Verdict.Pass), cases[good].Message);
            }
        });
    }

    [TestCase("passt-repaired", "passt")]
    [TestCase("slirp", "slirp4netns")]
    public void Run_KillNine_LeavesNoProcessNoNamespaceAndNoFile(string iut, string program)
    {
        StackSlice.Need(iut);
        using var folder = new TemporaryFolder();
        using CliProcess run = CliProcess.StartBehind(
            ["env", $"TMPDIR={folder.Path}"], "test", iut);
        int stack = 0;
        Assert.That(
            SpinWait.SpinUntil(
                () => (stack = Find(run.Pid, program)) != 0, CliProcess.Limit),
            Is.True, () => run.Output + run.Error);
        string space = Space(stack);
        Assert.That(space, Is.Not.Empty.And.Not.EqualTo(Space(run.Pid)));

        run.Kill();

        Assert.That(
            SpinWait.SpinUntil(() => Processes().All(p => Space(p) != space), CliProcess.Limit),
            Is.True, "somebody is left in its network");
        Assert.That(Directory.GetFileSystemEntries(folder.Path, "tcpconf-*"), Is.Empty);
    }

    // A process of that name that descends from another one and is at work.
    private static int Find(int ancestor, string program) => Processes().FirstOrDefault(
        p => Stat(p) is [string name, ..] && name.StartsWith(program, StringComparison.Ordinal)
            && Descends(p, ancestor) && Space(p) != Space(ancestor));

    private static bool Descends(int process, int ancestor)
    {
        for (int p = process; p > 1;)
        {
            p = Stat(p) is [_, _, string parent]
                ? int.Parse(parent, CultureInfo.InvariantCulture)
                : 0;
            if (p == ancestor)
            {
                return true;
            }
        }
        return false;
    }

    private static int[] Processes() =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(n => n!.All(char.IsDigit))
            .Select(n => int.Parse(n!, CultureInfo.InvariantCulture))];

    // Name, state and parent.
    private static string[] Stat(int process)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{process}/stat");
            string[] rest = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return [text[(text.IndexOf('(') + 1)..text.LastIndexOf(')')], rest[0], rest[1]];
        }
        catch (IOException)
        {
            return [];
        }
    }

    // Empty where the process is gone, or only waits to be buried.
    private static string Space(int process)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{process}/ns/net", false)?.Name ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
