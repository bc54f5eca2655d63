
using NUnit.Framework;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Fuzz.Targets;
using TcpConformance.Fuzz;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts.Lwip;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Sessions;
using TcpConformance.Harness.Suites;
using TcpConformance.Harness;
using TcpConformance.Suite;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>lwIP in this process: whether it always begins anew, and who judges it.</summary>
public sealed class LwipTests
{
    private const int Sessions = 150;

    private static readonly IutProfile Profile = IutProfiles.Load("lwip-full");

    /// <summary>Skips a test where lwIP can't be built.</summary>
    internal static void NeedLwip()
    {
        try
        {
            _ = LwipLibrary.Load(Profile);
        }
        catch (StackUnavailableException e)
        {
            Assert.Ignore(e.Message);
        }
    }

    [SetUp]
    public void Need() => NeedLwip();

    [Test]
    public void Session_AgainAfterOthers_IsTheSameToTheOctet()
    {
        string[] first = [.. Numbers().Select(n => Trace(LwipLibrary.Load(Profile), n))];
        string[] again = [.. Numbers().Reverse().Select(n => Trace(LwipLibrary.Load(Profile), n))];
        Assert.That(again.Reverse(), Is.EqualTo(first));
        // Something has happened in them.
        Assert.That(first.Max(t => t.Length), Is.GreaterThan(2000));
    }

    // lwIP's glue sees the signal first.
    [TestCase(0)]
    public void ArithmeticFault_OfManagedCode_IsAnException(int zero) =>
        Assert.That(() => 1 / zero, Throws.TypeOf<DivideByZeroException>());

    [Test]
    public void IdleTicks_Skipped_ChangeNothing()
    {
        string copy = Path.GetTempFileName();
        try
        {
            File.Copy(LwipBuild.Locate(LwipFlavour.Full).Library, copy, true);
            LwipLibrary ticking = LwipLibrary.LoadTicking(copy, Profile);
            foreach (ulong n in Numbers())
            {
                Assert.That(
                    Trace(LwipLibrary.Load(Profile), n), Is.EqualTo(Trace(ticking, n)), $"{n}");
            }
        }
        finally
        {
            File.Delete(copy);
        }
    }

    // RFC 9293 §3.5 (MUST-10): lwIP has no simultaneous open.
    [Test]
    public void Deviation_IsAFinding_UnlessItIsKnown()
    {
        byte[] input = FuzzCorpus.Seeds("lwip").Single(s => s.Name == "simultaneous").Octets;
        Assert.That(
            () => LwipTarget.Run(input, new SessionDeviations([])),
            Throws.TypeOf<FuzzFindingException>().With.Message.StartsWith("rfc9293/MUST-10"));
        Assert.That(
            () => LwipTarget.Run(input, new SessionDeviations(Profile.KnownDeviations)),
            Throws.Nothing);
    }

    [Test]
    public void Deviation_WithOtherWords_IsAFinding()
    {
        byte[] input = FuzzCorpus.Seeds("lwip").Single(s => s.Name == "simultaneous").Octets;
        var other = new KnownDeviation("rfc9293/MUST-10", "*", "why", "3.5")
        {
            Message = "LISTEN:",
        };
        Assert.That(
            () => LwipTarget.Run(input, new SessionDeviations([other])),
            Throws.TypeOf<FuzzFindingException>());
    }

    [Test]
    public void Send_InMoreSegmentsThanLwipQueues_IsSentInParts()
    {
        Session session = Session.Parse(
            "open passive mss=64 iss=1000\ncall send n=40000\nflow ms=3000 rtt=0 every=1");
        using var iut = new LwipIut(IutProfiles.Load("lwip"), 1);
        SessionOutcome outcome = SessionRun.Play(session, iut, traced: true);

        Assert.That(
            outcome.Trace.Count(e => e.Kind == TraceKind.SegmentFromIut),
            Is.GreaterThan(40000 / 64), outcome.Message);
    }

    // A single FIN, 2^31 above RCV.NXT.
    [Test]
    public void Assertion_OfLwip_EndsTheSession_AndTheNextOneIsFine()
    {
        Session session = Session.Parse(
            "open passive mss=1460 iss=1000\nsegment F seq=next-2147483648 ack=all");
        using (var iut = new LwipIut(Profile, 1))
        {
            SessionOutcome outcome = SessionRun.Play(session, iut);
            Assert.That(outcome.Ending, Is.EqualTo(SessionEnding.Lost));
            Assert.That(outcome.Message, Does.StartWith(LwipIut.AssertionFailed));
        }
        string before = Trace(LwipLibrary.Load(Profile), 1);
        Assert.That(before, Does.Contain("SegmentFromIut"));
    }

    [Test]
    public void Second_AtTheSameTime_IsRefused()
    {
        using var one = new LwipIut(Profile, 1);
        Assert.That(() => new LwipIut(Profile, 2), Throws.InvalidOperationException);
    }

    private static IEnumerable<ulong> Numbers() =>
        Enumerable.Range(0, Sessions).Select(n => SessionGenerator.SeedOf(7, n));

    [TestCase("lwip")]
    [TestCase("lwip-full")]
    public void Suite_DiffersOnlyAsTheProfileSays(string name)
    {
        SuiteRun run = new SuiteRunner(
            IutProfiles.Load(name), new SuiteOptions { IsFullRun = true })
            .Run(FullSuite.All.Cases, CancellationToken.None);

        Assert.That(run.Fault, Is.Null);
        Assert.That(
            run.Result.Cases.Where(c => c.Verdict != Verdict.Pass && c.KnownDeviation is null)
                .Select(c => c.Id),
            Is.Empty);
        Assert.That(run.StaleDeviations, Is.Empty);
        Assert.That(
            run.Result.Cases.Count(c => c.KnownDeviation is not null), Is.GreaterThan(1000));
    }

    [Test]
    public void Build_Plain_HasNoOptions_FullHas()
    {
        TcpOptionSet plain = OptionsOfSyn("lwip");
        TcpOptionSet full = OptionsOfSyn("lwip-full");

        Assert.That(plain, Is.EqualTo(TcpOptionSet.Mss));
        Assert.That(
            full, Is.EqualTo(TcpOptionSet.Mss | TcpOptionSet.WindowScale
                | TcpOptionSet.SackPermitted | TcpOptionSet.Timestamps));
    }

    private static TcpOptionSet OptionsOfSyn(string name)
    {
        TcpOptionSet options = default;
        var look = new TestCase("syn", "Ensure that options are seen.", async ctx =>
        {
            Scene s = await ctx.Established(new SceneOptions
            {
                Peer = new PeerOptions { WindowScale = 2, Timestamps = true, Sack = true },
            });
            options = s.Peer.IutSyn!.Header.Options.Present;
            ctx.Assert(true, "rfc9293/MUST-4", "they are");
        });
        SuiteRun run = new SuiteRunner(IutProfiles.Load(name), new SuiteOptions())
            .Run([look], CancellationToken.None);
        Assert.That(run.Result.Cases.Single().Verdict, Is.EqualTo(Verdict.Pass));
        return options;
    }

    private static string Trace(LwipLibrary lwip, ulong number)
    {
        using var iut = new LwipIut(Profile, lwip, number);
        SessionOutcome outcome =
            SessionRun.Play(SessionGenerator.Make(number), iut, traced: true);
        return string.Join('\n', outcome.Trace.Select(t =>
            $"{t.At} {t.Kind} {t.Text} {Convert.ToHexString(t.Frame ?? [])}"))
            + $"\n{outcome.Ending} {outcome.Message}";
    }
}
