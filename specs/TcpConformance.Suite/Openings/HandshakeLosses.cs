using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.5: the three-way handshake over a link that loses segments.</summary>
internal static class HandshakeLosses
{
    private const string Id = "rfc9293/3.5/handshake-losses/";

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "syn-lost",
            "Ensure that an unanswered SYN is sent again with the same ISS, and then opens the "
            + "connection.",
            SynLost,
            "rfc9293/3.8/1", "rfc9293/3.10.8/2", "rfc9293/MUST-22",
            "rfc9293/3.4/8").InBothFamilies(),
        Story.Of(
            Id + "syn-ack-lost-passive",
            "Ensure that an unacknowledged SYN,ACK is sent again with the same ISS, and then opens "
            + "the connection.",
            SynAckLost,
            "rfc9293/3.8/1", "rfc9293/3.10.8/2", "rfc9293/3.4/8"),
        Story.Of(
            Id + "syn-ack-lost-syn-again",
            "Ensure that the SYN which comes again because the SYN,ACK was lost makes no second "
            + "connection.",
            SynAgain,
            "rfc9293/3.10.7.4/4", "rfc9293/3.4/8"),
        .. Story.Of(
            Id + "ack-lost-text-completes",
            "Ensure that text completes the handshake when the bare ACK was lost.",
            TextCompletes,
            "rfc9293/3.5/2", "rfc9293/3.10.7.4/28", "rfc9293/3.3.2/9").InBothFamilies(),
        Story.Of(
            Id + "ack-lost-text-queued",
            "Ensure that text beyond a hole, which came before the ACK of the handshake was seen, "
            + "is put in order.",
            TextOutOfOrder,
            "rfc9293/3.10.7.4/28", "rfc9293/SHLD-31"),
        Story.Of(
            Id + "ack-lost-active",
            "Ensure that a client whose ACK was lost acknowledges the repeated SYN,ACK, and its "
            + "text arrives.",
            AckLostActive,
            "rfc9293/3.10.7.4/4", "rfc9293/3.8/1"),
        Story.Of(
            Id + "ack-duplicated",
            "Ensure that duplicates of every segment of the handshake make no difference.",
            Duplicates,
            "rfc9293/3.10.7.4/32", "rfc9293/3.5/1"),
    ];

    private static async Task SynLost(CaseContext ctx)
    {
        Scene s = await ctx.SynSent();
        for (int i = 0; i < 2; i++)
        {
            await s.Peer.Expect(
                new ExpectedSegment(TcpFlags.Syn)
                {
                    Seq = s.Peer.Irs, TextLength = 0,
                    Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
                },
                ctx.Times.Retransmission(i), "rfc9293/3.10.8/2",
                "the SYN is sent again with the same sequence number");
        }
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack) { Seq = s.Peer.Irs + 1, Ack = s.Peer.Iss + 1 },
            ctx.Times.AtOnce, "rfc9293/3.10.7.3/8", "the SYN,ACK is acknowledged");
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, "rfc9293/MUST-22",
            "the connection is open");
        await ctx.BothWays(s with { State = SceneState.Established }, "rfc9293/3.8/1");
    }

    private static async Task SynAckLost(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived();
        for (int i = 0; i < 2; i++)
        {
            await s.Peer.Expect(
                new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack)
                {
                    Seq = s.Peer.Irs, Ack = s.Peer.Iss + 1, TextLength = 0,
                },
                ctx.Times.Retransmission(i), "rfc9293/3.10.8/2",
                "the SYN,ACK is sent again with the same numbers");
        }
        await Completes(ctx, s, s.Listener!.Accept(s.Peer), "rfc9293/3.8/1");
    }

    private static async Task SynAgain(CaseContext ctx)
    {
        const string Must = "rfc9293/3.4/8";
        Scene s = await ctx.SynReceived();
        SeqNumber iss = s.Peer.Irs;
        SentSegment syn = s.Peer.LastSent!;
        await ctx.Delay(TimeSpan.FromMilliseconds(500));
        s.Peer.TakeUnread();
        s.Peer.Resend(syn);
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.Iss + 1
                && (!a.Has(TcpFlags.Syn) || a.Seq == iss),
            ctx.Times.AtOnce, "rfc9293/3.10.7.4/4", "the SYN is answered with the same ISS");
        IutConnection user = s.Listener!.Accept(s.Peer);
        await Completes(ctx, s, user, Must);
    }

    private static async Task TextCompletes(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/28";
        Scene s = await ctx.SynReceived();
        IutConnection user = s.Listener!.Accept(s.Peer);
        byte[] text = Octets.Pattern(300);
        s.Peer.SendText(text);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "text with ACK opens it");
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment,
            Must, "the text is acknowledged");
        byte[] got = await user.ReceiveExactly(300, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the user was to get the text");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, Must);
    }

    private static async Task TextOutOfOrder(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/28";
        Scene s = await ctx.SynReceived();
        IutConnection user = s.Listener!.Accept(s.Peer);
        byte[] text = Octets.Pattern(400);
        s.Peer.SendText(text.AsMemory(200), s.Peer.SndNxt + 200);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SendText(text.AsMemory(0, 200));
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "text with ACK opens it");
        await ctx.Delay(ctx.Times.AtOnce);
        // Whoever has not kept the second half gets it again.
        s.Peer.SendText(text.AsMemory(200));
        byte[] got = await user.ReceiveExactly(400, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the user was to get the text");
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment,
            Must, "all of the text is acknowledged");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, Must);
    }

    private static async Task AckLostActive(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/4";
        Scene s = await ctx.Established(new SceneOptions { Opening = Opening.Active });
        await ctx.Delay(TimeSpan.FromSeconds(1));
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss, ack: s.Peer.Irs + 1,
                advance: false),
            Must, "the repeated SYN,ACK is acknowledged");
        await ctx.BothWays(s, "rfc9293/3.8/1");
    }

    private static async Task Duplicates(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/32";
        Scene s = await ctx.Listen();
        Peer peer = s.Peer;
        SentSegment syn = peer.SendSyn();
        peer.Resend(syn);
        await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.5/1",
            "the SYN is answered with a SYN,ACK", ack: peer.Iss + 1);
        SentSegment ack = peer.SendAck();
        peer.Resend(ack);
        peer.Resend(ack);
        peer.Resend(syn);
        IutConnection user = s.Listener!.Accept(peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the connection is open");
        await ctx.Delay(ctx.Times.AtOnce);
        peer.TakeUnread();
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, Must);
    }

    private static async Task Completes(
        CaseContext ctx, Scene s, IutConnection user, string requirement)
    {
        s.Peer.TakeUnread();
        s.Peer.SendAck();
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the ACK opens the connection");
        await ctx.BothWays(
            s with { State = SceneState.Established, Connection = user }, requirement);
    }
}
