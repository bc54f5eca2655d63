using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Walkthrough;

/// <summary>The classic account of the close and of TIME-WAIT, statement by statement.</summary>
internal static class CloseWalk
{
    private const string Id = "walkthrough/close/";
    private const TcpFlags FinAck = TcpFlags.Fin | TcpFlags.Ack;

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "iut-first",
            "Ensure that the IUT closes first in four segments: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT; "
            + "a FIN takes one number and carries ACK.",
            IutFirst,
            "rfc9293/3.3.2/12", "rfc9293/3.3.2/14", "rfc9293/3.3.2/17", "rfc9293/3.4/9",
            "rfc9293/3.8/2").InBothFamilies(),
        .. Story.Of(
            Id + "tester-first",
            "Ensure that the IUT closes second in four segments: CLOSE-WAIT, LAST-ACK, CLOSED.",
            TesterFirst,
            "rfc9293/3.3.2/13", "rfc9293/3.3.2/19", "rfc9293/3.3.2/20",
            "rfc9293/3.4/9").InBothFamilies(),
        Story.Of(
            Id + "half-close",
            "Ensure that after one side's FIN the other goes on sending text until its own.",
            HalfClose,
            "rfc9293/3.6.1/1", "rfc9293/3.6/2", "rfc9293/3.10.7.4/37"),
        Story.Of(
            Id + "simultaneous",
            "Ensure that FINs that cross lead over CLOSING to TIME-WAIT.",
            Simultaneous,
            "rfc9293/3.6/9", "rfc9293/3.3.2/15", "rfc9293/3.3.2/18"),
        Story.Of(
            Id + "three-segments",
            "Ensure that a FIN with the ACK of ours closes in three segments.",
            ThreeSegments,
            "rfc9293/3.3.2/16"),
        Story.Of(
            "walkthrough/time-wait/last-ack-lost",
            "Ensure that in TIME-WAIT each FIN that comes again, because the last ACK was lost, is "
            + "acknowledged again.",
            LastAckLost,
            "rfc9293/3.10.7.4/41", "rfc9293/3.10.7.4/61"),
        Story.Of(
            "walkthrough/time-wait/2-msl",
            "Ensure that the pair is held for 2 MSL and free afterwards.",
            TwoMsl,
            "rfc9293/MUST-13", "rfc9293/3.3.2/21") with
        {
            Traits = CaseTraits.LongRunning,
        },
    ];

    private static async Task IutFirst(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        await ctx.BothWays(s, "rfc9293/3.10.7.4/45");
        SeqNumber u = peer.RcvNxt;
        SeqNumber v = peer.SndNxt;
        _ = s.User.Shutdown();
        await peer.Expect(
            FinAck, ctx.Times.Patience, "rfc9293/3.3.2/12", "1: FIN of u, with ACK of v",
            seq: u, ack: v, length: 0);
        ctx.Note("FIN-WAIT-1");
        peer.SendAck(ack: u + 1);
        ctx.Note("2: ACK of u+1; FIN-WAIT-2");
        await peer.Quiet(
            ctx.Times.Retransmission(0), "rfc9293/3.3.2/14", "FIN-WAIT-2: the FIN took one number");
        peer.SendFin();
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.3.2/17",
            "3, 4: the tester's FIN of v is acknowledged by v+1 from u+1", seq: u + 1, ack: v + 1,
            length: 0);
        ctx.Note("TIME-WAIT");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/MUST-12");
        await ctx.StillAnswers(peer, "rfc9293/3.3.2/17");
    }

    private static async Task TesterFirst(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        await ctx.BothWays(s, "rfc9293/3.10.7.4/45");
        SeqNumber u = peer.SndNxt;
        SeqNumber v = peer.RcvNxt;
        peer.SendFin();
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.3.2/13",
            "1, 2: the tester's FIN of u is acknowledged by u+1", seq: v, ack: u + 1, length: 0);
        ctx.Note("CLOSE-WAIT");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.6/3");
        _ = s.User.Shutdown();
        await peer.Expect(
            FinAck, ctx.Times.Patience, "rfc9293/3.3.2/19", "3: FIN of v, with ACK of u+1",
            seq: v, ack: u + 1, length: 0);
        ctx.Note("LAST-ACK");
        peer.SendAck(ack: v + 1);
        await ctx.Delay(ctx.Times.AtOnce);
        peer.TakeUnread();
        ctx.Note("4: ACK of v+1; CLOSED");
        await ctx.IsGone(peer, "rfc9293/3.3.2/20");
    }

    private static async Task HalfClose(CaseContext ctx)
    {
        Scene user = await ctx.FinWait2();
        for (int i = 0; i < 3; i++)
        {
            await ctx.ToUser(user.Peer, user.User, "rfc9293/3.6/2");
            user.Peer.TakeUnread();
        }
        await ctx.EndsFromPeer(user, "rfc9293/3.10.7.4/37");
        Scene peer = await ctx.CloseWait();
        for (int i = 0; i < 3; i++)
        {
            await ctx.FromUser(peer.Peer, peer.User, "rfc9293/3.6.1/1");
        }
        await ctx.UserEnds(peer, "rfc9293/3.10.4/7");
    }

    private static async Task Simultaneous(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        SeqNumber u = s.Peer.RcvNxt - 1;
        SeqNumber v = s.Peer.SndNxt;
        s.Peer.TakeUnread();
        s.Peer.Send(FinAck, ack: u);
        ctx.Note("the FINs have crossed: CLOSING");
        await s.Peer.ExpectEventually(
            Answers.AcknowledgesFin(s.Peer), ctx.Times.AtOnce, "rfc9293/3.3.2/15",
            "the tester's FIN is acknowledged by v+1");
        s.Peer.SendAck(ack: u + 1);
        ctx.Note("TIME-WAIT");
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await s.Peer.Quiet(
            ctx.Times.InTimeWait(ctx.Times.Retransmission(1)), "rfc9293/3.3.2/18",
            "the FIN is not sent again");
        await ctx.StillAnswers(s.Peer, "rfc9293/3.3.2/18");
    }

    private static async Task ThreeSegments(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        await ctx.AckTo(
            s.Peer, s.Peer.SendFin, "rfc9293/3.3.2/16",
            "FIN with the ACK of ours is acknowledged");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), "rfc9293/3.3.2/16", "TIME-WAIT has nothing to send");
    }

    private static async Task LastAckLost(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        for (int i = 0; i < 4; i++)
        {
            await ctx.Delay(TimeSpan.FromSeconds(1 << i));
            await ctx.AckTo(
                s.Peer,
                () => s.Peer.Send(FinAck, seq: s.Peer.SndNxt - 1, advance: false),
                "rfc9293/3.10.7.4/41", "the FIN that comes again is acknowledged again");
        }
    }

    private static async Task TwoMsl(CaseContext ctx)
    {
        Scene s = await ctx.TimeWait();
        TimeSpan entered = ctx.Now;
        await ctx.DelayUntil(entered + (ctx.Ixit.TimeWait * 0.3));
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(FinAck, seq: s.Peer.SndNxt - 1, advance: false),
            "rfc9293/MUST-13", "within 2 MSL the FIN is acknowledged");
        await ctx.Delay(ctx.Times.TimeWait + TimeSpan.FromSeconds(3));
        await ctx.IsGone(s.Peer, "rfc9293/3.3.2/21");
    }
}
