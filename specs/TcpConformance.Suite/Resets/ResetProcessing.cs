using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Resets;

/// <summary>RFC 9293 §3.5.3 and §3.10.7.4, second: a valid RST and what the user learns of it.
/// </summary>
internal static class ResetProcessing
{
    public static IEnumerable<TestCase> Cases =>
    [
        .. SynchronizedState.All.Select(Exact),
        .. Exact(SynchronizedState.All[0]).InBothFamilies().Skip(1),
        Story.Of(
            "rfc9293/3.5.3/established/rst-with-text",
            "Ensure that a RST that carries text resets the connection.",
            ctx => Told(ctx, p => p.Send(TcpFlags.Rst, text: "why it was reset"u8.ToArray())),
            "rfc9293/SHLD-2", "rfc9293/3.10.7.4/10"),
        Story.Of(
            "rfc9293/3.5.3/established/rst-with-ack",
            "Ensure that a RST with ACK is judged by its sequence number: one with a foolish ACK "
            + "resets as well.",
            ctx => Told(
                ctx, p => p.Send(TcpFlags.Rst | TcpFlags.Ack, ack: p.RcvNxt + 1_000_000)),
            "rfc9293/3.5.3/1", "rfc9293/3.10.7.4/10"),
        Story.Of(
            "rfc9293/3.5.3/established/text-before-rst",
            "Ensure that text that was acknowledged before the RST is never passed off as a whole: "
            + "the user gets the text or not, then the error, and no end of stream.",
            TextBeforeReset,
            "rfc9293/MUST-12", "rfc9293/3.10.7.4/16"),
        Story.Of(
            "rfc9293/3.5.3/established/send-after-rst",
            "Ensure that SEND after a reset is refused, and nothing is sent.",
            SendAfterReset,
            "rfc9293/3.5.3/6", "rfc9293/MUST-47", "rfc9293/3.10.2/1"),
        Story.Of(
            "rfc9293/3.5.3/established/outstanding-text",
            "Ensure that text that is outstanding when the RST comes is not sent again.",
            OutstandingText,
            "rfc9293/3.5.3/6", "rfc9293/3.10.7.4/16"),
        Story.Of(
            "rfc9293/3.5.3/others-undisturbed",
            "Ensure that the reset of one connection disturbs neither its neighbours nor the "
            + "listener.",
            OthersUndisturbed,
            "rfc9293/3.5.3/5", "rfc9293/3.10.7.2/6"),
        Story.Of(
            "rfc9293/3.4/zero-window/rst",
            "Ensure that a RST at RCV.NXT resets the connection while the receive window is zero.",
            ZeroWindow,
            "rfc9293/MUST-66", "rfc9293/3.10.7.4/3", "rfc9293/3.4/6"),
        Story.Of(
            "rfc7323/5.2/rst-old-timestamp",
            "Ensure that a RST at RCV.NXT with an old timestamp resets the connection: PAWS does "
            + "not apply to it.",
            OldTimestamp,
            "rfc7323/5.2/6") with
        {
            Needs = Claims.Timestamps,
        },
        Story.Of(
            "rfc7323/3.2/rst-without-timestamp",
            "Ensure that a RST without timestamps resets a connection that has agreed on them.",
            WithoutTimestamp,
            "rfc7323/3.2/8", "rfc9293/3.10.7.4/10") with
        {
            Needs = Claims.Timestamps,
        },
    ];

    private static TestCase Exact(SynchronizedState state) => Story.Of(
        $"rfc9293/3.10.7.4/{state.Name}/rst-exact",
        $"Ensure that in {state.Name.ToUpperInvariant()} a RST at RCV.NXT ends the connection, and "
        + "the user is told where there still is something to tell.",
        ctx => Exact(ctx, state),
        state.Name is "closing" or "last-ack" or "time-wait" ? ResetLate : ResetTold);

    private static readonly string[] ResetLate =
    [
        "rfc9293/3.10.7.4/10", "rfc5961/3.2/2", "rfc9293/3.3.2/22", "rfc9293/3.10.7.4/17",
    ];

    private static readonly string[] ResetTold =
    [
        "rfc9293/3.10.7.4/10", "rfc5961/3.2/2", "rfc9293/3.3.2/22", "rfc9293/3.10.7.4/16",
        "rfc9293/3.5.3/5", "rfc9293/MUST-12",
    ];

    private static async Task Exact(CaseContext ctx, SynchronizedState state)
    {
        Scene s = await state.Reach(ctx, null);
        bool receives = s.State is SceneState.Established or SceneState.FinWait1
            or SceneState.FinWait2;
        Task<UserResult>? receiving = receives ? s.User.Receive() : null;
        s.Peer.TakeUnread();
        s.Peer.SendRst();
        if (receiving is not null)
        {
            await ctx.Returned(
                receiving, UserError.Reset, ctx.Times.Patience, "rfc9293/MUST-12",
                "the user is told of the reset");
        }
        await ctx.Delay(ctx.Times.AtOnce);
        if (s.State == SceneState.CloseWait)
        {
            // RECEIVE has told the end before; SEND can't succeed any more.
            UserResult send = await ctx.Returned(
                s.User.Send(10), ctx.Times.Patience, "rfc9293/MUST-12",
                "SEND on a reset connection returns");
            ctx.Assert(
                send.Error != UserError.None, "rfc9293/MUST-12",
                "SEND on a reset connection was to be refused; it was taken");
        }
        if (s.State == SceneState.TimeWait && ctx.Claims(Claims.TimeWaitIgnoresReset))
        {
            await ctx.StillAnswers(s.Peer, "rfc1337/3/1");
            return;
        }
        if (s.State == SceneState.TimeWait)
        {
            // RFC 1337 §3 lets it be ignored: then the connection still answers.
            s.Peer.TakeUnread();
            s.Peer.Send(TcpFlags.Ack, seq: s.Peer.SndNxt - 1, advance: false);
            await s.Peer.Expect(
                a => a.Has(TcpFlags.Rst) || a.IsBareAck, ctx.Times.AtOnce,
                "rfc9293/3.10.7.4/17", "the pair answers as CLOSED or as TIME-WAIT");
            return;
        }
        await ctx.IsGone(s.Peer, "rfc9293/3.3.2/22");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(0), "rfc9293/3.5.3/6",
            "nothing is sent again after the reset");
    }

    private static async Task Told(CaseContext ctx, Func<Peer, SentSegment> reset)
    {
        Scene s = await ctx.Established();
        Task<UserResult> receiving = s.User.Receive();
        reset(s.Peer);
        UserResult result = await ctx.Returned(
            receiving, ctx.Times.Patience, "rfc9293/MUST-12", "the user is told of the reset");
        ctx.Assert(
            result.Error == UserError.Reset, "rfc9293/MUST-12",
            $"the user was to be told of a reset; it got {result.Error} and "
            + $"{result.Text.Length} octets");
        s.Peer.SndNxt = s.Peer.SndUna;
        await ctx.IsGone(s.Peer, "rfc9293/3.10.7.4/10");
    }

    private static async Task TextBeforeReset(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        s.Peer.SendText(300);
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment,
            "rfc9293/3.10.7.4/47", "the text is acknowledged");
        s.Peer.SendRst();
        await ctx.Delay(ctx.Times.AtOnce);
        UserError error = await s.User.Error(ctx.Times.Patience, "rfc9293/MUST-12");
        ctx.Assert(
            error == UserError.Reset, "rfc9293/MUST-12",
            $"the user was to be told of the reset; it was told {error}");
    }

    private static async Task SendAfterReset(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.2/1";
        Scene s = await ctx.Established();
        s.Peer.SendRst();
        await ctx.Delay(ctx.Times.AtOnce);
        UserResult result = await ctx.Returned(
            s.User.Send(100), ctx.Times.Patience, Must, "SEND on a reset connection returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "SEND on a reset connection was to be refused; it was taken");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(0), "rfc9293/3.5.3/6", "nothing is sent after the reset");
    }

    private static async Task OutstandingText(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        _ = s.User.Send(500);
        await s.Peer.Expect(
            a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "the text is sent");
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SendRst();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), "rfc9293/3.5.3/6", "the text is not sent again");
        await ctx.IsGone(s.Peer, "rfc9293/3.10.7.4/16");
    }

    private static async Task OthersUndisturbed(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5.3/5";
        Scene a = await ctx.Established();
        var again = new SceneOptions { Listener = a.Listener };
        Scene b = await ctx.Established(again);
        Scene c = await ctx.Established(again);
        await ctx.BothWays(b, Must);
        Task<UserResult> reset = a.User.Receive();
        a.Peer.SendRst();
        await ctx.Returned(
            reset, UserError.Reset, ctx.Times.Patience, "rfc9293/MUST-12",
            "the user is told of the reset");
        await ctx.BothWays(b, Must);
        await ctx.BothWays(c, Must);
        await ctx.Serves(a.Listener!, a.Listener!.NewPeer(), "rfc9293/3.10.7.2/6");
    }

    private static async Task ZeroWindow(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-66";
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        // The user does not read: the window closes in the end.
        ReceivedSegment? last = null;
        for (int sent = 0; sent < 40_000_000; sent += 1000)
        {
            SeqNumber want = peer.SndNxt + 1000;
            if (last is not null && last.Ack + last.Window < want)
            {
                break;
            }
            peer.SendText(1000);
            last = await peer.ExpectEventually(
                a => a.Has(TcpFlags.Ack) && a.Ack == want, ctx.Times.Acknowledgment,
                "rfc9293/3.10.7.4/47", "text within the window is acknowledged");
        }
        int rest = last!.Window;
        if (rest > 0)
        {
            peer.SendText(rest);
            await peer.ExpectEventually(
                a => a.Has(TcpFlags.Ack) && a.Ack == peer.SndNxt, ctx.Times.Acknowledgment,
                "rfc9293/3.10.7.4/47", "text within the window is acknowledged");
        }
        ctx.Require(peer.SndWnd == 0, $"the window is {peer.SndWnd}, not zero");
        await ctx.NothingTo(
            peer, () => peer.SendRst(peer.SndNxt + 1), "rfc9293/3.4/6",
            "at a zero window a RST anywhere but at RCV.NXT is outside");
        await ctx.StillAnswers(peer, "rfc9293/3.4/6");
        peer.SendRst();
        await ctx.Delay(ctx.Times.AtOnce);
        UserError error = await s.User.Error(ctx.Times.Patience, Must);
        ctx.Assert(
            error == UserError.Reset, Must,
            $"the user was to be told of the reset at a zero window; it was told {error}");
        await ctx.IsGone(peer, Must);
    }

    private static readonly SceneOptions Timed = new()
    {
        Peer = new PeerOptions { Timestamps = true },
    };

    private static async Task OldTimestamp(CaseContext ctx)
    {
        Scene s = await ctx.Established(Timed);
        ctx.Require(s.Peer.TimestampsOn, "the IUT has not agreed on timestamps");
        Task<UserResult> receiving = s.User.Receive();
        TcpOptions old = new()
        {
            Present = TcpOptionSet.Timestamps, TsVal = s.Peer.TsClock - 500_000,
            TsEcr = s.Peer.TsRecent,
        };
        byte[] octets = new byte[OptionWriter.Length(old)];
        OptionWriter.Write(old, octets);
        s.Peer.Send(TcpFlags.Rst, options: octets);
        await ctx.Returned(
            receiving, UserError.Reset, ctx.Times.Patience, "rfc7323/5.2/6",
            "the user is told of the reset");
    }

    private static async Task WithoutTimestamp(CaseContext ctx)
    {
        Scene s = await ctx.Established(Timed);
        ctx.Require(s.Peer.TimestampsOn, "the IUT has not agreed on timestamps");
        Task<UserResult> receiving = s.User.Receive();
        s.Peer.Send(TcpFlags.Rst, options: Array.Empty<byte>());
        await ctx.Returned(
            receiving, UserError.Reset, ctx.Times.Patience, "rfc9293/3.10.7.4/10",
            "the user is told of the reset");
    }
}
