using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Calls;

/// <summary>RFC 9293 §3.9.1.1 and §3.10.1 to §3.10.3: OPEN, SEND and RECEIVE.</summary>
internal static class OpenCalls
{
    // With window scale offered by both ends: these stories are not about it.
    private static readonly SceneOptions Simultaneous = new()
    {
        Opening = Opening.Simultaneous, Peer = new PeerOptions { WindowScale = 2 },
    };

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.10.1/passive-open-silent",
            "Ensure that a passive OPEN sends nothing.",
            PassiveSilent,
            "rfc9293/3.10.1/1", "rfc9293/3.3.2/1"),
        .. Story.Of(
            "rfc9293/3.10.1/active-open",
            "Ensure that an active OPEN sends <SEQ=ISS><CTL=SYN> and nothing else at once.",
            ActiveOpen,
            "rfc9293/3.10.1/3", "rfc9293/3.3.2/2", "rfc9293/3.1/8",
            "rfc9293/3.9.1.1/1", "rfc9293/3.10.7.3/3").InBothFamilies(),
        Story.Of(
            "rfc9293/3.9.1.1/passive-open-twice",
            "Ensure that a second passive OPEN of one socket succeeds or is refused, and affects "
            + "nothing that was there before.",
            PassiveTwice,
            "rfc9293/MUST-41"),
        Story.Of(
            "rfc9293/3.9.1.1/passive-opens-of-two-ports",
            "Ensure that passive OPENs of two ports both succeed and serve.",
            TwoPorts,
            "rfc9293/MUST-41", "rfc9293/3.10.1/1"),
        Story.Of(
            "rfc9293/3.9.1.1/listen-beside-syn-sent",
            "Ensure that a port can be listened on while a connection from it is in SYN-SENT, and "
            + "both then open.",
            ListenBesideSynSent,
            "rfc9293/MUST-42", "rfc9293/MUST-41"),
        Story.Of(
            "rfc9293/3.9.1.1/listen-beside-syn-received",
            "Ensure that a port can be listened on while a connection of it is in SYN-RECEIVED.",
            ListenBesideSynReceived,
            "rfc9293/MUST-42", "rfc9293/MUST-41"),
        Story.Of(
            "rfc9293/3.10.1/open-existing",
            "Ensure that an OPEN of a connection that exists is refused and disturbs it not.",
            OpenExisting,
            "rfc9293/3.10.1/5"),
        Story.Of(
            "rfc9293/3.10.2/send-in-syn-received",
            "Ensure that text given to SEND in SYN-RECEIVED waits for the connection.",
            SendInSynReceived,
            "rfc9293/3.10.2/3"),
        Story.Of(
            "rfc9293/3.10.3/receive-in-syn-sent",
            "Ensure that RECEIVE in SYN-SENT waits for the connection and for text.",
            ReceiveInSynSent,
            "rfc9293/3.10.3/2"),
        Story.Of(
            "rfc9293/3.10.3/receive-in-close-wait",
            "Ensure that RECEIVE in CLOSE-WAIT returns what is on hand and then the end, each time "
            + "it is asked.",
            ReceiveInCloseWait,
            "rfc9293/3.10.3/5", "rfc9293/3.10.7.4/54", "rfc9293/MUST-12"),
    ];

    private static async Task TwoPorts(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-41";
        for (int i = 0; i < 2; i++)
        {
            (Listener listener, UserResult result) = await ctx.Upper.TryListen();
            ctx.Assert(
                result.Error == UserError.None, Must,
                $"a passive OPEN of a port of its own was to succeed, not {result.Error}");
            await ctx.Serves(listener, listener.NewPeer(), Must);
        }
    }

    private static async Task PassiveSilent(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        await s.Peer.Quiet(
            ctx.Times.FirstRetransmission, "rfc9293/3.10.1/1", "a passive OPEN sends nothing");
        ctx.Assert(
            ctx.Strays.Count == 0, "rfc9293/3.10.1/1",
            $"a passive OPEN was to send nothing; {ctx.Strays.Count} segments came");
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.3.2/1");
    }

    private static async Task ActiveOpen(CaseContext ctx)
    {
        Peer peer = ctx.NewPeer();
        IutConnection user = ctx.Upper.Connect(peer);
        ReceivedSegment syn = await peer.Expect(
            new ExpectedSegment(TcpFlags.Syn)
            {
                TextLength = 0,
                Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
            },
            ctx.Times.Patience, "rfc9293/3.10.1/3", "an active OPEN sends a SYN");
        ctx.Assert(
            syn.Pair == peer.Pair, "rfc9293/MUST-45",
            $"the SYN was to come on {peer.Pair}; it came on {syn.Pair}");
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, "rfc9293/3.3.2/2", "the OPEN waits for the answer");
        peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: peer.Iss);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, "rfc9293/3.3.2/7",
            "the connection is open");
        await ctx.BothWays(
            new Scene(SceneState.Established, peer, user, null), "rfc9293/3.1/8");
    }

    private static async Task PassiveTwice(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-41";
        Scene s = await ctx.Established();
        (Listener second, UserResult result) =
            await ctx.Upper.TryListen(s.Listener!.Socket.Port);
        await ctx.BothWays(s, Must);
        // Who serves a new SYN where both listen is left open; one of them does.
        Listener serving = result.Error == UserError.None ? second : s.Listener;
        Peer peer = serving.NewPeer();
        peer.SendSyn();
        await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Must,
            "the socket still listens", ack: peer.Iss + 1);
        peer.SendAck();
        await ctx.BothWays(s, Must);
    }

    private static async Task ListenBesideSynSent(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-42";
        Scene s = await ctx.SynSent();
        Listener listener = await ListensBeside(ctx, s);
        await ctx.Serves(listener, listener.NewPeer(new PeerOptions { AddressIndex = 1 }), Must);
        s.Peer.TakeUnread();
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, "rfc9293/MUST-41",
            "the active connection opens as well");
        await ctx.BothWays(s with { State = SceneState.Established }, "rfc9293/MUST-41");
    }

    private static async Task ListenBesideSynReceived(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-42";
        Scene s = await ctx.SynReceived(Simultaneous);
        Listener listener = await ListensBeside(ctx, s);
        await ctx.Serves(listener, listener.NewPeer(new PeerOptions { AddressIndex = 1 }), Must);
        s.Peer.TakeUnread();
        s.Peer.SendAck();
        await ctx.Returned(
            s.User.Opened, UserError.None, ctx.Times.Patience, "rfc9293/MUST-41",
            "the first connection opens as well");
        await ctx.BothWays(s with { State = SceneState.Established }, "rfc9293/MUST-41");
    }

    private static async Task<Listener> ListensBeside(CaseContext ctx, Scene s)
    {
        (Listener listener, UserResult result) =
            await ctx.Upper.TryListen(s.Peer.IutSocket.Port);
        ctx.Assert(
            result.Error == UserError.None, "rfc9293/MUST-42",
            $"the port of a connection in {s.State} was to be open for LISTEN; {result.Error}");
        return listener;
    }

    private static async Task OpenExisting(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.1/5";
        Scene s = await ctx.Established(new SceneOptions { Opening = Opening.Active });
        await ctx.BothWays(s, Must);
        IutConnection second = ctx.Upper.Connect(s.Peer);
        UserResult result = await ctx.Returned(
            second.Opened, ctx.Times.Patience, Must, "the second OPEN returns");
        ctx.Assert(
            result.Error != UserError.None, Must,
            "OPEN of a connection that exists was to be refused; it succeeded");
        await s.Peer.Quiet(ctx.Times.AtOnce, Must, "the second OPEN sends nothing");
        await ctx.StillAnswers(s.Peer, Must);
    }

    private static async Task SendInSynReceived(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.2/3";
        Scene s = await ctx.SynReceived(Simultaneous);
        byte[] text = Octets.Pattern(300, 9);
        _ = s.User.Send(text);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Must, "no text goes before the handshake", Answers.IsSyn);
        s.Peer.SendAck();
        byte[] got = await s.Peer.ReceiveText(
            300, AckPolicy.EverySegment, ctx.Times.Patience, Must);
        ctx.Assert(got.AsSpan().SequenceEqual(text), Must, "the queued text was to come");
    }

    private static async Task ReceiveInSynSent(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.3/2";
        Scene s = await ctx.SynSent();
        Task<UserResult> receiving = s.User.Receive();
        await ctx.StillWaiting(
            receiving, ctx.Times.AtOnce, Must, "RECEIVE waits for the connection");
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
        await ctx.StillWaiting(receiving, ctx.Times.AtOnce, Must, "RECEIVE waits for text");
        s.Peer.TakeUnread();
        s.Peer.SendText(40);
        UserResult result = await ctx.Returned(
            receiving, UserError.None, ctx.Times.Patience, Must, "RECEIVE gets the text");
        ctx.Assert(
            result.Text.Span.SequenceEqual(Octets.Pattern(40)), Must,
            "RECEIVE was to get the 40 octets");
    }

    private static async Task ReceiveInCloseWait(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.3/5";
        Scene s = await ctx.Established();
        s.Peer.SendText(250);
        await ctx.AckTo(s.Peer, s.Peer.SendFin, Must, "text and FIN are acknowledged");
        byte[] got = await s.User.ReceiveExactly(250, ctx.Times.Patience, Must);
        ctx.Assert(
            got.AsSpan().SequenceEqual(Octets.Pattern(250)), Must,
            "the user was to get what is on hand");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/MUST-12");
        await s.User.ReceiveEnd(ctx.Times.Patience, Must);
    }
}
