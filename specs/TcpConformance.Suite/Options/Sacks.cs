using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 2018, RFC 2883: selective acknowledgments, sent and used.</summary>
internal static class Sacks
{
    private const string Block = "rfc2018/3/1";
    private const string Newest = "rfc2018/4/6";
    private const int Size = 500;

    public static IEnumerable<TestCase> Cases => new[]
    {
        new TestCase(
            "rfc2018/2/permitted-with-both",
            "Ensure that SACK is permitted in answer to a SYN that permits it, and only then.",
            Permitted).Judges("rfc2018/4/1", "rfc2018/2/1"),
        new TestCase(
            "rfc2018/3/one-block",
            "Ensure that text above a hole is reported as one block, exactly.", OneBlock)
            .Judges(Block, "rfc2018/4/5", "rfc2018/4/4", "rfc2018/4/3"),
        new TestCase(
            "rfc2018/4/newest-first",
            "Ensure that the first block holds the newest segment, and the others follow.",
            NewestFirst).Judges(Newest, "rfc2018/4/7", "rfc2018/4/8"),
        new TestCase(
            "rfc2018/4/blocks-join",
            "Ensure that blocks that meet are reported as one.", Join).Judges(Block, Newest),
        new TestCase(
            "rfc2018/8/filled-hole-reports-nothing",
            "Ensure that no block is reported once all is in order.", Filled)
            .Judges("rfc2018/8/3", Block),
        new TestCase(
            "rfc2883/4/duplicate",
            "Ensure that a block that reports a duplicate names just that duplicate.", Duplicate)
            .Judges("rfc2883/4/3"),
        new TestCase(
            "rfc2018/5/only-holes-again",
            "Ensure that what the peer reported is not sent again in recovery.", OnlyHoles)
            .Judges("rfc2018/5/1"),
        new TestCase(
            "rfc5681/3.2/not-before-third-with-sack",
            "Ensure that a report of two segments above a hole causes no retransmission.",
            NotBeforeThird).Judges("rfc5681/3.2/3"),
        new TestCase(
            "rfc2018/5/partial-acks",
            "Ensure that each of three holes is sent again once while one after the other is "
            + "filled, and new text follows.", PartialAcks)
            .Judges("rfc2018/5/1", "rfc5681/4.3/1"),
        new TestCase(
            "rfc2018/8/reneging",
            "Ensure that text that the peer reported and then dropped is sent again.", Reneging)
            .Judges("rfc2018/8/4", "rfc2018/5/3", "rfc2018/5/2"),
    }.Select(c => c.IfClaimed(Claims.Sack)).Append(new TestCase(
        "rfc2018/4/not-without-permission",
        "Ensure that no SACK option is sent to a peer that did not permit it.", NotPermitted)
        .Judges("rfc2018/4/1"));

    private static readonly PeerOptions Offer = new() { Sack = true, Mss = Size };

    private static async Task Permitted(CaseContext ctx)
    {
        Scene with = await ctx.Open(Offer);
        ctx.Assert(
            with.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.SackPermitted), "rfc2018/2/1",
            "a stack that has SACK permits it in its SYN,ACK");
        Scene without = await ctx.Open();
        ctx.Assert(
            !without.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.SackPermitted), "rfc2018/4/1",
            "SACK is not permitted to a peer that did not permit it");
    }

    private static async Task<ReceivedSegment> Arrives(
        CaseContext ctx, Peer peer, SeqNumber first, int at, int octets)
    {
        peer.TakeUnread();
        peer.SendText(Octets.Pattern(octets, at), first + at);
        return await peer.Expect(
            r => r.IsBareAck, ctx.Times.AtOnce, "rfc5681/4.2/4",
            "text above a hole is answered at once");
    }

    private static SackBlock[] Blocks(ReceivedSegment r) =>
        Enumerable.Range(0, r.Header.Options.SackCount)
            .Select(i => r.Header.Options.Sack[i]).ToArray();

    private static void AssertBlocks(
        CaseContext ctx, ReceivedSegment r, SeqNumber first, string requirement,
        params (int Left, int Right)[] expected)
    {
        SackBlock[] want = expected
            .Select(e => new SackBlock(first + e.Left, first + e.Right)).ToArray();
        ctx.Assert(
            want.Length == 0 || r.Header.Options.SackCount > 0, "rfc2018/4/3",
            "an ACK below text that is held carries a SACK option");
        ctx.Assert(
            Blocks(r).SequenceEqual(want), requirement,
            $"the blocks are {string.Join(' ', want)}, not {string.Join(' ', Blocks(r))}");
    }

    private static async Task OneBlock(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        ReceivedSegment r = await Arrives(ctx, s.Peer, first, 100, 50);
        AssertBlocks(ctx, r, first, Block, (100, 150));
        r = await Arrives(ctx, s.Peer, first, 150, 50);
        AssertBlocks(ctx, r, first, Block, (100, 200));
    }

    private static async Task NewestFirst(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        AssertBlocks(ctx, await Arrives(ctx, s.Peer, first, 300, 50), first, Newest, (300, 350));
        AssertBlocks(
            ctx, await Arrives(ctx, s.Peer, first, 100, 50), first, Newest,
            (100, 150), (300, 350));
        AssertBlocks(
            ctx, await Arrives(ctx, s.Peer, first, 500, 50), first, Newest,
            (500, 550), (100, 150), (300, 350));
        AssertBlocks(
            ctx, await Arrives(ctx, s.Peer, first, 350, 50), first, "rfc2018/4/8",
            (300, 400), (500, 550), (100, 150));
    }

    private static async Task Join(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        await Arrives(ctx, s.Peer, first, 100, 50);
        await Arrives(ctx, s.Peer, first, 200, 50);
        ReceivedSegment r = await Arrives(ctx, s.Peer, first, 150, 50);
        AssertBlocks(ctx, r, first, Block, (100, 250));
    }

    private static async Task Filled(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        await Arrives(ctx, s.Peer, first, 100, 100);
        s.Peer.SendText(Octets.Pattern(100), first);
        ReceivedSegment r = await s.Peer.Acknowledges(
            first + 200, ctx.Times.AtOnce, "rfc5681/4.2/5", "the hole is filled");
        AssertBlocks(ctx, r, first, "rfc2018/8/3");
        await ctx.Reads(s, Octets.Pattern(200), "rfc9293/3.9.1.3/1");
    }

    // RFC 2883 §4: a stack need not report duplicates; if it does, the edges are exact.
    private static async Task Duplicate(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        SentSegment sent = s.Peer.SendText(200);
        await s.Peer.Acknowledges(
            first + 200, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/47", "an ACK comes");
        s.Peer.Resend(sent);
        ReceivedSegment r = await s.Peer.Expect(
            x => x.Ack == first + 200, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4",
            "the duplicate is answered");
        SackBlock[] blocks = Blocks(r);
        ctx.Assert(
            blocks.Length == 0
            || (blocks.Length == 1 && blocks[0] == new SackBlock(first, first + 200)),
            "rfc2883/4/3",
            $"the block names the duplicate, {first}-{first + 200}: {string.Join(' ', blocks)}");
    }

    private static async Task NotPermitted(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Sack = false });
        ReceivedSegment r = await Arrives(ctx, s.Peer, s.Peer.SndNxt, 100, 50);
        ctx.Assert(
            !r.Header.Options.Has(TcpOptionSet.Sack), "rfc2018/4/1",
            "no SACK option without permission");
    }

    private static void Report(Peer peer, SeqNumber ack, params SackBlock[] blocks) => peer.Send(
        TcpFlags.Ack, ack: ack, options: peer.OptionOctets(TcpFlags.Ack, blocks));

    // Segments 0 and 4 of ten are lost.
    private static async Task OnlyHoles(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(10 * Size);
        await s.Peer.ReceiveText(10 * Size, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/MUST-60");
        SeqNumber At(int n) => first + (n * Size);
        for (int n = 2; n <= 4; n++)
        {
            Report(s.Peer, first, new SackBlock(At(1), At(n)));
        }
        for (int n = 6; n <= 10; n++)
        {
            Report(s.Peer, first, new SackBlock(At(5), At(n)), new SackBlock(At(1), At(4)));
        }
        await s.Peer.ExpectEventually(
            r => r.Seq == first && r.TextLength > 0, ctx.Times.Patience, "rfc5681/3.2/3",
            "the first hole is sent again");
        await s.Peer.ExpectEventually(
            r => r.Seq == At(4) && r.TextLength > 0, ctx.Times.Patience, "rfc2018/5/1",
            "the second hole is sent again");
        bool IsHole(ReceivedSegment r) => r.TextLength == 0
            || (r.Seq >= first && r.End <= At(1)) || (r.Seq >= At(4) && r.End <= At(5));
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, "rfc2018/5/1", "nothing but the holes is sent again", IsHole);
        s.Peer.SendAck(ack: At(10));
    }

    // RACK goes by time, not by the number of reports (RFC 8985 §6.2).
    private static async Task NotBeforeThird(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(6 * Size);
        await s.Peer.ReceiveText(6 * Size, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/MUST-60");
        Report(s.Peer, first, new SackBlock(first + Size, first + (3 * Size)));
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, "rfc5681/3.2/3",
            "two segments above a hole are fewer than three duplicate ACKs",
            r => ctx.Claims(Claims.RackTlp) || r.Seq >= first + (6 * Size));
        s.Peer.SendRst();
    }

    // Segments 0, 4 and 8 of ten are lost; each ACK reports what has arrived since.
    private static async Task PartialAcks(CaseContext ctx)
    {
        const int Count = 10;
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(Count * Size);
        await s.Peer.ReceiveText(
            Count * Size, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/MUST-60");
        SeqNumber At(int n) => first + (n * Size);
        SackBlock low = new(At(1), At(4));
        SackBlock high = new(At(5), At(8));
        Report(s.Peer, first, low);
        Report(s.Peer, first, high, low);
        SackBlock last = new(At(9), At(10));
        Report(s.Peer, first, last, high, low);
        (int Hole, SackBlock[] Blocks)[] steps =
            [(0, [last, high]), (4, [last]), (8, [])];
        foreach ((int hole, SackBlock[] blocks) in steps)
        {
            await s.Peer.ExpectEventually(
                r => r.Seq == At(hole) && r.TextLength > 0, ctx.Times.Patience, "rfc9293/3.8/1",
                $"segment {hole} is sent again");
            SeqNumber next = hole == 8 ? At(10) : At(hole + 4);
            Report(s.Peer, next, blocks);
        }
        await s.Peer.Quiet(
            ctx.Ixit.RtoMin * 0.5, "rfc2018/5/1", "what has been reported is not sent again",
            r => r.TextLength == 0 || AtHole(r));
        await ctx.IsAlive(s, "rfc5681/4.3/1");

        bool AtHole(ReceivedSegment r) => r.Seq == At(4) || r.Seq == At(8);
    }

    private static async Task Reneging(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(4 * Size);
        await s.Peer.ReceiveText(4 * Size, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/MUST-60");
        Report(s.Peer, first, new SackBlock(first + Size, first + (3 * Size)));
        await s.Peer.ExpectEventually(
            r => r.Seq == first && r.TextLength > 0, ctx.Times.Patience, "rfc9293/3.8/1",
            "the oldest is sent again");
        // What was reported has been dropped: only the first segment is there.
        Report(s.Peer, first + Size);
        for (int n = 1; n < 4; n++)
        {
            await s.Peer.ExpectEventually(
                r => r.Seq <= first + (n * Size) && r.End > first + (n * Size),
                ctx.Times.Retransmission(2), "rfc2018/8/4",
                $"segment {n} is sent again although it was reported");
            Report(s.Peer, first + ((n + 1) * Size));
        }
        await ctx.IsAlive(s, "rfc2018/8/4");
    }
}
