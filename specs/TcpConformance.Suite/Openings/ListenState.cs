using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>RFC 9293 §3.10.7.2: segments for a listening socket.</summary>
internal static class ListenState
{
    private const string Id = "rfc9293/3.10.7.2/listen/";

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            Id + "rst-ignored",
            "Ensure that LISTEN ignores a RST, alone and with ACK or SYN, and goes on listening.",
            RstIgnored,
            "rfc9293/3.10.7.2/1", "rfc9293/3.5.3/3"),
        .. Story.Of(
            Id + "ack-reset",
            "Ensure that LISTEN answers any ACK with <SEQ=SEG.ACK><CTL=RST> and goes on listening.",
            AckReset,
            "rfc9293/3.10.7.2/2", "rfc9293/3.5.2/5", "rfc9293/3.5.2/6").InBothFamilies(),
        Story.Of(
            Id + "other-dropped",
            "Ensure that LISTEN drops segments without SYN, ACK and RST without an answer.",
            OtherDropped,
            "rfc9293/3.10.7.2/7", "rfc9293/3.10.7.4/53"),
        .. Story.Of(
            Id + "syn-answered",
            "Ensure that LISTEN answers a SYN with a SYN,ACK of SEG.SEQ+1, wherever the ISN lies.",
            SynAnswered,
            "rfc9293/3.10.7.2/4", "rfc9293/3.3.2/3", "rfc9293/3.1/8",
            "rfc9293/3.4/3").InBothFamilies(),
        Story.Of(
            Id + "goes-on",
            "Ensure that one listening socket serves several connections at once.",
            GoesOn,
            "rfc9293/3.10.7.2/6", "rfc9293/MUST-42"),
        Story.Of(
            Id + "syn-with-text",
            "Ensure that text on a SYN reaches the user once, after the handshake and not before.",
            SynWithText,
            "rfc9293/3.5/3", "rfc9293/3.10.7.2/5", "rfc9293/3.10.7.2/4"),
        Story.Of(
            Id + "syn-with-fin",
            "Ensure that a SYN with FIN, answered or not, leaves the listener as it was.",
            SynWithFin,
            "rfc9293/3.10.7.2/6"),
    ];

    private static async Task RstIgnored(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        TcpFlags[] kinds =
        [
            TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Rst | TcpFlags.Syn,
            TcpFlags.Rst | TcpFlags.Fin,
        ];
        foreach (TcpFlags flags in kinds)
        {
            await ctx.NothingTo(
                s.Peer, () => s.Peer.Send(flags, seq: s.Peer.Iss, advance: false),
                "rfc9293/3.10.7.2/1", $"LISTEN ignores {flags.ToText()}");
        }
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.5.3/3");
    }

    private static async Task AckReset(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        TcpFlags[] kinds =
        [
            TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Fin | TcpFlags.Ack,
            TcpFlags.Psh | TcpFlags.Ack,
        ];
        foreach (TcpFlags flags in kinds)
        {
            foreach (int text in new[] { 0, 10 })
            {
                await ctx.ResetTo(
                    s.Peer,
                    () => s.Peer.Send(
                        flags, ack: new SeqNumber(0xffff_fff0), text: Octets.Pattern(text),
                        advance: false),
                    "rfc9293/3.10.7.2/2", $"LISTEN answers {flags.ToText()} with a RST");
            }
        }
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.5.2/6");
    }

    private static async Task OtherDropped(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        foreach (TcpFlags flags in new[]
        {
            TcpFlags.None, TcpFlags.Fin, TcpFlags.Psh, TcpFlags.Urg,
            TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg,
        })
        {
            await ctx.NothingTo(
                s.Peer,
                () => s.Peer.Send(flags, text: Octets.Pattern(20), advance: false),
                "rfc9293/3.10.7.2/7", $"LISTEN drops {flags.ToText()}");
        }
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.10.7.2/7");
    }

    private static async Task SynAnswered(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        uint[] numbers = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];
        foreach (uint iss in numbers)
        {
            Peer peer = s.Listener!.NewPeer(
                new PeerOptions { Iss = new SeqNumber(iss) });
            await ctx.Serves(s.Listener, peer, "rfc9293/3.10.7.2/4");
        }
    }

    // Handshakes and text of five connections, one step of each in turn.
    private static async Task GoesOn(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.2/6";
        Scene s = await ctx.Listen();
        Peer[] peers = Enumerable.Range(0, 5)
            .Select(i => s.Listener!.NewPeer(new PeerOptions { AddressIndex = i % 4 }))
            .ToArray();
        foreach (Peer peer in peers)
        {
            peer.SendSyn();
        }
        foreach (Peer peer in peers)
        {
            await peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Must,
                "each SYN is answered with a SYN,ACK", ack: peer.Iss + 1);
        }
        foreach (Peer peer in peers.Reverse())
        {
            peer.SendAck();
        }
        foreach (Peer peer in peers)
        {
            IutConnection user = s.Listener!.Accept(peer);
            await ctx.Returned(
                user.Opened, UserError.None, ctx.Times.Patience, Must,
                "the user gets each connection");
            await ctx.BothWays(
                new Scene(SceneState.Established, peer, user, s.Listener), Must);
        }
    }

    private static async Task SynWithText(CaseContext ctx)
    {
        const string Must = "rfc9293/3.5/3";
        Scene s = await ctx.Listen();
        Peer peer = s.Peer;
        byte[] text = Octets.Pattern(100);
        IutConnection user = s.Listener!.Accept(peer);
        peer.Send(TcpFlags.Syn, seq: peer.Iss, text: text, advance: false);
        peer.SndNxt = peer.Iss + 1;
        // The text may be kept or dropped; without Fast Open the SYN,ACK is of the SYN alone.
        await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.2/4",
            "LISTEN answers a SYN that carries text", ack: peer.Iss + 1);
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, Must, "the handshake is not yet complete");
        peer.SendAck();
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, Must, "the user is connected");
        peer.SendText(text); // a sender that has no acknowledgment sends it again
        byte[] got = await user.ReceiveExactly(100, ctx.Times.Patience, Must);
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), Must, "the user was to get the text of the SYN");
        await peer.ExpectEventually(
            a => a.Has(TcpFlags.Ack) && a.Ack == peer.Iss + 101, ctx.Times.Acknowledgment,
            Must, "the text is acknowledged");
        await ctx.BothWays(
            new Scene(SceneState.Established, peer, user, s.Listener), Must);
    }

    private static async Task SynWithFin(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Fin, seq: s.Peer.Iss, advance: false);
        await s.Peer.Next(ctx.Times.AtOnce); // any lawful answer: the oracle judges it
        s.Peer.SendRst(s.Peer.Iss + 1);
        s.Peer.SendRst(s.Peer.Iss + 2); // whether the FIN was kept or not
        await ctx.Serves(s.Listener!, s.Listener!.NewPeer(), "rfc9293/3.10.7.2/6");
    }
}
