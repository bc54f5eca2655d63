using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Congestion;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Resilience;

/// <summary>Where RFC 2525 and the bug lists of real stacks say that one goes wrong.</summary>
internal static class Pitfalls
{
    private const string Flows = "rfc9293/MUST-60";
    private const string Default = "rfc9293/MUST-15";
    private const string LossWindow = "rfc5681/3.1/11";
    private const int Size = 1000;

    private static readonly PeerOptions Timed = new() { Mss = Size, Timestamps = true };

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "rfc6928/2/initial-window/no-mss-option",
            "Ensure that the initial window is that of the default MSS when the SYN,ACK has no "
            + "MSS option, and that text flows.", WithoutMss)
            .Judges("rfc6928/2/1", "rfc5681/3.1/1", Default),
        new TestCase(
            "rfc5681/3.1/after-timeout/timestamps",
            "Ensure that after a timeout one segment goes out, also where timestamps are agreed.",
            TimeoutWithTimestamps)
            .Judges(LossWindow, "rfc6298/5/5") with { Needs = Claims.Timestamps },
        new TestCase(
            "rfc9293/3.8.4/one-lost-answer/defaults",
            "Ensure that one keep-alive without answer does not end the connection where the user "
            + "has left times and count as they are.", KeepAliveUnanswered)
            .Judges("rfc9293/MUST-29").IfClaimed(Claims.KeepAlive).VirtualOnly(),
        new TestCase(
            "rfc9293/3.8.6.3/every-second-full-segment/timestamps",
            "Ensure that at least every second full-sized segment is acknowledged at once, also "
            + "where timestamps shorten them.", SecondSegmentTimed)
            .Judges("rfc9293/SHLD-19", "rfc5681/4.2/3") with { Needs = Claims.Timestamps },
        new TestCase(
            "rfc9293/3.4/zero-window/ack-after-probe",
            "Ensure that ACKs are processed while the window is closed, after the user has read a "
            + "few octets and a probe has come.", AckAfterProbe)
            .Judges("rfc9293/3.4/7", "rfc9293/3.10.7.4/3"),
        new TestCase(
            "rfc5681/2/text-is-no-duplicate-ack",
            "Ensure that segments with text do not count as duplicate ACKs.", TextAsDuplicates)
            .Judges("rfc6298/5/1", "rfc5681/3.2/3"),
        new TestCase(
            "rfc9293/3.10.4/syn-received/fin-again",
            "Ensure that the FIN of a CLOSE in SYN-RECEIVED is sent again until it is "
            + "acknowledged, although the peer's FIN has come.", CloseInSynReceived)
            .Judges("rfc9293/3.6/5", "rfc9293/3.10.4/4", "rfc9293/3.3.2/10"),
        new TestCase(
            "rfc9293/3.10.7.4/time-wait/syn-fin",
            "Ensure that a SYN,FIN in TIME-WAIT opens a connection or leaves TIME-WAIT as it is.",
            SynFinInTimeWait)
            .Judges("rfc9293/MUST-13", "rfc9293/3.10.7.4/22"),
        new TestCase(
            "rfc9293/3.10.7.4/text/beyond-right-edge-in-order",
            "Ensure that of text in order what lies beyond the window is not taken.",
            BeyondRightEdge).Judges("rfc9293/3.10.7.4/8"),
    ];

    private static async Task WithoutMss(CaseContext ctx)
    {
        const int Segment = 536;
        Scene s = await ctx.Open(new PeerOptions { Mss = null }, Opening.Active);
        _ = s.User.Send(100 * Segment);
        IReadOnlyList<ReceivedSegment> flight =
            await s.Peer.TakeFlight(ctx.Times.AtOnce, TimeSpan.FromMilliseconds(500));
        int octets = Flight.Octets(flight);
        ctx.Assert(octets > 0, Default, "a peer without MSS option is sent text");
        ctx.Assert(
            octets <= 10 * Segment, "rfc6928/2/1",
            $"the initial window is at most 10 segments of {Segment}; {octets} octets came");
        s.Peer.SendRst();
    }

    private static async Task TimeoutWithTimestamps(CaseContext ctx)
    {
        Scene s = await ctx.Open(Timed);
        ctx.Require(s.Peer.TimestampsOn, "the IUT has not agreed on timestamps");
        _ = s.User.Send(100 * Size);
        IReadOnlyList<ReceivedSegment> lost =
            await s.Peer.TakeFlight(ctx.Times.AtOnce, ctx.Times.Patience);
        ctx.Require(lost.Count >= 4, "the initial window is too small for the story");
        ReceivedSegment again = await s.Peer.ExpectEventually(
            r => r.TextLength > 0, ctx.Times.Patience, "rfc9293/3.8/1",
            "after a timeout the oldest segment goes out again");
        ctx.Assert(again.Seq == lost[0].Seq, "rfc6298/5/5", "it is the oldest");
        IReadOnlyList<ReceivedSegment> rest = await s.Peer.TakeFlight(ctx.Ixit.RtoMin * 0.5);
        ctx.Assert(rest.Count == 0, LossWindow, "after a timeout only one segment goes out");
        s.Peer.SendRst();
    }

    private static async Task KeepAliveUnanswered(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-29";
        Scene s = await ctx.Open();
        await s.User.SetOption(UserOption.KeepAlive, 1);
        // The default idle time, and the case's time limit, are all that is known.
        foreach (TimeSpan within in (TimeSpan[])
            [TimeSpan.FromHours(2.2), TimeSpan.FromMinutes(30)])
        {
            await s.Peer.Expect(
                r => r.IsBareAck && r.Seq == s.Peer.RcvNxt - 1, within, Must,
                "the connection is not given up after one keep-alive: another one comes");
        }
        s.Peer.SendAck();
        await ctx.IsAlive(s, Must);
    }

    private static async Task SecondSegmentTimed(CaseContext ctx)
    {
        const string Must = "rfc9293/SHLD-19";
        Scene s = await ctx.Open(new PeerOptions { Timestamps = true });
        ctx.Require(s.Peer.TimestampsOn, "the IUT has not agreed on timestamps");
        int full = s.Peer.SendMss - 12;
        // One alone first: some acknowledge it at once, and count from there.
        SentSegment first = s.Peer.SendText(full);
        await s.Peer.Acknowledges(
            first.End, ctx.Times.Acknowledgment, "rfc9293/MUST-40",
            "the first segment is acknowledged");
        await s.User.ReceiveExactly(full, ctx.Times.Patience, "rfc9293/3.10.7.4/45");
        s.Peer.TakeUnread();
        for (int i = 0; i < 10; i++)
        {
            s.Peer.SendText(full);
            SentSegment second = s.Peer.SendText(full);
            await s.Peer.Acknowledges(
                second.End, ctx.Times.AtOnce, Must,
                "the second full-sized segment is acknowledged at once");
            await s.User.ReceiveExactly(2 * full, ctx.Times.Patience, "rfc9293/3.10.7.4/45");
            s.Peer.TakeUnread();
        }
    }

    // RFC 2525 §2.12: the probe's octet may be taken or not; the ACKs count in any case.
    private static async Task AckAfterProbe(CaseContext ctx)
    {
        (Scene s, _) = await Window.ReceiveWindow.Filled(ctx);
        s.Peer.SndNxt = s.Peer.SndUna;
        await s.User.ReceiveExactly(1, ctx.Times.Patience, "rfc9293/3.9.1.3/1");
        s.Peer.Send(TcpFlags.Ack, text: Octets.Pattern(1), advance: false);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SndNxt = s.Peer.SndUna;
        s.Peer.TakeUnread();
        await s.User.Send(500);
        await s.Peer.ExpectEventually(
            r => r.TextLength == 500, ctx.Times.Patience, Flows, "text goes out");
        s.Peer.SendAck();
        await s.Peer.Quiet(
            ctx.Times.FirstRetransmission * 2, "rfc9293/3.4/7",
            "what is acknowledged isn't sent again, although the window is closed",
            r => r.TextLength == 0);
    }

    private static async Task TextAsDuplicates(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = Size });
        _ = s.User.Send(100 * Size);
        IReadOnlyList<ReceivedSegment> flight =
            await s.Peer.TakeFlight(ctx.Times.AtOnce, ctx.Times.Patience);
        ctx.Require(flight.Count >= 5, "the initial window is too small for the story");
        SeqNumber end = flight[^1].End;
        for (int i = 0; i < 4; i++)
        {
            s.Peer.Send(TcpFlags.Ack, ack: flight[0].Seq, text: Octets.Pattern(100, 100 * i));
        }
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, "rfc6298/5/1",
            "text that comes with an old ACK causes no retransmission",
            r => r.Seq >= end || r.TextLength == 0
                || Congestion.Control.MayBeTimer(ctx, flight, r));
        s.Peer.SendRst();
    }

    private static async Task CloseInSynReceived(CaseContext ctx)
    {
        const string Must = "rfc9293/3.6/5";
        Scene s = await ctx.SynReceived(new SceneOptions
        {
            Opening = Opening.Simultaneous,
            Peer = new PeerOptions { WindowScale = 0 },
        });
        SeqNumber fin = s.Peer.Irs + 1;
        _ = s.User.Shutdown();
        // It may go out before its SYN is acknowledged, or wait for that.
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.SendAck(ack: fin);
        await s.Peer.ExpectEventually(
            Answers.IsFin, ctx.Times.Retransmission(1), "rfc9293/3.10.4/4", "the FIN comes");
        s.Peer.Send(TcpFlags.Ack | TcpFlags.Fin, ack: fin);
        await ctx.Delay(ctx.Times.AtOnce);
        s.Peer.TakeUnread();
        ReceivedSegment again = await s.Peer.ExpectEventually(
            Answers.IsFin, ctx.Times.Retransmission(2), Must, "the FIN is sent again");
        ctx.Assert(again.Seq == fin, "rfc9293/3.4/9", "it has the same number");
        s.Peer.SendAck(ack: fin + 1);
    }

    private static async Task SynFinInTimeWait(CaseContext ctx)
    {
        const string Must = "rfc9293/MUST-13";
        Scene s = await ctx.TimeWait();
        await ctx.Delay(TimeSpan.FromSeconds(1));
        s.Peer.TakeUnread();
        SeqNumber iss = s.Peer.SndNxt + 100_000;
        s.Peer.Send(TcpFlags.Syn | TcpFlags.Fin, seq: iss, advance: false);
        ReceivedSegment? answer = await s.Peer.Next(ctx.Times.AtOnce);
        if (answer?.Has(TcpFlags.Syn | TcpFlags.Ack) == true && answer.Ack == iss + 1)
        {
            s.Peer.SendRst(iss + 1);
            ctx.Pass();
        }
        await ctx.AckTo(
            s.Peer,
            () => s.Peer.Send(
                TcpFlags.Fin | TcpFlags.Ack, seq: s.Peer.SndNxt - 1, advance: false),
            Must, "TIME-WAIT goes on and acknowledges the FIN again");
    }

    private static async Task BeyondRightEdge(CaseContext ctx)
    {
        const string Must = "rfc9293/3.10.7.4/8";
        Scene s = await ctx.Open();
        int window = (int)s.Peer.SndWnd;
        SeqNumber first = s.Peer.SndNxt;
        SeqNumber edge = first + window;
        while (edge - s.Peer.SndNxt > Size)
        {
            s.Peer.SendText(Math.Min(s.Peer.SendMss, edge - s.Peer.SndNxt - Size + 1));
        }
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.8.6/2", "the window is used");
        // The edge moves on if the buffer is larger than it says.
        edge = SeqNumber.Max(edge, s.Peer.SndUna + s.Peer.SndWnd);
        while (edge - s.Peer.SndNxt > Size)
        {
            s.Peer.SendText(Math.Min(s.Peer.SendMss, edge - s.Peer.SndNxt - Size + 1));
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.8.6/2", "more is taken");
        }
        s.Peer.TakeUnread();
        s.Peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(Size + 400), advance: false);
        ReceivedSegment r = await s.Peer.Expect(
            x => x.Ack > s.Peer.SndNxt, ctx.Times.Acknowledgment, Must,
            "what lies in the window is acknowledged");
        ctx.Assert(
            r.Ack <= edge, Must,
            $"what lies beyond the edge is not taken; {r.Ack - edge} octets of it were");
    }
}
