using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.10.7.1: segments for a connection that doesn't exist.</summary>
internal static class ClosedState
{
    private const string Id = "rfc9293/3.10.7.1/closed/";

    private static readonly (string Name, Func<CaseContext, Task<Scene>> Reach)[] Ways =
    [
        ("never-opened", c => c.Closed()),
        ("after-reset", c => c.ClosedAfterReset()),
        ("after-close", c => c.ClosedAfterClose()),
    ];

    // Every combination of control bits that has ACK, and that hasn't.
    private static readonly TcpFlags[] WithAck =
    [
        TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack,
        TcpFlags.Psh | TcpFlags.Ack, TcpFlags.Urg | TcpFlags.Ack,
    ];

    private static readonly TcpFlags[] WithoutAck =
    [
        TcpFlags.Syn, TcpFlags.Fin, TcpFlags.Psh, TcpFlags.Urg, TcpFlags.None,
        TcpFlags.Syn | TcpFlags.Fin,
    ];

    private static readonly TcpFlags[] Resets =
    [
        TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Rst | TcpFlags.Syn,
        TcpFlags.Rst | TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg,
    ];

    public static IEnumerable<TestCase> Cases => Ways.SelectMany(OfWay);

    private static IEnumerable<TestCase> OfWay(
        (string Name, Func<CaseContext, Task<Scene>> Reach) way)
    {
        TestCase ack = Story.Of(
            Id + way.Name + "/ack",
            "Ensure that in CLOSED every segment with ACK is answered with <SEQ=SEG.ACK>"
            + "<CTL=RST>.",
            async ctx => await Answered(ctx, await way.Reach(ctx), WithAck),
            "rfc9293/3.10.7.1/5", "rfc9293/3.10.7.1/3", "rfc9293/3.10.7.1/1",
            "rfc9293/3.5.2/3", "rfc9293/3.5.2/4");
        TestCase noAck = Story.Of(
            Id + way.Name + "/no-ack",
            "Ensure that in CLOSED every segment without ACK is answered with <SEQ=0>"
            + "<ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.",
            async ctx => await Answered(ctx, await way.Reach(ctx), WithoutAck),
            "rfc9293/3.10.7.1/4", "rfc9293/3.10.7.1/3", "rfc9293/3.5.2/4",
            "rfc9293/3.10.7.4/53");
        TestCase reset = Story.Of(
            Id + way.Name + "/rst",
            "Ensure that in CLOSED a RST is discarded without an answer, whatever else it has.",
            async ctx => await Ignored(ctx, await way.Reach(ctx)),
            "rfc9293/3.10.7.1/2");
        return way.Name == "never-opened"
            ? [.. ack.InBothFamilies(), .. noAck.InBothFamilies(), .. reset.InBothFamilies()]
            : [ack, noAck, reset];
    }

    // Empty, with text, and at the end of the sequence space, so that SEG.SEQ+SEG.LEN wraps.
    private static async Task Answered(CaseContext ctx, Scene s, TcpFlags[] kinds)
    {
        foreach (TcpFlags flags in kinds)
        {
            foreach (int text in new[] { 0, 33 })
            {
                foreach (SeqNumber seq in new[] { s.Peer.SndNxt, new SeqNumber(uint.MaxValue) })
                {
                    await ctx.ResetTo(
                        s.Peer,
                        () => s.Peer.Send(
                            flags, seq: seq, ack: new SeqNumber(0x8000_0000), advance: false,
                            text: Octets.Pattern(text)),
                        "rfc9293/3.10.7.1/3",
                        $"CLOSED answers {flags.ToText()} with {text} octets with a RST");
                }
            }
        }
    }

    private static async Task Ignored(CaseContext ctx, Scene s)
    {
        foreach (TcpFlags flags in Resets)
        {
            await ctx.NothingTo(
                s.Peer,
                () => s.Peer.Send(
                    flags, ack: new SeqNumber(4711), text: Octets.Pattern(5), advance: false),
                "rfc9293/3.10.7.1/2", $"CLOSED ignores {flags.ToText()}");
        }
        // Silence would also be a dead link: the same place does answer what is no RST.
        await ctx.ResetTo(
            s.Peer, () => s.Peer.Send(TcpFlags.Ack, advance: false), "rfc9293/3.10.7.1/3",
            "CLOSED answers an ACK with a RST");
    }
}
