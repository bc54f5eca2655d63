using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Suites;
using TcpConformance.LiveTests.Tap;
using TcpConformance.Wire;

namespace TcpConformance.LiveTests.Harness;

/// <summary>Every preamble against the machine's own kernel, all of them side by side.</summary>
public sealed class LinuxPreambleTests
{
    private const string Any = "rfc9293/MUST-12";

    private static TestCase[] Cases() =>
    [
        .. from path in Preambles.All
           from opening in Enum.GetValues<Opening>()
           from v6 in new[] { false, true }
           select new TestCase(
               $"{path.Name}/{opening}/{(v6 ? "v6" : "v4")}".ToLowerInvariant(),
               "Ensure that the state is reached.",
               async ctx => await ShowState(
                   ctx, await path.Reach(ctx, new SceneOptions { Opening = opening })))
           {
               Traits = v6 ? CaseTraits.Ipv6 : CaseTraits.None,
           },
    ];

    private static async Task ShowState(CaseContext ctx, Scene s)
    {
        Peer peer = s.Peer;
        if (s.State is SceneState.Closed or SceneState.Listen or SceneState.SynSent)
        {
            peer.Send(TcpFlags.Ack, ack: peer.RcvNxt + 100);
            await peer.Expect(
                TcpFlags.Rst, ctx.Times.Patience, Any, "a RST", seq: peer.RcvNxt + 100);
            return;
        }
        peer.Send(TcpFlags.Ack, seq: peer.SndNxt - 1_000_000);
        await peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack) { Ack = peer.SndNxt }, ctx.Times.Patience, Any,
            "an ACK");
    }

    public static IIut Open(IutProfile profile, ulong seed)
    {
        _ = seed;
        LiveLink.OpenNetwork().Dispose(); // skips the test where there can be no TAP
        return TapIut.Open(profile, LiveLink.StartUpper);
    }

    [Test]
    public void Linux_AllPreamblesAtOnce_LeadToTheirStates()
    {
        // Whether the state is reached is the question, not what else the oracle finds.
        var options = new SuiteOptions { Open = Open, HasOracle = false };
        SuiteRun run = new SuiteRunner(IutProfiles.Load("linux"), options)
            .Run(Cases(), CancellationToken.None);
        Assert.That(run.Fault, Is.Null);
        Assert.That(run.NotRun, Is.Empty);
        string[] open = run.Outcomes.Where(o => o.Verdict != Verdict.Pass)
            .Select(o => $"{o.Case.Id}: {o.Verdict} {o.Message}\n  "
                + string.Join("\n  ", o.Trace.Select(t => $"{t.At} {t.Kind} {t.Text}")))
            .ToArray();
        Assert.That(open, Is.Empty);
        Assert.That(run.Result.Version, Is.Not.Null);
    }

    [Test]
    public void Linux_TextBothWaysWithLoss_ArrivesWhole()
    {
        byte[] text = Octets.Pattern(300_000);
        var c = new TestCase("text", "Ensure that text arrives.", async ctx =>
        {
            Scene s = await ctx.Established();
            TimeSpan limit = TimeSpan.FromMinutes(1);
            Task<byte[]> receiving = s.User.ReceiveExactly(text.Length, limit, Any);
            await s.Peer.DeliverText(text, 1400, limit, Any, n => n % 50 == 7);
            ctx.Assert((await receiving).SequenceEqual(text), Any, "the text is whole");
            _ = s.User.Send(text);
            byte[] back = await s.Peer.ReceiveText(
                text.Length, AckPolicy.EverySecond, limit, Any);
            ctx.Assert(back.SequenceEqual(text), Any, "the text is whole");
        });
        SuiteRun run = new SuiteRunner(
            IutProfiles.Load("linux"), new SuiteOptions { Open = Open, HasOracle = false })
            .Run([c], CancellationToken.None);
        Assert.That(run.Fault, Is.Null);
        Assert.That(
            (run.Outcomes.Single().Verdict, run.Outcomes.Single().Message),
            Is.EqualTo((Verdict.Pass, "")));
    }
}
