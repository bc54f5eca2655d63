using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 9293 §3.7.1, RFC 6691: the maximum segment size.</summary>
internal static class Mss
{
    private const string Limit = "rfc9293/MUST-16";
    private const string Default = "rfc9293/MUST-15";

    private static readonly TestCase Announced = new TestCase(
        "rfc9293/3.7.1/announced",
        "Ensure that SYN and SYN,ACK announce an MSS, the MTU less the fixed headers.", Announces)
        .Judges("rfc9293/MUST-14", "rfc9293/MUST-67", "rfc9293/SHLD-5", "rfc6691/2/1");

    private static readonly TestCase Without = new TestCase(
        "rfc9293/3.7.1/without-option",
        "Ensure that a peer without MSS option gets segments of the default size at most.",
        ctx => CutTo(ctx, new PeerOptions { Mss = null }, ctx.UsesIpv6 ? 1220 : 536))
        .Judges(Default, "rfc9293/MUST-14");

    public static IEnumerable<TestCase> Cases =>
    [
        Announced, Announced.OverIpv6(), Without, Without.OverIpv6(),
        Sized(1460), Sized(1000), Sized(536), Sized(100),
        Sized(1220).OverIpv6(),
        new TestCase(
            "rfc9293/3.7.1/larger-than-path",
            "Ensure that an MSS beyond what the link carries is cut to the link.",
            ctx => CutTo(ctx, new PeerOptions { Mss = 65535 }, ctx.Ixit.Mtu - 40)).Judges(Limit),
        new TestCase(
            "rfc9293/3.7.1/jumbo-ipv6",
            "Ensure that an MSS of 65535 over IPv6 is bounded by the path.",
            ctx => CutTo(ctx, new PeerOptions { Mss = 65535 }, ctx.Ixit.Mtu - 60))
            .Judges("rfc9293/3.7.5/1", Limit) with { Traits = CaseTraits.Ipv6 },
        new TestCase(
            "rfc6691/2/options-shorten-text",
            "Ensure that text is shorter by the options that stand beside it.",
            ctx => CutTo(ctx, new PeerOptions { Mss = 1000, Timestamps = true }, 988))
            .Judges("rfc9293/3.7.1/1", "rfc6691/2/3", Limit) with
            {
                Needs = Spec.Profile.Claims.Timestamps,
            },
        new TestCase(
            "rfc6691/2/announced-with-options",
            "Ensure that the MSS announced isn't lower where timestamps are agreed.",
            NotLowered).Judges("rfc6691/2/2", "rfc9293/3.7.1/2"),
        Survived("zero", OptionBytes.Mss(0)),
        Survived("one", OptionBytes.Mss(1)),
        new TestCase(
            "rfc9293/3.7.1/after-syn-ignored",
            "Ensure that an MSS option behind the handshake changes nothing.", AfterSyn)
            .Judges("rfc9293/MUST-65", "rfc9293/MUST-5"),
        new TestCase(
            "rfc9293/3.7.1/receives-what-it-announced",
            "Ensure that a segment as large as the MSS announced is taken.", ReceivesFull)
            .Judges("rfc9293/MUST-14", "rfc9293/3.8.6/2"),
    ];

    private static TestCase Sized(ushort mss) => new TestCase(
        $"rfc9293/3.7.1/peer-mss-{mss}",
        $"Ensure that a peer with an MSS of {mss} gets segments of {mss} octets at most.",
        ctx => CutTo(ctx, new PeerOptions { Mss = mss }, mss)).Judges(Limit, "rfc9293/MUST-14");

    private static TestCase Survived(string name, OptionBytes option) => new TestCase(
        $"rfc9293/3.7.1/mss-{name}",
        $"Ensure that an MSS of {name} does no harm.", ctx => Survives(ctx, option))
        .Judges("rfc9293/MUST-7", "rfc9293/MUST-14");

    // No host can put together more than one datagram takes (MMS_R); that of IPv6 takes more.
    private const int LargestMss = 65535 - 40;

    private static async Task Announces(CaseContext ctx)
    {
        int most = ctx.Ixit.Mtu - (ctx.UsesIpv6 ? 60 : 40);
        foreach (Opening opening in (Opening[])[Opening.Passive, Opening.Active])
        {
            Scene s = await ctx.Open(opening: opening);
            TcpOptions o = s.Peer.IutSyn!.Header.Options;
            ctx.Assert(
                o.Has(TcpOptionSet.Mss), "rfc9293/SHLD-5", $"the {opening} SYN has the MSS option");
            ctx.Assert(
                o.Mss <= LargestMss, "rfc9293/MUST-67",
                $"the MSS is at most what the largest datagram leaves, not {o.Mss}");
            ctx.Assert(
                o.Mss == most, "rfc6691/2/1",
                $"the MSS is the MTU less the fixed headers, {most}; not {o.Mss}");
        }
    }

    // Nothing larger than 'most', and full segments of that size where there is enough text.
    private static async Task CutTo(CaseContext ctx, PeerOptions peer, int most)
    {
        Scene s = await ctx.Open(peer);
        int octets = most * 5;
        Task sending = s.User.Send(octets);
        SeqNumber first = s.Peer.RcvNxt;
        int largest = 0;
        while (s.Peer.RcvNxt < first + octets)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
            ctx.Assert(
                r.TextLength <= most, ctx.Case.Requirements[0],
                $"a segment has at most {most} octets of text, not {r.TextLength}");
            largest = Math.Max(largest, r.TextLength);
            s.Peer.SendAck();
        }
        ctx.Assert(
            largest * 2 > most, "rfc9293/SHLD-28",
            $"segments are filled as far as they may be: {most} octets, not {largest}");
        await sending;
    }

    private static async Task NotLowered(CaseContext ctx)
    {
        Scene plain = await ctx.Open();
        Scene timed = await ctx.Open(new PeerOptions { Timestamps = true, Sack = true });
        int a = plain.Peer.SendMss;
        int b = timed.Peer.SendMss;
        ctx.Assert(
            a == b, "rfc6691/2/2", $"the MSS does not depend on the options: {a} and {b}");
    }

    private static async Task Survives(CaseContext ctx, OptionBytes option)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, options: option);
        ReceivedSegment? answer = await s.Peer.Next(ctx.Times.AtOnce);
        ctx.Note(answer is null ? "no answer" : $"answered: {answer}");
        Scene other = await ctx.Established(new SceneOptions { Listener = s.Listener });
        await ctx.IsAlive(other, "rfc9293/MUST-7");
    }

    private static async Task AfterSyn(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 1000 });
        byte[] text = Octets.Pattern(50);
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, text: text, options: OptionBytes.Mss(200));
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/MUST-5",
            "text with an MSS option is taken");
        await ctx.Reads(s, text, "rfc9293/MUST-5");
        await s.User.Send(1000);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
        ctx.Assert(
            r.TextLength > 200, "rfc9293/MUST-65",
            $"the MSS is that of the SYN, 1000; a segment of {r.TextLength} came");
        s.Peer.SendAck();
    }

    private static async Task ReceivesFull(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(s.Peer.SendMss);
        s.Peer.SendText(text);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/MUST-14",
            "a segment of the size announced is taken");
        await ctx.Reads(s, text, "rfc9293/3.8.6/2");
    }
}
