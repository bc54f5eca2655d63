using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 7323 §3.2, §5.2 to §5.5 and §7: timestamps on resets, in queues, after weeks, and
/// the clock that they come from.</summary>
internal static class TimestampLife
{
    private static readonly PeerOptions Offer = new() { Timestamps = true };

    // More than 24 days, and less than 2^31 ticks of a clock of milliseconds.
    private static readonly TimeSpan Idle = TimeSpan.FromHours((24 * 24) + 2);

    public static IEnumerable<TestCase> Cases => new[]
    {
        new TestCase(
            "rfc7323/3.2/syn-echo-ignored",
            "Ensure that TSecr of a SYN without ACK is ignored: the SYN,ACK is sent again after "
            + "the first RTO, not after one that was computed from it.", SynEchoIgnored)
            .Judges("rfc7323/3.2/4"),
        new TestCase(
            "rfc7323/5.2/rst-in-answer",
            "Ensure that a RST in answer to a segment with timestamps carries them: TSval zero, "
            + "TSecr the segment's TSval.", ResetInAnswer)
            .Judges("rfc7323/5.2/2", "rfc7323/5.2/3", "rfc7323/5.2/4"),
        new TestCase(
            "rfc7323/5.2/rst-of-abort",
            "Ensure that the RST of an ABORT carries the timestamps that were agreed.",
            ResetOfAbort).Judges("rfc7323/5.2/5"),
        new TestCase(
            "rfc7323/5.2/rst-changes-nothing",
            "Ensure that the timestamp of a RST that does not reset is not taken: text with an "
            + "earlier one still is.", ResetChangesNothing).Judges("rfc7323/5.2/7"),
        new TestCase(
            "rfc7323/5.3/queued-not-checked-again",
            "Ensure that text which waited above a hole is delivered, although the segment that "
            + "fills the hole has a later timestamp.", QueuedNotChecked)
            .Judges("rfc7323/5.3/4"),
        new TestCase(
            "rfc7323/5.4/tick-per-window",
            "Ensure that the timestamp clock has ticked between one window of text and the next, "
            + "a tenth of a second later.", TickPerWindow).Judges("rfc7323/5.4/2"),
        new TestCase(
            "rfc7323/5.5/idle-for-weeks",
            "Ensure that after more than 24 idle days a timestamp that seems old is taken.",
            IdleForWeeks)
            .Judges("rfc7323/5.5/1").VirtualOnly() with
        {
            TimeLimit = TimeSpan.FromDays(25),
        },
        new TestCase(
            "rfc7323/7/random-offset",
            "Ensure that the timestamps of connections to different hosts do not show one clock.",
            RandomOffset).Judges("rfc7323/7/1"),
    }.Select(c => c.IfClaimed(Claims.Timestamps));

    private static SentSegment Text(
        Peer peer, int octets, uint stamp, SeqNumber? seq = null) => peer.Send(
            TcpFlags.Ack | TcpFlags.Psh, seq: seq,
            text: Octets.Pattern(octets, (seq ?? peer.SndNxt) - (peer.Iss + 1)),
            options: Stamps(stamp, peer.TsRecent));

    private static OptionBytes Stamps(uint value, uint echo) =>
        OptionBytes.Nop(2) + OptionBytes.Timestamps(value, echo);

    private static uint Ahead(Peer peer, uint ticks) =>
        (new SeqNumber(peer.TsClock) + ticks).Value;

    // A stack that takes it for a measurement gets an RTT of hours.
    private static async Task SynEchoIgnored(CaseContext ctx)
    {
        const string Must = "rfc7323/3.2/4";
        Scene s = await ctx.Listen(new SceneOptions { Peer = Offer });
        s.Peer.Send(
            TcpFlags.Syn, seq: s.Peer.Iss,
            options: OptionBytes.Mss(1460) + Stamps(s.Peer.TsClock, 0x8000_0001));
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.AtOnce, Must, "the SYN is answered",
            ack: s.Peer.Iss + 1);
        await s.Peer.Expect(
            TcpFlags.Syn | TcpFlags.Ack, ctx.Times.FirstRetransmission, Must,
            "the SYN,ACK is sent again after the first RTO", ack: s.Peer.Iss + 1);
        s.Peer.SendAck();
        await ctx.IsAlive(await ctx.Accepted(s), Must);
    }

    private static async Task ResetInAnswer(CaseContext ctx)
    {
        Scene s = await ctx.Closed();
        SentSegment sent = s.Peer.Send(
            TcpFlags.Ack, ack: s.Peer.Iss + 77, options: Stamps(123_456, 99));
        ReceivedSegment r = await s.Peer.Expect(
            a => a.Has(TcpFlags.Rst) && a.Seq == sent.Segment.Ack, ctx.Times.AtOnce,
            "rfc9293/3.10.7.1/3", "an ACK to a closed port is answered with a RST");
        TcpOptions o = r.Header.Options;
        ctx.Assert(
            o.Has(TcpOptionSet.Timestamps), "rfc7323/5.2/2",
            "a RST in answer to a segment with timestamps was to carry them");
        ctx.Assert(o.TsEcr == 123_456, "rfc7323/5.2/3", $"TSecr was to be 123456, not {o.TsEcr}");
        ctx.Assert(o.TsVal == 0, "rfc7323/5.2/4", $"TSval was to be zero, not {o.TsVal}");
    }

    private static async Task ResetOfAbort(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offer);
        _ = s.User.Abort();
        ReceivedSegment r = await s.Peer.ExpectEventually(
            a => a.Has(TcpFlags.Rst), ctx.Times.Patience, "rfc9293/3.10.5/4",
            "ABORT sends a RST");
        ctx.Assert(
            r.Header.Options.Has(TcpOptionSet.Timestamps), "rfc7323/5.2/5",
            "the RST of an ABORT was to carry the timestamps that were agreed");
    }

    private static async Task ResetChangesNothing(CaseContext ctx)
    {
        const string Must = "rfc7323/5.2/7";
        Scene s = await ctx.Open(Offer);
        uint now = Ahead(s.Peer, 10);
        // Outside of the window; where RFC 5961 §3.2 is claimed also in it, not at RCV.NXT.
        SeqNumber[] harmless = ctx.Claims(Claims.BlindAttackMitigation)
            ? [s.Peer.SndNxt + 100, s.Peer.SndNxt - 100]
            : [s.Peer.SndNxt - 100];
        foreach (SeqNumber seq in harmless)
        {
            s.Peer.SendRaw(s.Peer.Make(TcpFlags.Rst, seq: seq) with
            {
                Options = Stamps(Ahead(s.Peer, 1_000_000), 0).Memory,
            });
            await ctx.Delay(ctx.Times.AtOnce);
        }
        s.Peer.TakeUnread();
        Text(s.Peer, 60, now);
        ReceivedSegment r = await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Must, "text with a good timestamp is taken");
        ctx.Assert(
            r.Header.Options.TsEcr == now, Must,
            $"the ACK was to echo the text's {now}, not {r.Header.Options.TsEcr}");
        await ctx.Reads(s, Octets.Pattern(60), Must);
    }

    private static async Task QueuedNotChecked(CaseContext ctx)
    {
        const string Must = "rfc7323/5.3/4";
        Scene s = await ctx.Open(Offer);
        SeqNumber first = s.Peer.SndNxt;
        Text(s.Peer, 100, Ahead(s.Peer, 10), first + 100);
        await s.Peer.Acknowledges(
            first, ctx.Times.AtOnce, "rfc9293/3.8.6.3/1", "the hole is told");
        Text(s.Peer, 100, Ahead(s.Peer, 50_000), first);
        if (s.Peer.SndNxt == first + 100)
        {
            s.Peer.SndNxt = first + 200;
        }
        await s.Peer.Acknowledges(
            first + 200, ctx.Times.AtOnce, Must, "what waited is acknowledged with what came");
        await ctx.Reads(s, Octets.Pattern(200), Must);
    }

    private static async Task TickPerWindow(CaseContext ctx)
    {
        const string Should = "rfc7323/5.4/2";
        Scene s = await ctx.Open(Offer with { Window = 1000, Mss = 500 });
        _ = s.User.Send(4000);
        uint? before = null;
        for (int i = 0; i < 4; i++)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                a => a.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
            IReadOnlyList<ReceivedSegment> rest =
                await s.Peer.Drain(TimeSpan.FromMilliseconds(100));
            uint stamp = r.Header.Options.TsVal;
            ctx.Assert(
                before is not uint b || new SeqNumber(stamp) > new SeqNumber(b), Should,
                $"the next window of text was to have a later timestamp than {before}");
            before = rest.Count > 0 ? rest[^1].Header.Options.TsVal : stamp;
            s.Peer.SendAck();
        }
    }

    private static async Task IdleForWeeks(CaseContext ctx)
    {
        const string Must = "rfc7323/5.5/1";
        Scene s = await ctx.Open(Offer);
        uint stamp = Ahead(s.Peer, 1000);
        Text(s.Peer, 30, stamp);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Must, "the text is acknowledged");
        await s.Peer.Quiet(
            Idle, "rfc9293/MUST-25", "an idle connection sends nothing");
        Text(s.Peer, 30, stamp - 500);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, Must,
            "after 24 days TS.Recent is no measure: the text is taken");
        await ctx.Reads(s, Octets.Pattern(60), Must);
    }

    // Four clocks within half a minute: by chance that is so once in billions of runs.
    private static async Task RandomOffset(CaseContext ctx)
    {
        const string Rec = "rfc7323/7/1";
        var clocks = new List<double>();
        for (int i = 0; i < 4; i++)
        {
            Scene s = await ctx.Open(Offer with { AddressIndex = i });
            clocks.Add(s.Peer.IutSyn!.Header.Options.TsVal);
        }
        double furthest = clocks.SelectMany((a, i) => clocks.Skip(i + 1).Select(b =>
        {
            double apart = Math.Abs(a - b);
            return Math.Min(apart, uint.MaxValue - apart);
        })).Max();
        ctx.Assert(
            furthest > 30_000, Rec,
            "timestamps to four hosts were to differ by offsets of their own; they lie within "
            + $"{furthest:0} ticks");
    }
}
