using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 7323 §3 to §5: timestamps, what they echo, and PAWS.</summary>
internal static class Timestamps
{
    private const string Echo = "rfc7323/4.3/5";
    private const string Paws = "rfc7323/5.3/3";
    private const string Always = "rfc7323/3.2/7";

    private static readonly TestCase OldDropped = new TestCase(
        "rfc7323/5.3/old-timestamp",
        "Ensure that text with an old timestamp is dropped and answered with an ACK.", Old)
        .Judges(Paws, "rfc7323/5.3/1", "rfc7323/5.3/2");

    public static IEnumerable<TestCase> Cases => new[]
    {
        OldDropped, OldDropped.OverIpv6(),
        new TestCase(
            "rfc7323/3.2/agreed-with-both",
            "Ensure that timestamps are used if both sides offer them, and then always.", Agreed)
            .Judges(Always, "rfc7323/3.2/6", "rfc7323/3.2/2"),
        new TestCase(
            "rfc7323/3.2/syn-echoes-zero",
            "Ensure that a SYN without ACK echoes zero.", SynEchoesZero)
            .Judges("rfc7323/3.2/1"),
        new TestCase(
            "rfc7323/4.3/echo-in-order",
            "Ensure that each ACK echoes the timestamp of the text that it acknowledges.",
            EchoInOrder).Judges(Echo, "rfc7323/4.3/4", "rfc7323/3.2/3"),
        new TestCase(
            "rfc7323/4.3/echo-earliest",
            "Ensure that an ACK of two segments echoes the earlier one.", EchoEarliest)
            .Judges("rfc7323/4.3/1", Echo),
        new TestCase(
            "rfc7323/4.3/echo-at-hole",
            "Ensure that above a hole the last segment in order is echoed, and then the one "
            + "that fills it.", EchoAtHole).Judges("rfc7323/4.3/2", "rfc7323/4.3/3", Echo),
        new TestCase(
            "rfc7323/5.2/equal-timestamp",
            "Ensure that text with the same timestamp as before is taken.", Equal)
            .Judges(Paws, "rfc9293/3.10.7.4/45"),
        new TestCase(
            "rfc7323/5.2/wraps",
            "Ensure that timestamps pass the end of their 32 bits unharmed.", Wraps)
            .Judges("rfc7323/5.2/1", Paws),
        new TestCase(
            "rfc7323/5.2/rst-not-checked",
            "Ensure that a RST with an old timestamp resets the connection.", RstNotChecked)
            .Judges("rfc7323/5.2/6"),
        new TestCase(
            "rfc7323/5.2/unacceptable-not-taken",
            "Ensure that the timestamp of a segment outside the window is not taken.",
            NotTaken).Judges("rfc7323/4.3/4", "rfc9293/3.10.7.4/6"),
        new TestCase(
            "rfc7323/3.2/missing-dropped",
            "Ensure that text without the timestamps agreed is dropped in silence.", Missing)
            .Judges("rfc7323/3.2/10"),
        new TestCase(
            "rfc7323/3.2/missing-no-abort",
            "Ensure that text without the timestamps agreed does not end the connection.",
            MissingNoAbort).Judges("rfc7323/3.2/11"),
        new TestCase(
            "rfc7323/4.1/clock",
            "Ensure that the timestamp clock ticks between once a second and once a ms.", Clock)
            .Judges("rfc7323/4.1/1", "rfc7323/5.4/3", "rfc7323/5.4/1"),
    }.Select(c => c.IfClaimed(Claims.Timestamps)).Append(new TestCase(
        "rfc7323/3.2/not-agreed",
        "Ensure that timestamps that were not agreed are ignored, and none are sent.", NotAgreed)
        .Judges("rfc7323/3.2/12", "rfc7323/3.2/6"));

    private static readonly PeerOptions Offer = new() { Timestamps = true };

    private static OptionBytes Stamp(Peer peer, uint value) =>
        OptionBytes.Nop(2) + OptionBytes.Timestamps(value, peer.TsRecent);

    // Timestamps as plain numbers ahead of what the handshake had.
    private static uint Ahead(Peer peer, uint ticks) =>
        (new SeqNumber(peer.TsClock) + ticks).Value;

    private static SentSegment Text(
        Peer peer, int octets, uint stamp, SeqNumber? seq = null, bool advance = true) =>
        peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, seq: seq,
            text: Octets.Pattern(octets, (seq ?? peer.SndNxt) - (peer.Iss + 1)),
            options: Stamp(peer, stamp), advance: advance);

    private static async Task Agreed(CaseContext ctx)
    {
        Scene with = await ctx.Open(Offer);
        TcpOptions o = with.Peer.IutSyn!.Header.Options;
        ctx.Assert(
            o.Has(TcpOptionSet.Timestamps), "rfc7323/3.2/6",
            "a SYN with timestamps is answered with them");
        ctx.Assert(
            new SeqNumber(with.Peer.TsClock) - new SeqNumber(o.TsEcr) is >= 0 and < 100_000,
            "rfc7323/3.2/2", "the SYN,ACK echoes the timestamp of the SYN");
        await with.User.Send(3000);
        with.Peer.SendText(500);
        foreach (ReceivedSegment r in await with.Peer.Drain(ctx.Times.Acknowledgment))
        {
            ctx.Assert(
                r.Header.Options.Has(TcpOptionSet.Timestamps), Always,
                $"each segment carries timestamps: {r}");
            with.Peer.SendAck();
        }
        Scene without = await ctx.Open();
        ctx.Assert(
            !without.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.Timestamps), "rfc7323/3.2/6",
            "a SYN without timestamps is answered without");
    }

    private static async Task SynEchoesZero(CaseContext ctx)
    {
        Scene s = await ctx.SynSent(new SceneOptions { Peer = Offer });
        TcpOptions o = s.Peer.IutSyn!.Header.Options;
        ctx.Require(o.Has(TcpOptionSet.Timestamps), "the SYN has no timestamps");
        ctx.Assert(o.TsEcr == 0, "rfc7323/3.2/1", $"TSecr of a SYN is zero, not {o.TsEcr}");
    }

    private static async Task EchoInOrder(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        for (uint i = 1; i <= 5; i++)
        {
            uint stamp = Ahead(s.Peer, i * 10_000);
            Text(s.Peer, 100, stamp);
            ReceivedSegment r = await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
            ctx.Assert(
                r.Header.Options.TsEcr == stamp, Echo,
                $"the ACK echoes {stamp}, not {r.Header.Options.TsEcr}");
        }
    }

    private static async Task EchoEarliest(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        uint a = Ahead(s.Peer, 10_000);
        uint b = Ahead(s.Peer, 20_000);
        SentSegment first = Text(s.Peer, 100, a);
        SentSegment second = Text(s.Peer, 100, b);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.Ack >= first.End, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
        ctx.Assert(
            r.Header.Options.TsEcr == a, "rfc7323/4.3/1",
            $"the first ACK echoes the earliest segment that it covers, {a}; "
            + $"not {r.Header.Options.TsEcr}");
        if (r.Ack != second.End)
        {
            r = await s.Peer.Acknowledges(
                second.End, ctx.Times.Acknowledgment, Echo, "the rest is acknowledged");
            ctx.Assert(r.Header.Options.TsEcr == b, Echo, $"it echoes {b}");
        }
    }

    private static async Task EchoAtHole(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        uint inOrder = Ahead(s.Peer, 10_000);
        Text(s.Peer, 100, inOrder);
        await s.Peer.Acknowledges(
            first + 100, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
        Text(s.Peer, 100, Ahead(s.Peer, 30_000), first + 200);
        ReceivedSegment r = await s.Peer.Expect(
            x => x.Ack == first + 100, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1", "the hole is told");
        ctx.Assert(
            r.Header.Options.TsEcr == inOrder, "rfc7323/4.3/2",
            $"the duplicate ACK echoes the last segment in order, {inOrder}; "
            + $"not {r.Header.Options.TsEcr}");
        uint filler = Ahead(s.Peer, 20_000); // older than that above the hole, and in order
        Text(s.Peer, 100, filler, first + 100);
        r = await s.Peer.ExpectEventually(
            x => x.Ack > first + 100, ctx.Times.AtOnce, "rfc5681/4.2/5", "the hole is filled");
        ctx.Assert(
            r.Header.Options.TsEcr == filler, "rfc7323/4.3/3",
            $"the ACK echoes the segment that filled the hole, {filler}; "
            + $"not {r.Header.Options.TsEcr}");
    }

    private static async Task Old(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        uint now = Ahead(s.Peer, 100_000);
        Text(s.Peer, 50, now);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
        await ctx.Reads(s, Octets.Pattern(50), "rfc9293/3.9.1.3/1");
        Text(s.Peer, 70, (new SeqNumber(now) - 50_000u).Value, advance: false);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, Paws, "an old timestamp is answered with an ACK",
            seq: s.Peer.RcvNxt, ack: s.Peer.SndNxt, length: 0);
        Task<UserResult> receive = s.User.Receive();
        await ctx.StillWaiting(
            receive, ctx.Times.Acknowledgment, Paws, "its text is not delivered");
        Text(s.Peer, 30, now + 10);
        UserResult got = await ctx.Returned(
            receive, ctx.Times.Patience, Paws, "text with a good timestamp is delivered");
        ctx.Assert(
            got.Text.Span.SequenceEqual(Octets.Pattern(30, 50)), Paws,
            "the connection goes on where it stood");
    }

    private static async Task Equal(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        uint stamp = Ahead(s.Peer, 10_000);
        for (int i = 0; i < 3; i++)
        {
            Text(s.Peer, 40, stamp);
            await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, Paws,
                "the same timestamp again is not an old one");
        }
        await ctx.Reads(s, Octets.Pattern(120), "rfc9293/3.10.7.4/45");
    }

    private static async Task Wraps(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer with { TimestampStart = 0xffff_0000 });
        uint[] stamps = [0xffff_fff0, 0xffff_ffff, 0, 5, 0x7000_0000];
        foreach (uint stamp in stamps)
        {
            Text(s.Peer, 20, stamp);
            ReceivedSegment r = await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc7323/5.2/1",
                $"text with timestamp {stamp} is taken");
            ctx.Assert(r.Header.Options.TsEcr == stamp, Echo, $"and echoed: {stamp}");
        }
        Text(s.Peer, 20, 0xffff_ff00, advance: false);
        await s.Peer.Expect(
            TcpFlags.Ack, ctx.Times.AtOnce, Paws, "from before the wrap is old",
            ack: s.Peer.SndNxt, length: 0);
    }

    private static async Task RstNotChecked(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        Text(s.Peer, 10, Ahead(s.Peer, 100_000));
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
        s.Peer.Send(TcpFlags.Rst, options: Stamp(s.Peer, Ahead(s.Peer, 1)));
        UserError error = await s.User.Error(ctx.Times.Patience, "rfc7323/5.2/6");
        ctx.Assert(
            error == UserError.Reset, "rfc7323/5.2/6",
            $"a RST is not subject to PAWS; the user is told of {error}");
    }

    private static async Task NotTaken(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        uint good = Ahead(s.Peer, 10_000);
        Text(s.Peer, 10, good);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Echo, "the text is acknowledged");
        SeqNumber outside = s.Peer.SndNxt + (s.Peer.SndWnd + 1000);
        Text(s.Peer, 10, Ahead(s.Peer, 500_000), outside);
        ReceivedSegment r = await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.AtOnce, "rfc9293/3.10.7.4/4", "text outside is answered");
        ctx.Assert(
            r.Header.Options.TsEcr == good, "rfc7323/4.3/4",
            $"the ACK still echoes {good}, not {r.Header.Options.TsEcr}");
        Text(s.Peer, 10, good + 20);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/6",
            "text with the right timestamp is taken");
    }

    private static SentSegment Untimed(Peer peer, bool advance) => peer.Send(
        TcpFlags.Ack | TcpFlags.Psh, text: Octets.Pattern(25, 33), options: OptionBytes.None.Memory,
        advance: advance);

    private static async Task Missing(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        Untimed(s.Peer, advance: false);
        await s.Peer.Quiet(
            ctx.Times.Acknowledgment, "rfc7323/3.2/10",
            "text without timestamps is dropped without an answer");
        await ctx.IsAlive(s, "rfc7323/3.2/11");
    }

    private static async Task MissingNoAbort(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        Untimed(s.Peer, advance: false);
        ReceivedSegment? r = await s.Peer.Next(ctx.Times.Acknowledgment);
        ctx.Assert(
            r is null || !r.Has(TcpFlags.Rst), "rfc7323/3.2/11", "the connection is not aborted");
        if (r is not null && r.Ack > s.Peer.SndNxt)
        {
            // Taken against the SHOULD of §3.2; this case is about the MUST alone.
            s.Peer.SndNxt = r.Ack;
            await ctx.Reads(s, Octets.Pattern(25, 33), "rfc9293/3.9.1.3/1");
        }
        await ctx.IsAlive(s, "rfc7323/3.2/11");
    }

    private static async Task NotAgreed(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(60);
        foreach (uint stamp in (uint[])[500, 400])
        {
            s.Peer.Send(
                TcpFlags.Ack | TcpFlags.Psh, text: text.AsMemory(stamp == 500 ? 0 : 30, 30),
                options: OptionBytes.Nop(2) + OptionBytes.Timestamps(stamp, 0));
            ReceivedSegment r = await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc7323/3.2/12",
                "timestamps that were not agreed are ignored, and the text taken");
            ctx.Assert(
                !r.Header.Options.Has(TcpOptionSet.Timestamps), "rfc7323/3.2/6",
                "no timestamps are sent without agreement");
        }
        await ctx.Reads(s, text, "rfc7323/3.2/12");
    }

    private static async Task Clock(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        async Task<ReceivedSegment> Tick()
        {
            s.Peer.SendText(10);
            return await s.Peer.Acknowledges(
                s.Peer.SndNxt, ctx.Times.Acknowledgment, Always, "an ACK comes");
        }

        ReceivedSegment a = await Tick();
        await ctx.Delay(TimeSpan.FromSeconds(4));
        ReceivedSegment b = await Tick();
        double ticks = new SeqNumber(b.Header.Options.TsVal)
            - new SeqNumber(a.Header.Options.TsVal);
        double seconds = (b.At - a.At).TotalSeconds;
        // RFC 7323 §5.4: a tick lasts 1 ms to 1 s; half of that is let pass.
        ctx.Assert(
            ticks >= (seconds / 2) - 1 && ticks <= seconds * 2000, "rfc7323/4.1/1",
            $"in {seconds:0.0} s the clock ticks {seconds:0} to {seconds * 1000:0} times, "
            + $"not {ticks}");
    }
}
