using NUnit.Framework;
using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Harness;

/// <summary>Every preamble against the reference engine, and each state shown by what only
/// that state does.</summary>
public sealed class PreambleTests
{
    private const string Must = "rfc9293/MUST-12";

    private static readonly IutProfile Profile = new()
    {
        Name = "reference",
        Kind = IutKind.Engine,
        Claims = Claims.Ipv6 | Claims.Timestamps | Claims.WindowScale | Claims.Sack,
    };

    private static readonly string[] Names = Preambles.All.Select(p => p.Name).ToArray();

    internal static CaseOutcome Run(Func<CaseContext, Task> body, CaseTraits traits = default)
    {
        var outcomes = new List<CaseOutcome>();
        using var iut = new EngineIut(Profile, 7);
        new CaseLoop(iut, 7, 1).Run(
            [new TestCase("a", "Ensure that it works.", body) { Traits = traits }],
            outcomes.Add, CancellationToken.None);
        return outcomes.Single();
    }

    private static string Text(CaseOutcome o) => o.Message + "\n"
        + string.Join('\n', o.Trace.Select(t => $"{t.At} {t.Kind} {t.Text}"));

    [Test]
    public void Preamble_EveryWay_LeadsToItsState(
        [ValueSource(nameof(Names))] string name, [Values] Opening opening,
        [Values] bool ipv6, [Values] bool options)
    {
        PreamblePath path = Preambles.All.Single(p => p.Name == name);
        var scene = new SceneOptions
        {
            Opening = opening,
            Peer = new PeerOptions
            {
                Timestamps = options,
                Sack = options,
                WindowScale = options ? (byte)3 : null,
            },
        };
        CaseOutcome o = Run(
            async ctx =>
            {
                Scene s = await path.Reach(ctx, scene);
                await ShowState(ctx, s);
            },
            ipv6 ? CaseTraits.Ipv6 : CaseTraits.None);
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass), Text(o));
    }

    // A segment far outside the window is answered with an ACK that tells SND.NXT and RCV.NXT
    // (RFC 9293 §3.10.7.4); CLOSED and LISTEN answer an ACK with a RST, SYN-SENT as well.
    private static async Task ShowState(CaseContext ctx, Scene s)
    {
        Peer peer = s.Peer;
        bool reset = s.State is SceneState.Closed or SceneState.Listen or SceneState.SynSent;
        if (reset)
        {
            peer.Send(TcpFlags.Ack, ack: peer.RcvNxt + 100);
            await peer.Expect(
                TcpFlags.Rst, ctx.Times.AtOnce, Must, "a RST", seq: peer.RcvNxt + 100);
            return;
        }
        peer.Send(TcpFlags.Ack, seq: peer.SndNxt - 1_000_000);
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, Must, "an ACK", ack: peer.SndNxt,
            seq: peer.RcvNxt);
    }

    [Test]
    public void Established_TextBothWays_ArrivesWhole()
    {
        CaseOutcome o = Run(async ctx =>
        {
            Scene s = await ctx.Established();
            TimeSpan minute = TimeSpan.FromMinutes(1);
            byte[] text = Octets.Pattern(100_000);
            var receiving = s.User.ReceiveExactly(text.Length, minute, Must);
            await s.Peer.DeliverText(text, 1000, minute, Must, n => n % 7 == 3);
            ctx.Assert((await receiving).SequenceEqual(text), Must, "the text is whole");
            _ = s.User.Send(text);
            byte[] back = await s.Peer.ReceiveText(
                text.Length, AckPolicy.EverySecond, minute, Must);
            ctx.Assert(back.SequenceEqual(text), Must, "the text is whole");
        });
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass), Text(o)[..Math.Min(3000, Text(o).Length)]);
    }

    [Test]
    public void TimeWait_AfterTwoMsl_IsClosed()
    {
        CaseOutcome o = Run(async ctx =>
        {
            Scene s = await ctx.TimeWait();
            await ctx.Delay(ctx.Ixit.TimeWait + TimeSpan.FromSeconds(1));
            s.Peer.SendAck();
            await s.Listener!.Stop();
            await s.Peer.Expect(TcpFlags.Rst, ctx.Times.AtOnce, Must, "a RST");
        });
        Assert.That(o.Verdict, Is.EqualTo(Verdict.Pass), Text(o));
        Assert.That(o.Elapsed, Is.GreaterThan(TimeSpan.FromMinutes(4)));
    }
}
