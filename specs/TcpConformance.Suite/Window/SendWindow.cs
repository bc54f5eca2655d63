using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Window;

/// <summary>RFC 9293 §3.8.6, §3.10.7.4: what the IUT sends in the window that it is offered.
/// </summary>
internal static class SendWindow
{
    private const string Beyond = "rfc9293/3.8.6/1";
    private const string Wl = "rfc9293/3.10.7.4/35";
    private const string Flows = "rfc9293/MUST-60";
    private const int Mss = 1000;

    private static readonly TestCase Nothing = new TestCase(
        "rfc9293/3.8.6/nothing-beyond",
        "Ensure that no text is sent beyond the window, and that it moves on with the window.",
        NothingBeyond).Judges(Beyond, "rfc9293/3.10.7.4/34", "rfc9293/3.10.7.4/30");

    public static IEnumerable<TestCase> Cases =>
    [
        Nothing, Nothing.OverIpv6(),
        new TestCase(
            "rfc9293/3.8.6/odd-windows",
            "Ensure that windows that are no multiple of a segment are not exceeded.", Odd)
            .Judges(Beyond),
        new TestCase(
            "rfc9293/3.1/window-is-unsigned",
            "Ensure that a window above 32767 is not taken for a negative number.", Unsigned)
            .Judges("rfc9293/MUST-1", "rfc9293/REC-1"),
        new TestCase(
            "rfc9293/3.8.6/shrinks",
            "Ensure that a window whose right edge moves left stops new text and harms nothing.",
            Shrinks)
            .Judges("rfc9293/MUST-34", "rfc9293/SHLD-15", "rfc7323/2.4/1", "rfc7323/2.4/4"),
        new TestCase(
            "rfc9293/3.8.6/shrunk-retransmits-inside",
            "Ensure that what lies within a shrunk window is sent again as usual.",
            ShrunkRetransmits).Judges("rfc9293/SHLD-16", "rfc9293/MUST-34"),
        new TestCase(
            "rfc9293/3.8.6/shrinks-to-zero",
            "Ensure that a window that shrinks to zero is probed, for as long as it takes.",
            ShrinksToZero).Judges("rfc9293/MUST-35", "rfc9293/SHLD-17", "rfc9293/MUST-37")
            .Long(),
        new TestCase(
            "rfc9293/3.10.7.4/window/old-seq",
            "Ensure that a segment older than SND.WL1 does not change the window.", OldSeq)
            .Judges(Wl),
        new TestCase(
            "rfc9293/3.10.7.4/window/old-ack",
            "Ensure that a segment with an older ACK than SND.WL2 does not change the window.",
            OldAck).Judges(Wl),
        new TestCase(
            "rfc9293/3.10.7.4/window/unacceptable",
            "Ensure that the window of an unacceptable segment is not taken.", Unacceptable)
            .Judges("rfc9293/3.10.7.4/6", Wl),
        new TestCase(
            "rfc9293/3.10.7.4/window/ack-of-unsent",
            "Ensure that the window of an ACK of what was never sent is not taken.", AckOfUnsent)
            .Judges("rfc9293/3.10.7.4/33"),
        new TestCase(
            "rfc9293/3.10.7.4/window/same-seq-same-ack",
            "Ensure that an ACK that changes nothing but the window is taken.", Update)
            .Judges("rfc9293/3.10.7.4/34"),
        new TestCase(
            "rfc9293/3.10.7.4/window/from-handshake",
            "Ensure that the window of the ACK that ends the handshake is the one in force.",
            FromHandshake).Judges("rfc9293/3.10.7.4/28", Beyond),
    ];

    private static PeerOptions Offering(uint window) => new() { Mss = Mss, Window = window };

    private static async Task NothingBeyond(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(3 * Mss));
        Task sending = s.User.Send(10 * Mss);
        SeqNumber first = s.Peer.RcvNxt;
        await s.Peer.ReceiveText(3 * Mss, AckPolicy.None, ctx.Times.AtOnce, Flows);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Beyond, "nothing goes beyond the window", r => r.Seq < first + 3000);
        s.Peer.SendAck(ack: first + Mss);
        await s.Peer.ReceiveText(Mss, AckPolicy.None, ctx.Times.Patience, Flows);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Beyond, "one segment acknowledged lets one more out",
            r => r.Seq < first + 4000);
        s.Peer.SendAck();
        await s.Peer.ReceiveText(6 * Mss, AckPolicy.EverySegment, ctx.Times.Patience * 4, Flows);
        await sending;
    }

    private static async Task Odd(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(1501));
        Task sending = s.User.Send(20_000);
        SeqNumber first = s.Peer.RcvNxt;
        SeqNumber edge = first + 1501;
        while (s.Peer.RcvNxt < first + 20_000)
        {
            ReceivedSegment r = await s.Peer.ExpectEventually(
                x => x.TextLength > 0, ctx.Times.Patience, Flows, "text goes on");
            ctx.Assert(
                r.End <= edge, Beyond, $"nothing goes beyond {edge}; text up to {r.End} came");
            ushort window = (ushort)(1000 + ctx.Random.Next(1999));
            edge = SeqNumber.Max(edge, s.Peer.RcvNxt + window);
            // Never moved to the left: that is another story.
            s.Peer.SendAck(window: (ushort)(edge - s.Peer.RcvNxt));
        }
        await sending;
    }

    private static async Task Unsigned(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(0x8000));
        Task sending = s.User.Send(4 * Mss);
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.AtOnce, "rfc9293/MUST-1");
        await sending;
        s.Peer.RcvWnd = 0xffff;
        s.Peer.SendAck();
        sending = s.User.Send(4 * Mss);
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.AtOnce, "rfc9293/MUST-1");
        await sending;
    }

    // The window was 8000 and all of it is in flight; two segments are acknowledged, and the right
    // edge goes from 8000 to 'edge'.
    private static async Task<(Scene Scene, SeqNumber First, Task Sending)> Shrunk(
        CaseContext ctx, int edge)
    {
        Scene s = await ctx.Open(Offering(8 * Mss));
        Task sending = s.User.Send(12 * Mss);
        SeqNumber first = s.Peer.RcvNxt;
        using (ctx.Preamble())
        {
            await s.Peer.ReceiveText(8 * Mss, AckPolicy.None, ctx.Times.Patience, Flows);
        }
        s.Peer.RcvWnd = (uint)(edge - (2 * Mss));
        s.Peer.SendAck(ack: first + (2 * Mss));
        return (s, first, sending);
    }

    private static async Task Shrinks(CaseContext ctx)
    {
        (Scene s, SeqNumber first, Task sending) = await Shrunk(ctx, 5 * Mss);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, "rfc9293/SHLD-15", "no new text is sent into a shrunk window",
            r => r.End <= first + 8000);
        // All has arrived after all; the window is as it was.
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck(ack: first + (8 * Mss));
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.Patience * 2, "rfc9293/MUST-34");
        await sending;
        await ctx.IsAlive(s, "rfc9293/MUST-34");
    }

    private static async Task ShrunkRetransmits(CaseContext ctx)
    {
        (Scene s, SeqNumber first, Task sending) = await Shrunk(ctx, 5 * Mss);
        await s.Peer.ExpectEventually(
            r => r.TextLength > 0 && r.Seq == first + (2 * Mss), ctx.Times.Patience,
            "rfc9293/SHLD-16", "the oldest text, inside the shrunk window, is sent again");
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck(ack: first + (8 * Mss));
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.Patience * 3, "rfc9293/MUST-34");
        await sending;
    }

    private static async Task ShrinksToZero(CaseContext ctx)
    {
        (Scene s, SeqNumber first, Task sending) = await Shrunk(ctx, 2 * Mss);
        TimeSpan until = ctx.Now + TimeSpan.FromSeconds(ctx.IsVirtualTime ? 600 : 60);
        int probes = 0;
        while (ctx.Now < until)
        {
            ReceivedSegment r = await s.Peer.Expect(
                x => !x.Has(TcpFlags.Rst) && x.End <= first + (8 * Mss) + 1,
                ctx.Times.Timer(ctx.Ixit.RtoMax * 1.2), "rfc9293/MUST-35",
                "a window that shrank to zero is probed, and the connection is kept");
            probes++;
            s.Peer.Send(TcpFlags.Ack, ack: first + (2 * Mss), window: 0);
            _ = r;
        }
        ctx.Note($"{probes} probes");
        s.Peer.RcvWnd = 8 * Mss;
        s.Peer.SendAck(ack: first + (8 * Mss));
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.Timer(ctx.Ixit.RtoMax),
            "rfc9293/SHLD-17");
        await sending;
    }

    // No text may come: the window is zero and stays so.
    private static async Task StaysShut(CaseContext ctx, Scene s, string requirement) =>
        await s.Peer.Quiet(
            ctx.Times.AtOnce + TimeSpan.FromMilliseconds(50), requirement,
            "the window is still zero, so no text goes out", r => r.TextLength <= 1);

    private static async Task OldSeq(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(4 * Mss));
        byte[] text = Octets.Pattern(200);
        SeqNumber first = s.Peer.SndNxt;
        // WL1 is that of a segment above a hole; the one that fills the hole is older.
        s.Peer.Send(TcpFlags.Ack, seq: first + 100, text: text.AsMemory(100), window: 0);
        s.Peer.Send(TcpFlags.Ack, text: text.AsMemory(0, 100), window: 4 * Mss);
        await s.Peer.Acknowledges(
            first + 200, ctx.Times.Acknowledgment, "rfc9293/SHLD-31", "the hole is filled");
        Task sending = s.User.Send(2 * Mss);
        await StaysShut(ctx, s, Wl);
        s.Peer.SndNxt = first + 200;
        s.Peer.SendAck(window: 4 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Flows);
        await sending;
    }

    private static async Task OldAck(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(4 * Mss));
        SeqNumber first = s.Peer.RcvNxt;
        await s.User.Send(2 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.None, ctx.Times.Patience, Flows);
        s.Peer.SendAck(window: 0);
        s.Peer.SendAck(ack: first + Mss, window: 4 * Mss); // overtaken on the way
        Task sending = s.User.Send(2 * Mss);
        await StaysShut(ctx, s, Wl);
        s.Peer.SendAck(window: 4 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Flows);
        await sending;
    }

    private static async Task Unacceptable(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(4 * Mss));
        s.Peer.SendAck(window: 0);
        Task sending = s.User.Send(2 * Mss);
        // So far above that it lies outside of any window, however it grows meanwhile.
        s.Peer.Send(TcpFlags.Ack, seq: s.Peer.SndNxt - 5000, window: 4 * Mss);
        s.Peer.Send(TcpFlags.Ack, seq: s.Peer.SndNxt + (1u << 30) + 5000u, window: 4 * Mss);
        await StaysShut(ctx, s, "rfc9293/3.10.7.4/6");
        s.Peer.SendAck(window: 4 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Flows);
        await sending;
    }

    private static async Task AckOfUnsent(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(4 * Mss));
        s.Peer.SendAck(window: 0);
        Task sending = s.User.Send(2 * Mss);
        s.Peer.Send(TcpFlags.Ack, ack: s.Peer.RcvNxt + 5000, window: 4 * Mss);
        await StaysShut(ctx, s, "rfc9293/3.10.7.4/33");
        s.Peer.SendAck(window: 4 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Flows);
        await sending;
    }

    private static async Task Update(CaseContext ctx)
    {
        Scene s = await ctx.Open(Offering(4 * Mss));
        s.Peer.SendAck(window: 0);
        await ctx.Delay(ctx.Times.AtOnce); // the user's call must not be faster
        Task sending = s.User.Send(4 * Mss);
        await StaysShut(ctx, s, Beyond);
        s.Peer.SendAck(window: 4 * Mss);
        await s.Peer.ReceiveText(
            4 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, "rfc9293/3.10.7.4/34");
        await sending;
    }

    private static async Task FromHandshake(CaseContext ctx)
    {
        Scene s = await ctx.SynReceived(new SceneOptions { Peer = Offering(30_000) });
        s.Peer.SendAck(window: 2 * Mss); // the SYN said 30000
        Scene open = await ctx.Accepted(s);
        Task sending = open.User.Send(6 * Mss);
        await s.Peer.ReceiveText(2 * Mss, AckPolicy.None, ctx.Times.Patience, Flows);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, Beyond, "the window of the last ACK of the handshake counts",
            r => r.End <= s.Peer.RcvNxt); // a probe of the tail (RFC 8985 §7)
        s.Peer.RcvWnd = 6 * Mss;
        s.Peer.SendAck();
        await s.Peer.ReceiveText(4 * Mss, AckPolicy.EverySegment, ctx.Times.Patience, Flows);
        await sending;
    }
}
