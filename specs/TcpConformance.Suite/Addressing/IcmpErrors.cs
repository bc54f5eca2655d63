using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Addressing;

/// <summary>RFC 9293 §3.9.2.2: ICMP errors about a connection.</summary>
internal static class IcmpErrors
{
    private const string Id = "rfc9293/3.9.2.2/";

    // RFC 9293 §3.9.2.2: unreachable 0, 1, 5 (and 6 to 12 as RFC 1122 §3.2.2.1 reads them), time
    // exceeded 0, 1, parameter problem 0 to 2.
    private static readonly (IcmpKind Kind, byte Code)[] SoftV4 =
    [
        (IcmpKind.Unreachable, 0), (IcmpKind.Unreachable, 1), (IcmpKind.Unreachable, 5),
        (IcmpKind.TimeExceeded, 0), (IcmpKind.TimeExceeded, 1),
        (IcmpKind.ParameterProblem, 0), (IcmpKind.ParameterProblem, 1),
        (IcmpKind.ParameterProblem, 2),
    ];

    // The same meanings in ICMPv6 (RFC 4443 §3.1, §3.3).
    private static readonly (IcmpKind Kind, byte Code)[] SoftV6 =
    [
        (IcmpKind.Unreachable, 0), (IcmpKind.Unreachable, 3),
        (IcmpKind.TimeExceeded, 0), (IcmpKind.TimeExceeded, 1),
    ];

    private static readonly (IcmpKind Kind, byte Code)[] HardV4 =
    [
        (IcmpKind.Unreachable, 2), (IcmpKind.Unreachable, 3),
    ];

    private static readonly (IcmpKind Kind, byte Code)[] HardV6 = [(IcmpKind.Unreachable, 4)];

    public static IEnumerable<TestCase> Cases =>
    [
        .. Story.Of(
            Id + "established/soft",
            "Ensure that no soft ICMP error, quoting outstanding text, aborts an established "
            + "connection.",
            EstablishedSoft, "rfc9293/MUST-56", "rfc9293/MUST-54").InBothFamilies(),
        .. Story.Of(
            Id + "syn-sent/soft",
            "Ensure that no soft ICMP error ends the opening of a connection.",
            SynSentSoft, "rfc9293/MUST-56").InBothFamilies(),
        .. Story.Of(
            Id + "syn-sent/hard",
            "Ensure that a hard ICMP error which quotes the SYN ends the opening, and the user is "
            + "told.",
            SynSentHard,
            "rfc9293/SHLD-26", "rfc9293/MUST-54", "rfc9293/3.9.1.8/1").InBothFamilies(),
        Story.Of(
            Id + "established/hard",
            "Ensure that after a hard ICMP error an established connection is either whole or "
            + "ended with the user told, nothing in between.",
            EstablishedHard, "rfc9293/MUST-54", "rfc5927/5.2/1"),
        Story.Of(
            Id + "established/source-quench",
            "Ensure that a source quench is discarded: text flows on.",
            ctx => Survives(ctx, [(IcmpKind.SourceQuench, 0)], "rfc9293/MUST-55"),
            "rfc9293/MUST-55"),
        Story.Of(
            Id + "established/not-outstanding",
            "Ensure that a soft ICMP error that quotes numbers which are not outstanding changes "
            + "nothing.",
            NotOutstanding, "rfc9293/MUST-56", "rfc5927/4.1/1"),
        Story.Of(
            Id + "established/other-connection",
            "Ensure that a hard ICMP error for one connection leaves its neighbour alone.",
            Neighbour, "rfc9293/MUST-54"),
    ];

    private static (IcmpKind Kind, byte Code)[] Soft(CaseContext ctx) =>
        ctx.UsesIpv6 ? SoftV6 : SoftV4;

    private static Task EstablishedSoft(CaseContext ctx) =>
        Survives(ctx, Soft(ctx), "rfc9293/MUST-56");

    // Each comes while text is outstanding that it quotes; then the text is acknowledged.
    private static async Task Survives(
        CaseContext ctx, (IcmpKind Kind, byte Code)[] errors, string requirement)
    {
        Scene s = await ctx.Established();
        foreach ((IcmpKind kind, byte code) in errors)
        {
            s.Peer.TakeUnread();
            _ = s.User.Send(100);
            ReceivedSegment text = await s.Peer.ExpectEventually(
                a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4",
                "the text is sent");
            s.Peer.SendIcmp(kind, code, text);
            await ctx.Delay(ctx.Times.AtOnce);
            s.Peer.SendAck();
            await ctx.BothWays(s, requirement);
        }
    }

    private static async Task SynSentSoft(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-56";
        foreach ((IcmpKind kind, byte code) in Soft(ctx))
        {
            Scene s = await ctx.SynSent();
            s.Peer.SendIcmp(kind, code, s.Peer.IutSyn!);
            await ctx.StillWaiting(
                s.User.Opened, ctx.Times.AtOnce, Must,
                $"{kind} code {code} does not end the opening");
            s.Peer.TakeUnread();
            s.Peer.Send(TcpFlags.Syn | TcpFlags.Ack, seq: s.Peer.Iss);
            await ctx.Returned(
                s.User.Opened, UserError.None, ctx.Times.Patience, Must,
                "the connection opens all the same");
        }
    }

    private static async Task SynSentHard(CaseContext ctx)
    {
        const string Should = "rfc9293/SHLD-26";
        foreach ((IcmpKind kind, byte code) in ctx.UsesIpv6 ? HardV6 : HardV4)
        {
            Scene s = await ctx.SynSent();
            s.Peer.SendIcmp(kind, code, s.Peer.IutSyn!);
            UserResult result = await ctx.Returned(
                s.User.Opened, ctx.Times.Patience, Should,
                $"the user is told of {kind} code {code}");
            ctx.Assert(
                result.Error != UserError.None, Should,
                "the user was to be told of an error; the connection opened");
            s.Peer.TakeUnread();
            await s.Peer.Quiet(
                ctx.Times.Retransmission(1), Should, "the SYN is not sent again");
        }
    }

    private static async Task EstablishedHard(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-54";
        foreach ((IcmpKind kind, byte code) in HardV4)
        {
            Scene s = await ctx.Established();
            _ = s.User.Send(100);
            ReceivedSegment text = await s.Peer.Expect(
                a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4",
                "the text is sent");
            Task<UserResult> receiving = s.User.Receive();
            s.Peer.SendIcmp(kind, code, text);
            await ctx.Delay(ctx.Times.AtOnce);
            if (receiving.IsCompleted)
            {
                UserResult result = await receiving;
                ctx.Assert(
                    result.Error != UserError.None && !result.EndOfStream, Must,
                    "the user was to be told of an error; it was told of a normal end");
                s.Peer.TakeUnread();
                await ctx.IsGone(s.Peer, Must);
                continue;
            }
            s.Peer.SendAck();
            s.Peer.SendText(30);
            await ctx.Returned(
                receiving, UserError.None, ctx.Times.Patience, Must,
                "the connection is whole: text arrives");
            await ctx.FromUser(s.Peer, s.User, Must);
        }
    }

    private static async Task NotOutstanding(CaseContext ctx)
    {
        Scene s = await ctx.Established();
        await ctx.BothWays(s, "rfc9293/3.10.7.4/45");
        foreach (int off in new[] { -1, -500, 1, 100_000 })
        {
            // As if the IUT had sent it.
            byte[] quoted = PacketWriter.Packet(
                s.Peer.IutSocket.Address, s.Peer.Socket.Address,
                new Segment
                {
                    SourcePort = s.Peer.IutSocket.Port,
                    DestinationPort = s.Peer.Socket.Port,
                    Seq = s.Peer.RcvNxt + off,
                    Ack = s.Peer.SndNxt,
                    Flags = TcpFlags.Ack,
                    Window = 1000,
                });
            foreach ((IcmpKind kind, byte code) in SoftV4)
            {
                s.Peer.SendIcmp(kind, code, quoted);
            }
            await ctx.Delay(ctx.Times.AtOnce);
        }
        await ctx.BothWays(s, "rfc9293/MUST-56");
    }

    private static async Task Neighbour(CaseContext ctx)
    {
        Scene a = await ctx.Established();
        Scene b = await ctx.Established(new SceneOptions { Listener = a.Listener });
        _ = a.User.Send(100);
        ReceivedSegment text = await a.Peer.Expect(
            t => t.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "the text is sent");
        a.Peer.SendIcmp(IcmpKind.Unreachable, (byte)UnreachableCode.Protocol, text);
        await ctx.Delay(ctx.Times.AtOnce);
        await ctx.BothWays(b, "rfc9293/MUST-54");
        await ctx.Serves(a.Listener!, a.Listener!.NewPeer(), "rfc9293/MUST-54");
    }
}
