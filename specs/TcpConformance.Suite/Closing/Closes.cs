using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Closing;

/// <summary>RFC 9293 §3.6: the closes, their segments in both orders, and losses.</summary>
internal static class Closes
{
    private const string Id = "rfc9293/3.6/";
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "user-first",
            "Ensure that a close that the user begins takes four segments, and TIME-WAIT follows.",
            UserFirst,
            "rfc9293/3.3.2/12", "rfc9293/3.3.2/14", "rfc9293/3.3.2/17", "rfc9293/3.10.4/5",
            "rfc9293/3.10.7.4/36", "rfc9293/3.10.7.4/59").InBothFamilies(),
        .. Story.Of(
            Id + "peer-first",
            "Ensure that the peer's FIN is acknowledged without a FIN until the user closes, and "
            + "that the ACK of ours leads to CLOSED.",
            PeerFirst,
            "rfc9293/3.6/6", "rfc9293/3.3.2/13", "rfc9293/3.3.2/19", "rfc9293/3.3.2/20",
            "rfc9293/3.10.4/7", "rfc9293/3.10.7.4/40", "rfc9293/3.6/3").InBothFamilies(),
        Story.Of(
            Id + "simultaneous",
            "Ensure that crossing FINs are both acknowledged, and TIME-WAIT follows.",
            Simultaneous,
            "rfc9293/3.6/9", "rfc9293/3.3.2/15", "rfc9293/3.3.2/18", "rfc9293/3.10.7.4/39",
            "rfc9293/3.10.7.4/58"),
        Story.Of(
            Id + "fin-with-ack-of-fin",
            "Ensure that a FIN that also acknowledges ours leads from FIN-WAIT-1 to TIME-WAIT.",
            FinWithAckOfFin,
            "rfc9293/3.3.2/16", "rfc9293/3.10.7.4/58"),
        Story.Of(
            Id + "fin-lost/fin-wait-1",
            "Ensure that a FIN without an answer is sent again with the same number in FIN-WAIT-1.",
            ctx => FinSentAgain(ctx, c => c.FinWait1()),
            "rfc9293/3.6/5", "rfc9293/3.4/9", "rfc9293/3.10.8/2"),
        Story.Of(
            Id + "fin-lost/last-ack",
            "Ensure that a FIN without an answer is sent again with the same number in LAST-ACK.",
            ctx => FinSentAgain(ctx, c => c.LastAck()),
            "rfc9293/3.6/5", "rfc9293/3.4/9", "rfc9293/3.10.8/2"),
        Story.Of(
            Id + "fin-lost/closing",
            "Ensure that a FIN without an answer is sent again with the same number in CLOSING.",
            ctx => FinSentAgain(ctx, c => c.Closing()),
            "rfc9293/3.6/5", "rfc9293/3.4/9", "rfc9293/3.10.8/2"),
        Story.Of(
            Id + "ack-of-fin-lost/close-wait",
            "Ensure that the peer's FIN, sent again, is acknowledged again in CLOSE-WAIT.",
            ctx => PeerFinAgain(ctx, c => c.CloseWait()),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/60"),
        Story.Of(
            Id + "ack-of-fin-lost/closing",
            "Ensure that the peer's FIN, sent again, is acknowledged again in CLOSING.",
            ctx => PeerFinAgain(ctx, c => c.Closing()),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/60"),
        Story.Of(
            Id + "ack-of-fin-lost/last-ack",
            "Ensure that the peer's FIN, sent again, is acknowledged again in LAST-ACK.",
            ctx => PeerFinAgain(ctx, c => c.LastAck()),
            "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/60"),
        Story.Of(
            Id + "last-ack/wrong-ack",
            "Ensure that in LAST-ACK and CLOSING only an ACK of the FIN ends the wait.",
            WrongAck,
            "rfc9293/3.10.7.4/40", "rfc9293/3.10.7.4/39"),
        Story.Of(
            Id + "fin-wait-2/stays",
            "Ensure that FIN-WAIT-2 of a half-closed connection waits for the peer's FIN, and "
            + "takes text after a long silence.",
            FinWait2Stays,
            "rfc9293/3.10.7.4/37", "rfc9293/3.6/2", "rfc9293/3.6.1/1") with
        {
            Traits = CaseTraits.LongRunning,
        },
    ];

    private static async Task UserFirst(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        SeqNumber fin = peer.RcvNxt;
        _ = s.User.Shutdown();
        await peer.Expect(
            FinAck, ctx.Times.Patience, "rfc9293/3.10.4/5", "after CLOSE a FIN is sent",
            seq: fin, ack: peer.SndNxt, length: 0);
        peer.SendAck();
        await peer.Quiet(
            ctx.Times.Retransmission(0), "rfc9293/3.3.2/14", "FIN-WAIT-2 has nothing to send");
        await ctx.ToUser(peer, s.User, "rfc9293/3.6/2");
        peer.TakeUnread();
        await ctx.EndsFromPeer(s, "rfc9293/3.3.2/17");
        await ctx.StillAnswers(peer, "rfc9293/3.10.7.4/59");
    }

    private static async Task PeerFirst(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        await ctx.AckTo(peer, peer.SendFin, "rfc9293/3.6/6", "the FIN is acknowledged");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.6/3");
        await peer.Quiet(
            ctx.Times.FirstRetransmission, "rfc9293/3.6/6",
            "no FIN is sent before the user closes");
        await ctx.FromUser(peer, s.User, "rfc9293/3.6.1/1");
        await ctx.UserEnds(s, "rfc9293/3.10.4/7");
        await ctx.Delay(ctx.Times.AtOnce);
        await s.Listener!.Stop();
        await ctx.IsGone(peer, "rfc9293/3.3.2/20");
    }

    private static async Task Simultaneous(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        Peer peer = s.Peer;
        peer.TakeUnread();
        peer.Send(FinAck, ack: peer.RcvNxt - 1);
        await peer.ExpectEventually(
            Answers.AcknowledgesFin(peer), ctx.Times.AtOnce, "rfc9293/3.3.2/15",
            "the crossing FIN is acknowledged");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.6/3");
        peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        peer.TakeUnread();
        await peer.Quiet(
            ctx.Times.InTimeWait(ctx.Times.Retransmission(1)), "rfc9293/3.3.2/18",
            "the FIN is acknowledged and not sent again");
        await ctx.StillAnswers(peer, "rfc9293/3.10.7.4/39");
    }

    private static async Task FinWithAckOfFin(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        await ctx.AckTo(
            s.Peer, s.Peer.SendFin, "rfc9293/3.3.2/16", "the FIN is acknowledged");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.6/3");
        await s.Peer.Quiet(
            ctx.Times.InTimeWait(ctx.Times.Retransmission(1)), "rfc9293/3.10.7.4/58",
            "the FIN is acknowledged and not sent again");
        await ctx.StillAnswers(s.Peer, "rfc9293/3.10.7.4/58");
    }

    private static async Task FinSentAgain(
        CaseContext ctx, Func<CaseContext, Task<Scene>> reach)
    {
        Scene s = await reach(ctx);
        SeqNumber fin = s.Peer.RcvNxt - 1;
        for (int i = 0; i < 3; i++)
        {
            ReceivedSegment again = await s.Peer.ExpectEventually(
                Answers.IsFin, ctx.Times.Retransmission(i), "rfc9293/3.6/5",
                "the FIN is sent again");
            ctx.Assert(
                again.Seq == fin && again.TextLength == 0, "rfc9293/3.4/9",
                $"the FIN was to have the number {fin} again; {again} came");
        }
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await s.Peer.Quiet(
            ctx.Times.Retransmission(3), "rfc9293/3.10.7.4/30",
            "what is acknowledged is not sent again");
    }

    private static async Task PeerFinAgain(
        CaseContext ctx, Func<CaseContext, Task<Scene>> reach)
    {
        Scene s = await reach(ctx);
        for (int i = 0; i < 3; i++)
        {
            // CLOSING and LAST-ACK: without an ACK of our FIN.
            SeqNumber ack = s.State == SceneState.CloseWait
                ? s.Peer.RcvNxt
                : s.Peer.RcvNxt - 1;
            await ctx.AckTo(
                s.Peer,
                () => s.Peer.Send(FinAck, seq: s.Peer.SndNxt - 1, ack: ack, advance: false),
                "rfc9293/3.10.7.4/4", "the FIN that comes again is acknowledged again");
        }
        await ctx.GoesOn(s, "rfc9293/3.10.7.4/60");
    }

    private static async Task WrongAck(CaseContext ctx)
    {
        Scene[] scenes = [await ctx.LastAck(), await ctx.Closing()];
        foreach (Scene s in scenes)
        {
            s.Peer.SendAck(ack: s.Peer.RcvNxt - 1);
            await ctx.StillAnswers(s.Peer, "rfc9293/3.10.7.4/40");
            await s.Peer.ExpectEventually(
                Answers.IsFin, ctx.Times.Retransmission(2), "rfc9293/3.6/5",
                "the FIN that is not acknowledged is sent again");
            s.Peer.SendAck();
            await ctx.Delay(ctx.Times.AtOnce);
            s.Peer.TakeUnread();
            await s.Peer.Quiet(
                ctx.Times.Retransmission(2), "rfc9293/3.10.7.4/30",
                "the FIN is acknowledged now");
        }
    }

    private static async Task FinWait2Stays(CaseContext ctx)
    {
        Scene s = await ctx.FinWait2();
        await s.Peer.Quiet(
            TimeSpan.FromSeconds(80), "rfc9293/3.10.7.4/37", "FIN-WAIT-2 has nothing to send");
        await ctx.ToUser(s.Peer, s.User, "rfc9293/3.10.7.4/37");
        await ctx.EndsFromPeer(s, "rfc9293/3.10.7.4/37");
    }
}
