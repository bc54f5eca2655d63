using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Closing;

/// <summary>RFC 9293 §3.6 and §3.10.7.4, eighth: FINs among text, out of order and late.
/// </summary>
internal static class FinAndText
{
    private const string Id = "rfc9293/3.6/";
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "fin-with-text",
            "Ensure that a FIN on a segment with text is acknowledged with it, and the user gets "
            + "the text before the end.",
            FinWithText,
            "rfc9293/3.10.7.4/55", "rfc9293/3.10.7.4/56", "rfc9293/3.10.3/5",
            "rfc9293/3.8/2").InBothFamilies(),
        Story.Of(
            Id + "fin-out-of-order",
            "Ensure that a FIN beyond a hole is not acknowledged, nor told to the user, before the "
            + "hole is filled.",
            FinOutOfOrder,
            "rfc9293/3.10.7.4/55", "rfc9293/3.4/2", "rfc9293/3.10/2"),
        Story.Of(
            Id + "text-after-fin",
            "Ensure that text after the peer's FIN is not taken.",
            TextAfterFin,
            "rfc9293/3.10.7.4/52", "rfc9293/3.10.7.4/60"),
        Story.Of(
            Id + "half-close/user-first",
            "Ensure that after the user's half close text goes on from the peer, with losses, and "
            + "arrives whole before the end.",
            HalfCloseUserFirst,
            "rfc9293/3.6.1/1", "rfc9293/3.6/2", "rfc9293/3.10.3/3"),
        Story.Of(
            Id + "half-close/peer-first",
            "Ensure that after the peer's half close the user's text goes on, and the FIN follows "
            + "its last octet.",
            HalfClosePeerFirst,
            "rfc9293/3.6.1/1", "rfc9293/3.6/7", "rfc9293/3.10.7.4/38", "rfc9293/3.4/9"),
        Story.Of(
            Id + "close-with-queue",
            "Ensure that CLOSE sends all that was queued, and the FIN only behind it, through a "
            + "window of 1000 octets.",
            CloseWithQueue,
            "rfc9293/3.6/1", "rfc9293/3.10.4/5", "rfc9293/3.8/4"),
        Story.Of(
            Id + "close-with-queue-lost",
            "Ensure that the last text and the FIN, both lost, are both sent again.",
            CloseLost,
            "rfc9293/3.6/5", "rfc9293/3.6/1", "rfc9293/3.4/5"),
        Story.Of(
            Id + "ack-of-text-not-fin",
            "Ensure that an ACK of the text alone leaves the FIN outstanding, so that it is sent "
            + "again.",
            AckOfTextOnly,
            "rfc9293/3.10.7.4/36", "rfc9293/3.4/5"),
        Story.Of(
            Id + "send-after-close",
            "Ensure that SEND after CLOSE is refused and nothing follows the FIN.",
            SendAfterClose,
            "rfc9293/3.6/4", "rfc9293/3.10.2/6"),
    ];

    private static async Task FinWithText(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/55";
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        byte[] text = Octets.Pattern(400);
        peer.Send(FinAck | TcpFlags.Psh, text: text);
        await peer.ExpectEventually(
            a => a.IsBareAck && a.Ack == peer.Iss + 402, ctx.Times.Acknowledgment, Must,
            "text and FIN are acknowledged: 400 octets and one for the FIN");
        byte[] got = await s.User.ReceiveExactly(400, ctx.Times.Patience, "rfc9293/3.10.3/5");
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), "rfc9293/3.10.7.4/56",
            "the user was to get the text before the end");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.10.3/5");
        await ctx.GoesOn(s with { State = SceneState.CloseWait }, "rfc9293/3.3.2/13");
    }

    private static async Task FinOutOfOrder(CaseContext ctx)
    {
        const string Must = "rfc9293/3.4/2";
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        byte[] text = Octets.Pattern(500);
        Task<UserResult> receiving = s.User.Receive();
        SeqNumber first = peer.SndNxt;
        peer.Send(FinAck, seq: first + 300, text: text.AsMemory(300), advance: false);
        await peer.Expect(
            a => a.IsBareAck && a.Ack == first, ctx.Times.Acknowledgment, Must,
            "text and FIN beyond a hole are answered with an ACK of what is in order");
        await ctx.StillWaiting(receiving, ctx.Times.AtOnce, Must, "the user is told nothing");
        peer.Send(TcpFlags.Ack, text: text.AsMemory(0, 300));
        await ctx.Delay(ctx.Times.AtOnce);
        peer.Send(FinAck, text: text.AsMemory(300)); // for those who keep nothing
        await peer.ExpectEventually(
            a => a.IsBareAck && a.Ack == peer.SndNxt, ctx.Times.Acknowledgment,
            "rfc9293/3.10.7.4/55", "with the hole filled all is acknowledged");
        UserResult part = await receiving;
        byte[] rest = await s.User.ReceiveExactly(
            500 - part.Text.Length, ctx.Times.Patience, "rfc9293/3.10/2");
        byte[] all = [.. part.Text.Span, .. rest];
        ctx.Assert(
            all.AsSpan().SequenceEqual(text), "rfc9293/3.10/2",
            "the user was to get the text in order");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.10.3/5");
    }

    private static async Task TextAfterFin(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/52";
        Scene s = await ctx.CloseWait();
        Peer peer = s.Peer;
        await s.User.ReceiveEnd(ctx.Times.Patience, Must);
        // What answers it the RFC leaves open, but not an ACK that covers it.
        peer.Send(TcpFlags.Ack, text: Octets.Pattern(50), advance: false);
        await peer.Quiet(
            ctx.Times.Acknowledgment, Must, "text after a FIN is not taken",
            a => a.Has(TcpFlags.Rst) || a.Ack == peer.SndNxt);
        await ctx.FromUser(peer, s.User, "rfc9293/3.10.7.4/60");
        await ctx.UserEnds(s, "rfc9293/3.10.7.4/60");
    }

    private static async Task HalfCloseUserFirst(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6.1/1";
        Scene s = await ctx.FinWait2();
        byte[] text = Octets.Pattern(20_000);
        Task<byte[]> receiving = s.User.ReceiveExactly(20_000, TimeSpan.FromSeconds(60), Must);
        await s.Peer.DeliverText(
            text, 1000, TimeSpan.FromSeconds(60), Must, n => n % 5 == 2);
        ctx.Assert(
            (await receiving).AsSpan().SequenceEqual(text), Must,
            "the user was to get all of the text");
        s.Peer.TakeUnread();
        await ctx.EndsFromPeer(s, "rfc9293/3.6/2");
    }

    private static async Task HalfClosePeerFirst(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6/7";
        Scene s = await ctx.CloseWait();
        byte[] text = Octets.Pattern(20_000, 3);
        _ = s.User.Send(text);
        _ = s.User.Shutdown();
        byte[] got = await s.Peer.ReceiveText(
            20_000, AckPolicy.EverySegment, TimeSpan.FromSeconds(30), Must);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), Must, "the text was to come whole before the FIN");
        await FinBehind(ctx, s.Peer, 20_000, Must);
    }

    // The FIN may come with the last text, or behind it.
    private static async Task FinBehind(
        CaseContext ctx, Peer peer, int octets, string requirement)
    {
        SeqNumber end = peer.Irs + 1 + octets;
        if (peer.RcvNxt == end)
        {
            await peer.ExpectEventually(
                a => a.Has(TcpFlags.Fin) && a.End == end + 1, ctx.Times.Patience, requirement,
                "the FIN follows the last octet");
        }
        ctx.Assert(
            peer.RcvNxt == end + 1, "rfc9293/3.4/9",
            $"the FIN was to have the number {end}; the stream ends at {peer.RcvNxt}");
        peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
    }

    private static async Task CloseWithQueue(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6/1";
        Scene s = await ctx.Established(new SceneOptions
        {
            Peer = new PeerOptions { Window = 1000 },
        });
        byte[] text = Octets.Pattern(8000);
        _ = s.User.Send(text);
        _ = s.User.Shutdown();
        byte[] got = await s.Peer.ReceiveText(
            8000, AckPolicy.EverySegment, TimeSpan.FromSeconds(60), Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "all of the text was to come");
        await FinBehind(ctx, s.Peer, 8000, Must);
        await ctx.EndsFromPeer(s, "rfc9293/3.3.2/17");
    }

    private static async Task CloseLost(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6/5";
        Scene s = await ctx.Established();
        _ = s.User.Send(300);
        _ = s.User.Shutdown();
        SeqNumber first = s.Peer.RcvNxt;
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Fin), ctx.Times.Patience, "rfc9293/3.10.4/5", "the FIN is sent");
        // All of it is lost: acknowledging nothing, the tester waits for it to come again.
        SeqNumber covered = first;
        TimeSpan until = ctx.Now + ctx.Times.Retransmission(0) + ctx.Times.Retransmission(1)
            + ctx.Times.Retransmission(2);
        while (covered < first + 301)
        {
            ReceivedSegment again = await s.Peer.Expect(
                a => a.Seq >= first && a.Seq <= covered, until - ctx.Now, Must,
                "text and FIN are sent again from the first octet on");
            covered = SeqNumber.Max(covered, again.End);
            if (covered > first)
            {
                s.Peer.SendAck(ack: covered);
            }
        }
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await ctx.EndsFromPeer(s, "rfc9293/3.3.2/17");
    }

    private static async Task AckOfTextOnly(CaseContext ctx)
    {
        const string Must = "rfc9293/3.4/5";
        Scene s = await ctx.Established();
        _ = s.User.Send(200);
        _ = s.User.Shutdown();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Fin), ctx.Times.Patience, "rfc9293/3.10.4/5", "the FIN is sent");
        SeqNumber fin = s.Peer.RcvNxt - 1;
        s.Peer.TakeUnread();
        s.Peer.SendAck(ack: fin);
        ReceivedSegment again = await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Fin), ctx.Times.Retransmission(1), Must,
            "the FIN that is not acknowledged is sent again");
        ctx.Assert(
            again.End == fin + 1 && again.TextLength == 0, Must,
            $"only the FIN was to come again; {again} came");
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        await ctx.EndsFromPeer(s, "rfc9293/3.3.2/17");
    }

    private static async Task SendAfterClose(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6/4";
        Scene s = await ctx.FinWait2();
        UserResult result = await ctx.Returned(
            s.User.Send(10), ctx.Times.Patience, Must, "SEND after CLOSE returns");
        ctx.Assert(
            result.Error != UserError.None, "rfc9293/3.10.2/6",
            "SEND after CLOSE was to be refused; it was taken");
        await s.Peer.Quiet(ctx.Times.FirstRetransmission, Must, "nothing follows the FIN");
        await ctx.GoesOn(s, Must);
    }
}
