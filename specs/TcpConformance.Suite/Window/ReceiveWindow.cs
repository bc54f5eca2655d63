using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Window;

/// <summary>RFC 9293 §3.8.6: the window that the IUT offers.</summary>
internal static class ReceiveWindow
{
    private const string Silly = "rfc9293/MUST-39";
    private const string Shrink = "rfc9293/SHLD-14";
    private const string Answers = "rfc9293/3.8.6.1/2";

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "rfc9293/3.8.6/receive/edge-stays",
            "Ensure that the right edge of the window stays while nobody reads.", EdgeStays)
            .Judges(Shrink, "rfc9293/3.10.7.4/49", "rfc7323/2.4/3"),
        new TestCase(
            "rfc9293/3.8.6/receive/all-of-it",
            "Ensure that text up to the right edge is taken.", AllOfIt)
            .Judges("rfc9293/3.8.6/2", "rfc7323/2.4/2"),
        new TestCase(
            "rfc9293/3.8.6.2.2/small-reads",
            "Ensure that a closed window does not open by the few octets that the user reads.",
            SmallReads).Judges(Silly, "rfc9293/3.8.6.2.2/1"),
        new TestCase(
            "rfc9293/3.8.6.2.2/update",
            "Ensure that a closed window is opened by a segment of its own once the user reads.",
            OpensAgain).Judges("rfc9293/3.8.6.2.2/1", "rfc9293/3.10.7.4/45"),
        new TestCase(
            "rfc9293/3.8.6.1/receive/probe-answered",
            "Ensure that a probe of the closed window is answered with the ACK and the window.",
            ProbeAnswered).Judges(Answers, "rfc9293/3.10.7.4/4"),
        new TestCase(
            "rfc9293/3.8.6.1/receive/text-refused",
            "Ensure that text sent into a closed window is neither acknowledged nor delivered.",
            Refused).Judges("rfc9293/3.4/6", "rfc9293/3.10.7.4/6"),
        new TestCase(
            "rfc9293/3.4/zero-window/ack-processed",
            "Ensure that ACKs are processed while the receive window is closed.", AckProcessed)
            .Judges("rfc9293/3.4/7", "rfc9293/3.10.7.4/3"),
        new TestCase(
            "rfc9293/3.4/zero-window/rst-processed",
            "Ensure that a RST is processed while the receive window is closed.", RstProcessed)
            .Judges("rfc9293/MUST-66", "rfc9293/3.10.7.4/3"),
        new TestCase(
            "rfc9293/3.4/zero-window/urg-processed",
            "Ensure that URG is processed while the receive window is closed.", UrgProcessed)
            .Judges("rfc9293/MUST-66", "rfc9293/3.10.7.4/3").IfClaimed(Claims.Urgent),
    ];

    // Sends into the window until it is closed; nobody reads.
    internal static async Task<(Scene Scene, int Octets)> Filled(
        CaseContext ctx, PeerOptions? peer = null)
    {
        Scene s = await ctx.Open(peer);
        SeqNumber first = s.Peer.SndNxt;
        using (ctx.Preamble())
        {
            // Ten thousand full segments are more than any default buffer.
            for (int i = 0; i < 10_000 && s.Peer.SndWnd > 0; i++)
            {
                await FillStep(ctx, s.Peer);
            }
            ctx.Require(s.Peer.SndWnd == 0, "the window is not closed by text nobody reads");
        }
        return (s, s.Peer.SndUna - first);
    }

    private static async Task FillStep(CaseContext ctx, Peer peer)
    {
        SeqNumber edge = peer.SndUna + peer.SndWnd;
        peer.SndNxt = peer.SndUna;
        for (int n = 0; n < 8 && peer.SndNxt < edge; n++)
        {
            peer.SendText(Math.Min(peer.SendMss - 12, edge - peer.SndNxt));
        }
        TimeSpan until = ctx.Now + ctx.Times.Acknowledgment;
        while (peer.SndUna < peer.SndNxt && ctx.Now < until)
        {
            await peer.Next(until - ctx.Now);
        }
    }

    private static async Task EdgeStays(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber edge = s.Peer.SndUna + s.Peer.SndWnd;
        for (int i = 0; i < 30; i++)
        {
            s.Peer.SendText(300);
            ReceivedSegment r = await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/47",
                "text is acknowledged");
            SeqNumber now = r.Ack + s.Peer.SndWnd;
            ctx.Assert(
                now >= edge, Shrink,
                $"the right edge does not move left; it went from {edge} to {now}");
            edge = now;
        }
    }

    private static async Task AllOfIt(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        int window = (int)s.Peer.SndWnd;
        SeqNumber edge = s.Peer.SndNxt + window;
        while (s.Peer.SndNxt < edge)
        {
            s.Peer.SendText(Math.Min(s.Peer.SendMss, edge - s.Peer.SndNxt));
        }
        await s.Peer.Acknowledges(
            edge, ctx.Times.Acknowledgment, "rfc9293/3.8.6/2",
            $"all of the {window} octets that the window allows are taken");
        await ctx.Reads(s, Octets.Pattern(window), "rfc9293/3.9.1.3/1");
    }

    // Catches a receiver that announces each octet that becomes free.
    private static async Task SmallReads(CaseContext ctx)
    {
        (Scene s, int octets) = await Filled(ctx);
        int least = Math.Min(octets / 2, Math.Min(s.Peer.SendMss, s.Peer.Options.Mss ?? 536) - 12);
        for (int i = 0; i < 10; i++)
        {
            await s.User.ReceiveExactly(40, ctx.Times.Patience, "rfc9293/3.9.1.3/1");
            await ctx.Delay(ctx.Times.AtOnce);
            foreach (ReceivedSegment r in s.Peer.TakeUnread())
            {
                ctx.Assert(
                    r.Window == 0 || r.Window >= least, Silly,
                    $"a closed window opens by at least {least} octets, not by {r.Window}");
            }
        }
    }

    private static async Task OpensAgain(CaseContext ctx)
    {
        (Scene s, int octets) = await Filled(ctx);
        byte[] text = await s.User.ReceiveExactly(
            octets, ctx.Times.Patience, "rfc9293/3.9.1.3/1");
        ctx.Assert(
            text.AsSpan().SequenceEqual(Octets.Pattern(octets)), "rfc9293/3.9.1.3/1",
            "the text is whole");
        await s.Peer.ExpectEventually(
            r => r.Window > 0, ctx.Times.Acknowledgment, "rfc9293/3.8.6.2.2/1",
            "the window opens once the user has read, without being probed");
        s.Peer.SndNxt = s.Peer.SndUna;
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/45");
    }

    private static async Task ProbeAnswered(CaseContext ctx)
    {
        (Scene s, _) = await Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        for (int i = 0; i < 3; i++)
        {
            await s.Peer.Drain(ctx.Times.AtOnce);
            s.Peer.Send(TcpFlags.Ack, text: Octets.Pattern(1), advance: false);
            ReceivedSegment r = await s.Peer.Expect(
                TcpFlags.Ack, ctx.Times.AtOnce, Answers, "a probe is answered",
                seq: s.Peer.RcvNxt, length: 0);
            ctx.Assert(
                r.Ack == s.Peer.SndNxt && r.Window == 0, Answers,
                "the answer tells the next number and the window of zero");
            await ctx.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static async Task Refused(CaseContext ctx)
    {
        (Scene s, int octets) = await Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        s.Peer.SendText(Octets.Pattern(1000, 13));
        await s.Peer.Acknowledges(
            s.Peer.SndUna, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4", "the text is answered");
        s.Peer.SndNxt = s.Peer.SndUna;
        byte[] text = await s.User.ReceiveExactly(
            octets, ctx.Times.Patience, "rfc9293/3.9.1.3/1");
        ctx.Assert(
            text.AsSpan().SequenceEqual(Octets.Pattern(octets)), "rfc9293/3.10.7.4/6",
            "what was in the window is delivered, and nothing of the refused text");
        await ctx.Delay(ctx.Times.Acknowledgment);
        s.Peer.TakeUnread();
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/6");
    }

    private static async Task AckProcessed(CaseContext ctx)
    {
        (Scene s, _) = await Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        await s.User.Send(500);
        await s.Peer.ExpectEventually(
            r => r.TextLength == 500, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
        s.Peer.SendAck();
        await s.Peer.Quiet(
            ctx.Times.FirstRetransmission * 2, "rfc9293/3.4/7",
            "what is acknowledged isn't sent again, although the window is closed",
            r => r.TextLength == 0);
    }

    private static async Task UrgProcessed(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-66";
        (Scene s, _) = await Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        Task<UserResult> notice = s.User.AwaitUrgent();
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Urg, text: Octets.Pattern(1), urgentPointer: 1,
            advance: false);
        await ctx.Returned(
            notice, UserError.None, ctx.Times.Patience, Must,
            "the user is told of urgent data that has no room yet");
    }

    private static async Task RstProcessed(CaseContext ctx)
    {
        (Scene s, _) = await Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        s.Peer.SendRst();
        Spec.Calls.UserError error = await s.User.Error(ctx.Times.Patience, "rfc9293/MUST-66");
        ctx.Assert(
            error == Spec.Calls.UserError.Reset, "rfc9293/MUST-66",
            $"the user is told of the reset, not of {error}");
    }
}
