using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Resets;

/// <summary>RFC 5961 §4.2, §5.2: SYNs and old ACKs in every synchronized state, and the
/// connection afterwards.</summary>
internal static class BlindSyn
{
    public static IEnumerable<TestCase> Cases =>
    [
        .. SynchronizedState.All.Where(s => s.Name != "time-wait").Select(Syn),
        .. Syn(SynchronizedState.All[0]).InBothFamilies().Skip(1),
        .. SynchronizedState.All.Take(4).Select(AckAbove),
        Story.Of(
            "rfc5961/5.2/established/ack-far-below",
            "Ensure that text whose ACK lies further below SND.UNA than any window is not taken "
            + "and is answered with an ACK.",
            AckFarBelow,
            "rfc5961/5.2/2", "rfc5961/5.2/3", "rfc9293/3.10.7.4/26",
            "rfc9293/3.10.7.4/27") with
        {
            Needs = Claims.BlindAttackMitigation,
        },
        Story.Of(
            "rfc5961/4.2/established/rst-answers-challenge",
            "Ensure that a RST at the number of the challenge ACK ends the connection, "
            + "and the user "
            + "is told.",
            ResetAfterChallenge,
            "rfc5961/4.2/4", "rfc9293/3.10.7.4/16", "rfc9293/MUST-12"),
    ];

    private static TestCase Syn(SynchronizedState state) => Story.Of(
        $"rfc5961/4.2/{state.Name}/syn",
        $"Ensure that in {state.Name.ToUpperInvariant()} a SYN, wherever it lies, is answered with "
        + "a challenge ACK and changes nothing.",
        ctx => Syn(ctx, state),
        "rfc5961/4.2/2", "rfc5961/4.2/3", "rfc9293/3.10.7.4/22", "rfc9293/3.10.7.4/23",
        "rfc5961/4.2/1") with
    {
        Needs = Claims.BlindAttackMitigation,
    };

    private static async Task Syn(CaseContext ctx, SynchronizedState state)
    {
        Scene s = await state.Reach(ctx, null);
        Peer peer = s.Peer;
        foreach (int off in new[] { 0, 1, 1000, -1, -100_000, 1 << 30, int.MinValue })
        {
            foreach (TcpFlags flags in new[] { TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack })
            {
                await ctx.AckTo(
                    peer,
                    () => peer.Send(flags, seq: peer.SndNxt + off, advance: false),
                    "rfc5961/4.2/2", $"{flags.ToText()} {off} from RCV.NXT is challenged");
            }
        }
        await ctx.GoesOn(s, "rfc5961/4.2/3");
    }

    private static TestCase AckAbove(SynchronizedState state) => Story.Of(
        $"rfc9293/3.10.7.4/{state.Name}/ack-above",
        $"Ensure that in {state.Name.ToUpperInvariant()} an ACK above SND.NXT is answered with an "
        + "ACK, and neither it nor its text is taken.",
        ctx => AckAbove(ctx, state),
        "rfc9293/3.10.7.4/33", "rfc9293/3.4/4");

    private static async Task AckAbove(CaseContext ctx, SynchronizedState state)
    {
        Scene s = await state.Reach(ctx, null);
        Peer peer = s.Peer;
        foreach (int off in new[] { 1, 2, 100_000 })
        {
            foreach (int text in new[] { 0, 10 })
            {
                await ctx.AckTo(
                    peer,
                    () => peer.Send(
                        TcpFlags.Ack, ack: peer.RcvNxt + off, advance: false,
                        text: Octets.Pattern(text, 99)),
                    "rfc9293/3.10.7.4/33", $"an ACK {off} above SND.NXT is answered");
            }
        }
        await ctx.GoesOn(s, "rfc9293/3.10.7.4/33");
    }

    private static async Task AckFarBelow(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        foreach (int off in new[] { 70_000, 10_000_000, int.MaxValue })
        {
            await ctx.AckTo(
                peer,
                () => peer.Send(
                    TcpFlags.Ack, ack: peer.RcvNxt - off, advance: false,
                    text: Octets.Pattern(20, 99)),
                "rfc5961/5.2/3", $"text with an ACK {off} below SND.UNA is answered");
        }
        await ctx.BothWays(s, "rfc5961/5.2/3");
    }

    private static async Task ResetAfterChallenge(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        var receiving = s.User.Receive();
        ReceivedSegment challenge = await ctx.AckTo(
            s.Peer, () => s.Peer.Send(TcpFlags.Syn, seq: s.Peer.SndNxt + 9, advance: false),
            "rfc5961/4.2/2", "the SYN is challenged");
        s.Peer.SendRst(challenge.Ack);
        await ctx.Returned(
            receiving, Spec.Calls.UserError.Reset, ctx.Times.Patience, "rfc9293/MUST-12",
            "the user is told of the reset");
        await ctx.IsGone(s.Peer, "rfc5961/4.2/4");
    }
}
