using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Window;

/// <summary>RFC 9293 §3.8.6.1: the IUT probes a window of zero.</summary>
internal static class ZeroWindow
{
    private const string Probes = "rfc9293/MUST-36";
    private const string KeepsOpen = "rfc9293/MUST-37";
    private const string Grows = "rfc9293/SHLD-30";
    private const int Mss = 1000;

    private static readonly TestCase First = new TestCase(
        "rfc9293/3.8.6.1/first-probe",
        "Ensure that a window of zero is probed after about one RTO.", FirstProbe)
        .Judges(Probes, "rfc9293/SHLD-29", "rfc9293/3.8.6.1/1");

    public static IEnumerable<TestCase> Cases =>
    [
        First, First.OverIpv6(),
        new TestCase(
            "rfc9293/3.8.6.1/intervals-grow",
            "Ensure that the intervals between probes grow although each is answered.",
            IntervalsGrow).Judges(Grows, Probes).Long(),
        new TestCase(
            "rfc9293/3.8.6.1/answered-for-long",
            "Ensure that a connection whose probes are answered stays open.", AnsweredForLong)
            .Judges(KeepsOpen, Probes).Long(),
        new TestCase(
            "rfc9293/3.8.6.1/window-reopens",
            "Ensure that text goes on at once when the window opens.", Reopens)
            .Judges("rfc9293/3.10.7.4/34", Probes),
        new TestCase(
            "rfc9293/3.8.6.1/window-update-lost",
            "Ensure that a probe brings the text on after a window update was lost.",
            UpdateLost).Judges(Probes),
        new TestCase(
            "rfc9293/3.8.6.1/probe-octet-taken",
            "Ensure that a receiver may take the octet of a probe and keep its window shut.",
            OctetTaken).Judges(Probes, "rfc9293/3.10.7.4/30"),
        new TestCase(
            "rfc9293/3.8.6.1/unanswered",
            "Ensure that a connection whose probes stay without answer is given up at last, "
            + "and the user told.", Unanswered)
            .Judges("rfc9293/MUST-20", "rfc9293/SHLD-11").VirtualOnly(),
        new TestCase(
            "rfc9293/3.8.6.1/from-the-start",
            "Ensure that a window that is zero from the handshake on is respected and probed.",
            FromTheStart).Judges(Probes, "rfc9293/3.8.6/1"),
        new TestCase(
            "rfc9293/3.8.6.1/fin-waits",
            "Ensure that text and FIN pass once a window of zero opens.", FinWaits)
            .Judges("rfc9293/3.10.4/5", "rfc9293/3.6/1", "rfc9293/3.9.1.4/1"),
        new TestCase(
            "rfc9293/3.8.6.1/text-still-comes-in",
            "Ensure that text is received while the peer's own window is zero.", ComesIn)
            .Judges("rfc9293/3.10.7.4/45", "rfc9293/3.10.7.4/47"),
    ];

    // The peer's window is zero, and so much text waits.
    private static async Task<(Scene Scene, Task Sending)> Shut(CaseContext ctx, int octets)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = Mss, Window = 8 * Mss });
        s.Peer.RcvWnd = 0;
        s.Peer.SendAck();
        await ctx.Delay(ctx.Times.AtOnce);
        Task sending = s.User.Send(octets);
        return (s, sending);
    }

    // With an octet of the text, or empty in the form of a keep-alive where that is claimed.
    private static bool IsProbe(Peer peer, ReceivedSegment r) =>
        r.Has(TcpFlags.Ack) && r.TextLength <= 1
        && (r.Seq == peer.RcvNxt - r.TextLength || r.Seq + 1u == peer.RcvNxt);

    private static async Task<ReceivedSegment> Probe(CaseContext ctx, Peer peer, TimeSpan within) =>
        await peer.Expect(
            r => IsProbe(peer, r), within, Probes, "a window of zero is probed");

    private static TimeSpan LongestInterval(CaseContext ctx) =>
        ctx.Times.Timer(ctx.Ixit.RtoMax * 1.2);

    // Does not take the octet of a probe.
    private static void Refuse(Scene s, SeqNumber next)
    {
        s.Peer.RcvNxt = next;
        s.Peer.SendAck();
    }

    private static async Task FirstProbe(CaseContext ctx)
    {
        (Scene s, _) = await Shut(ctx, 2 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        TimeSpan shutAt = ctx.Now;
        ReceivedSegment r = await Probe(ctx, s.Peer, ctx.Times.FirstRetransmission * 1.5);
        ctx.Assert(
            r.At - shutAt >= ctx.Ixit.RtoMin - ctx.Ixit.TimerGranularity - (ctx.Times.AtOnce * 2),
            "rfc9293/SHLD-29", "the first probe waits for an RTO");
        Refuse(s, next);
    }

    internal static async Task IntervalsGrow(CaseContext ctx)
    {
        (Scene s, _) = await Shut(ctx, 2 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        TimeSpan last = ctx.Now;
        var intervals = new List<TimeSpan>();
        for (int i = 0; i < 6; i++)
        {
            ReceivedSegment r = await Probe(ctx, s.Peer, LongestInterval(ctx));
            intervals.Add(r.At - last);
            last = r.At;
            Refuse(s, next);
        }
        TimeSpan slack = ctx.Ixit.TimerGranularity + (ctx.Times.AtOnce * 2);
        for (int i = 2; i < intervals.Count; i++)
        {
            bool capped = intervals[i] >= ctx.Ixit.RtoMax * 0.95;
            ctx.Assert(
                capped || intervals[i] + slack >= intervals[i - 1] * 1.5, Grows,
                $"the interval after {intervals[i - 1].TotalSeconds:0.00} s grows; it is "
                + $"{intervals[i].TotalSeconds:0.00} s");
        }
    }

    // Catches a stack that counts answered probes against R2.
    private static async Task AnsweredForLong(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 3 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        TimeSpan until = ctx.Now + TimeSpan.FromSeconds(ctx.IsVirtualTime ? 3600 : 75);
        while (ctx.Now < until)
        {
            await Probe(ctx, s.Peer, LongestInterval(ctx));
            Refuse(s, next);
        }
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck();
        await s.Peer.ReceiveText(3 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, KeepsOpen);
        await sending;
        await ctx.IsAlive(s, KeepsOpen);
    }

    internal static async Task Reopens(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 5 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        await Probe(ctx, s.Peer, LongestInterval(ctx));
        Refuse(s, next);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck();
        // Nothing here waits for a timer.
        await s.Peer.ExpectEventually(
            r => r.TextLength > 1, ctx.Times.AtOnce, "rfc9293/3.10.7.4/34",
            "text goes on at once when the window opens");
        s.Peer.SendAck();
        await s.Peer.ReceiveText(
            (5 * Mss) - (s.Peer.RcvNxt - next), AckPolicy.EverySegment, ctx.Times.Patience * 2,
            "rfc9293/3.9.1.3/1");
        await sending;
    }

    private static async Task UpdateLost(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 3 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        await Probe(ctx, s.Peer, LongestInterval(ctx));
        Refuse(s, next);
        s.Peer.RcvWnd = 8 * Mss; // the ACK that says so is lost
        await Probe(ctx, s.Peer, LongestInterval(ctx));
        s.Peer.RcvNxt = next;
        s.Peer.SendAck();
        await s.Peer.ReceiveText(3 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Probes);
        await sending;
    }

    private static async Task OctetTaken(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 2 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        for (int i = 0; i < 3; i++)
        {
            await Probe(ctx, s.Peer, LongestInterval(ctx));
            s.Peer.SendAck(); // of the octet, if there was one
        }
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck();
        byte[] rest = await s.Peer.ReceiveText(
            (2 * Mss) - (s.Peer.RcvNxt - next), AckPolicy.EverySegment, ctx.Times.Patience,
            Probes);
        ctx.Assert(
            rest.AsSpan().SequenceEqual(Octets.Pattern(2 * Mss).AsSpan()[^rest.Length..]),
            "rfc9293/3.9.1.3/1", "the text goes on after the octets that were taken");
        await sending;
    }

    internal static async Task Unanswered(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 2 * Mss);
        TimeSpan shutAt = ctx.Now;
        UserError error = await s.User.Error(TimeSpan.FromHours(1), "rfc9293/MUST-20");
        ctx.Assert(
            error == UserError.TimedOut, "rfc9293/MUST-20",
            $"the user is told of a timeout, not of {error}");
        ctx.Assert(
            ctx.Now - shutAt >= TimeSpan.FromSeconds(100), "rfc9293/SHLD-11",
            $"a connection is kept for at least 100 s, not {(ctx.Now - shutAt).TotalSeconds} s");
        await sending;
    }

    private static async Task FromTheStart(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = Mss, Window = 0 });
        SeqNumber next = s.Peer.RcvNxt;
        Task sending = s.User.Send(2 * Mss);
        await Probe(ctx, s.Peer, LongestInterval(ctx));
        s.Peer.RcvNxt = next;
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck();
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Probes);
        await sending;
    }

    private static async Task FinWaits(CaseContext ctx)
    {
        (Scene s, Task sending) = await Shut(ctx, 2 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        await sending;
        await s.User.Shutdown();
        await Probe(ctx, s.Peer, LongestInterval(ctx));
        s.Peer.RcvNxt = next;
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck();
        await s.Peer.ReceiveText(
            2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, "rfc9293/3.9.1.4/1");
        if (s.Peer.RcvNxt == next + (2 * Mss))
        {
            await s.Peer.ExpectEventually(
                r => r.Has(TcpFlags.Fin), ctx.Times.Patience, "rfc9293/3.10.4/5",
                "the FIN follows the text");
        }
        ctx.Assert(
            s.Peer.RcvNxt == next + ((2 * Mss) + 1), "rfc9293/3.6/1",
            "the FIN stands directly behind the text");
        s.Peer.SendAck();
    }

    private static async Task ComesIn(CaseContext ctx)
    {
        (Scene s, _) = await Shut(ctx, 2 * Mss);
        SeqNumber next = s.Peer.RcvNxt;
        byte[] text = Octets.Pattern(3000);
        s.Peer.SendText(text, 1000);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/47",
            "text is acknowledged although the peer's window is zero");
        await ctx.Reads(s, text, "rfc9293/3.10.7.4/45");
        ctx.Assert(
            s.Peer.RcvNxt - next <= 1, "rfc9293/3.8.6/1", "nothing but a probe has come");
    }
}
