using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Resets;

/// <summary>RFC 5961 §3.2 and RFC 9293 §3.10.7.4, second: RSTs by their place, in every
/// synchronized state, and the connection afterwards.</summary>
internal static class BlindReset
{
    public static IEnumerable<TestCase> Cases =>
    [
        .. SynchronizedState.All.Where(s => s.Name != "time-wait").Select(Inside),
        .. SynchronizedState.All.Select(Outside),
        .. SynchronizedState.All.Select(JustLeft),
        .. Inside(SynchronizedState.All[0]).InBothFamilies().Skip(1),
        .. Outside(SynchronizedState.All[0]).InBothFamilies().Skip(1),
        Story.Of(
            "rfc5961/3.2/established/many-rsts",
            "Ensure that two hundred guessed RSTs on either side of RCV.NXT do not reset the "
            + "connection nor keep text from flowing.",
            ManyResets,
            "rfc5961/3.2/4", "rfc5961/3.2/5", "rfc9293/3.10.7.4/12") with
        {
            Needs = Claims.BlindAttackMitigation,
        },
        Story.Of(
            "rfc9293/3.10.7.4/established/rst-right-edge",
            "Ensure that the last number of the receive window is inside and the one after it "
            + "outside, for a RST.",
            RightEdge,
            "rfc9293/3.10.7.4/9", "rfc9293/3.10.7.4/11", "rfc9293/3.4/6") with
        {
            Needs = Claims.BlindAttackMitigation,
        },
    ];

    private static TestCase Inside(SynchronizedState state) => Story.Of(
        $"rfc5961/3.2/{state.Name}/rst-inside",
        $"Ensure that in {state.Name.ToUpperInvariant()} a RST in the window but not at RCV.NXT "
        + "is answered with a challenge ACK and otherwise changes nothing.",
        ctx => Inside(ctx, state),
        "rfc5961/3.2/3", "rfc5961/3.2/4", "rfc9293/3.10.7.4/11", "rfc9293/3.10.7.4/12",
        "rfc5961/3.2/1", "rfc5961/1.1/1") with
    {
        Needs = Claims.BlindAttackMitigation,
    };

    private static TestCase Outside(SynchronizedState state) => Story.Of(
        $"rfc5961/3.2/{state.Name}/rst-outside",
        $"Ensure that in {state.Name.ToUpperInvariant()} a RST outside the window is dropped "
        + "without an answer and changes nothing.",
        ctx => Outside(ctx, state),
        "rfc5961/3.2/5", "rfc9293/3.10.7.4/9", "rfc9293/3.10.7.4/5", "rfc9293/3.5.3/1",
        "rfc9293/3.5.2/8");

    // In the states after the peer's FIN this is the FIN's own number.
    private static TestCase JustLeft(SynchronizedState state) => Story.Of(
        $"rfc5961/3.2/{state.Name}/rst-just-left",
        $"Ensure that in {state.Name.ToUpperInvariant()} a RST just left of RCV.NXT is dropped "
        + "without an answer and changes nothing.",
        async ctx =>
        {
            Scene s = await state.Reach(ctx, null);
            await ctx.NothingTo(
                s.Peer, () => s.Peer.SendRst(s.Peer.SndNxt - 1), "rfc5961/3.2/5",
                "a RST at RCV.NXT-1 gets no answer", Answers.IsFin);
            await ctx.GoesOn(s, "rfc9293/3.10.7.4/9");
        },
        "rfc5961/3.2/5", "rfc9293/3.10.7.4/9", "rfc9293/3.5.3/1");

    private static async Task Inside(CaseContext ctx, SynchronizedState state)
    {
        Scene s = await state.Reach(ctx, null);
        Peer peer = s.Peer;
        // Another RST is not the same guess again: each is challenged.
        foreach (int off in new[] { 1, 2, 500 })
        {
            foreach (TcpFlags flags in new[] { TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack })
            {
                await ctx.AckTo(
                    peer,
                    () => peer.Send(flags, seq: peer.SndNxt + off, advance: false),
                    "rfc5961/3.2/3", $"a RST {off} beyond RCV.NXT is challenged");
            }
        }
        await ctx.GoesOn(s, "rfc5961/3.2/4");
    }

    private static async Task Outside(CaseContext ctx, SynchronizedState state)
    {
        Scene s = await state.Reach(ctx, null);
        Peer peer = s.Peer;
        // A gigabyte ahead is beyond any window that can be offered with a shift of 14.
        foreach (int off in new[] { -2, -70_000, 1 << 30, int.MinValue, int.MaxValue })
        {
            await ctx.NothingTo(
                peer, () => peer.SendRst(peer.SndNxt + off), "rfc5961/3.2/5",
                $"a RST {off} from RCV.NXT gets no answer", Answers.IsFin);
        }
        await ctx.GoesOn(s, "rfc9293/3.10.7.4/9");
    }

    private static async Task ManyResets(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        for (int i = 1; i <= 100; i++)
        {
            peer.SendRst(peer.SndNxt - i);
            await ctx.AckTo(
                peer, () => peer.SendRst(peer.SndNxt + i), "rfc5961/3.2/3",
                "a RST in the window is challenged");
        }
        await ctx.BothWays(s, "rfc5961/3.2/4");
    }

    // The window field of the last ACK tells the edge; nothing moves it while all is quiet.
    private static async Task RightEdge(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        ReceivedSegment ack = await ctx.AckTo(
            peer, () => peer.Send(TcpFlags.Ack, seq: peer.SndNxt - 1, advance: false),
            "rfc9293/3.10.7.4/4", "an old duplicate is answered with the present window");
        ctx.Require(ack.Window > 0, "the IUT offers no window");
        SeqNumber edge = ack.Ack + ack.Window;
        await ctx.NothingTo(
            peer, () => peer.SendRst(edge), "rfc9293/3.10.7.4/9",
            "a RST at the right edge is outside");
        await ctx.AckTo(
            peer, () => peer.SendRst(edge - 1), "rfc9293/3.10.7.4/11",
            "a RST just before the right edge is inside");
        await ctx.BothWays(s, "rfc9293/3.10.7.4/12");
    }
}
