using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Timers;

/// <summary>RFC 6298, RFC 9293 §3.8.1: the retransmission timer.</summary>
internal static class Retransmission
{
    private const string Again = "rfc9293/3.8/1";
    private const string Doubles = "rfc6298/5/6";
    private const string Karn = "rfc9293/MUST-18";

    private static readonly TestCase First = new TestCase(
        "rfc6298/5/first-timeout",
        "Ensure that text without an ACK is sent again, the same octets, after an RTO.",
        FirstTimeout).Judges(Again, "rfc6298/5/1", "rfc9293/3.4.3/1", "rfc9293/3.10.8/2");

    public static IEnumerable<TestCase> Cases =>
    [
        First, First.OverIpv6(),
        new TestCase(
            "rfc6298/5/doubling",
            "Ensure that each timeout doubles the time to the next retransmission.", Doubling)
            .Judges("rfc9293/MUST-19", Doubles).Long(),
        new TestCase(
            "rfc6298/5/restart-on-new-ack",
            "Ensure that an ACK of new text starts the timer anew.", RestartOnAck)
            .Judges("rfc6298/5/4", "rfc6928/9/1"),
        new TestCase(
            "rfc6298/5/stops",
            "Ensure that nothing is sent again when all is acknowledged.", Stops)
            .Judges("rfc6298/5/3", "rfc9293/3.10.7.4/30", "rfc9293/3.4/5"),
        new TestCase(
            "rfc6298/5/earliest-only",
            "Ensure that a timeout makes the earliest segment go out again, and no more.",
            EarliestOnly).Judges("rfc6298/5/5", "rfc5681/3.1/11"),
        new TestCase(
            "rfc6298/3/karn",
            "Ensure that an ACK of text that was sent again does not bring the RTO down.",
            KeepsBackoff).Judges(Karn, "rfc9293/3.8.2/1", "rfc6298/3/1"),
        new TestCase(
            "rfc6298/2/follows-round-trip-time",
            "Ensure that the RTO follows a round-trip time that grows.", Follows)
            .Judges(Karn, "rfc6298/2/4", "rfc6298/2/6"),
        new TestCase(
            "rfc6298/2/one-second-minimum",
            "Ensure that the RTO is not below one second.", OneSecond).Judges("rfc6298/2/7"),
        new TestCase(
            "rfc9293/3.8/retransmission-acknowledges",
            "Ensure that a retransmission carries the acknowledgment of now, not of then.",
            CurrentAck).Judges("rfc9293/3.8/3"),
        new TestCase(
            "rfc6298/5/syn-series",
            "Ensure that a SYN without answer is sent again, first after a second, then after "
            + "twice the time each.", SynSeries)
            .Judges("rfc9293/MUST-22", "rfc6298/2/1", Doubles, "rfc9293/3.4/8").Long(),
        new TestCase(
            "rfc6298/5/syn-ack-series",
            "Ensure that a SYN,ACK without answer is sent again, the same, with doubled times.",
            SynAckSeries).Judges(Again, Doubles, "rfc9293/3.4/8").Long(),
        new TestCase(
            "rfc6298/5/fin-series",
            "Ensure that a FIN without answer is sent again with the same number.", FinSeries)
            .Judges(Again, "rfc9293/3.4/9", Doubles).Long(),
        new TestCase(
            "rfc6298/5/after-lost-syn-ack",
            "Ensure that the RTO is three seconds when text begins after a SYN,ACK timed out.",
            AfterLostSyn).Judges("rfc6298/5/8", "rfc6298/5/1"),
        new TestCase(
            "rfc9293/3.8.3/gives-up-text",
            "Ensure that text without an ACK is tried for 100 s at least, and the user told.",
            GivesUpText)
            .Judges("rfc9293/MUST-20", "rfc9293/SHLD-11", "rfc9293/3.9.1.8/2").VirtualOnly(),
        new TestCase(
            "rfc9293/3.8.3/gives-up-syn",
            "Ensure that a SYN without answer is tried for three minutes at least, and the "
            + "user told.", GivesUpSyn)
            .Judges("rfc9293/MUST-23", "rfc9293/MUST-20", "rfc9293/MUST-22").VirtualOnly(),
        new TestCase(
            "rfc9293/3.8.3/user-timeout",
            "Ensure that a connection ends when the user's timeout has passed.",
            ctx => UserTimeout(ctx, setLate: false))
            .Judges("rfc9293/MUST-21", "rfc9293/3.9.1.1/2", "rfc9293/3.10.8/1")
            .IfClaimed(Claims.UserTimeout),
        new TestCase(
            "rfc9293/3.8.3/user-timeout-while-text-waits",
            "Ensure that a user timeout that is set while text waits for its ACK holds for it, "
            + "too.", ctx => UserTimeout(ctx, setLate: true))
            .Judges("rfc9293/MUST-21", "rfc9293/3.10.8/1")
            .IfClaimed(Claims.UserTimeout),
    ];

    private static async Task<SeqNumber> Outstanding(CaseContext ctx, Scene s, int octets = 100)
    {
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(octets);
        await s.Peer.ReceiveText(octets, AckPolicy.None, ctx.Times.Patience, Again);
        return first;
    }

    // Every transmission of this number, in order.
    private static async Task<List<ReceivedSegment>> Series(
        CaseContext ctx, Peer peer, SeqNumber seq, int count, TimeSpan within)
    {
        var all = new List<ReceivedSegment>();
        for (int i = 0; i < count; i++)
        {
            all.Add(await peer.ExpectEventually(
                r => r.Seq == seq && r.Header.SegLen > 0, within, Again,
                $"transmission {i + 2} of {seq} comes"));
        }
        return all;
    }

    private static TimeSpan Slack(CaseContext ctx) =>
        ctx.Ixit.TimerGranularity + (ctx.Times.AtOnce * 2);

    // The first interval may be that of a probe of the tail (RFC 8985 §7).
    private static void AssertDoubling(CaseContext ctx, TimeSpan[] at)
    {
        int from = ctx.Claims(Claims.RackTlp) ? 3 : 2;
        for (int i = from; i < at.Length; i++)
        {
            TimeSpan before = at[i - 1] - at[i - 2];
            TimeSpan now = at[i] - at[i - 1];
            ctx.Assert(
                now + Slack(ctx) >= before * 1.9 || now >= ctx.Ixit.RtoMax * 0.95, Doubles,
                $"the time after {before.TotalSeconds:0.000} s is doubled; it is "
                + $"{now.TotalSeconds:0.000} s");
        }
    }

    internal static async Task FirstTimeout(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = await Outstanding(ctx, s);
        TimeSpan sent = ctx.Now;
        ReceivedSegment r = await s.Peer.Expect(
            x => x.Seq == first && x.TextLength > 0, ctx.Times.FirstRetransmission * 1.5, Again,
            "text without an ACK is sent again");
        ctx.Assert(
            r.Text.Span.SequenceEqual(Octets.Pattern(100).AsSpan(0, r.TextLength)),
            "rfc9293/3.4.3/1", "the octets are the same");
        ctx.Assert(
            ctx.Claims(Claims.RackTlp) || r.At - sent + Slack(ctx) >= ctx.Ixit.RtoMin,
            "rfc6298/5/1", "not before an RTO has passed");
        s.Peer.SendAck();
    }

    internal static async Task Doubling(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(100);
        List<ReceivedSegment> all =
            await Series(ctx, s.Peer, first, 6, ctx.Times.Retransmission(6));
        AssertDoubling(ctx, all.Select(r => r.At).ToArray());
        s.Peer.SendAck();
        await ctx.IsAlive(s, Again);
    }

    private static async Task RestartOnAck(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 500 });
        SeqNumber first = await Outstanding(ctx, s, 1000);
        TimeSpan rto = ctx.Ixit.RtoMin;
        await ctx.Delay(rto * 0.7);
        s.Peer.SendAck(ack: first + 500);
        await s.Peer.Quiet(
            (rto * 0.9) - (ctx.Times.AtOnce * 2), "rfc6298/5/4",
            "the timer runs anew from the ACK of new text");
        await s.Peer.ExpectEventually(
            r => r.Seq == first + 500 && r.TextLength > 0, ctx.Times.Patience, Again,
            "the rest is sent again in the end");
        s.Peer.SendAck();
    }

    private static async Task Stops(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await Outstanding(ctx, s);
        s.Peer.SendAck();
        await s.Peer.Quiet(
            ctx.Times.Patience, "rfc6298/5/3", "what is acknowledged isn't sent again");
    }

    private static async Task EarliestOnly(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 500 });
        SeqNumber first = await Outstanding(ctx, s, 2000);
        await s.Peer.Expect(
            r => r.Seq == first && r.TextLength is > 0 and <= 500,
            ctx.Times.FirstRetransmission * 1.5, "rfc6298/5/5",
            "the earliest segment is sent again");
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin, "rfc5681/3.1/11", "and nothing but that",
            r => r.Seq == first);
        s.Peer.SendAck();
    }

    // Without timestamps the ACK of a retransmission says nothing of the round-trip time; a stack
    // that takes it as a sample would be back at its smallest RTO.
    private static async Task KeepsBackoff(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = await Outstanding(ctx, s);
        List<ReceivedSegment> again =
            await Series(ctx, s.Peer, first, 3, ctx.Times.Retransmission(3));
        TimeSpan interval = again[2].At - again[1].At;
        await ctx.Delay(interval * 1.4);
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        SeqNumber second = await Outstanding(ctx, s);
        await s.Peer.Quiet(
            (interval * 1.8) - Slack(ctx), Karn,
            $"the RTO stays at twice {interval.TotalSeconds:0.000} s until it is measured");
        // A sample that begins with the first transmission would make it longer still.
        await s.Peer.ExpectEventually(
            r => r.Seq == second && r.TextLength > 0, ctx.Times.Timer(interval * 0.4), Karn,
            "and no longer");
        s.Peer.SendAck();
    }

    // Without timestamps a handshake that was sent again gives no measurement.
    private static async Task AfterLostSyn(CaseContext ctx)
    {
        const string Three = "rfc6298/5/8";
        Scene s = await ctx.SynReceived();
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Retransmission(1), Again,
            "the SYN,ACK is sent again");
        s.Peer.SendAck();
        s = await ctx.Accepted(s);
        SeqNumber first = await Outstanding(ctx, s);
        await s.Peer.Quiet(
            TimeSpan.FromSeconds(3) - Slack(ctx), Three,
            "after the SYN,ACK timed out the RTO begins with three seconds");
        await s.Peer.ExpectEventually(
            r => r.Seq == first && r.TextLength > 0,
            ctx.Times.Retransmission(1) + TimeSpan.FromSeconds(3), Again, "it is sent again");
        s.Peer.SendAck();
    }

    private static async Task Follows(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        const int Steps = 24;
        for (int i = 1; i <= Steps; i++)
        {
            TimeSpan delay = ctx.Ixit.RtoMin * (0.25 * ((i + 2) / 3));
            SeqNumber first = await Outstanding(ctx, s);
            await ctx.Delay(delay);
            IReadOnlyList<ReceivedSegment> again = s.Peer.TakeUnread();
            ctx.Assert(
                i < Steps - 1 || !again.Any(r => r.Seq == first), "rfc6298/2/6",
                $"at a steady round trip of {delay.TotalSeconds:0.000} s nothing is sent again");
            s.Peer.SendAck();
            await ctx.Delay(ctx.Times.AtOnce);
            s.Peer.TakeUnread();
        }
    }

    private static async Task OneSecond(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        for (int i = 0; i < 5; i++)
        {
            await Outstanding(ctx, s);
            s.Peer.SendAck();
            await ctx.Delay(ctx.Times.AtOnce);
        }
        await Outstanding(ctx, s);
        await s.Peer.Quiet(
            TimeSpan.FromSeconds(1) - Slack(ctx), "rfc6298/2/7",
            "an RTO below one second is rounded up");
        s.Peer.SendAck();
    }

    private static async Task CurrentAck(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        SeqNumber first = await Outstanding(ctx, s);
        // The text does not acknowledge what is outstanding.
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Psh, ack: first, text: Octets.Pattern(60));
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.Seq == first && x.TextLength > 0, ctx.Times.Patience, Again,
            "text without an ACK is sent again");
        ctx.Assert(
            r.Ack == s.Peer.SndNxt, "rfc9293/3.8/3",
            $"a retransmission acknowledges {s.Peer.SndNxt}, all that has come; not {r.Ack}");
        s.Peer.SendAck();
    }

    private static async Task SynSeries(CaseContext ctx)
    {
        Scene s = await ctx.SynSent();
        ReceivedSegment syn = s.Peer.IutSyn!;
        List<TimeSpan> at = [syn.At];
        for (int i = 0; i < 4; i++)
        {
            ReceivedSegment r = await s.Peer.Expect(
                x => x.Has(TcpFlags.Syn) && !x.Has(TcpFlags.Ack),
                ctx.Times.Retransmission(i + 2), "rfc9293/MUST-22", "the SYN is sent again");
            ctx.Assert(
                r.Seq == syn.Seq, "rfc9293/3.4/8", "with the same initial sequence number");
            at.Add(r.At);
        }
        ctx.Assert(
            at[1] - at[0] + Slack(ctx) >= TimeSpan.FromSeconds(1), "rfc6298/2/1",
            $"the first RTO is a second or more, not {(at[1] - at[0]).TotalSeconds:0.000} s");
        for (int i = 2; i < at.Count; i++)
        {
            ctx.Assert(
                at[i] - at[i - 1] + Slack(ctx) >= (at[i - 1] - at[i - 2]) * 1.9, Doubles,
                "each timeout doubles the RTO: the SYNs came after "
                + string.Join(", ", at.Select(t => $"{(t - at[0]).TotalSeconds:0.00} s")));
        }
    }

    private static async Task SynAckSeries(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived();
        ReceivedSegment syn = s.Peer.IutSyn!;
        List<TimeSpan> at = [syn.At];
        for (int i = 0; i < 4; i++)
        {
            ReceivedSegment r = await s.Peer.Expect(
                new ExpectedSegment(TcpFlags.Syn | TcpFlags.Ack)
                {
                    Seq = syn.Seq, Ack = s.Peer.Iss + 1,
                },
                ctx.Times.Retransmission(i + 2), Again, "the SYN,ACK is sent again, the same");
            at.Add(r.At);
        }
        for (int i = 2; i < at.Count; i++)
        {
            ctx.Assert(
                at[i] - at[i - 1] + Slack(ctx) >= (at[i - 1] - at[i - 2]) * 1.9, Doubles,
                "each timeout doubles the RTO");
        }
        s.Peer.SendAck();
    }

    private static async Task FinSeries(CaseContext ctx)
    {
        Scene s = await ctx.FinWait1();
        SeqNumber fin = s.Peer.RcvNxt - 1;
        List<ReceivedSegment> all = await Series(ctx, s.Peer, fin, 4, ctx.Times.Retransmission(5));
        ctx.Assert(
            all.All(r => r.Has(TcpFlags.Fin) && r.TextLength == 0), "rfc9293/3.4/9",
            "the FIN is sent again with the number that it had");
        AssertDoubling(ctx, all.Select(r => r.At).ToArray());
        s.Peer.SendAck();
    }

    private static async Task GivesUpText(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        TimeSpan from = ctx.Now;
        await s.User.Send(100);
        UserError error = await s.User.Error(TimeSpan.FromHours(2), "rfc9293/MUST-20");
        TimeSpan passed = ctx.Now - from;
        ctx.Assert(
            error == UserError.TimedOut, "rfc9293/MUST-20",
            $"the user is told of a timeout, not of {error}");
        ctx.Assert(
            passed >= TimeSpan.FromSeconds(100), "rfc9293/SHLD-11",
            $"R2 is at least 100 s, not {passed.TotalSeconds:0.0} s");
    }

    private static async Task GivesUpSyn(CaseContext ctx)
    {
        Scene s = await ctx.SynSent();
        UserResult result = await ctx.Returned(
            s.User.Opened, TimeSpan.FromHours(2), "rfc9293/MUST-20",
            "CONNECT returns after R2");
        ctx.Assert(
            result.Error == UserError.TimedOut, "rfc9293/MUST-22",
            $"the user is told of a timeout, not of {result.Error}");
        ctx.Assert(
            ctx.Now >= TimeSpan.FromMinutes(3), "rfc9293/MUST-23",
            $"R2 of a SYN is at least three minutes, not {ctx.Now.TotalSeconds:0.0} s");
    }

    private static async Task UserTimeout(CaseContext ctx, bool setLate)
    {
        Scene s = await ctx.Open();
        TimeSpan timeout = TimeSpan.FromSeconds(8);
        TimeSpan from = ctx.Now;
        if (setLate)
        {
            await s.User.Send(100);
        }
        await ctx.Returned(
            s.User.SetOption(UserOption.UserTimeout, (int)timeout.TotalMilliseconds),
            UserError.None, ctx.Times.Patience, "rfc9293/MUST-21", "the user sets its timeout");
        if (!setLate)
        {
            from = ctx.Now;
            await s.User.Send(100);
        }
        UserError error = await s.User.Error(
            timeout * 3, "rfc9293/3.9.1.1/2");
        TimeSpan passed = ctx.Now - from;
        ctx.Assert(
            error == UserError.TimedOut, "rfc9293/3.10.8/1",
            $"the user is told of a timeout, not of {error}");
        ctx.Assert(
            passed + Slack(ctx) >= timeout, "rfc9293/MUST-21",
            $"not before the {timeout.TotalSeconds} s that the user asked for, but after "
            + $"{passed.TotalSeconds:0.0} s");
    }
}
