using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.5 and §3.5.1, figures 8 to 11: old duplicate SYNs and half-open
/// connections, the IUT on either side.</summary>
internal static class OldDuplicates
{
    private const string Id = "rfc9293/3.5.1/";

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.5/old-duplicate-syn/server",
            "Ensure that a server that was led astray by an old duplicate SYN is put right by the "
            + "RST of figure 8, and serves the true SYN.",
            OldSynServer,
            "rfc9293/3.5/4", "rfc9293/MUST-11", "rfc9293/3.5.3/4"),
        Story.Of(
            "rfc9293/3.5/old-duplicate-syn/client",
            "Ensure that a client answers a SYN,ACK of an old SYN with a RST that has the number "
            + "of the ACK, and goes on opening (figure 8).",
            OldSynClient,
            "rfc9293/3.5/4", "rfc9293/3.10.7.3/1", "rfc9293/3.5.2/5"),
        .. Story.Of(
            Id + "half-open/syn-from-rebooted-peer",
            "Ensure that a SYN on a half-open connection is answered with the current "
            + "ACK, that the "
            + "RST which follows ends it, and that the next SYN is served (figure 9).",
            SynFromRebooted,
            "rfc9293/3.5.1/1", "rfc5961/4.2/2", "rfc5961/4.2/4",
            "rfc9293/3.5.3/5").InBothFamilies(),
        Story.Of(
            Id + "half-open/rebooted-client",
            "Ensure that a client that has lost its old connection answers the ACK of "
            + "figure 9 with "
            + "a RST, and then opens the new one.",
            RebootedClient,
            "rfc9293/3.5.1/1", "rfc9293/3.10.7.3/1"),
        Story.Of(
            Id + "half-open/active-side-sends",
            "Ensure that text into a half-open connection is ended by the RST that it causes, and "
            + "the user is told (figure 10).",
            ActiveSideSends,
            "rfc9293/3.5.1/3", "rfc9293/3.5.3/5", "rfc9293/MUST-12"),
        Story.Of(
            Id + "half-open/text-for-lost-connection",
            "Ensure that text for a connection that the IUT no longer has is answered with a RST "
            + "of its ACK (figure 10, other side).",
            TextForLost,
            "rfc9293/3.5.1/2", "rfc9293/3.10.7.1/5"),
        Story.Of(
            Id + "old-syn-two-passive",
            "Ensure that an old duplicate SYN between two passive sockets ends with the listener "
            + "back in LISTEN (figure 11).",
            TwoPassive,
            "rfc9293/MUST-11", "rfc9293/3.3.2/11"),
    ];

    private static async Task OldSynServer(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5/4";
        Scene s = await ctx.Listen();
        Peer peer = s.Peer;
        SeqNumber old = peer.Iss - 100_000;
        peer.Send(TcpFlags.Syn, seq: old, advance: false);
        ReceivedSegment answer = await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.2/4",
            "the IUT can't know that the SYN is old", ack: old + 1);
        // The tester's end, in SYN-SENT, resets with the number of the ACK.
        peer.SendRst(answer.Ack);
        await ctx.Delay(ctx.Times.AtOnce);
        await ctx.Serves(s.Listener!, peer, Must);
    }

    private static async Task OldSynClient(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5/4";
        Scene s = await ctx.SynSent();
        SeqNumber old = s.Peer.RcvNxt - 50_000;
        await ctx.ResetTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss - 7000, ack: old, advance: false),
            Must, "a SYN,ACK of an old SYN is answered with a RST");
        await OpensAfter(ctx, s, Must);
    }

    private static async Task OpensAfter(CaseContext ctx, Scene s, string requirement)
    {
        s.Peer.TakeUnread();
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack) { Seq = s.Peer.Irs + 1, Ack = s.Peer.Iss + 1 },
            ctx.Times.AtOnce, requirement, "the true SYN,ACK is acknowledged");
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the connection is open");
        await ctx.BothWays(s with { State = SceneState.Established }, requirement);
    }

    private static async Task SynFromRebooted(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5.1/1";
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        Task<UserResult> receiving = s.User.Receive();
        SeqNumber reborn = peer.SndNxt + 1_000_000;
        ReceivedSegment challenge = await ctx.AckTo(
            peer, () => peer.Send(TcpFlags.Syn, seq: reborn, advance: false), Must,
            "the SYN is answered with the current ACK");
        await ctx.StillWaiting(receiving, ctx.Times.AtOnce, Must, "the SYN resets nothing");
        peer.SendRst(challenge.Ack); // the rebooted end knows no such connection
        await ctx.Returned(
            receiving, UserError.Reset, ctx.Times.Patience, "rfc5961/4.2/4",
            "the user is told of the reset");
        await ctx.Delay(ctx.Times.AtOnce);
        peer.Iss = peer.SndNxt = peer.SndUna = reborn;
        await ctx.Serves(s.Listener!, peer, "rfc9293/3.5.3/5");
    }

    private static async Task RebootedClient(CaseContext ctx)
    {
        Scene s = await ctx.SynSent();
        // The tester's end still has the old connection and answers with its ACK.
        await ctx.ResetTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Ack, seq: s.Peer.Iss - 3000, ack: s.Peer.RcvNxt - 200_000,
                advance: false),
            "rfc9293/3.5.1/1", "an ACK of the old connection is answered with a RST");
        await s.Peer.ExpectEventually(
            Answers.IsSyn, ctx.Times.Retransmission(1), "rfc9293/3.5.1/1",
            "the SYN is sent again");
        await OpensAfter(ctx, s, "rfc9293/3.5.1/1");
    }

    private static async Task ActiveSideSends(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5.1/3";
        Scene s = await ctx.Established();
        Task<UserResult> receiving = s.User.Receive();
        _ = s.User.Send(Octets.Pattern(100));
        ReceivedSegment text = await s.Peer.Expect(
            a => a.TextLength > 0, ctx.Times.Patience, Must, "the text is sent");
        // The crashed end answers as CLOSED does.
        s.Peer.SendRst(text.Ack);
        await ctx.Returned(
            receiving, UserError.Reset, ctx.Times.Patience, "rfc9293/MUST-12",
            "the user is told of the reset");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(0), Must, "the text is not sent again after the reset");
    }

    private static async Task TextForLost(CaseContext ctx)
    {
        Scene s = await ctx.Closed();
        await ctx.ResetTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Psh, ack: new SeqNumber(300),
                text: Octets.Pattern(10), advance: false),
            "rfc9293/3.5.1/2", "text for no connection is answered with a RST");
    }

    private static async Task TwoPassive(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-11";
        Scene s = await ctx.Listen();
        Peer peer = s.Peer;
        for (int i = 0; i < 3; i++)
        {
            SeqNumber old = peer.Iss + (100_000 * i);
            peer.Send(TcpFlags.Syn, seq: old, advance: false);
            ReceivedSegment answer = await peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Must,
                "LISTEN answers the old SYN", ack: old + 1);
            // The other listener answers the SYN,ACK as LISTEN does.
            peer.SendRst(answer.Ack);
            await ctx.NothingTo(
                peer, () => peer.SendRst(answer.Ack), "rfc9293/3.3.2/11",
                "back in LISTEN a RST is ignored");
        }
        Peer other = s.Listener!.NewPeer();
        await ctx.Serves(s.Listener, other, Must);
    }
}
