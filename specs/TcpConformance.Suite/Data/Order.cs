using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>RFC 9293 §3.4, §3.10.7.4: text that comes out of order, twice, or cut otherwise,
/// reaches the user in order and once.</summary>
internal static class Order
{
    private const string Deliver = "rfc9293/3.9.1.3/1";
    private const string Trim = "rfc9293/3.10/1";
    private const string Hold = "rfc9293/SHLD-31";
    private const string NewPart = "rfc9293/3.10.7.4/1";
    private const string Taken = "rfc9293/3.10.7.4/47";

    private static readonly TestCase Reordered = new TestCase(
        "rfc9293/3.4/text/reordered",
        "Ensure that segments that arrive in another order are put right.", PutRight)
        .Judges(Deliver, Hold, "rfc9293/3.10/2", "rfc9293/3.4/2");

    private static readonly TestCase Wraps = new TestCase(
        "rfc9293/3.4/text/wraps",
        "Ensure that text passes the end of the sequence space unharmed, holes as well.", Wrap)
        .Judges("rfc9293/3.4/3", Deliver);

    public static IEnumerable<TestCase> Cases =>
    [
        Reordered, Reordered.OverIpv6(), Wraps, Wraps.OverIpv6(),
        new TestCase(
            "rfc9293/3.4/text/one-octet-each-shuffled",
            "Ensure that text in segments of one octet, shuffled, is put together.", Shuffled)
            .Judges(Deliver, Hold),
        new TestCase(
            "rfc9293/3.10.7.4/text/duplicate",
            "Ensure that a segment that comes twice is delivered once and acknowledged again.",
            Duplicate).Judges(Deliver, "rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6"),
        new TestCase(
            "rfc9293/3.10.7.4/text/hole-filled",
            "Ensure that text held behind a hole is delivered once the hole is filled.",
            HoleFilled).Judges(Hold, Taken, "rfc9293/3.10.7.4/48", "rfc5681/4.2/5"),
        new TestCase(
            "rfc9293/3.10.7.4/text/overlaps-left",
            "Ensure that of a segment that straddles old and new text only the new is taken.",
            OverlapsLeft).Judges(NewPart, Trim, "rfc9293/3.10.7.4/48"),
        new TestCase(
            "rfc9293/3.10.7.4/text/covers-hole-and-both-sides",
            "Ensure that a segment that covers a hole and text on both sides fills the hole.",
            CoversHole).Judges(Trim, NewPart, Deliver),
        new TestCase(
            "rfc9293/3.10.7.4/text/other-boundaries",
            "Ensure that text sent again with other boundaries is delivered once.",
            OtherBoundaries).Judges(Trim, NewPart, Deliver),
        new TestCase(
            "rfc9293/3.10.7.4/text/straddles-right-edge",
            "Ensure that text beyond the window is not taken, and harms nothing.",
            StraddlesRightEdge).Judges("rfc9293/3.10.7.4/8", Deliver),
        new TestCase(
            "rfc9293/3.10.7.4/text/wholly-right-of-window",
            "Ensure that text wholly beyond the window is answered with an ACK and dropped.",
            BeyondWindow).Judges("rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/6", "rfc9293/3.4/6"),
        new TestCase(
            "rfc9293/3.10.7.4/text/before-established",
            "Ensure that text whose ACK ends the handshake is taken.", BeforeEstablished)
            .Judges("rfc9293/3.10.7.4/28", "rfc9293/3.10.7.4/45"),
        new TestCase(
            "rfc9293/3.10.7.4/text/above-hole-before-established",
            "Ensure that text that overtakes the ACK of the SYN is delivered in the end.",
            HoleBeforeEstablished).Judges(Deliver, "rfc9293/3.10.7.4/28"),
        new TestCase(
            "rfc9293/3.10.7.4/text/fin-beyond-hole",
            "Ensure that a FIN behind a hole is not acknowledged before the hole is filled.",
            FinBeyondHole).Judges("rfc9293/3.4/2", "rfc9293/3.10/2", Deliver),
    ];

    internal static async Task PutRight(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(10 * 400);
        SeqNumber first = s.Peer.SndNxt;
        int[] order = [0, 2, 1, 5, 4, 3, 9, 7, 8, 6];
        foreach (int n in order)
        {
            s.Peer.SendText(text.AsMemory(n * 400, 400), first + (n * 400));
        }
        await s.Peer.Acknowledges(
            first + text.Length, ctx.Times.Acknowledgment, Hold,
            "once all is there all of it is acknowledged");
        await ctx.Reads(s, text, Deliver);
    }

    private static async Task Shuffled(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(50);
        SeqNumber first = s.Peer.SndNxt;
        int[] order = Enumerable.Range(0, text.Length).ToArray();
        ctx.Random.Shuffle(order);
        foreach (int n in order)
        {
            s.Peer.SendText(text.AsMemory(n, 1), first + n);
        }
        await s.Peer.Acknowledges(
            first + text.Length, ctx.Times.Acknowledgment, Hold, "all is acknowledged");
        await ctx.Reads(s, text, Deliver);
    }

    // Catches comparisons of sequence numbers as plain integers.
    private static async Task Wrap(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Iss = new SeqNumber(0xffff_fc00) });
        byte[] text = Octets.Pattern(4000);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.SendText(text.AsMemory(0, 500));
        // The hole spans the wrap: it begins 523 octets before zero.
        s.Peer.SendText(text.AsMemory(1500, 1250), first + 1500);
        s.Peer.SendText(text.AsMemory(2750, 1250), first + 2750);
        await s.Peer.Acknowledges(
            first + 500, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1",
            "text above the hole is answered at once");
        s.Peer.SendText(text.AsMemory(500, 1000), first + 500);
        await s.Peer.Acknowledges(
            first + 4000, ctx.Times.Acknowledgment, "rfc9293/3.4/3",
            "text across the end of the sequence space is acknowledged");
        await ctx.Reads(s, text, Deliver);
        s.Peer.SndNxt = first + 4000;
        await ctx.IsAlive(s, "rfc9293/3.4/3");
    }

    internal static async Task Duplicate(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(300);
        SentSegment sent = s.Peer.SendText(text);
        await s.Peer.Acknowledges(
            sent.End, ctx.Times.Acknowledgment, Taken, "the text is acknowledged");
        await ctx.Reads(s, text, Deliver);
        s.Peer.Resend(sent);
        await s.Peer.Acknowledges(
            sent.End, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4",
            "the duplicate is answered with an ACK of what is expected");
        Task<Spec.Calls.UserResult> receive = s.User.Receive();
        await ctx.StillWaiting(
            receive, ctx.Times.Acknowledgment, Deliver, "the duplicate is not delivered again");
        byte[] next = Octets.Pattern(10, 99);
        s.Peer.SendText(next);
        Spec.Calls.UserResult got = await ctx.Returned(
            receive, ctx.Times.Patience, Deliver, "what follows is delivered");
        ctx.Assert(
            got.Text.Span.SequenceEqual(next), Deliver,
            "after a duplicate the next octets of the stream are delivered, and they differ");
    }

    private static async Task HoleFilled(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(5000);
        IReadOnlyList<SentSegment> sent = s.Peer.SendText(text, 500, lose: n => n == 0);
        await s.Peer.Acknowledges(
            sent[0].Seq, ctx.Times.AtOnce, "rfc5681/4.2/4",
            "text above a hole is answered at once with the number of the hole");
        s.Peer.TakeUnread();
        s.Peer.Resend(sent[0]);
        await s.Peer.Acknowledges(
            sent[9].End, ctx.Times.AtOnce, Hold,
            "the segment that fills the hole makes all acknowledged, at once");
        await ctx.Reads(s, text, Deliver);
    }

    private static async Task OverlapsLeft(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(700);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.SendText(text.AsMemory(0, 400));
        await s.Peer.Acknowledges(
            first + 400, ctx.Times.Acknowledgment, Taken, "the text is acknowledged");
        s.Peer.SendText(text.AsMemory(100, 600), first + 100);
        await s.Peer.Acknowledges(
            first + 700, ctx.Times.Acknowledgment, NewPart,
            "the new part of the segment is taken");
        await ctx.Reads(s, text, Trim);
    }

    private static async Task CoversHole(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(900);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.SendText(text.AsMemory(0, 300));
        s.Peer.SendText(text.AsMemory(600, 300), first + 600);
        await s.Peer.Acknowledges(
            first + 300, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1",
            "text above a hole is answered at once");
        s.Peer.SendText(text.AsMemory(200, 500), first + 200);
        await s.Peer.Acknowledges(
            first + 900, ctx.Times.Acknowledgment, Hold, "the hole is filled");
        await ctx.Reads(s, text, Trim);
    }

    // Catches a reassembly that joins pieces wrongly where they overlap.
    private static async Task OtherBoundaries(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(3000);
        SeqNumber first = s.Peer.SndNxt;
        for (int i = 0; i < 60; i++)
        {
            int at = 1 + ctx.Random.Next(text.Length - 1);
            int length = 1 + ctx.Random.Next(Math.Min(500, text.Length - at));
            s.Peer.SendText(text.AsMemory(at, length), first + at);
        }
        for (int at = 0; at < text.Length; at += 375)
        {
            s.Peer.SendText(text.AsMemory(at, 375), first + at);
        }
        await s.Peer.Acknowledges(
            first + text.Length, ctx.Times.Acknowledgment, Deliver, "all is acknowledged");
        await ctx.Reads(s, text, Trim);
        s.Peer.SndNxt = first + text.Length;
        await ctx.IsAlive(s, Deliver);
    }

    private static async Task StraddlesRightEdge(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = s.Peer.SndNxt;
        uint window = s.Peer.SndWnd;
        byte[] text = Octets.Pattern((int)window + 300);
        int at = (int)window - 100;
        s.Peer.SendText(text.AsMemory(at, 400), first + at);
        await s.Peer.Acknowledges(
            first, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1",
            "text that isn't in order is answered at once");
        s.Peer.SndUna = first;
        Task<byte[]> reading =
            s.User.ReceiveExactly(text.Length, ctx.Times.Patience * 10, Deliver);
        await s.Peer.DeliverText(text, 1000, ctx.Times.Patience * 10, Deliver);
        ctx.Assert(
            (await reading).AsSpan().SequenceEqual(text), Deliver,
            "the text is delivered whole, once and in order");
    }

    private static async Task BeyondWindow(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber right = s.Peer.SndNxt + s.Peer.SndWnd;
        s.Peer.SendText(Octets.Pattern(100), right + 1000);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4",
            "text beyond the window is answered with an ACK", seq: s.Peer.RcvNxt,
            ack: s.Peer.SndNxt, length: 0);
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/6");
    }

    private static async Task BeforeEstablished(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived();
        byte[] text = Octets.Pattern(200);
        s.Peer.SendText(text); // the ACK before it is lost
        Scene open = await ctx.Accepted(s);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/28",
            "the ACK of the SYN,ACK is taken together with the text");
        await ctx.Reads(open, text, "rfc9293/3.10.7.4/45");
    }

    private static async Task HoleBeforeEstablished(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived();
        byte[] text = Octets.Pattern(400);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.SendText(text.AsMemory(200, 200), first + 200);
        s.Peer.SendText(text.AsMemory(0, 200));
        Scene open = await ctx.Accepted(s);
        s.Peer.SendText(text.AsMemory(200, 200)); // again, in case it was not kept
        await s.Peer.Acknowledges(
            first + 400, ctx.Times.Acknowledgment, Deliver, "the text is acknowledged");
        await ctx.Reads(open, text, Deliver);
    }

    private static async Task FinBeyondHole(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(100);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.Send(TcpFlags.Fin | TcpFlags.Ack, seq: first + 100);
        Task<Spec.Calls.UserResult> receive = s.User.Receive();
        await ctx.StillWaiting(
            receive, ctx.Times.AtOnce, "rfc9293/3.10/2", "the end is not told before the text");
        s.Peer.SendText(text);
        s.Peer.Send(TcpFlags.Fin | TcpFlags.Ack); // again, in case it was not kept
        await s.Peer.Acknowledges(
            first + 101, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/55",
            "text and FIN are acknowledged");
        Spec.Calls.UserResult got = await ctx.Returned(
            receive, ctx.Times.Patience, Deliver, "the text is delivered");
        ctx.Assert(got.Text.Span.SequenceEqual(text), Deliver, "the text comes before the end");
        await s.User.ReceiveEnd(ctx.Times.Patience, "rfc9293/3.10.7.4/54");
    }
}
