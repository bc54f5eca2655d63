using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>RFC 9293 §3.8.6.3, RFC 5681 §4.2: when text is acknowledged.</summary>
internal static class Acknowledging
{
    private const string Delay = "rfc9293/MUST-40";
    private const string EverySecond = "rfc9293/SHLD-19";
    private const string OutOfOrder = "rfc9293/3.8.6.3/1";

    private static readonly TestCase Single = new TestCase(
        "rfc9293/3.8.6.3/single-segment",
        "Ensure that one segment alone is acknowledged in less than 0.5 s.", SingleSegment)
        .Judges(Delay, "rfc5681/4.2/2", "rfc9293/3.10.7.4/50");

    public static IEnumerable<TestCase> Cases =>
    [
        Single, Single.OverIpv6(),
        new TestCase(
            "rfc9293/3.8.6.3/delay-does-not-grow",
            "Ensure that a trickle of small segments does not put an ACK off again and again.",
            Trickle).Judges(Delay),
        new TestCase(
            "rfc9293/3.8.6.3/every-second-full-segment",
            "Ensure that at least every second full-sized segment is acknowledged at once.",
            SecondSegment).Judges(EverySecond, "rfc5681/4.2/3"),
        new TestCase(
            "rfc9293/3.8.6.3/fewer-acks-than-segments",
            "Ensure that a stream of full-sized segments gets fewer ACKs than it has segments.",
            FewerAcks).Judges("rfc9293/SHLD-18", "rfc9293/MUST-58", "rfc5681/4.2/1"),
        new TestCase(
            "rfc9293/3.8.6.3/no-more-acks-than-segments",
            "Ensure that no segment gets more than one ACK.", NoMoreAcks)
            .Judges("rfc5681/4.2/6"),
        new TestCase(
            "rfc9293/3.8.6.3/out-of-order-at-once",
            "Ensure that each segment above a hole is answered at once with a duplicate ACK.",
            AboveHole).Judges(OutOfOrder, "rfc5681/4.2/4", "rfc5681/3.2/1"),
        new TestCase(
            "rfc9293/3.8.6.3/part-of-gap-at-once",
            "Ensure that a segment that fills part of a gap is acknowledged at once.",
            PartOfGap).Judges("rfc5681/4.2/5", "rfc5681/3.2/2", OutOfOrder),
        new TestCase(
            "rfc9293/3.10.7.4/ack/after-queued-segments",
            "Ensure that the ACK after a hole is filled covers all that was queued.", AfterQueue)
            .Judges("rfc9293/MUST-59", "rfc9293/MUST-58", "rfc9293/SHLD-31"),
        new TestCase(
            "rfc9293/3.10.7.4/ack/of-ack-only",
            "Ensure that an ACK that brings nothing new is not answered.", OfAck)
            .Judges("rfc9293/3.10.7.4/32"),
        new TestCase(
            "rfc9293/3.10.7.4/ack/of-empty-beyond-window",
            "Ensure that an empty segment beyond the window is answered and not taken.",
            OfEmptyBeyond).Judges("rfc9293/3.10.7.4/2", "rfc9293/3.10.7.4/4"),
        new TestCase(
            "rfc9293/3.10.7.4/ack/piggybacked",
            "Ensure that text going out carries the acknowledgment of text that came in.",
            Piggybacked).Judges("rfc9293/3.8/3", "rfc9293/3.1/1", "rfc9293/3.10.7.4/51"),
        new TestCase(
            "rfc9293/3.10.7.4/ack/psh-does-not-matter",
            "Ensure that text without PSH is acknowledged and delivered as well.", WithoutPush)
            .Judges(Delay, "rfc9293/3.10.7.4/45", "rfc9293/MUST-60"),
    ];

    // Not at the edge, where RFC 9293 Appendix A.2 leaves hosts a choice.
    private static async Task OfEmptyBeyond(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        s.Peer.Send(TcpFlags.Ack, seq: s.Peer.SndUna + s.Peer.SndWnd + 100u);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4",
            "a segment beyond the window is answered with an ACK", seq: s.Peer.RcvNxt,
            ack: s.Peer.SndNxt, length: 0);
    }

    internal static async Task SingleSegment(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        for (int i = 0; i < 5; i++)
        {
            s.Peer.SendText(100);
            await s.Peer.Expect(
                TcpFlags.Ack, ctx.Times.Acknowledgment, Delay,
                "one segment is acknowledged within the delay", seq: s.Peer.RcvNxt,
                ack: s.Peer.SndNxt, length: 0);
        }
    }

    // Catches a delayed-ACK timer that each arrival restarts.
    private static async Task Trickle(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        TimeSpan step = TimeSpan.FromMilliseconds(90);
        TimeSpan oldest = ctx.Now;
        SeqNumber first = s.Peer.SndNxt;
        for (int i = 0; i < 20; i++)
        {
            s.Peer.SendText(1);
            await ctx.Delay(step);
            foreach (ReceivedSegment r in s.Peer.TakeUnread().Where(r => r.Ack > first))
            {
                ctx.Assert(
                    r.At - oldest <= ctx.Times.Acknowledgment, Delay,
                    "text has waited for its ACK for too long");
                oldest = ctx.Now;
                first = r.Ack;
            }
            ctx.Assert(
                ctx.Now - oldest <= ctx.Times.Acknowledgment + step, Delay,
                "text is acknowledged in less than 0.5 s although more text comes");
        }
    }

    private static async Task SecondSegment(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        // One alone first: some acknowledge it at once, and count from there.
        SentSegment first = s.Peer.SendText(s.Peer.SendMss);
        await s.Peer.Acknowledges(
            first.End, ctx.Times.Acknowledgment, Delay, "the first segment is acknowledged");
        await s.User.ReceiveExactly(
            s.Peer.SendMss, ctx.Times.Patience, "rfc9293/3.10.7.4/45");
        s.Peer.TakeUnread();
        for (int i = 0; i < 10; i++)
        {
            s.Peer.SendText(s.Peer.SendMss);
            SentSegment second = s.Peer.SendText(s.Peer.SendMss);
            await s.Peer.Acknowledges(
                second.End, ctx.Times.AtOnce, EverySecond,
                "the second full-sized segment is acknowledged at once");
            await s.User.ReceiveExactly(
                2 * s.Peer.SendMss, ctx.Times.Patience, "rfc9293/3.10.7.4/45");
            s.Peer.TakeUnread();
        }
    }

    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(2);

    // Catches a stack that acknowledges every segment; a phase of that at the start is let pass.
    private static async Task FewerAcks(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        const int Segments = 120;
        int size = s.Peer.SendMss;
        Task<byte[]> reading = s.User.ReceiveExactly(
            Segments * size, ctx.Times.Patience * 20, "rfc9293/3.10.7.4/45");
        int acks = 0;
        for (int i = 0; i < Segments; i += 4)
        {
            for (int n = 0; n < 4; n++)
            {
                // Without PSH, as in the middle of a stream: a user who waits for it may read at
                // once and so cause an ACK. And what comes at one moment may be gathered.
                s.Peer.Send(
                    TcpFlags.Ack, text: Octets.Pattern(size, s.Peer.SndNxt - s.Peer.Iss - 1));
                await ctx.Delay(Apart);
            }
            while (s.Peer.SndUna < s.Peer.SndNxt)
            {
                ReceivedSegment? r = await s.Peer.Next(ctx.Times.Acknowledgment);
                ctx.Assert(r is not null, Delay, "text is acknowledged within the delay");
                acks++;
            }
        }
        await reading;
        acks += (await s.Peer.Drain(ctx.Times.AtOnce)).Count;
        ctx.Assert(
            acks < Segments, "rfc9293/SHLD-18",
            $"{Segments} full-sized segments in a row get fewer ACKs than that; {acks} came");
    }

    private static async Task NoMoreAcks(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        const int Segments = 20;
        for (int i = 0; i < Segments; i++)
        {
            s.Peer.SendText(10); // nobody reads, so that no window update is due
        }
        IReadOnlyList<ReceivedSegment> acks = await s.Peer.Drain(ctx.Times.Acknowledgment);
        ctx.Assert(
            acks.Count is > 0 and <= Segments, "rfc5681/4.2/6",
            $"{Segments} segments get at most one ACK each; {acks.Count} came");
    }

    private static async Task AboveHole(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(500);
        SeqNumber first = s.Peer.SndNxt;
        for (int at = 100; at < 500; at += 100)
        {
            s.Peer.SendText(text.AsMemory(at, 100), first + at);
            await s.Peer.Expect(
                TcpFlags.Ack, ctx.Times.AtOnce, OutOfOrder,
                "a segment above a hole is answered at once with a duplicate ACK",
                seq: s.Peer.RcvNxt, ack: first, length: 0);
        }
    }

    private static async Task PartOfGap(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(600);
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.SendText(text.AsMemory(400, 200), first + 400);
        await s.Peer.Acknowledges(first, ctx.Times.AtOnce, OutOfOrder, "the hole is told");
        s.Peer.SendText(text.AsMemory(0, 100));
        await s.Peer.Acknowledges(
            first + 100, ctx.Times.AtOnce, "rfc5681/4.2/5",
            "text that fills part of a gap is acknowledged at once");
        s.Peer.SendText(text.AsMemory(100, 300));
        await s.Peer.Acknowledges(
            first + 600, ctx.Times.AtOnce, "rfc5681/4.2/5",
            "text that fills the rest is acknowledged at once");
        await ctx.Reads(s, text, "rfc9293/3.9.1.3/1");
    }

    private static async Task AfterQueue(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        IReadOnlyList<SentSegment> sent =
            s.Peer.SendText(Octets.Pattern(2000), 100, lose: n => n == 0);
        await s.Peer.Drain(ctx.Times.AtOnce);
        s.Peer.Resend(sent[0]);
        ReceivedSegment ack = await s.Peer.Expect(
            r => r.Ack > sent[0].Seq, ctx.Times.AtOnce, "rfc9293/MUST-58",
            "the filled hole is acknowledged");
        ctx.Assert(
            ack.Ack == sent[^1].End, "rfc9293/MUST-59",
            "the first ACK after the hole is filled covers all that was queued, "
            + $"not only {ack.Ack - sent[0].Seq} of 2000 octets");
    }

    // Two stacks that answer ACKs with ACKs never stop.
    private static async Task OfAck(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        for (int i = 0; i < 3; i++)
        {
            s.Peer.SendAck();
        }
        await s.Peer.Quiet(
            ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/32", "an ACK is not answered");
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/32");
    }

    internal static async Task Piggybacked(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        for (int i = 0; i < 5; i++)
        {
            byte[] text = Octets.Pattern(50 + i);
            s.Peer.SendText(text);
            await ctx.Reads(s, text, "rfc9293/3.9.1.3/1");
            await s.User.Send(text);
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/3.8/1", "text goes out");
            ctx.Assert(
                r.Has(TcpFlags.Ack) && r.Ack == s.Peer.SndNxt, "rfc9293/3.8/3",
                $"text carries the current acknowledgment {s.Peer.SndNxt}, not {r.Ack}");
            s.Peer.SendAck();
        }
    }

    private static async Task WithoutPush(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(120);
        s.Peer.Send(TcpFlags.Ack, text: text);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Delay, "text without PSH is acknowledged");
        await ctx.Reads(s, text, "rfc9293/3.10.7.4/45");
    }
}
