using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Calls;

/// <summary>RFC 9293 §3.10.4, §3.10.5 and §3.6.1: CLOSE and ABORT.</summary>
internal static class CloseCalls
{
    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.10.4/listen",
            "Ensure that CLOSE of a listening socket leads to CLOSED, sends nothing, "
            + "and leaves its "
            + "connections alone.",
            CloseListen,
            "rfc9293/3.10.4/2", "rfc9293/3.3.2/5"),
        Story.Of(
            "rfc9293/3.10.4/syn-sent",
            "Ensure that CLOSE in SYN-SENT ends the opening: no SYN is sent again, and a SYN,ACK "
            + "is answered with a RST.",
            ctx => EndsSynSent(ctx, s => s.User.Close(), "rfc9293/3.10.4/3"),
            "rfc9293/3.10.4/3", "rfc9293/3.3.2/8"),
        Story.Of(
            "rfc9293/3.10.5/syn-sent",
            "Ensure that ABORT in SYN-SENT ends the opening and sends nothing.",
            ctx => EndsSynSent(ctx, s => s.User.Abort(), "rfc9293/3.10.5/3"),
            "rfc9293/3.10.5/3"),
        Story.Of(
            "rfc9293/3.10.4/fin-wait/again",
            "Ensure that a second CLOSE sends no second FIN.",
            CloseTwice,
            "rfc9293/3.10.4/6", "rfc9293/3.4/9"),
        Story.Of(
            "rfc9293/3.6.1/close-with-unread-text",
            "Ensure that CLOSE while text is unread shows the loss with a RST.",
            UnreadText,
            "rfc9293/SHLD-3"),
        .. Story.Of(
            "rfc9293/3.6.1/text-after-full-close",
            "Ensure that text that comes after a full close is answered with a RST.",
            TextAfterFullClose,
            "rfc9293/SHLD-3").InBothFamilies(),
        Abort("established", c => c.Established()),
        Abort("fin-wait-1", c => c.FinWait1()),
        Abort("fin-wait-2", c => c.FinWait2()),
        Abort("close-wait", c => c.CloseWait()),
        .. Abort("established", c => c.Established()).InBothFamilies().Skip(1),
        Story.Of(
            "rfc9293/3.10.5/queued-text",
            "Ensure that ABORT sends a RST at SND.NXT and nothing of what was still queued.",
            AbortQueued,
            "rfc9293/3.10.5/4", "rfc9293/3.10.5/5", "rfc9293/3.6/10"),
        Story.Of(
            "rfc9293/3.10.5/last-ack",
            "Ensure that ABORT in LAST-ACK and CLOSING deletes the connection.",
            AbortLate,
            "rfc9293/3.10.5/6"),
    ];

    private static async Task CloseListen(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.4/2";
        Scene s = await ctx.Established();
        await s.Listener!.Stop();
        Peer late = s.Listener.NewPeer();
        await late.Quiet(ctx.Times.AtOnce, Must, "CLOSE of a listener sends nothing");
        await ctx.ResetTo(
            late, () => late.Send(TcpFlags.Syn, seq: late.Iss, advance: false),
            "rfc9293/3.3.2/5", "nobody listens any more: a SYN is answered with a RST");
        await ctx.BothWays(s, Must);
    }

    private static async Task EndsSynSent(
        CaseContext ctx, Func<Scene, Task<UserResult>> end, string requirement)
    {
        Scene s = await ctx.SynSent();
        await ctx.Returned(end(s), ctx.Times.Patience, requirement, "the call returns");
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread(); // a SYN may have been on its way
        await s.Peer.Quiet(
            ctx.Times.Retransmission(2), requirement, "nothing is sent any more");
        await ctx.ResetTo(
            s.Peer,
            () => s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss, advance: false),
            requirement, "there is no connection: a SYN,ACK is answered with a RST");
    }

    private static async Task CloseTwice(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        _ = s.User.Shutdown();
        await s.Peer.Quiet(
            ctx.Times.AtOnce, "rfc9293/3.10.4/6", "a second CLOSE sends nothing new",
            a => a.Has(TcpFlags.Fin) && a.End == s.Peer.RcvNxt);
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        _ = s.User.Shutdown();
        await s.Peer.Quiet(
            ctx.Times.FirstRetransmission, "rfc9293/3.10.4/6", "a third CLOSE sends nothing");
        await ctx.ToUser(s.Peer, s.User, "rfc9293/3.6/2");
        await ctx.EndsFromPeer(s, "rfc9293/3.4/9");
    }

    private static async Task UnreadText(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        s.Peer.SendText(300);
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment,
            "rfc9293/3.10.7.4/47", "the text is acknowledged");
        _ = s.User.Close();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Rst) && a.Seq == s.Peer.RcvNxt, ctx.Times.Patience,
            "rfc9293/SHLD-3", "CLOSE with unread text sends a RST");
    }

    private static async Task TextAfterFullClose(CaseContext ctx)
    {
        Scene s = await ctx.FinWait2(new SceneOptions { FullClose = true });
        s.Peer.SendText(100);
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Rst), ctx.Times.AtOnce, "rfc9293/SHLD-3",
            "text that nobody will read is answered with a RST");
    }

    private static TestCase Abort(string name, Func<CaseContext, Task<Scene>> reach) => Story.Of(
        $"rfc9293/3.10.5/{name}",
        $"Ensure that ABORT in {name.ToUpperInvariant()} sends <SEQ=SND.NXT><CTL=RST> once and "
        + "forgets the connection.",
        ctx => Aborts(ctx, reach),
        "rfc9293/3.10.5/4", "rfc9293/3.6/10", "rfc9293/3.5.3/6");

    private static async Task Aborts(CaseContext ctx, Func<CaseContext, Task<Scene>> reach)
    {
        Scene s = await reach(ctx);
        s.Peer.TakeUnread();
        _ = s.User.Abort();
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Rst)
            {
                Seq = s.Peer.RcvNxt, TextLength = 0, Ignored = TcpFlags.Ack,
            },
            ctx.Times.Patience, "rfc9293/3.10.5/4", "ABORT sends a RST at SND.NXT");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(0), "rfc9293/3.5.3/6", "nothing is sent after the RST");
        await ctx.IsGone(s.Peer, "rfc9293/3.6/10");
    }

    private static async Task AbortQueued(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.5/5";
        Scene s = await ctx.Established(new SceneOptions
        {
            Peer = new PeerOptions { Window = 2000 },
        });
        _ = s.User.Send(10_000);
        await s.Peer.Expect(
            a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "text is sent");
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        _ = s.User.Abort();
        await s.Peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Rst)
            {
                Seq = s.Peer.RcvNxt, TextLength = 0, Ignored = TcpFlags.Ack,
            },
            ctx.Times.Patience, "rfc9293/3.10.5/4", "ABORT sends a RST at SND.NXT");
        s.Peer.TakeUnread();
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), Must, "nothing that was queued is sent any more");
    }

    private static async Task AbortLate(CaseContext ctx)
    {
        Scene[] scenes = [await ctx.LastAck(), await ctx.Closing()];
        foreach (Scene s in scenes)
        {
            await ctx.Returned(
                s.User.Abort(), UserError.None, ctx.Times.Patience, "rfc9293/3.10.5/6",
                "ABORT answers ok");
            await ctx.Delay(ctx.Times.AtOnce);
            s.Peer.TakeUnread();
            await s.Peer.Quiet(
                ctx.Times.Retransmission(2), "rfc9293/3.10.5/6",
                "the FIN of a deleted connection is not sent again");
            await ctx.IsGone(s.Peer, "rfc9293/3.10.5/6");
        }
    }
}
