using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Walkthrough;

/// <summary>The classic account of the three-way handshake, statement by statement.</summary>
internal static class HandshakeWalk
{
    private const string Id = "walkthrough/handshake/";

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "client",
            "Ensure that a client goes from CLOSED over SYN-SENT to ESTABLISHED: SYN of x without "
            + "ACK, then ACK of y+1 with the number x+1.",
            Client,
            "rfc9293/3.5/1", "rfc9293/3.3.2/2", "rfc9293/3.3.2/7", "rfc9293/3.10.1/3",
            "rfc9293/3.10.7.3/8").InBothFamilies(),
        .. Story.Of(
            Id + "server",
            "Ensure that a server goes from LISTEN over SYN-RECEIVED to ESTABLISHED: SYN,ACK of y "
            + "with ACK of x+1, and then takes the ACK of y+1.",
            Server,
            "rfc9293/3.5/1", "rfc9293/3.3.2/1", "rfc9293/3.3.2/3", "rfc9293/3.3.2/9",
            "rfc9293/3.10.7.2/4").InBothFamilies(),
        Story.Of(
            Id + "window-and-mss",
            "Ensure that window and MSS are told in the handshake, and that the first "
            + "text keeps to "
            + "the tester's.",
            WindowAndMss,
            "rfc9293/MUST-14", "rfc9293/MUST-16", "rfc9293/3.8.6/1", "rfc9293/SHLD-5"),
        Story.Of(
            Id + "first-octet",
            "Ensure that SYN takes one sequence number and the bare ACK none: the first octet both "
            + "ways has the number after the SYN's.",
            FirstOctet,
            "rfc9293/3.4/8", "rfc9293/3.5/2", "rfc9293/3.1/8"),
        Story.Of(
            Id + "isn-differs",
            "Ensure that the ISN differs from connection to connection, on one pair and on others.",
            IsnDiffers,
            "rfc9293/MUST-8", "rfc9293/MUST-9"),
        Story.Of(
            Id + "refused",
            "Ensure that a SYN for a port without a listener is refused with <SEQ=0><ACK=x+1>"
            + "<CTL=RST,ACK>.",
            Refused,
            "rfc9293/3.10.7.1/4"),
    ];

    private static async Task Client(CaseContext ctx)
    {
        Peer peer = ctx.NewPeer();
        IutConnection user = ctx.Upper.Connect(peer);
        ReceivedSegment syn = await peer.Expect(
            new ExpectedSegment(TcpFlags.Syn)
            {
                TextLength = 0,
                Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
            },
            ctx.Times.Patience, "rfc9293/3.10.1/3", "CLOSED, OPEN: a SYN is sent");
        // RFC 9293 §3.1: without ACK the field has no meaning; this account has it zero.
        ctx.Assert(
            !syn.Has(TcpFlags.Ack), "rfc9293/3.5/1", "the first SYN was to come without ACK");
        ctx.Note($"x = {syn.Seq}, y = {peer.Iss}; the IUT is in SYN-SENT");
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, "rfc9293/3.3.2/2", "SYN-SENT: the OPEN waits");
        peer.TakeUnread();
        peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: peer.Iss, ack: syn.Seq + 1);
        await peer.ExpectEventually(
            new ExpectedSegment(TcpFlags.Ack)
            {
                Seq = syn.Seq + 1, Ack = peer.Iss + 1, TextLength = 0,
            },
            ctx.Times.AtOnce, "rfc9293/3.10.7.3/8", "SYN,ACK: an ACK of y+1 is sent from x+1");
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, "rfc9293/3.3.2/7",
            "ESTABLISHED: the user is told");
        await ctx.BothWays(
            new Scene(SceneState.Established, peer, user, null), "rfc9293/3.3.2/7");
    }

    private static async Task Server(CaseContext ctx)
    {
        Listener listener = await ctx.Upper.Listen();
        Peer peer = listener.NewPeer();
        IutConnection user = listener.Accept(peer);
        await peer.Quiet(ctx.Times.AtOnce, "rfc9293/3.3.2/1", "LISTEN: nothing is sent");
        peer.SendSyn();
        ReceivedSegment synAck = await peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.2/4",
            "SYN of x: a SYN,ACK of x+1 is sent", ack: peer.Iss + 1, length: 0);
        ctx.Note($"x = {peer.Iss}, y = {synAck.Seq}; the IUT is in SYN-RECEIVED");
        await ctx.StillWaiting(
            user.Opened, ctx.Times.AtOnce, "rfc9293/3.3.2/9", "SYN-RECEIVED: the user waits");
        peer.TakeUnread();
        peer.Send(TcpFlags.Ack, seq: peer.Iss + 1, ack: synAck.Seq + 1);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, "rfc9293/3.3.2/9",
            "ESTABLISHED: the user is told");
        await peer.Quiet(
            ctx.Times.Retransmission(1), "rfc9293/3.10.7.4/30",
            "the SYN,ACK is acknowledged and not sent again");
        await ctx.BothWays(
            new Scene(SceneState.Established, peer, user, listener), "rfc9293/3.3.2/9");
    }

    private static async Task WindowAndMss(CaseContext ctx)
    {
        Scene s = await ctx.Established(new SceneOptions
        {
            Peer = new PeerOptions { Mss = 600, Window = 900 },
        });
        ReceivedSegment syn = s.Peer.IutSyn!;
        bool mss = syn.Header.Options.Has(TcpOptionSet.Mss);
        // 1500 octets of MTU are not the default's: the option is there (SHLD-5).
        ctx.Assert(
            mss && syn.Header.Options.Mss == ctx.Ixit.Mtu - 40, "rfc9293/SHLD-5",
            $"the SYN,ACK was to tell an MSS of {ctx.Ixit.Mtu - 40}; {syn} came");
        ctx.Assert(
            syn.Window > 0, "rfc9293/3.5/1", "the SYN,ACK was to tell a window; it is zero");
        _ = s.User.Send(3000);
        IReadOnlyList<ReceivedSegment> flight = await s.Peer.Drain(ctx.Times.AtOnce * 2);
        ctx.Assert(
            flight.Count > 0, "rfc9293/3.10.2/4", "the text was to be sent; nothing came");
        ctx.Assert(
            flight.All(f => f.TextLength <= 600), "rfc9293/MUST-16",
            $"no segment was to exceed 600 octets; {flight.Max(f => f.TextLength)} came");
        ctx.Assert(
            flight.All(f => f.End <= s.Peer.Irs + 1 + 900), "rfc9293/3.8.6/1",
            "no octet was to lie beyond the window of 900");
        s.Peer.SendAck();
        await s.Peer.ReceiveText(
            3000 - (s.Peer.RcvNxt - (s.Peer.Irs + 1)), AckPolicy.EverySegment,
            TimeSpan.FromSeconds(60), "rfc9293/3.8.6/1");
    }

    private static async Task FirstOctet(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        Peer peer = s.Peer;
        peer.Send(TcpFlags.Ack | TcpFlags.Psh, seq: peer.Iss + 1, text: new byte[] { 42 });
        await peer.Expect(
            a => a.IsBareAck && a.Ack == peer.Iss + 2, ctx.Times.Acknowledgment,
            "rfc9293/3.4/8", "the octet x+1 is acknowledged by x+2");
        _ = s.User.Send(new byte[] { 43 });
        ReceivedSegment text = await peer.Expect(
            a => a.TextLength == 1, ctx.Times.Patience, "rfc9293/3.10.2/4",
            "the user's octet is sent");
        ctx.Assert(
            text.Seq == peer.Irs + 1 && text.Ack == peer.Iss + 2, "rfc9293/3.5/2",
            $"the first octet was to have y+1 and acknowledge x+2; {text} came");
        peer.SendAck();
    }

    private static async Task IsnDiffers(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-8";
        Listener listener = await ctx.Upper.Listen();
        var numbers = new HashSet<SeqNumber>();
        var steps = new HashSet<int>();
        SeqNumber? last = null;
        Peer same = listener.NewPeer();
        for (int i = 0; i < 20; i++)
        {
            Peer peer = i % 2 == 0 ? listener.NewPeer() : same;
            peer.TakeUnread();
            peer.Iss = peer.SndNxt = peer.SndUna = peer.Iss + 70_000;
            peer.SendSyn();
            ReceivedSegment answer = await peer.ExpectEventually(
                a => a.Has(TcpFlags.Syn | TcpFlags.Ack) && a.Ack == peer.Iss + 1,
                ctx.Times.Patience, "rfc9293/3.10.7.2/4", "the SYN is answered");
            numbers.Add(answer.Seq);
            steps.Add(last is SeqNumber l ? answer.Seq - l : 0);
            last = answer.Seq;
            peer.SendRst();
            await ctx.Delay(TimeSpan.FromMilliseconds(100));
        }
        ctx.Assert(
            numbers.Count == 20, Must, $"20 ISNs were to differ; {numbers.Count} values came");
        ctx.Assert(
            steps.Count >= 19, "rfc9293/MUST-9",
            $"the steps between ISNs were to differ; {steps.Count} values came");
    }

    private static async Task Refused(CaseContext ctx)
    {
        Scene s = await ctx.Closed();
        await ctx.ResetTo(
            s.Peer, () => s.Peer.SendSyn(), "rfc9293/3.10.7.1/4",
            "a SYN for a port without a listener is refused");
    }
}
