using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 9293 §3.1, §3.2: options as octets: good ones, unknown ones, and broken ones.
/// </summary>
internal static class OptionForms
{
    private const string Skipped = "rfc9293/MUST-6";
    private const string Anywhere = "rfc9293/MUST-5";
    private const string Basic = "rfc9293/MUST-4";
    private const string Illegal = "rfc9293/MUST-7";
    private const string Aligned = "rfc9293/MUST-64";

    private static readonly (string Name, string Words, OptionBytes Octets, string Id)[] Good =
    [
        ("nops", "nothing but NOPs", OptionBytes.Nop(8), Basic),
        ("eol", "nothing but End of List", OptionBytes.EndOfList(), Basic),
        ("nop-eol", "NOPs and End of List", OptionBytes.Nop(3) + OptionBytes.EndOfList(), Basic),
        ("unknown-empty", "an unknown kind without body", OptionBytes.Unknown(200), Skipped),
        ("unknown-long", "an unknown kind of 40 octets",
            OptionBytes.Unknown(201, new byte[38]), Skipped),
        ("several-unknown", "several unknown kinds",
            OptionBytes.Unknown(77, 1) + OptionBytes.Unknown(99, 1, 2, 3, 4, 5)
            + OptionBytes.Unknown(252), Skipped),
        ("experiment", "an experimental kind",
            OptionBytes.Unknown(253, 0x12, 0x34, 9, 9), Skipped),
        ("user-timeout", "a user timeout", OptionBytes.UserTimeout(300), Skipped),
        ("multipath", "a Multipath TCP option",
            OptionBytes.Multipath(0x01, 0x81, 1, 2, 3, 4, 5, 6, 7, 8), Skipped),
        ("fast-open", "a Fast Open request", OptionBytes.FastOpen(), Skipped),
    ];

    private static readonly (string Name, OptionBytes Octets)[] Bad =
    [
        ("length-0", OptionBytes.Raw(200, 0, 1, 2)),
        ("length-1", OptionBytes.Raw(200, 1, 1, 2)),
        ("mss-length-0", OptionBytes.Raw(2, 0, 5, 0xb4)),
        ("mss-length-1", OptionBytes.Raw(2, 1, 5, 0xb4)),
        ("mss-length-2", OptionBytes.Raw(2, 2, 5, 0xb4)),
        ("mss-length-3", OptionBytes.Raw(2, 3, 5, 0)),
        ("mss-length-255", OptionBytes.Raw(2, 255, 5, 0xb4)),
        ("past-header", OptionBytes.Nop(2) + OptionBytes.Raw(200, 20)),
        ("length-missing", OptionBytes.Nop(3) + OptionBytes.Of(2)),
        ("wscale-length-2", OptionBytes.Raw(3, 2) + OptionBytes.Nop(2)),
        ("timestamps-length-8", OptionBytes.Raw(8, 8, 0, 0, 0, 1, 0, 0)),
        ("timestamps-length-255", OptionBytes.Raw(8, 255, 0, 0, 0, 1, 0, 0)),
        ("sack-length-9", OptionBytes.Raw(5, 9, 0, 0, 0, 0, 0, 0, 0) + OptionBytes.Nop(3)),
        ("sack-permitted-length-9", OptionBytes.Raw(4, 9, 1, 1)),
    ];

    public static IEnumerable<TestCase> Cases =>
    [
        .. Good.Select(g => new TestCase(
            $"rfc9293/3.2/any-segment/{g.Name}",
            $"Ensure that text beside {g.Words} is taken.", ctx => BesideText(ctx, g.Octets))
            .Judges(g.Id, Anywhere)),
        .. Good.Select(g => new TestCase(
            $"rfc9293/3.2/syn/{g.Name}",
            $"Ensure that a SYN with {g.Words} opens a connection.", ctx => InSyn(ctx, g.Octets))
            .Judges(g.Id)),
        .. Bad.Select(b => new TestCase(
            $"rfc9293/3.1/illegal-length/{b.Name}",
            "Ensure that an option of illegal length, in a SYN and beside text, is survived.",
            ctx => Survives(ctx, b.Octets)).Judges(Illegal)),
        .. Enumerable.Range(1, 3).Select(n => new TestCase(
            $"rfc9293/3.1/alignment/mss-behind-{n}-nops",
            $"Ensure that an MSS option behind {n} NOPs is understood.",
            ctx => MssIsFound(ctx, OptionBytes.Nop(n) + OptionBytes.Mss(300)))
            .Judges(Aligned, "rfc9293/3.2/1")),
        new TestCase(
            "rfc9293/3.1/alignment/mss-behind-unknown",
            "Ensure that an MSS option behind unknown ones of odd length is understood.",
            ctx => MssIsFound(
                ctx, OptionBytes.Unknown(99, 1, 2, 3) + OptionBytes.Mss(300)))
            .Judges(Aligned, Skipped, "rfc9293/MUST-68"),
        new TestCase(
            "rfc9293/3.2/nothing-behind-end-of-list",
            "Ensure that an MSS option behind End of List is not looked at.", BehindEnd)
            .Judges(Basic, "rfc9293/3.2/2"),
        new TestCase(
            "rfc9293/3.1/padding",
            "Ensure that the IUT's own options end in zeros or NOPs.", Padding)
            .Judges("rfc9293/MUST-69", "rfc9293/MUST-68"),
    ];

    private static async Task BesideText(CaseContext ctx, OptionBytes options)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(90);
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Psh, text: text, options: options);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Anywhere,
            $"text beside <{options}> is acknowledged");
        await ctx.Reads(s, text, Anywhere);
    }

    private static async Task InSyn(CaseContext ctx, OptionBytes options)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: options);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, ctx.Case.Requirements[0],
            $"a SYN with <{options}> is answered", ack: s.Peer.Iss + 1);
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        await ctx.IsAlive(open, ctx.Case.Requirements[0]);
    }

    // 'MUST be prepared to handle an illegal option length without crashing; a suggested procedure
    // is to reset the connection and log the error cause' (§3.1): so the connection may go on, be
    // reset, or the segment be dropped; the listener goes on in any case.
    private static async Task Survives(CaseContext ctx, OptionBytes options)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: options);
        ctx.MustSurvive(Illegal);
        ReceivedSegment? answer = await s.Peer.Next(ctx.Times.AtOnce);
        ctx.Note(answer is null ? "the SYN was dropped" : $"the SYN was answered: {answer}");
        Scene other = await ctx.Established(new SceneOptions { Listener = s.Listener });
        other.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(10), options: options,
            advance: false);
        ReceivedSegment? ack = await other.Peer.Next(ctx.Times.Acknowledgment);
        ctx.Note(ack is null ? "the text was dropped" : $"the text was answered: {ack}");
        other.Peer.TakeUnread();
        if (ack is null || (!ack.Has(TcpFlags.Rst) && ack.Ack == other.Peer.SndNxt))
        {
            await ctx.IsAlive(other, Illegal);
        }
        Scene last = await ctx.Established(new SceneOptions { Listener = s.Listener });
        await ctx.IsAlive(last, Illegal);
    }

    private static async Task MssIsFound(CaseContext ctx, OptionBytes options)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: options);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Aligned, "the SYN is answered");
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        await open.User.Send(900);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
        ctx.Assert(
            r.TextLength <= 300, Aligned,
            $"the MSS of 300 in <{options}> is found; a segment of {r.TextLength} came");
        s.Peer.SendAck();
    }

    private static async Task BehindEnd(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        OptionBytes options = OptionBytes.Mss(1000) + OptionBytes.EndOfList()
            + OptionBytes.Mss(100);
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: options);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Basic, "the SYN is answered");
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        await open.User.Send(1000);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
        ctx.Assert(
            r.TextLength > 100, "rfc9293/3.2/2",
            $"what stands behind End of List is not an option; a segment of {r.TextLength} came");
        s.Peer.SendAck();
    }

    private static async Task Padding(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions
        {
            Timestamps = true, Sack = true, WindowScale = 2,
        });
        s.Peer.SendText(Octets.Pattern(10, 10), s.Peer.SndNxt + 10);
        ReceivedSegment ack = await s.Peer.Expect(
            r => r.IsBareAck, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1", "a hole is told");
        foreach (ReceivedSegment r in (ReceivedSegment[])[s.Peer.IutSyn!, ack])
        {
            ctx.Assert(
                r.Defect == SegmentDefect.None, "rfc9293/MUST-69",
                $"the options <{SegmentText.OfOptions(r.OptionOctets.Span)}> are well formed, "
                + $"not {r.Defect}");
        }
    }
}
