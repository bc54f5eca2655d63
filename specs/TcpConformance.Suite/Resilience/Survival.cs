using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Resilience;

/// <summary>What has made real stacks hang or crash, and harms no sound one.</summary>
internal static class Survival
{
    private const string Offset = "rfc9293/3.1/2";
    private const string Shift = "rfc7323/2.3/8";
    private const string Accepted = "rfc9293/3.8.6/2";
    private const string Again = "rfc9293/3.8/1";
    private const string ListensOn = "rfc9293/3.10.7.2/6";

    private static readonly (string Name, OptionBytes Octets)[] Bad =
    [
        ("length-0", OptionBytes.Raw(200, 0, 1, 2)),
        ("past-header", OptionBytes.Nop(2) + OptionBytes.Raw(200, 20)),
        ("wrong-length", OptionBytes.Raw(8, 8, 0, 0, 0, 1, 0, 0)),
    ];

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "rfc9293/3.1/header/syn-offset-past-end",
            "Ensure that a SYN whose data offset lies past its end is dropped, and the next "
            + "one answered.", TruncatedSyn).Judges(Offset),
        .. Bad.Select(b => new TestCase(
            "rfc9293/3.1/illegal-length/outside-window/" + b.Name,
            "Ensure that a segment outside the window does not harm the connection by an option "
            + "of illegal length.", ctx => BadOptionOutside(ctx, b.Octets))
            .Judges("rfc9293/3.10.7.4/6", "rfc9293/MUST-7")),
        new TestCase(
            "rfc9293/3.8.5/pointer-zero",
            "Ensure that a segment with URG and a pointer of zero is survived.", PointerZero)
            .Judges("rfc9293/3.8.5/5"),
        new TestCase(
            "rfc7323/2.3/shift-20-opens",
            "Ensure that a SYN with a shift of 20 opens a connection like any other.",
            IllegalShift).Judges(Shift) with { Needs = Claims.WindowScale },
        new TestCase(
            "rfc9293/3.10.7.2/listen/many-syn-fins",
            "Ensure that a listener still serves after many SYNs with FIN, whether it takes them "
            + "or not.", ManySynFins).Judges(ListensOn, "rfc9293/3.10.7.2/4"),
        new TestCase(
            "rfc2018/5/tiny-segments",
            "Ensure that SACKs over many tiny segments are survived, and the hole is filled.",
            TinySegments).Judges(Again) with { Needs = Claims.Sack },
        new TestCase(
            "rfc9293/3.10.7.4/text/many-holes",
            "Ensure that text is taken after hundreds of single octets with holes between them.",
            ManyHoles).Judges(Accepted, "rfc9293/3.9.1.3/1"),
    ];

    private static async Task TruncatedSyn(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        Segment syn = s.Peer.Make(TcpFlags.Syn, seq: s.Peer.Iss);
        s.Peer.SendRaw(syn with { DataOffset = 15 });
        ctx.MustSurvive(Offset);
        await s.Peer.Quiet(ctx.Times.AtOnce, Offset, "a truncated SYN gets no answer");
        await ctx.Serves(s.Listener!, s.Peer, Offset);
    }

    private static async Task BadOptionOutside(CaseContext ctx, OptionBytes options)
    {
        const string Must = "rfc9293/3.10.7.4/6";
        Scene s = await ctx.Open();
        await ctx.BothWays(s, "rfc9293/3.10.7.4/45");
        s.Peer.Send(
            TcpFlags.Ack, seq: s.Peer.SndNxt - 100_000, text: Octets.Pattern(10),
            options: options, advance: false);
        ctx.MustSurvive(Must);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        await ctx.IsAlive(s, Must);
    }

    private static async Task PointerZero(CaseContext ctx)
    {
        const string Must = "rfc9293/3.8.5/5";
        Scene s = await ctx.Open();
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Urg, text: Octets.Pattern(20), urgentPointer: 0);
        ctx.MustSurvive(Must);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Must,
            "text with an urgent pointer of zero is acknowledged");
        await ctx.Reads(s, Octets.Pattern(20), Must);
    }

    // What counts is that the IUT hears anything at all of such a peer.
    private static async Task IllegalShift(CaseContext ctx)
    {
        Scene s = await ctx.Listen(new SceneOptions
        {
            Peer = new PeerOptions { WindowScale = 20 },
        });
        s.Peer.SendSyn();
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Shift, "the SYN is answered");
        s.Peer.SendAck();
        ctx.MustSurvive(Shift);
        s.Peer.SendText(10);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Shift, "text is acknowledged");
    }

    // A stack that takes the SYN is reset, so that nothing is left of it.
    private static async Task ManySynFins(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        for (int i = 0; i < 24; i++)
        {
            Peer other = s.Listener!.NewPeer();
            other.Send(TcpFlags.Syn | TcpFlags.Fin, seq: other.Iss);
            ReceivedSegment? answer = await other.Next(ctx.Times.AtOnce);
            if (answer?.Has(TcpFlags.Syn) == true)
            {
                other.SendRst(answer.Ack);
            }
        }
        ctx.MustSurvive(ListensOn);
        await ctx.Delay(ctx.Times.AtOnce);
        await ctx.Serves(s.Listener!, s.Peer, ListensOn);
    }

    // RFC 9293 §3.7.1 sets no lower bound to the MSS, so a stack may ask for more than it is told;
    // what comes is taken as it is.
    private static async Task TinySegments(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 48, Sack = true });
        ctx.Require(s.Peer.SackOn, "the IUT has not agreed on SACK");
        SeqNumber first = s.Peer.RcvNxt;
        Task sending = s.User.Send(4000);
        SeqNumber top = first;
        for (int i = 0; i < 400 && top - first < 2000; i++)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
            top = SeqNumber.Max(top, r.End);
            // The first octets are missing until there is much to be SACKed.
            s.Peer.RcvNxt = first;
            if (r.Seq > first)
            {
                Sack(s.Peer, first, new SackBlock(r.Seq, top));
            }
            if (r.End - first > 400)
            {
                break;
            }
        }
        ctx.MustSurvive(Again);
        s.Peer.RcvNxt = first;
        Sack(s.Peer, first, new SackBlock(first + 48, top));
        await s.Peer.ExpectEventually(
            r => r.Seq == first && r.TextLength > 0, ctx.Times.Retransmission(2), Again,
            "what was lost is sent again");
        s.Peer.SendRst();
        await sending;
    }

    private static void Sack(Peer peer, SeqNumber ack, SackBlock block) => peer.Send(
        TcpFlags.Ack, ack: ack, options: peer.OptionOctets(TcpFlags.Ack, block));

    private static async Task ManyHoles(CaseContext ctx)
    {
        const int Holes = 300;
        const int Burst = 50;
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern((2 * Holes) + 2);
        SeqNumber first = s.Peer.SndNxt;
        ctx.MustSurvive(Accepted);
        for (int i = 1; i <= Holes; i++)
        {
            s.Peer.SendText(text.AsMemory(2 * i, 1), first + (2 * i));
            if (i % Burst == 0)
            {
                // Which of hundreds a duplicate ACK answers would be a riddle for the oracle.
                await ctx.Delay(ctx.Times.AtOnce);
            }
        }
        s.Peer.TakeUnread();
        s.Peer.SndNxt = first;
        s.Peer.SendText(text);
        await s.Peer.Acknowledges(
            first + text.Length, ctx.Times.Acknowledgment, Accepted,
            "all of the text is acknowledged once it has come in order");
        await ctx.Reads(s, text, "rfc9293/3.9.1.3/1");
    }
}
