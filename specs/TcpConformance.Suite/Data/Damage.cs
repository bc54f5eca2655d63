using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>RFC 9293 §3.1: segments that are damaged, or whose header is strange.</summary>
internal static class Damage
{
    private const string Verify = "rfc9293/MUST-3";
    private const string Deliver = "rfc9293/3.9.1.3/1";
    private const string Offset = "rfc9293/3.1/2";

    private static readonly TestCase Inverted = Bad(
        "inverted", "with every bit of the checksum inverted", c => unchecked((ushort)~c));

    public static IEnumerable<TestCase> Cases =>
    [
        Inverted, Inverted.OverIpv6(),
        Bad("zero", "with a checksum of zero", c => (ushort)(c == 0 ? 1 : 0)),
        Bad("off-by-one", "whose checksum is one too large", c => unchecked((ushort)(c + 1))),
        Bad("swapped", "whose checksum has its octets swapped", c =>
            (c >> 8) == (c & 255) ? unchecked((ushort)(c + 1)) : Swapped(c)),
        new TestCase(
            "rfc9293/3.1/checksum/text-octet-flipped",
            "Ensure that a segment with one bit of its text flipped is dropped.", TextFlipped)
            .Judges(Verify, Deliver, "rfc9293/3.1/5"),
        new TestCase(
            "rfc9293/3.1/checksum/rst-damaged",
            "Ensure that a RST with a bad checksum does not reset the connection.", BadReset)
            .Judges(Verify),
        new TestCase(
            "rfc9293/3.1/checksum/syn-damaged",
            "Ensure that a SYN with a bad checksum gets no answer.", BadSyn).Judges(Verify),
        Shape("offset-4", "with a data offset of 4", s => s with { DataOffset = 4 }),
        Shape("offset-0", "with a data offset of 0", s => s with { DataOffset = 0 }),
        Shape("offset-past-end", "whose data offset lies past its end", s => s with
        {
            DataOffset = 15, Text = s.Text[..8],
        }),
        Shape("cut-header", "whose header is cut short", s => s with { CutTo = 18 }),
        new TestCase(
            "rfc9293/3.1/header/reserved-bits",
            "Ensure that reserved bits in a received header are ignored.", ReservedBits)
            .Judges("rfc9293/3.1/4"),
        new TestCase(
            "rfc9293/3.1/header/flags-beside-ack",
            "Ensure that text is taken whatever of PSH, ECE, CWR and AE stands beside ACK.",
            FlagsBesideAck).Judges("rfc9293/3.10.7.4/45", "rfc9293/3.1/4"),
        new TestCase(
            "rfc9293/3.1/header/ack-bit-off",
            "Ensure that text without the ACK bit is dropped.", NoAckBit)
            .Judges("rfc9293/3.10.7.4/25"),
        new TestCase(
            "rfc9293/3.1/header/urgent-pointer-without-urg",
            "Ensure that an urgent pointer without URG means nothing.", PointerAlone)
            .Judges("rfc9293/3.1/6"),
        new TestCase(
            "rfc9293/3.1/header/largest",
            "Ensure that text behind the largest header, of 60 octets, is found.", Largest)
            .Judges(Offset, "rfc9293/MUST-5", "rfc9293/MUST-6"),
    ];

    private static ushort Swapped(ushort c) => (ushort)(((c & 255) << 8) | (c >> 8));

    private static TestCase Bad(string name, string words, Func<ushort, ushort> damage) =>
        new TestCase(
            "rfc9293/3.1/checksum/" + name,
            $"Ensure that a segment {words} is dropped, and taken when it is sent again.",
            ctx => DropsThenTakes(ctx, s => s with
            {
                Checksum = damage(RightChecksum(s.Peer, s.Segment)),
            })).Judges(Verify, Deliver);

    private static TestCase Shape(string name, string words, Func<Segment, Segment> change) =>
        new TestCase(
            "rfc9293/3.1/header/" + name,
            $"Ensure that a segment {words} is dropped, and a right one taken afterwards.",
            ctx => DropsThenTakes(ctx, s => s with { Segment = change(s.Segment) }))
            .Judges(Offset);

    private sealed record Damaged(Peer Peer, Segment Segment)
    {
        public ushort? Checksum { get; init; }
    }

    private static ushort RightChecksum(Peer peer, Segment segment) =>
        SegmentView.Read(segment.ToBytes(peer.Socket.Address, peer.IutSocket.Address))
            .Header.Checksum;

    private static async Task DropsThenTakes(CaseContext ctx, Func<Damaged, Damaged> change)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(301);
        Segment right = s.Peer.Make(TcpFlags.Ack | TcpFlags.Psh, text: text);
        Damaged wrong = change(new Damaged(s.Peer, right));
        s.Peer.SendRaw(wrong.Checksum is ushort c
            ? wrong.Segment with { Checksum = c }
            : wrong.Segment);
        await s.Peer.Quiet(
            ctx.Times.Acknowledgment, ctx.Case.Requirements[0],
            "a damaged segment gets no answer");
        s.Peer.SendText(text);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Deliver, "the right segment is taken");
        await ctx.Reads(s, text, Deliver);
    }

    internal static async Task TextFlipped(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(200);
        Segment right = s.Peer.Make(TcpFlags.Ack | TcpFlags.Psh, text: text);
        byte[] flipped = Octets.Pattern(200);
        flipped[150] ^= 4;
        s.Peer.SendRaw(right with
        {
            Text = flipped, Checksum = RightChecksum(s.Peer, right),
        });
        await s.Peer.Quiet(ctx.Times.Acknowledgment, Verify, "damaged text gets no answer");
        s.Peer.SendText(text);
        await ctx.Reads(s, text, Deliver);
    }

    private static async Task BadReset(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        Segment right = s.Peer.Make(TcpFlags.Rst);
        ushort wrong = unchecked((ushort)(RightChecksum(s.Peer, right) + 1));
        s.Peer.SendRaw(right with { Checksum = wrong });
        await s.Peer.Quiet(ctx.Times.AtOnce, Verify, "a damaged RST gets no answer");
        await ctx.IsAlive(s, Verify);
    }

    private static async Task BadSyn(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        Segment right = s.Peer.Make(TcpFlags.Syn, seq: s.Peer.Iss);
        ushort wrong = unchecked((ushort)(RightChecksum(s.Peer, right) + 1));
        s.Peer.SendRaw(right with { Checksum = wrong });
        await s.Peer.Quiet(ctx.Times.Acknowledgment, Verify, "a damaged SYN gets no answer");
        s.Peer.SendSyn();
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Verify,
            "the right SYN is answered", ack: s.Peer.Iss + 1);
    }

    private static async Task ReservedBits(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(30);
        TcpFlags[] bits = [TcpFlags.Reserved1, TcpFlags.Reserved2, TcpFlags.Reserved3];
        for (int i = 0; i < bits.Length; i++)
        {
            s.Peer.Send(TcpFlags.Ack | bits[i], text: text.AsMemory(i * 10, 10));
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.1/4",
                "a segment with a reserved bit is taken like another");
        }
        await ctx.Reads(s, text, "rfc9293/3.1/4");
    }

    private static async Task FlagsBesideAck(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(16 * 5);
        for (int i = 0; i < 16; i++)
        {
            TcpFlags flags = TcpFlags.Ack
                | ((i & 1) != 0 ? TcpFlags.Psh : 0) | ((i & 2) != 0 ? TcpFlags.Ece : 0)
                | ((i & 4) != 0 ? TcpFlags.Cwr : 0) | ((i & 8) != 0 ? TcpFlags.Ae : 0);
            s.Peer.Send(flags, text: text.AsMemory(i * 5, 5));
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/45",
                $"text with {flags.ToText()} is taken");
        }
        await ctx.Reads(s, text, "rfc9293/3.10.7.4/45");
    }

    private static async Task NoAckBit(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = s.Peer.SndNxt;
        s.Peer.Send(TcpFlags.Psh, text: Octets.Pattern(50, 77), advance: false);
        s.Peer.Send(TcpFlags.Psh | TcpFlags.Fin, text: Octets.Pattern(9), advance: false);
        await s.Peer.Quiet(
            ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/25",
            "a segment without ACK is dropped without an answer");
        ctx.Assert(
            s.Peer.SndNxt == first, "rfc9293/3.10.7.4/25", "the tester has not moved on");
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/25");
    }

    // A receiver that looks at the pointer alone would split or mark the text.
    private static async Task PointerAlone(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(100);
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Psh, text: text, urgentPointer: 40);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.1/6", "the text is taken");
        Spec.Calls.UserResult got = await ctx.Returned(
            s.User.Receive(), ctx.Times.Patience, "rfc9293/3.1/6", "the text is delivered");
        ctx.Assert(
            got.Text.Span.SequenceEqual(text), "rfc9293/3.1/6",
            $"the text is not split at the pointer: {got.Text.Length} of 100 octets came");
    }

    private static async Task Largest(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(100);
        OptionBytes options = OptionBytes.Unknown(200, new byte[30]) + OptionBytes.Nop(8);
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Psh, text: text, options: options);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Offset,
            "text behind 40 octets of options is taken");
        await ctx.Reads(s, text, Offset);
    }
}
