using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.5, figure 7: both ends send a SYN.</summary>
internal static class SimultaneousOpen
{
    private const string Id = "rfc9293/3.5/simultaneous-open/";

    private static readonly string[] Requirements =
    [
        "rfc9293/MUST-10", "rfc9293/3.3.2/6", "rfc9293/3.10.7.3/11",
    ];

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "syn-ack",
            "Ensure that crossing SYNs open one connection as in figure 7: each side answers with "
            + "a SYN,ACK of its ISS.",
            ctx => Crossing(ctx, p => p.Send(TcpFlags.Syn | TcpFlags.Ack, seq: p.Iss)),
            Requirements).InBothFamilies(),
        Story.Of(
            Id + "without-window-scale",
            "Ensure that crossing SYNs of which the tester's has no window scale leave both "
            + "windows unscaled.",
            ctx => Crossing(ctx, p => p.SendAck(), new SceneOptions()),
            [.. Requirements, "rfc7323/2.2/6"]),
        Story.Of(
            Id + "ack",
            "Ensure that crossing SYNs are completed by a bare ACK.",
            ctx => Crossing(ctx, p => p.SendAck()), Requirements),
        Story.Of(
            Id + "syn-ack-sent-again",
            "Ensure that in a simultaneous open the SYN,ACK is sent again when no answer comes.",
            SynAckSentAgain, [.. Requirements, "rfc9293/3.10.8/2"]),
        Story.Of(
            Id + "syn-lost",
            "Ensure that a simultaneous open succeeds although the IUT's first SYN was lost.",
            SynLost, Requirements),
        Story.Of(
            Id + "syn-repeated",
            "Ensure that the tester's SYN, sent again in SYN-RECEIVED, is answered again.",
            SynRepeated, [.. Requirements, "rfc9293/3.10.7.4/4"]),
        Story.Of(
            Id + "text-with-ack",
            "Ensure that the ACK that completes a simultaneous open may carry text.",
            TextWithAck, [.. Requirements, "rfc9293/3.10.7.4/28"]),
    ];

    // Both offer window scale, so that all the stories but one are about the handshake alone.
    private static readonly SceneOptions Scaled =
        new() { Peer = new PeerOptions { WindowScale = 2 } };

    private static async Task<Scene> SynReceived(
        CaseContext ctx, SceneOptions? options = null)
    {
        Scene s = await ctx.SynSent(options ?? Scaled);
        s.Peer.SendSyn();
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack)
            {
                Seq = s.Peer.Irs, Ack = s.Peer.Iss + 1, TextLength = 0,
                Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
            },
            ctx.Times.AtOnce, "rfc9293/MUST-10",
            "SYN-SENT answers a SYN with <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>");
        await ctx.StillWaiting(
            s.User.Opened, ctx.Times.AtOnce, "rfc9293/3.4.1/1", "the SYN is not acknowledged");
        return s;
    }

    private static async Task Crossing(
        CaseContext ctx, Func<Peer, SentSegment> complete, SceneOptions? options = null)
    {
        Scene s = await SynReceived(ctx, options);
        s.Peer.TakeUnread();
        complete(s.Peer);
        s.Peer.SndNxt = s.Peer.Iss + 1;
        await Opened(ctx, s);
    }

    private static async Task Opened(CaseContext ctx, Scene s)
    {
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, "rfc9293/MUST-10",
            "the user is told that the connection is open");
        await ctx.BothWays(s with { State = SceneState.Established }, "rfc9293/MUST-10");
    }

    private static async Task SynAckSentAgain(CaseContext ctx)
    {
        Scene s = await SynReceived(ctx);
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack)
            {
                Seq = s.Peer.Irs, Ack = s.Peer.Iss + 1,
                Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
            },
            ctx.Times.Retransmission(1), "rfc9293/3.10.8/2",
            "the SYN,ACK is sent again when nothing comes");
        s.Peer.SendAck();
        await Opened(ctx, s);
    }

    private static async Task SynLost(CaseContext ctx)
    {
        Scene s = await ctx.SynSent(Scaled);
        await s.Peer.Expect(
            Answers.IsSyn, ctx.Times.FirstRetransmission, "rfc9293/MUST-10",
            "the SYN is sent again");
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SendSyn();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Syn | TcpFlags.Ack) && a.Seq == s.Peer.Irs
                && a.Ack == s.Peer.Iss + 1,
            ctx.Times.AtOnce, "rfc9293/MUST-10", "the SYN is answered with a SYN,ACK");
        s.Peer.SendAck();
        await Opened(ctx, s);
    }

    private static async Task SynRepeated(CaseContext ctx)
    {
        Scene s = await SynReceived(ctx);
        s.Peer.TakeUnread();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, advance: false);
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.Iss + 1, ctx.Times.AtOnce,
            "rfc9293/3.10.7.4/4", "the SYN is acknowledged again");
        s.Peer.SendAck();
        await Opened(ctx, s);
    }

    private static async Task TextWithAck(CaseContext ctx)
    {
        Scene s = await SynReceived(ctx);
        byte[] text = Octets.Pattern(200);
        s.Peer.SendText(text);
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, "rfc9293/3.10.7.4/28",
            "the connection is open");
        byte[] got = await s.User.ReceiveExactly(
            200, ctx.Times.Patience, "rfc9293/3.10.7.4/28");
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), "rfc9293/3.10.7.4/28",
            "the user was to get the text");
        s.Peer.TakeUnread();
        await ctx.BothWays(
            s with { State = SceneState.Established }, "rfc9293/MUST-10");
    }
}
