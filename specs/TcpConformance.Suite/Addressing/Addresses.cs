using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Addressing;

/// <summary>RFC 9293 §3.9.2.3 and §3.9.1.1: addresses that are no one's, and one's own.</summary>
internal static class Addresses
{
    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            "rfc9293/3.9.2.3/syn-to-multicast",
            "Ensure that a SYN to a multicast or broadcast address is discarded in silence, though "
            + "its port is listened on.",
            ctx => Discarded(ctx, TcpFlags.Syn),
            "rfc9293/MUST-57"),
        Story.Of(
            "rfc9293/3.9.2.3/other-to-multicast",
            "Ensure that no other segment to a multicast or broadcast address is answered either.",
            async ctx =>
            {
                await Discarded(ctx, TcpFlags.Ack);
                await Discarded(ctx, TcpFlags.Syn | TcpFlags.Ack);
                await Discarded(ctx, TcpFlags.Fin | TcpFlags.Ack);
            },
            "rfc9293/3.9.2.3/1"),
        Story.Of(
            "rfc9293/3.9.1.1/open-to-multicast",
            "Ensure that an OPEN to a multicast address is refused.",
            ctx => OpenRefused(ctx, ["224.1.2.3", "239.255.0.1"]),
            "rfc9293/MUST-46"),
        Story.Of(
            "rfc9293/3.9.1.1/open-to-multicast/ipv6",
            "Ensure that an OPEN to an IPv6 multicast address is refused.",
            ctx => OpenRefused(ctx, ["ff05::1:3", "ff0e::1234"]),
            "rfc9293/MUST-46") with
        {
            Traits = CaseTraits.Ipv6,
        },
        Story.Of(
            "rfc9293/3.9.1.1/same-local-address",
            "Ensure that every segment of a connection, from SYN to TIME-WAIT, has the address and "
            + "port that the first one had.",
            SameLocalAddress,
            "rfc9293/MUST-45"),
    ];

    private static async Task Discarded(CaseContext ctx, TcpFlags flags)
    {
        Scene s = await ctx.Listen();
        foreach (string to in new[] { "224.0.0.1", "239.1.2.3", "255.255.255.255" })
        {
            Segment segment = s.Peer.Make(flags, seq: s.Peer.Iss);
            ctx.SendPacket(PacketWriter.Packet(
                s.Peer.Socket.Address, IpAddress.Parse(to), segment));
            await s.Peer.Quiet(
                ctx.Times.AtOnce, "rfc9293/MUST-57",
                $"{flags.ToText()} to {to} is discarded in silence");
        }
        ctx.Assert(
            ctx.Strays.Count == 0, "rfc9293/MUST-57",
            $"a segment to no one was to get no answer; {ctx.Strays.Count} came");
        await ctx.Serves(s.Listener!, s.Peer, "rfc9293/3.10.7.2/6");
    }

    private static async Task OpenRefused(CaseContext ctx, string[] addresses)
    {
        foreach (string address in addresses)
        {
            Peer peer = ctx.NewPeer(new PeerOptions { Address = IpAddress.Parse(address) });
            UserResult result = await ctx.Returned(
                ctx.Upper.Connect(peer).Opened, ctx.Times.AtOnce, "rfc9293/MUST-46",
                $"an OPEN to {address} is refused at once");
            ctx.Assert(
                result.Error != UserError.None, "rfc9293/MUST-46",
                $"an OPEN to {address} was to be refused; it succeeded");
        }
    }

    private static async Task SameLocalAddress(CaseContext ctx)
    {
        foreach (Opening opening in Enum.GetValues<Opening>())
        {
            Scene s = await ctx.TimeWait(new SceneOptions
            {
                Opening = opening, Peer = new PeerOptions { WindowScale = 2 },
            });
            await ctx.StillAnswers(s.Peer, "rfc9293/MUST-45");
            ctx.Assert(
                ctx.Strays.Count == 0, "rfc9293/MUST-45",
                "all segments were to come from one socket; "
                + (ctx.Strays.Count > 0 ? $"one came from {ctx.Strays[0].Pair.Iut}" : ""));
        }
    }
}
