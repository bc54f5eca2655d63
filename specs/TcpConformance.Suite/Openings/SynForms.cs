using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Harness.Upper;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Openings;

/// <summary>SYNs with what a listener may not know: options, ECN bits, reserved bits.</summary>
internal static class SynForms
{
    private const string Id = "rfc9293/3.10.7.2/listen/";

    // Kinds that nobody has defined, in several lengths, among ones that all know.
    private static readonly byte[][] OptionLists =
    [
        [],
        [2, 4, 5, 180],
        [1, 1, 1, 1, 2, 4, 5, 180],
        [200, 2, 1, 1, 2, 4, 5, 180],
        [201, 10, 1, 2, 3, 4, 5, 6, 7, 8, 2, 4, 5, 180, 0, 0],
        [1, 2, 4, 5, 180, 202, 3, 9],
        [2, 4, 5, 180, 0, 0, 0, 0],
    ];

    public static IEnumerable<TestCase> Cases =>
    [
        Story.Of(
            Id + "syn-with-unknown-options",
            "Ensure that a SYN with unknown options, or options on odd boundaries, opens the "
            + "connection as any other.",
            UnknownOptions,
            "rfc9293/MUST-6", "rfc9293/MUST-64", "rfc9293/MUST-4", "rfc9293/3.1/7"),
        Story.Of(
            Id + "syn-with-ecn-bits",
            "Ensure that a SYN that asks for ECN is answered with a SYN,ACK, whether ECN is agreed "
            + "on or not.",
            ctx => WithBits(ctx, TcpFlags.Ece | TcpFlags.Cwr),
            "rfc9293/3.10.7.2/4", "rfc9293/3.1/4"),
        Story.Of(
            Id + "syn-with-reserved-bits",
            "Ensure that reserved bits on a SYN are ignored.",
            ctx => WithBits(ctx, TcpFlags.Reserved),
            "rfc9293/3.1/4", "rfc9293/3.1/3"),
        Story.Of(
            Id + "syn-with-psh-urg",
            "Ensure that PSH and URG on a SYN without text do not keep it from opening.",
            ctx => WithBits(ctx, TcpFlags.Psh | TcpFlags.Urg),
            "rfc9293/3.10.7.2/4"),
        Story.Of(
            Id + "syn-with-zero-window",
            "Ensure that a SYN with a zero window opens the connection.",
            ZeroWindow,
            "rfc9293/3.10.7.2/4", "rfc9293/3.8.6/1"),
    ];

    private static async Task UnknownOptions(CaseContext ctx)
    {
        Scene s = await ctx.Listen();
        foreach (byte[] options in OptionLists)
        {
            Peer peer = s.Listener!.NewPeer();
            peer.Send(TcpFlags.Syn, seq: peer.Iss, options: options);
            await Opens(ctx, s.Listener, peer, "rfc9293/MUST-6");
        }
    }

    private static async Task WithBits(CaseContext ctx, TcpFlags bits)
    {
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn | bits, seq: s.Peer.Iss);
        await Opens(ctx, s.Listener!, s.Peer, "rfc9293/3.10.7.2/4");
    }

    private static async Task ZeroWindow(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.2/4";
        Scene s = await ctx.Listen();
        s.Peer.Send(TcpFlags.Syn, seq: s.Peer.Iss, window: 0);
        await Opens(ctx, s.Listener!, s.Peer, Must);
    }

    private static async Task Opens(
        CaseContext ctx, Listener listener, Peer peer, string requirement)
    {
        await peer.Expect(
            new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack)
            {
                Ack = peer.Iss + 1,
                // Agreed ECN shows in the SYN,ACK (RFC 3168 §6.1.1).
                Ignored = TcpFlags.Psh | TcpFlags.Ece | TcpFlags.Cwr | TcpFlags.Ae,
            },
            ctx.Times.AtOnce, requirement, "the SYN is answered with a SYN,ACK");
        peer.SendAck();
        IutConnection user = listener.Accept(peer);
        await ctx.Returned(
            user.Opened, UserError.None, ctx.Times.Patience, requirement,
            "the user gets the connection");
        await ctx.BothWays(
            new Scene(SceneState.Established, peer, user, listener), requirement);
    }
}
