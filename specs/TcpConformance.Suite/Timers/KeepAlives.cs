using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Timers;

/// <summary>RFC 9293 §3.8.4: keep-alives.</summary>
internal static class KeepAlives
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "rfc9293/3.8.4/off-by-default",
            "Ensure that an idle connection stays silent unless the user wants keep-alives.",
            Silent).Judges("rfc9293/MUST-25").Long(),
        new TestCase(
            "rfc9293/3.8.4/on",
            "Ensure that a keep-alive comes after the idle time, empty and with SND.NXT-1.", On)
            .Judges(
                "rfc9293/MUST-24", "rfc9293/MUST-26", "rfc9293/MUST-27", "rfc9293/SHLD-12",
                "rfc9293/3.8.4/1").IfClaimed(Claims.KeepAlive),
        new TestCase(
            "rfc9293/3.8.4/off-again",
            "Ensure that keep-alives can be turned off again.", OffAgain)
            .Judges("rfc9293/MUST-24").IfClaimed(Claims.KeepAlive),
        new TestCase(
            "rfc9293/3.8.4/traffic-puts-it-off",
            "Ensure that text that comes puts the keep-alive off.", PutOff)
            .Judges("rfc9293/MUST-26").IfClaimed(Claims.KeepAlive),
        new TestCase(
            "rfc9293/3.8.4/not-while-outstanding",
            "Ensure that no keep-alive comes while text is outstanding.", NotOutstanding)
            .Judges("rfc9293/MUST-26").IfClaimed(Claims.KeepAlive),
        new TestCase(
            "rfc9293/3.8.4/one-lost-answer",
            "Ensure that one keep-alive without answer does not end the connection.", OneLost)
            .Judges("rfc9293/MUST-29").IfClaimed(Claims.KeepAlive),
        new TestCase(
            "rfc9293/3.8.4/two-hours",
            "Ensure that the default idle time is no less than two hours.", TwoHours)
            .Judges("rfc9293/MUST-28").IfClaimed(Claims.KeepAlive).VirtualOnly(),
        new TestCase(
            "rfc9293/3.8.4/peer-keep-alive",
            "Ensure that a keep-alive of the peer is answered, also one with garbage.", Answers)
            .Judges("rfc9293/3.10.7.4/4", "rfc9293/3.10.7.4/1"),
    ];

    private static async Task Configure(CaseContext ctx, Scene s)
    {
        foreach ((UserOption option, int value) in ((UserOption, int)[])
            [(UserOption.KeepAliveIdle, (int)Idle.TotalMilliseconds),
             (UserOption.KeepAliveInterval, (int)Interval.TotalMilliseconds),
             (UserOption.KeepAliveCount, 4), (UserOption.KeepAlive, 1)])
        {
            await ctx.Returned(
                s.User.SetOption(option, value), UserError.None, ctx.Times.Patience,
                "rfc9293/MUST-24", $"the user sets {option}");
        }
    }

    private static Task<ReceivedSegment> KeepAlive(
        CaseContext ctx, Peer peer, TimeSpan within, string requirement) => peer.Expect(
            r => r.IsBareAck && r.Seq == peer.RcvNxt - 1, ctx.Times.Timer(within * 1.2),
            requirement, "an empty keep-alive with SND.NXT-1 comes");

    private static async Task Silent(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await s.Peer.Quiet(
            ctx.IsVirtualTime ? TimeSpan.FromHours(2.5) : TimeSpan.FromSeconds(70),
            "rfc9293/MUST-25", "keep-alives are off by default");
        await ctx.IsAlive(s, "rfc9293/MUST-25");
    }

    private static async Task On(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Configure(ctx, s);
        await ctx.IsAlive(s, "rfc9293/MUST-24"); // the idle time begins with this
        for (int i = 0; i < 3; i++)
        {
            await s.Peer.Quiet(
                Idle - TimeSpan.FromMilliseconds(500), "rfc9293/MUST-26",
                "no keep-alive before the idle time");
            await KeepAlive(ctx, s.Peer, Idle, "rfc9293/MUST-24");
            s.Peer.SendAck();
        }
    }

    private static async Task OffAgain(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Configure(ctx, s);
        await KeepAlive(ctx, s.Peer, Idle, "rfc9293/MUST-24");
        s.Peer.SendAck();
        await s.User.SetOption(UserOption.KeepAlive, 0);
        await s.Peer.Quiet(Idle * 3, "rfc9293/MUST-24", "keep-alives are off again");
    }

    private static async Task PutOff(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Configure(ctx, s);
        for (int i = 0; i < 6; i++)
        {
            await ctx.Delay(Idle * 0.6);
            s.Peer.SendText(10);
            await s.Peer.Expect(
                r => r.Seq == s.Peer.RcvNxt && r.Ack == s.Peer.SndNxt, ctx.Times.Acknowledgment,
                "rfc9293/MUST-26", "only the ACK of the text comes, no keep-alive");
        }
        await KeepAlive(ctx, s.Peer, Idle, "rfc9293/MUST-24");
        s.Peer.SendAck();
    }

    private static async Task NotOutstanding(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Configure(ctx, s);
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(50);
        await s.Peer.Quiet(
            Idle * 2.5, "rfc9293/MUST-26", "only retransmissions come while text is outstanding",
            r => r.TextLength > 0 && r.Seq == first);
        s.Peer.SendAck();
    }

    private static async Task OneLost(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Configure(ctx, s);
        await KeepAlive(ctx, s.Peer, Idle, "rfc9293/MUST-24"); // the answer is lost
        await KeepAlive(ctx, s.Peer, Interval, "rfc9293/MUST-29");
        s.Peer.SendAck();
        await ctx.IsAlive(s, "rfc9293/MUST-29");
    }

    private static async Task TwoHours(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await s.User.SetOption(UserOption.KeepAlive, 1);
        await s.Peer.Quiet(
            TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1), "rfc9293/MUST-28",
            "the default idle time is two hours or more");
        await KeepAlive(ctx, s.Peer, TimeSpan.FromMinutes(30), "rfc9293/MUST-24");
        s.Peer.SendAck();
    }

    private static async Task Answers(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/45");
        foreach (int garbage in (int[])[0, 1])
        {
            s.Peer.Send(
                TcpFlags.Ack, seq: s.Peer.SndNxt - 1, text: Octets.Pattern(garbage, 200));
            await s.Peer.Expect(
                TcpFlags.Ack, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4",
                "a keep-alive is answered", seq: s.Peer.RcvNxt, ack: s.Peer.SndNxt, length: 0);
        }
        await ctx.IsAlive(s, "rfc9293/3.10.7.4/1");
    }
}
