using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Congestion;

/// <summary>RFC 5681, RFC 6928, RFC 3042: congestion control as it is seen from outside.</summary>
internal static class Control
{
    private const string Flows = "rfc9293/MUST-60";
    private const string SlowStart = "rfc5681/3.1/7";
    private const string Fast = "rfc5681/3.2/3";
    private const int Size = 1000;

    private static readonly PeerOptions Offer = new() { Mss = Size };

    public static IEnumerable<TestCase> Cases =>
    [
        Initial(1000), Initial(1460), Initial(536), Initial(1000).OverIpv6(),
        new TestCase(
            "rfc6928/2/after-lost-syn-acks",
            "Ensure that the initial window is one segment when the SYN,ACK was lost twice.",
            AfterLostSynAcks).Judges("rfc6928/2/3", "rfc5681/3.1/4"),
        new TestCase(
            "rfc5681/3.1/slow-start",
            "Ensure that each ACK of new text lets the flight grow by at most one segment.",
            SlowStartBound).Judges(SlowStart, "rfc5681/3.1/1", "rfc9293/MUST-19"),
        new TestCase(
            "rfc5681/3.1/after-timeout",
            "Ensure that after a timeout one segment goes out, then slow start up to half the "
            + "flight, then about one segment more for each round trip.", AfterTimeout)
            .Judges(
                "rfc5681/3.1/11", "rfc5681/3.1/10", "rfc5681/3.1/9", SlowStart,
                "rfc6928/2/6"),
        new TestCase(
            "rfc5681/3.2/not-before-third",
            "Ensure that one or two duplicate ACKs cause no retransmission.", NotBeforeThird)
            .Judges(Fast, "rfc5681/3.2/5"),
        new TestCase(
            "rfc5681/3.2/third-duplicate",
            "Ensure that the third duplicate ACK causes a retransmission at once.",
            ThirdDuplicate).Judges(Fast, "rfc5681/3.2/8"),
        new TestCase(
            "rfc5681/3.1/one-ack-of-many",
            "Ensure that one ACK of a whole flight lets cwnd grow by one segment.", OneAckOfMany)
            .Judges("rfc5681/3.1/7", "rfc9293/MUST-19"),
        new TestCase(
            "rfc5681/2/window-updates",
            "Ensure that window updates are not taken for duplicate ACKs.", WindowUpdates)
            .Judges(Fast, "rfc6298/5/1"),
        new TestCase(
            "rfc3042/2/limited-transmit",
            "Ensure that the first two duplicate ACKs let one new segment out each.",
            LimitedTransmit).Judges("rfc3042/2/1", "rfc5681/3.2/4", "rfc3042/2/2"),
        new TestCase(
            "rfc5681/3.2/recovery-halves",
            "Ensure that after fast recovery the flight is about half of what it was.",
            RecoveryHalves).Judges("rfc5681/3.2/7", "rfc5681/3.2/11", "rfc5681/4.3/3"),
        new TestCase(
            "rfc5681/3.2/count-begins-anew",
            "Ensure that duplicate ACKs of before an ACK of new text do not count.",
            CountBeginsAnew).Judges(Fast),
        new TestCase(
            "rfc5681/3.2/inflation",
            "Ensure that in fast recovery each further duplicate ACK lets one new segment out, "
            + "once half the flight has left the network.",
            Inflation).Judges("rfc5681/3.2/9", "rfc5681/3.2/7", "rfc5681/3.2/10", "rfc5681/3.2/8"),
        new TestCase(
            "rfc5681/4.3/two-losses",
            "Ensure that two losses in one window are both repaired.", TwoLosses)
            .Judges("rfc5681/4.3/1", "rfc9293/3.8/1", Fast),
        new TestCase(
            "rfc5681/4.1/idle",
            "Ensure that after a long idle time the flight is at most the restart window.", Idle)
            .Judges("rfc5681/4.1/1", "rfc6928/2/5"),
        new TestCase(
            "rfc9293/3.7.4/slow-start-without-nagle",
            "Ensure that with the Nagle algorithm off, too, the initial window bounds the flight.",
            WithoutNagle).Judges("rfc9293/3.7.4/1", "rfc6928/2/1"),
        new TestCase(
            "rfc5681/2/peer-window-bounds-too",
            "Ensure that the flight is bounded by the peer's window as well as by cwnd.",
            BothBounds).Judges("rfc5681/2/1", "rfc9293/3.8.6/1"),
    ];

    private static TestCase Initial(int mss) => new TestCase(
        $"rfc6928/2/initial-window/mss-{mss}",
        "Ensure that before the first ACK at most the initial window is in flight.",
        ctx => InitialWindow(ctx, mss)).Judges("rfc6928/2/1", "rfc5681/3.1/1");

    private static int InitialSegments(int mss) =>
        Math.Min(10 * mss, Math.Max(2 * mss, 14600)) / mss;

    // The user has more to send than will ever be acknowledged; all that may go out has come.
    private static async Task<(Scene Scene, IReadOnlyList<ReceivedSegment> Flight)> FirstFlight(
        CaseContext ctx, int mss = Size, uint window = 65535)
    {
        Scene s = await ctx.Open(Offer with { Mss = (ushort)mss, Window = window });
        _ = s.User.Send(200 * mss);
        return (s, await s.Peer.TakeFlight(ctx.Times.AtOnce, ctx.Times.Patience));
    }

    // A flight after an ACK of text: an ACK that covers no more than the ISN begins no fast
    // retransmit (RFC 6582 §3.2).
    private static async Task<(Scene Scene, IReadOnlyList<ReceivedSegment> Flight)> LaterFlight(
        CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> first) = await FirstFlight(ctx);
        ctx.Require(first.Count > 0, "there is no flight for the story");
        s.Peer.SendAck(ack: first[0].End);
        IReadOnlyList<ReceivedSegment> next = await s.Peer.TakeFlight(ctx.Times.AtOnce);
        return (s, [.. first.Skip(1), .. next]);
    }

    private static async Task WithoutNagle(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        await s.User.SetOption(Spec.Calls.UserOption.NoDelay, 1);
        for (int i = 0; i < 100; i++)
        {
            _ = s.User.Send(2 * Size);
        }
        IReadOnlyList<ReceivedSegment> flight = await s.Peer.TakeFlight(ctx.Times.AtOnce);
        int octets = Flight.Octets(flight);
        ctx.Assert(
            octets > 0 && octets <= InitialSegments(Size) * Size, "rfc9293/3.7.4/1",
            $"the initial window is at most {InitialSegments(Size)} segments of {Size}; "
            + $"{octets} octets came");
        s.Peer.SendRst();
    }

    private static async Task InitialWindow(CaseContext ctx, int mss)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await FirstFlight(ctx, mss);
        int octets = Flight.Octets(flight);
        ctx.Assert(octets > 0, Flows, "text goes out");
        ctx.Assert(
            octets <= InitialSegments(mss) * mss, "rfc6928/2/1",
            $"the initial window is at most {InitialSegments(mss)} segments of {mss}; "
            + $"{octets} octets came");
        s.Peer.SendRst();
    }

    private static async Task AfterLostSynAcks(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived(new SceneOptions { Peer = Offer });
        for (int i = 0; i < 2; i++)
        {
            await s.Peer.Expect(
                TcpFlags.Syn | TcpFlags.Ack, ctx.Times.Retransmission(i + 2), "rfc9293/3.8/1",
                "the SYN,ACK is sent again");
        }
        s.Peer.SendAck();
        Scene open = await ctx.Accepted(s);
        _ = open.User.Send(20 * Size);
        IReadOnlyList<ReceivedSegment> flight = await s.Peer.TakeFlight(ctx.Times.AtOnce);
        ctx.Assert(
            Flight.Octets(flight) is > 0 and <= Size, "rfc6928/2/3",
            $"the initial window is one segment; {flight.Count} came");
        s.Peer.SendRst();
    }

    internal static async Task SlowStartBound(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> first) = await FirstFlight(ctx);
        var flight = new Queue<ReceivedSegment>(first);
        int acked = 0;
        while (acked < 25 && flight.TryDequeue(out ReceivedSegment? next))
        {
            s.Peer.SendAck(ack: next.End);
            acked++;
            foreach (ReceivedSegment r in await s.Peer.TakeFlight(ctx.Times.AtOnce))
            {
                flight.Enqueue(r);
            }
            ctx.Assert(
                flight.Count <= InitialSegments(Size) + acked, SlowStart,
                $"after {acked} ACKs the flight is at most {InitialSegments(Size) + acked} "
                + $"segments, not {flight.Count}");
        }
        ctx.Assert(
            acked == 25, Flows, $"the text goes on while it is acknowledged; it ended at {acked}");
        s.Peer.SendRst();
    }

    // All of a flight is lost. Each round takes what has come, and acknowledges each segment.
    internal static async Task AfterTimeout(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> lost) = await FirstFlight(ctx);
        ctx.Require(lost.Count >= 4, "the initial window is too small for the story");
        s.Peer.RcvNxt = lost[0].Seq;
        var receiver = new CumulativeReceiver(s.Peer);
        int half = Math.Max(2, lost.Count / 2);
        ReceivedSegment again = await s.Peer.ExpectEventually(
            r => r.TextLength > 0, ctx.Times.Patience, "rfc9293/3.8/1",
            "after a timeout the oldest segment goes out again");
        ctx.Assert(again.Seq == lost[0].Seq, "rfc6298/5/5", "it is the oldest");
        IReadOnlyList<ReceivedSegment> rest = await s.Peer.TakeFlight(ctx.Ixit.RtoMin * 0.5);
        ctx.Assert(rest.Count == 0, "rfc5681/3.1/11", "after a timeout only one segment goes out");
        IReadOnlyList<ReceivedSegment> flight = [again];
        var rounds = new List<int> { 1 };
        for (int round = 0; round < 9; round++)
        {
            foreach (ReceivedSegment r in flight)
            {
                receiver.Arrive(r);
            }
            flight = await s.Peer.TakeFlight(ctx.Times.AtOnce);
            ctx.Assert(
                flight.Count > 0, Flows, "the text goes on after the timeout: "
                + string.Join(' ', rounds));
            rounds.Add(flight.Count);
            AssertGrowth(ctx, rounds, half);
        }
        ctx.Note($"segments for each round trip: {string.Join(' ', rounds)}");
        s.Peer.SendRst();
    }

    // Slow start doubles up to ssthresh; from there a round trip adds one segment. What another
    // algorithm does (RFC 9438 for one) is never more than slow start.
    private static void AssertGrowth(CaseContext ctx, List<int> rounds, int ssthresh)
    {
        int before = rounds.SkipLast(1).Max();
        int allowed = before * 2;
        if (!ctx.Claims(Claims.OtherCongestionControl))
        {
            // Where cwnd equals ssthresh either may be used (RFC 5681 §3.1).
            allowed = before > ssthresh ? before + 1 : Math.Min(allowed, ssthresh + 2);
        }
        ctx.Assert(
            rounds[^1] <= allowed, before > ssthresh ? "rfc5681/3.1/9" : "rfc5681/3.1/10",
            $"a round after {before} segments, with half the flight at {ssthresh}, has at most "
            + $"{allowed}: {string.Join(' ', rounds)}");
    }

    // The first segment of the flight is lost; so many duplicate ACKs tell it.
    private static async Task<(Scene Scene, IReadOnlyList<ReceivedSegment> Flight)> Duplicates(
        CaseContext ctx, int count)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await LaterFlight(ctx);
        ctx.Require(flight.Count >= 5, "the initial window is too small for the story");
        for (int i = 0; i < count; i++)
        {
            s.Peer.SendAck(ack: flight[0].Seq);
        }
        return (s, flight);
    }

    // Slow stacks need so long for the story that the timer may have run out (RFC 6298 §5), which
    // is no matter of duplicate ACKs.
    internal static bool MayBeTimer(
        CaseContext ctx, IReadOnlyList<ReceivedSegment> flight, ReceivedSegment r) =>
        r.At - flight[^1].At >= ctx.Ixit.RtoMin - ctx.Ixit.TimerGranularity - ctx.Ixit.Latency;

    private static async Task NotBeforeThird(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await Duplicates(ctx, 2);
        SeqNumber end = flight[^1].End;
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, Fast, "two duplicate ACKs cause no retransmission",
            r => r.Seq >= end || MayBeTimer(ctx, flight, r));
        s.Peer.SendRst();
    }

    internal static async Task ThirdDuplicate(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await Duplicates(ctx, 3);
        await s.Peer.ExpectEventually(
            r => r.Seq == flight[0].Seq && r.TextLength > 0, ctx.Times.AtOnce, Fast,
            "the third duplicate ACK causes a retransmission at once");
        s.Peer.SendRst();
    }

    private static async Task OneAckOfMany(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await FirstFlight(ctx);
        ctx.Require(flight.Count >= 3, "the initial window is too small for the story");
        s.Peer.SendAck(ack: flight[^1].End);
        IReadOnlyList<ReceivedSegment> next =
            await s.Peer.TakeFlight(ctx.Times.AtOnce, ctx.Times.Patience);
        // An alternative algorithm (RFC 9293 §3.8.2, MAY-18) may count all that an ACK covers, as
        // the oracle's bound has it, too.
        int more = ctx.Claims(Claims.OtherCongestionControl) ? flight.Count : 1;
        ctx.Assert(
            next.Count <= flight.Count + more, "rfc5681/3.1/7",
            $"one ACK adds {more} at most to a flight of {flight.Count}; {next.Count} came");
        s.Peer.SendRst();
    }

    // RFC 5681 §2: a duplicate ACK has the window of the last one.
    private static async Task WindowUpdates(CaseContext ctx)
    {
        const int Window = 30_000;
        (Scene s, IReadOnlyList<ReceivedSegment> flight) =
            await FirstFlight(ctx, window: Window);
        ctx.Require(flight.Count > 0, "there is no flight for the story");
        for (int i = 1; i <= 4; i++)
        {
            s.Peer.SendAck(ack: flight[0].Seq, window: (ushort)(Window + (i * 1000)));
        }
        SeqNumber end = flight[^1].End;
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, Fast, "four window updates cause no retransmission",
            r => r.Seq >= end || MayBeTimer(ctx, flight, r));
        s.Peer.SendRst();
    }

    private static async Task LimitedTransmit(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await LaterFlight(ctx);
        ctx.Require(flight.Count >= 5, "the initial window is too small for the story");
        SeqNumber end = flight[^1].End;
        for (int i = 1; i <= 2; i++)
        {
            s.Peer.SendAck(ack: flight[0].Seq);
            ReceivedSegment came = await s.Peer.Expect(
                r => r.Seq == end && r.TextLength > 0, ctx.Times.AtOnce, "rfc3042/2/1",
                $"duplicate ACK {i} lets one new segment out");
            end = came.End;
            // A stack may gather what it sends within a moment; duplicate ACKs come one by one.
            await ctx.Delay(ctx.Times.AtOnce * 0.25);
        }
        // What is sent again now was timed out: three waits are as long as a short RTO.
        await s.Peer.Quiet(
            ctx.Times.AtOnce, "rfc3042/2/1", "no more than one segment each", r => r.Seq < end);
        s.Peer.SendRst();
    }

    internal static async Task RecoveryHalves(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await LaterFlight(ctx);
        ctx.Require(flight.Count >= 8, "the initial window is too small for the story");
        s.Peer.RcvNxt = flight[0].Seq;
        var receiver = new CumulativeReceiver(s.Peer);
        List<ReceivedSegment> arrived = [];
        foreach (ReceivedSegment r in flight.Skip(1))
        {
            receiver.Arrive(r);
            arrived.AddRange(await s.Peer.TakeFlight(ctx.Times.AtOnce));
        }
        ctx.Assert(
            arrived.Any(r => r.Seq == flight[0].Seq), Fast,
            "duplicate ACKs make the lost segment go out again");
        // All that was sent arrives; only the last is acknowledged, so that it is seen what
        // one ACK lets out after recovery.
        SeqNumber end = flight[0].Seq + arrived.Max(r => r.End - flight[0].Seq);
        s.Peer.SendAck(ack: end);
        IReadOnlyList<ReceivedSegment> after = await s.Peer.TakeFlight(ctx.Times.AtOnce);
        double share = ctx.Claims(Claims.OtherCongestionControl) ? 0.85 : 0.5;
        int most = (int)Math.Ceiling(flight.Count * share);
        ctx.Assert(
            after.Count <= most, "rfc5681/3.2/11",
            $"after a loss in {flight.Count} segments the flight is at most {most}, not "
            + $"{after.Count}");
        ctx.Assert(after.Count > 0, Flows, "the text goes on");
        s.Peer.SendRst();
    }

    private static async Task CountBeginsAnew(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await Duplicates(ctx, 2);
        s.Peer.SendAck(ack: flight[0].End);
        for (int i = 0; i < 2; i++)
        {
            s.Peer.SendAck(ack: flight[0].End);
        }
        SeqNumber end = flight[^1].End;
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, Fast,
            "two duplicate ACKs, and two of another number, cause no retransmission",
            r => r.Seq >= end || MayBeTimer(ctx, flight, r));
        s.Peer.SendRst();
    }

    // Cwnd is half the flight plus a segment for each duplicate; the lost one is sent again. Two
    // new segments are out already by limited transmit, which does not count as flight.
    private static async Task Inflation(CaseContext ctx)
    {
        (Scene s, IReadOnlyList<ReceivedSegment> flight) = await LaterFlight(ctx);
        ctx.Require(flight.Count >= 8, "the initial window is too small for the story");
        SeqNumber end = flight[^1].End;
        bool other = ctx.Claims(Claims.OtherCongestionControl);
        int half = other ? (int)Math.Ceiling(flight.Count * 0.85) : flight.Count / 2;
        int fresh = 0;
        for (int duplicates = 1; duplicates < flight.Count; duplicates++)
        {
            s.Peer.SendAck(ack: flight[0].Seq);
            fresh += (await s.Peer.TakeFlight(ctx.Times.AtOnce)).Count(r => r.Seq >= end);
            int room = Math.Max(Math.Min(duplicates, 2), half + duplicates - flight.Count);
            ctx.Assert(
                fresh <= room, "rfc5681/3.2/9",
                $"{duplicates} duplicate ACKs of a flight of {flight.Count} let at most {room} new "
                + $"segments out, not {fresh}");
            ctx.Assert(
                other || fresh == room, "rfc5681/3.2/10",
                $"{duplicates} duplicate ACKs of a flight of {flight.Count} make room for {room} "
                + $"new segments; {fresh} came");
        }
        s.Peer.SendRst();
    }

    private static async Task TwoLosses(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.RcvNxt;
        SeqNumber end = first + (40 * Size);
        var receiver = new CumulativeReceiver(s.Peer);
        Task sending = s.User.Send(40 * Size);
        var lost = new HashSet<SeqNumber> { first, first + (3 * Size) };
        while (receiver.Next < end)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Retransmission(2), "rfc9293/3.8/1",
                $"what was lost is sent again; the receiver stands at {receiver.Next - first}");
            if (!lost.Remove(r.Seq))
            {
                receiver.Arrive(r);
            }
        }
        ctx.Assert(lost.Count == 0, "rfc5681/4.3/1", "both losses have been repaired");
        await sending;
    }

    private static async Task Idle(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer with { Window = 65535 });
        Task sending = s.User.Send(120 * Size);
        await s.Peer.ReceiveText(
            120 * Size, AckPolicy.EverySegment, ctx.Times.Patience * 20, Flows);
        await sending;
        await ctx.Delay(TimeSpan.FromSeconds(30)); // many RTOs
        s.Peer.TakeUnread();
        _ = s.User.Send(100 * Size);
        IReadOnlyList<ReceivedSegment> flight = await s.Peer.TakeFlight(ctx.Times.AtOnce);
        ctx.Assert(
            flight.Count <= InitialSegments(Size), "rfc5681/4.1/1",
            $"after an idle time the flight is at most {InitialSegments(Size)} segments, "
            + $"not {flight.Count}");
        s.Peer.SendRst();
    }

    private static async Task BothBounds(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer with { Window = 4 * Size });
        _ = s.User.Send(30 * Size);
        SeqNumber first = s.Peer.RcvNxt;
        for (int i = 0; i < 15; i++)
        {
            await s.Peer.TakeFlight(ctx.Times.AtOnce);
            int flight = s.Peer.RcvNxt - (first + (i * Size));
            ctx.Assert(
                flight <= 4 * Size, "rfc5681/2/1",
                $"the peer's window of {4 * Size} bounds the flight, whatever cwnd is; {flight}");
            s.Peer.SendAck(ack: first + ((i + 1) * Size));
        }
        s.Peer.SendRst();
    }
}
