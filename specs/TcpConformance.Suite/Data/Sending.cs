using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Data;

/// <summary>RFC 9293 §3.7.4, §3.8.6.2.1: how text is cut and when a small segment waits.
/// </summary>
internal static class Sending
{
    private const string Nagle = "rfc9293/SHLD-7";
    private const string Silly = "rfc9293/MUST-38";

    // Less than the shortest override timeout, 0.1 s (RFC 9293 §3.8.6.2.1).
    private static readonly TimeSpan BeforeOverride = TimeSpan.FromMilliseconds(80);

    public static IEnumerable<TestCase> Cases =>
    [
        new TestCase(
            "rfc9293/3.7.4/nagle/small-waits",
            "Ensure that a second small segment waits while the first is outstanding.",
            SmallWaits).Judges(Nagle),
        new TestCase(
            "rfc9293/3.7.4/nagle/gathers",
            "Ensure that small SENDs made while text is outstanding go out together.", Gathers)
            .Judges(Nagle, "rfc9293/SHLD-27"),
        new TestCase(
            "rfc9293/3.7.4/nagle/idle-sends-at-once",
            "Ensure that a small segment goes out at once when nothing is outstanding.", Idle)
            .Judges("rfc9293/MUST-60", Nagle),
        new TestCase(
            "rfc9293/3.7.4/nagle/full-does-not-wait",
            "Ensure that a full-sized segment does not wait for what is outstanding.", FullGoes)
            .Judges("rfc9293/SHLD-28", Nagle),
        new TestCase(
            "rfc9293/3.7.4/nagle/off",
            "Ensure that with the Nagle algorithm off small segments go out at once.", Off)
            .Judges("rfc9293/MUST-17"),
        new TestCase(
            "rfc9293/3.8.6.2.1/one-octet-sends",
            "Ensure that hundreds of SENDs of one octet do not become hundreds of segments.",
            OneOctetSends).Judges(Silly, Nagle),
        new TestCase(
            "rfc9293/3.8.6.2.1/small-steps-of-the-window",
            "Ensure that a window that opens in small steps is not filled in small segments.",
            SmallSteps).Judges(Silly, "rfc9293/3.8.6.2.1/1"),
        new TestCase(
            "rfc9293/3.8.6.2.1/small-window-for-good",
            "Ensure that text passes a window that never takes a full-sized segment.",
            SmallForGood).Judges("rfc9293/3.8.6.2.1/1", "rfc9293/MUST-60"),
        new TestCase(
            "rfc9293/3.8.6.2.1/override",
            "Ensure that text which the window cuts to less than a worthwhile segment goes out "
            + "after 0.1 to 1 s.", Override).Judges("rfc9293/3.8.6.2.1/2"),
        new TestCase(
            "rfc9293/3.9.1.2/psh-on-last",
            "Ensure that the last segment of what is queued carries PSH.", PushOnLast)
            .Judges("rfc9293/MUST-61", "rfc9293/3.8/4"),
        new TestCase(
            "rfc9293/3.9.1.2/order-of-sends",
            "Ensure that SENDs are served in the order in which they were made.", OrderOfSends)
            .Judges("rfc9293/3.9.1.2/3", "rfc9293/3.10.2/4"),
        new TestCase(
            "rfc9293/3.10.2/syn-sent-queues",
            "Ensure that text sent by the user right after CONNECT arrives whole.", Early)
            .Judges("rfc9293/3.10.2/4", "rfc9293/3.1/8"),
    ];

    private static async Task SmallWaits(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await s.User.Send(10);
        await s.Peer.Expect(
            r => r.TextLength == 10, ctx.Times.AtOnce, "rfc9293/MUST-60", "the first goes out");
        SeqNumber second = s.Peer.RcvNxt;
        TimeSpan start = ctx.Now;
        await s.User.Send(10);
        // A probe of the tail may send the first again (RFC 8985 §7); and what is read after the
        // time says nothing.
        await s.Peer.Quiet(
            BeforeOverride, Nagle, "a small segment waits while another is outstanding",
            r => r.Seq < second || r.At - start > BeforeOverride);
        s.Peer.SendAck();
        await s.Peer.ExpectEventually(
            r => r.TextLength == 10 && r.Seq == s.Peer.RcvNxt - 10,
            ctx.Times.Patience, Nagle, "after the ACK it goes out");
    }

    private static async Task Gathers(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        byte[] text = Octets.Pattern(40);
        await s.User.Send(text.AsMemory(0, 10));
        await s.Peer.Expect(
            r => r.TextLength == 10, ctx.Times.AtOnce, "rfc9293/MUST-60", "the first goes out");
        for (int at = 10; at < 40; at += 10)
        {
            await s.User.Send(text.AsMemory(at, 10));
        }
        SeqNumber rest = s.Peer.RcvNxt; // the first may come again, if the ACK was late
        s.Peer.SendAck();
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0 && x.Seq == rest, ctx.Times.Patience, Nagle,
            "the rest goes out");
        ctx.Assert(
            r.Text.Span.SequenceEqual(text.AsSpan(10)), "rfc9293/SHLD-27",
            $"what was gathered goes out as one segment of 30 octets, not of {r.TextLength}");
    }

    private static async Task Idle(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        for (int i = 0; i < 5; i++)
        {
            await s.User.Send(3);
            await s.Peer.Expect(
                r => r.TextLength == 3, ctx.Times.AtOnce, "rfc9293/MUST-60",
                "a small segment goes out at once when nothing is outstanding");
            s.Peer.SendAck();
            await ctx.Delay(ctx.Times.AtOnce);
        }
    }

    private static async Task FullGoes(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 500 });
        await s.User.Send(1000);
        await s.Peer.ReceiveText(1000, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/SHLD-28");
        await s.User.Send(500);
        await s.Peer.Expect(
            r => r.TextLength == 500, ctx.Times.AtOnce, "rfc9293/SHLD-28",
            "a full-sized segment does not wait");
    }

    private static async Task Off(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        await ctx.Returned(
            s.User.SetOption(UserOption.NoDelay, 1), UserError.None, ctx.Times.Patience,
            "rfc9293/MUST-17", "the user turns the Nagle algorithm off");
        for (int i = 0; i < 5; i++)
        {
            SeqNumber next = s.Peer.RcvNxt;
            await s.User.Send(7);
            // Nothing is acknowledged: with the algorithm on it would never go out alone, and what
            // was timed out meanwhile begins before it.
            await s.Peer.ExpectEventually(
                r => r.Seq == next && r.TextLength == 7, ctx.Times.Patience, "rfc9293/MUST-17",
                "a small segment goes out at once although others are outstanding");
        }
        s.Peer.SendAck();
    }

    private static async Task OneOctetSends(CaseContext ctx)
    {
        Scene s = await ctx.Open();
        const int Sends = 300;
        for (int i = 0; i < Sends; i++)
        {
            await s.User.Send(Octets.Pattern(1, i));
        }
        int segments = 0;
        SeqNumber end = s.Peer.Irs + 1 + Sends;
        while (s.Peer.RcvNxt < end)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", "text goes out");
            segments++;
            s.Peer.SendAck(ack: SeqNumber.Max(r.End, s.Peer.RcvNxt));
        }
        ctx.Assert(
            segments <= Sends / 3, Silly,
            $"{Sends} octets sent one by one go out in few segments, not in {segments}");
    }

    // The sender's rule is to wait for half the largest window, a full segment or the override.
    private static async Task SmallSteps(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 1000, Window = 8000 });
        Task sending = s.User.Send(20_000);
        await s.Peer.ReceiveText(8000, AckPolicy.None, ctx.Times.Patience, "rfc9293/MUST-60");
        uint edge = 8000;
        SeqNumber first = s.Peer.Irs + 1;
        int small = 0;
        // The tester moves the right edge by 50 octets at a time, and is silly itself.
        for (int i = 0; i < 10; i++)
        {
            edge += 50;
            s.Peer.SendAck(window: (ushort)(edge - (uint)(s.Peer.RcvNxt - first)));
            await ctx.Delay(TimeSpan.FromMilliseconds(5));
            small += s.Peer.TakeUnread().Count(r => r.TextLength is > 0 and < 500);
        }
        ctx.Assert(
            small <= 2, Silly,
            $"a window that opens by 50 octets ten times is not filled at once; {small} "
            + "small segments came");
        s.Peer.SendAck(window: 65535);
        await s.Peer.ReceiveText(
            20_000 - (s.Peer.RcvNxt - first), AckPolicy.EverySegment, ctx.Times.Patience,
            "rfc9293/MUST-60");
        await sending;
    }

    // Half the largest window ever offered is enough: else the text would never move.
    private static async Task SmallForGood(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 1460, Window = 200 });
        Task sending = s.User.Send(2000);
        byte[] text = await s.Peer.ReceiveText(
            2000, AckPolicy.EverySegment, ctx.Times.Patience * 20, "rfc9293/MUST-60");
        ctx.Assert(
            text.AsSpan().SequenceEqual(Octets.Pattern(2000)), "rfc9293/3.9.1.3/1",
            "the text is whole");
        await sending;
    }

    // Nothing is outstanding, so that no ACK can come to the sender's help.
    private static async Task Override(CaseContext ctx)
    {
        const string Should = "rfc9293/3.8.6.2.1/2";
        Scene s = await ctx.Open(new PeerOptions { Mss = 1000, Window = 4000 });
        _ = s.User.Send(10_000);
        await s.Peer.ReceiveText(4000, AckPolicy.None, ctx.Times.AtOnce, "rfc9293/MUST-60");
        s.Peer.TakeUnread();
        TimeSpan from = ctx.Now;
        s.Peer.SendAck(window: 200);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Timer(TimeSpan.FromSeconds(1)), Should,
            "the override timeout sends what fits the window within a second");
        TimeSpan passed = r.At - from;
        ctx.Assert(
            passed >= TimeSpan.FromMilliseconds(100), Should,
            $"the override timeout is 0.1 s at least; text came after "
            + $"{passed.TotalMilliseconds:0} ms");
        // The override holds for one segment: the next short one waits as long.
        from = ctx.Now;
        s.Peer.SendAck(window: 200);
        ReceivedSegment next = await s.Peer.ExpectEventually(
            x => x.Seq == r.End && x.TextLength > 0, ctx.Times.Patience, Should,
            "the override timeout lets the next short segment out, too");
        ctx.Assert(
            next.At - from >= TimeSpan.FromMilliseconds(100), Should,
            $"and not before 0.1 s; it came after {(next.At - from).TotalMilliseconds:0} ms");
        s.Peer.SendAck(window: 65535);
    }

    private static async Task PushOnLast(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 500 });
        await s.User.SetOption(UserOption.NoDelay, 1); // so that the last doesn't wait
        await s.User.Send(1300);
        ReceivedSegment last = await s.Peer.ExpectEventually(
            r => r.End == s.Peer.Irs + 1 + 1300, ctx.Times.AtOnce, "rfc9293/SHLD-28",
            "all of the text goes out");
        ctx.Assert(
            last.Has(TcpFlags.Psh), "rfc9293/MUST-61", "the last of what is queued has PSH");
        s.Peer.SendAck();
        await s.User.Send(1);
        ReceivedSegment single = await s.Peer.ExpectEventually(
            r => r.TextLength == 1, ctx.Times.AtOnce, "rfc9293/SHLD-28", "one octet goes out");
        ctx.Assert(
            single.Has(TcpFlags.Psh), "rfc9293/MUST-61", "a single octet is the last, too");
        s.Peer.SendAck();
    }

    private static async Task OrderOfSends(CaseContext ctx)
    {
        Scene s = await ctx.Open(new PeerOptions { Mss = 536 });
        byte[] text = Octets.Pattern(5000);
        int at = 0;
        foreach (int size in (int[])[1, 999, 2, 1998, 1500, 500])
        {
            await s.User.Send(text.AsMemory(at, size));
            at += size;
        }
        byte[] got = await s.Peer.ReceiveText(
            5000, AckPolicy.EverySegment, ctx.Times.Patience, "rfc9293/MUST-60");
        ctx.Assert(
            got.AsSpan().SequenceEqual(text), "rfc9293/3.9.1.2/3",
            "the octets go out in the order of the SENDs");
    }

    private static async Task Early(CaseContext ctx)
    {
        Scene s = await ctx.Open(opening: Opening.Active);
        await s.User.Send(700);
        ReceivedSegment r = await s.Peer.ExpectEventually(
            x => x.TextLength > 0, ctx.Times.Patience, "rfc9293/3.10.2/4", "text goes out");
        ctx.Assert(
            r.Seq == s.Peer.Irs + 1, "rfc9293/3.1/8",
            $"the first octet has the number ISS+1 = {s.Peer.Irs + 1}, not {r.Seq}");
        s.Peer.SendAck();
    }
}
