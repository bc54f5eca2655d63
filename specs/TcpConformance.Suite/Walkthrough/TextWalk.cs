using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Walkthrough;

/// <summary>The classic account of TCP: text on its way.</summary>
internal static class TextWalk
{
    private const string Numbers = "rfc9293/3.8/2";
    private const string InOrder = "rfc9293/3.9.1.3/1";

    private static readonly TestCase Statement = new TestCase(
        "walkthrough/data/seq-and-ack",
        "Ensure that after every segment the next numbers are those of the books.", SeqAndAck)
        .Judges(Numbers, "rfc9293/3.1/8", "rfc9293/3.1/1", "rfc9293/3.4/1");

    public static IEnumerable<TestCase> Cases =>
    [
        Statement, Statement.OverIpv6(),
        new TestCase(
            "walkthrough/data/both-directions",
            "Ensure that text flows whole in both directions at once, with losses.", BothWays)
            .Judges(InOrder, "rfc9293/3.8/1", "rfc9293/3.4/2"),
        new TestCase(
            "walkthrough/data/both-directions/ipv6",
            "Ensure that text flows whole in both directions at once, with losses, over IPv6.",
            BothWays).Judges(InOrder, "rfc9293/3.8/1") with { Traits = CaseTraits.Ipv6 },
        new TestCase(
            "walkthrough/data/delayed-ack",
            "Ensure that a segment that needs no answer is acknowledged within 0.5 s.",
            Acknowledging.SingleSegment).Judges("rfc9293/MUST-40"),
        new TestCase(
            "walkthrough/data/piggybacked-ack",
            "Ensure that an answer carries the acknowledgment of the question.",
            Acknowledging.Piggybacked).Judges("rfc9293/3.8/3", "rfc9293/3.10.7.4/51"),
        new TestCase(
            "walkthrough/data/cut-to-mss",
            "Ensure that text is cut into segments of the peer's MSS.", CutToMss)
            .Judges("rfc9293/MUST-16", "rfc9293/SHLD-28", "rfc9293/3.10.2/4"),
        new TestCase(
            "walkthrough/data/reordered",
            "Ensure that segments that overtake each other are put right.", Order.PutRight)
            .Judges(InOrder, "rfc9293/3.10/2"),
        new TestCase(
            "walkthrough/data/duplicate",
            "Ensure that a segment that comes twice is delivered once.", Order.Duplicate)
            .Judges(InOrder, "rfc9293/3.10.7.4/4"),
        new TestCase(
            "walkthrough/data/bad-checksum",
            "Ensure that a damaged segment is dropped, and taken when it is sent again.",
            Damage.TextFlipped).Judges("rfc9293/MUST-3"),
    ];

    private static async Task SeqAndAck(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        Peer peer = s.Peer;
        SeqNumber x = peer.Iss;
        SeqNumber y = peer.Irs;
        peer.SendText(10);
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.Acknowledgment, Numbers,
            "10 octets from x+1 are acknowledged with x+11", seq: y + 1, ack: x + 11, length: 0);
        await s.User.Send(20);
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, Numbers,
            "the IUT's 20 octets begin at y+1, and acknowledge x+11", seq: y + 1, ack: x + 11,
            length: 20);
        peer.SendAck();
        peer.SendText(5);
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.Acknowledgment, Numbers,
            "5 more are acknowledged with x+16, from y+21", seq: y + 21, ack: x + 16, length: 0);
        await s.User.Send(1);
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, Numbers, "one octet has the number y+21",
            seq: y + 21, ack: x + 16, length: 1);
        peer.SendAck();
        await ctx.Reads(s, Octets.Pattern(15), InOrder);
        peer.SendFin();
        await peer.Expect(
            TcpFlags.Ack, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/55",
            "a FIN takes the number x+16", seq: y + 22, ack: x + 17, length: 0);
    }

    // The tester loses every ninth of its own segments, and every seventh of the IUT's.
    private static async Task BothWays(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        const int Size = 1000;
        byte[] text = Octets.Pattern(40 * Size);
        TimeSpan within = ctx.Times.Patience * 20;
        Task sending = s.User.Send(text);
        Task<byte[]> reading = s.User.ReceiveExactly(text.Length, within, InOrder);
        var receiver = new Congestion.CumulativeReceiver(s.Peer);
        SeqNumber first = s.Peer.SndNxt;
        SeqNumber iutEnd = s.Peer.RcvNxt + text.Length;
        int sent = 0;
        int came = 0;
        TimeSpan until = ctx.Now + within;
        while (receiver.Next < iutEnd || s.Peer.SndUna < first + text.Length)
        {
            ctx.Assert(ctx.Now < until, InOrder, "text flows both ways until all has arrived");
            SeqNumber right = SeqNumber.Min(first + text.Length, s.Peer.SndUna + (8 * Size));
            for (; s.Peer.SndNxt < right; sent++)
            {
                int at = s.Peer.SndNxt - first;
                int size = Math.Min(Size, text.Length - at);
                s.Peer.RcvNxt = receiver.Next;
                s.Peer.SendText(text.AsMemory(at, size), size, _ => sent % 9 == 4);
            }
            ReceivedSegment? r = await s.Peer.Next(TimeSpan.FromSeconds(1));
            if (r is null)
            {
                s.Peer.SndNxt = s.Peer.SndUna; // sends again what is not acknowledged
            }
            else if (r.TextLength > 0 && came++ % 7 != 3)
            {
                receiver.Arrive(r);
            }
        }
        ctx.Assert(
            (await reading).AsSpan().SequenceEqual(text), InOrder, "the user's text is whole");
        await sending;
    }

    private static async Task CutToMss(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 700 });
        await s.User.Send(2800);
        for (int i = 0; i < 4; i++)
        {
            await s.Peer.Expect(
                r => r.TextLength == 700 && r.Seq == s.Peer.Irs + (1 + (i * 700)),
                ctx.Times.AtOnce, "rfc9293/SHLD-28",
                $"2800 octets are cut into four segments of 700; segment {i + 1} comes");
            s.Peer.SendAck();
        }
    }
}
