using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Calls;

/// <summary>RFC 9293 §3.10.1 to §3.10.5: user calls in the states where they are rare.</summary>
internal static class CallsByState
{
    // With window scale offered by both ends: these stories are not about it.
    private static readonly SceneOptions Simultaneous = new()
    {
        Opening = Opening.Simultaneous, Peer = new PeerOptions { WindowScale = 2 },
    };

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.10.2/listen",
            "Ensure that SEND in LISTEN without a remote socket is an error and sends nothing.",
            SendInListen, "rfc9293/3.10.2/2", "rfc9293/3.9.1.2/1"),
        Story.Of(
            "rfc9293/3.10.2/after-reset",
            "Ensure that SEND on a connection that has been reset is an error.",
            SendAfterReset, "rfc9293/3.9.1.2/1"),
        Story.Of(
            "rfc9293/3.10.3/after-reset",
            "Ensure that every RECEIVE after a reset returns with an error, not only the first.",
            ReceiveAfterReset, "rfc9293/3.10.3/1"),
        Story.Of(
            "rfc9293/3.10.3/closing",
            "Ensure that RECEIVE in CLOSING, LAST-ACK and TIME-WAIT tells that there is no more, "
            + "and does not wait.",
            ReceiveInClosing, "rfc9293/3.10.3/6"),
        Story.Of(
            "rfc9293/3.10.4/closed",
            "Ensure that a connection that the user has given up answers CLOSE, ABORT, SEND and "
            + "RECEIVE with an error.",
            CallsInClosed, "rfc9293/3.10.4/1", "rfc9293/3.10.5/1", "rfc9293/3.10.3/1"),
        Story.Of(
            "rfc9293/3.10.4/syn-received",
            "Ensure that CLOSE in SYN-RECEIVED, where nothing is queued, sends a FIN and enters "
            + "FIN-WAIT-1.",
            CloseInSynReceived, "rfc9293/3.10.4/4", "rfc9293/3.3.2/10"),
        Story.Of(
            "rfc9293/3.10.4/syn-received-queued",
            "Ensure that CLOSE in SYN-RECEIVED waits for ESTABLISHED where text is queued: first "
            + "the text goes out, then the FIN.",
            CloseBehindText, "rfc9293/3.10.4/4", "rfc9293/3.10.2/3"),
        Story.Of(
            "rfc9293/3.10.4/closing",
            "Ensure that CLOSE in CLOSING, LAST-ACK and TIME-WAIT returns and sends no second "
            + "FIN.",
            CloseInClosing, "rfc9293/3.10.4/8"),
        Story.Of(
            "rfc9293/3.10.5/listen",
            "Ensure that ABORT in LISTEN ends what waits on the socket and leads to CLOSED.",
            AbortInListen, "rfc9293/3.10.5/2"),
        Story.Of(
            "rfc9293/3.10.5/syn-received",
            "Ensure that ABORT in SYN-RECEIVED sends a RST and forgets the connection.",
            AbortInSynReceived, "rfc9293/3.10.5/4", "rfc9293/3.9.1.6/1"),
        Story.Of(
            "rfc9293/3.10.5/pending-calls",
            "Ensure that ABORT ends SEND and RECEIVE that still wait, sends a RST and deletes the "
            + "connection.",
            AbortPending, "rfc9293/3.9.1.6/1", "rfc9293/3.10.5/5"),
        TimesOut(
            "close-undelivered", "text that was sent before a CLOSE",
            s => s.User.Send(100), "rfc9293/3.9.1.4/2", "rfc9293/3.6/8"),
        TimesOut(
            "fin-unacknowledged", "a FIN", null, "rfc9293/3.6/8"),
        Story.Of(
            "rfc9293/3.9.1.1/local-address",
            "Ensure that a passive OPEN with a local address accepts no connection to another "
            + "one.",
            OtherLocalAddress, "rfc9293/3.9.1.1/3", "rfc9293/MUST-43") with
        {
            Traits = CaseTraits.Ipv6,
        },
        Story.Of(
            "rfc9293/3.9.1.1/no-local-address",
            "Ensure that an active OPEN without a local address gets one of the IUT's before "
            + "the SYN, and keeps it.",
            NoLocalAddress, "rfc9293/MUST-44", "rfc9293/MUST-43"),
    ];

    private static async Task SendInListen(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.2/2";
        Scene s = await ctx.Listen();
        UserResult result = await ctx.Returned(
            s.Listener!.Send(10), ctx.Times.Patience, Must, "SEND returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "SEND without a remote socket was to be refused; it succeeded");
        await s.Peer.Quiet(ctx.Times.AtOnce, Must, "nothing is sent");
        await ctx.Serves(s.Listener, s.Peer, Must);
    }

    private static async Task SendAfterReset(CaseContext ctx)
    {
        const string Must = "rfc9293/3.9.1.2/1";
        Scene s = await ctx.ClosedAfterReset();
        await s.User.Error(ctx.Times.Patience, Must);
        UserResult result = await ctx.Returned(
            s.User.Send(10), ctx.Times.Patience, Must, "SEND returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "SEND after a reset was to be refused; it succeeded");
        await s.Peer.Quiet(ctx.Times.FirstRetransmission, Must, "nothing is sent");
    }

    private static async Task ReceiveAfterReset(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.3/1";
        Scene s = await ctx.ClosedAfterReset();
        for (int i = 0; i < 3; i++)
        {
            UserResult result = await ctx.Returned(
                s.User.Receive(), ctx.Times.Patience, Must, "RECEIVE returns");
            ctx.Assert(
                result.Error != UserError.None, Must,
                "RECEIVE after a reset was to be an error; it told of a good end or of text");
        }
    }

    // Sockets tell "connection closing" as the end of the stream.
    private static async Task ReceiveInClosing(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.3/6";
        Scene[] scenes = [await ctx.Closing(), await ctx.LastAck(), await ctx.TimeWait()];
        foreach (Scene s in scenes)
        {
            for (int i = 0; i < 2; i++)
            {
                UserResult result = await ctx.Returned(
                    s.User.Receive(), ctx.Times.Patience, Must,
                    $"RECEIVE in {s.State} does not wait");
                ctx.Assert(
                    result.Error != UserError.None || result.EndOfStream, Must,
                    $"RECEIVE in {s.State} was to tell that no more comes");
            }
        }
    }

    private static async Task CallsInClosed(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        await s.User.Abort();
        (string Name, string Id, Func<Task<UserResult>> Make)[] calls =
        [
            ("CLOSE", "rfc9293/3.10.4/1", s.User.Close),
            ("ABORT", "rfc9293/3.10.5/1", s.User.Abort),
            ("RECEIVE", "rfc9293/3.10.3/1", () => s.User.Receive()),
            ("SEND", "rfc9293/3.10.2/1", () => s.User.Send(10)),
        ];
        foreach ((string name, string id, Func<Task<UserResult>> make) in calls)
        {
            UserResult result = await ctx.Returned(
                make(), ctx.Times.Patience, id, $"{name} returns");
            ctx.Assert(
                result.Error != UserError.None, id,
                $"{name} was to answer that there is no connection; it succeeded");
        }
    }

    private static async Task CloseInSynReceived(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.4/4";
        Scene s = await ctx.SynReceived(Simultaneous);
        _ = s.User.Shutdown();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Fin) && a.End == s.Peer.Irs + 2, ctx.Times.Patience, Must,
            "CLOSE sends a FIN behind the SYN");
        s.Peer.SendAck();
        await ctx.ToUser(s.Peer, s.User, "rfc9293/3.3.2/10");
        await ctx.EndsFromPeer(s, "rfc9293/3.3.2/10");
    }

    private static async Task CloseBehindText(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.4/4";
        Scene s = await ctx.SynReceived(Simultaneous);
        byte[] text = Octets.Pattern(300, 3);
        _ = s.User.Send(text);
        _ = s.User.Shutdown();
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Must, "neither text nor FIN goes before the handshake",
            Answers.IsSyn);
        s.Peer.SendAck();
        byte[] got = await s.Peer.ReceiveText(
            300, AckPolicy.None, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the queued text was to come");
        // Taken already where the FIN came with the last of the text.
        if (s.Peer.RcvNxt == s.Peer.Irs + 1 + 300)
        {
            await s.Peer.ExpectEventually(
                a => a.Has(TcpFlags.Fin), ctx.Times.Patience, Must, "then the FIN comes");
        }
        ctx.Assert(
            s.Peer.RcvNxt == s.Peer.Irs + 302, Must, "the FIN was to stand behind the text");
        s.Peer.SendAck();
        await ctx.EndsFromPeer(s, Must);
    }

    private static async Task CloseInClosing(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.4/8";
        Scene[] scenes = [await ctx.Closing(), await ctx.LastAck(), await ctx.TimeWait()];
        foreach (Scene s in scenes)
        {
            s.Peer.TakeUnread();
            await ctx.Returned(
                s.User.Shutdown(), ctx.Times.Patience, Must, $"CLOSE in {s.State} returns");
            await s.Peer.Quiet(
                ctx.Times.AtOnce, Must, $"CLOSE in {s.State} sends nothing new",
                a => a.Has(TcpFlags.Fin) && a.End == s.Peer.RcvNxt);
            await ctx.StillAnswers(s.Peer, Must);
        }
    }

    private static async Task AbortInListen(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.5/2";
        Scene s = await ctx.Listen();
        IutConnection waiting = s.Listener!.Accept(s.Peer);
        await ctx.StillWaiting(
            waiting.Opened, ctx.Times.AtOnce, Must, "the user waits for a connection");
        await ctx.Returned(
            s.Listener.Abort(), UserError.None, ctx.Times.Patience, Must, "ABORT succeeds");
        UserResult result = await ctx.Returned(
            waiting.Opened, ctx.Times.Patience, Must, "what waited on the socket returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "what waited on the socket was to get an error; it got a connection");
        await ctx.ResetTo(
            s.Peer, () => s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, advance: false), Must,
            "nobody listens any more: a SYN is answered with a RST");
    }

    private static async Task AbortInSynReceived(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.5/4";
        Scene s = await ctx.SynReceived(Simultaneous);
        _ = s.User.Abort();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Rst) && a.Seq == s.Peer.RcvNxt, ctx.Times.Patience, Must,
            "ABORT sends a RST at SND.NXT");
        UserResult result = await ctx.Returned(
            s.User.Opened, ctx.Times.Patience, "rfc9293/3.9.1.6/1", "the OPEN returns");
        ctx.Assert(
            result.Error != UserError.None, "rfc9293/3.9.1.6/1",
            "the OPEN was to fail; it succeeded");
        await s.Peer.Quiet(
            ctx.Times.Retransmission(1), Must, "the SYN,ACK is not sent again");
        await ctx.IsGone(s.Peer, "rfc9293/3.9.1.6/1");
    }

    private static async Task AbortPending(CaseContext ctx)
    {
        const string Must = "rfc9293/3.9.1.6/1";
        Scene s = await ctx.Established();
        Task<UserResult> receiving = s.User.Receive();
        await ctx.StillWaiting(
            receiving, ctx.Times.AtOnce, Must, "RECEIVE waits for text");
        _ = s.User.Abort();
        await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Rst) && a.Seq == s.Peer.RcvNxt, ctx.Times.Patience, Must,
            "ABORT sends a RST");
        UserResult result = await ctx.Returned(
            receiving, ctx.Times.Patience, Must, "the RECEIVE that waited returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "the RECEIVE that waited was to be cancelled; it succeeded");
        await ctx.IsGone(s.Peer, Must);
    }

    private static TestCase TimesOut(
        string name, string what, Func<Scene, Task<UserResult>>? before,
        params string[] requirements) => Story.Of(
        $"rfc9293/3.9.1.4/{name}",
        $"Ensure that {what} that nobody acknowledges ends the connection when the user timeout "
        + "has passed, and the user is told.",
        ctx => UndeliveredClose(ctx, before, requirements[0]), requirements) with
    {
        Needs = Claims.UserTimeout,
    };

    private static async Task UndeliveredClose(
        CaseContext ctx, Func<Scene, Task<UserResult>>? before, string requirement)
    {
        Scene s = await ctx.Established();
        await ctx.Returned(
            s.User.SetOption(UserOption.UserTimeout, (int)Timeout.TotalMilliseconds),
            UserError.None, ctx.Times.Patience, "rfc9293/3.9.1.1/2",
            "the user sets its timeout");
        if (before is not null)
        {
            await before(s);
        }
        await s.User.Shutdown();
        UserError error = await s.User.Error(Timeout * 3, requirement);
        ctx.Assert(
            error == UserError.TimedOut, requirement,
            $"the user was to be told of a timeout, not of {error}");
        await ctx.Delay(ctx.Times.AtOnce);
        await ctx.IsGone(s.Peer, requirement);
    }

    private static async Task OtherLocalAddress(CaseContext ctx)
    {
        const string Must = "rfc9293/3.9.1.1/3";
        Listener listener = await ctx.Upper.Listen(ipv6: true);
        Peer other = ctx.NewPeer(new PeerOptions { Ipv6 = false }, listener.Socket.Port);
        await ctx.ResetTo(
            other, () => other.Send(TcpFlags.Syn, seq: other.Iss, advance: false), Must,
            "nobody listens at the other address: a SYN is answered with a RST");
        await ctx.Serves(listener, listener.NewPeer(), "rfc9293/MUST-43");
    }

    private static async Task NoLocalAddress(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-44";
        Peer peer = ctx.NewPeer();
        IutConnection user = ctx.Upper.ConnectFromAnywhere(peer);
        ReceivedSegment syn = await peer.Expect(
            a => a.Has(TcpFlags.Syn), ctx.Times.Patience, Must, "an active OPEN sends a SYN");
        ctx.Assert(
            syn.Pair.Iut.Address == ctx.Iut.V4, Must,
            $"the SYN was to come from {ctx.Iut.V4}; it came from {syn.Pair.Iut.Address}");
        peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: peer.Iss);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the connection opens");
        peer.SendText(100);
        await peer.ExpectEventually(
            a => a.Ack == peer.SndNxt, ctx.Times.Acknowledgment, Must,
            "the connection goes on from that address");
    }
}
