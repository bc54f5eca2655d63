using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Spec.Profile;
using TcpConformance.Suite.Data;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Options;

/// <summary>RFC 7323 §2: the window scale option.</summary>
internal static class Scaling
{
    private const string Both = "rfc7323/2.2/3";
    private const string Shifted = "rfc7323/2.3/4";
    private const int Size = 500;

    public static IEnumerable<TestCase> Cases => new[]
    {
        new TestCase(
            "rfc7323/2.2/answered",
            "Ensure that a SYN with window scale is answered with it, and one without is not.",
            Answered).Judges("rfc7323/2.3/1", "rfc7323/2.2/6", "rfc7323/2.3/6", "rfc7323/2.2/2"),
        new TestCase(
            "rfc7323/2.3/window-shifted",
            "Ensure that the window of a segment is shifted by the peer's shift.", WindowShifted)
            .Judges(Shifted, Both, "rfc7323/2.3/3"),
        new TestCase(
            "rfc7323/2.2/window-of-syn-not-shifted",
            "Ensure that the window of a SYN is not shifted.", SynNotShifted)
            .Judges("rfc7323/2.2/8"),
        new TestCase(
            "rfc7323/2.2/shift-zero",
            "Ensure that a shift of zero is a shift like another.", ShiftZero)
            .Judges("rfc7323/2.2/4", "rfc7323/2.3/1"),
        new TestCase(
            "rfc7323/2.3/shift-above-14",
            "Ensure that a shift above 14 is taken as 14.", AboveFourteen)
            .Judges("rfc7323/2.3/8"),
        new TestCase(
            "rfc7323/2.2/only-in-syn",
            "Ensure that a window scale option behind the handshake is ignored.", OnlyInSyn)
            .Judges("rfc7323/2.2/7", "rfc9293/MUST-5"),
        new TestCase(
            "rfc7323/2.3/own-window",
            "Ensure that the IUT's own window, shifted, can be filled.", OwnWindow)
            .Judges("rfc7323/2.3/5", "rfc7323/2.3/2", "rfc9293/3.8.6/2"),
    }.Select(c => c.IfClaimed(Claims.WindowScale)).Append(new TestCase(
        "rfc7323/2.2/without-both",
        "Ensure that no window is shifted unless both sides offered the option.", WithoutBoth)
        .Judges(Both, "rfc7323/2.3/3"));

    private static PeerOptions Peer(byte? shift, uint window) =>
        new() { Mss = Size, WindowScale = shift, Window = window };

    // The user has more to send than the window takes: what comes is the window.
    private static async Task Fills(
        CaseContext ctx, Scene s, int octets, string requirement, string words)
    {
        SeqNumber first = s.Peer.RcvNxt;
        Task sending = s.User.Send(octets + (4 * Size));
        await s.Peer.ReceiveText(octets, AckPolicy.None, ctx.Times.Patience, requirement);
        await s.Peer.Quiet(
            ctx.Times.AtOnce, requirement, words,
            r => r.End <= first + octets);
        s.Peer.SendRst();
        await sending;
    }

    private static async Task Answered(CaseContext ctx)
    {
        Scene with = await ctx.Open(Peer(3, 65535));
        TcpOptions o = with.Peer.IutSyn!.Header.Options;
        ctx.Assert(
            o.Has(TcpOptionSet.WindowScale), "rfc7323/2.3/1",
            "a SYN with window scale is answered with it");
        ctx.Assert(
            o.WindowScale <= 14, "rfc7323/2.3/6", $"the shift is at most 14, not {o.WindowScale}");
        Scene without = await ctx.Open(Peer(null, 65535));
        ctx.Assert(
            !without.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.WindowScale), "rfc7323/2.2/6",
            "a SYN without window scale is answered without it");
        Scene active = await ctx.Open(Peer(3, 65535), Opening.Active);
        ctx.Assert(
            active.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.WindowScale), "rfc7323/2.2/2",
            "a stack that can scale says so in its SYN");
    }

    private static async Task WindowShifted(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(4, 4 * Size));
        // The field says 125, and means 2000.
        await Fills(ctx, s, 4 * Size, Shifted, "125 shifted by 4 is a window of 2000");
    }

    private static async Task SynNotShifted(CaseContext ctx)
    {
        // An active opener with the window of the SYN,ACK: 1000, not 1000 << 4.
        Scene s = await ctx.Open(Peer(4, 2 * Size), Opening.Active);
        await Fills(ctx, s, 2 * Size, "rfc7323/2.2/8", "the window of a SYN,ACK isn't shifted");
    }

    private static async Task ShiftZero(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(0, 3 * Size));
        ctx.Assert(
            s.Peer.IutSyn!.Header.Options.Has(TcpOptionSet.WindowScale), "rfc7323/2.3/1",
            "a shift of zero is answered as well");
        await Fills(ctx, s, 3 * Size, "rfc7323/2.2/4", "1500 is a window of 1500");
    }

    // With a shift of 15 or 20 a window of 1 would be more than 16384 octets.
    private static async Task AboveFourteen(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(20, 65535) with { Mss = 1460 });
        s.Peer.SendAck(window: 1);
        await ctx.Delay(ctx.Times.AtOnce);
        SeqNumber first = s.Peer.RcvNxt;
        Task sending = s.User.Send(60_000);
        bool shut = false;
        TimeSpan wait = ctx.Times.Patience; // for the first
        while (!shut)
        {
            // Acknowledged without moving the right edge, so that cwnd grows and the window not.
            ReceivedSegment? r = await s.Peer.Next(wait);
            wait = ctx.Times.AtOnce;
            shut = r is null;
            ctx.Assert(
                r is null || r.End <= first + 16384, "rfc7323/2.3/8",
                "a window of 1 with a shift above 14 is 16384 octets");
        }
        ctx.Assert(
            s.Peer.RcvNxt - first > Math.Min(8192, InitialWindow(ctx.Ixit, 1460) - 1),
            "rfc7323/2.3/8",
            "more than half of the window, or all of the initial window, goes out; "
            + $"{s.Peer.RcvNxt - first} octets came");
        s.Peer.SendRst();
        await sending;
    }

    // RFC 3390 §1: four segments, but of 1460 octets three.
    private static int InitialWindow(Ixit ixit, int mss) => ixit.InitialWindow > 4
        ? ixit.InitialWindow * mss
        : Math.Min(ixit.InitialWindow * mss, Math.Max(2 * mss, 4380));

    private static async Task OnlyInSyn(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(null, 3 * Size));
        s.Peer.Send(TcpFlags.Ack, options: OptionBytes.WindowScale(5) + OptionBytes.Nop());
        await Fills(ctx, s, 3 * Size, "rfc7323/2.2/7", "the option counts only in a SYN");
    }

    private static async Task OwnWindow(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(7, 65535) with { Mss = 1460 });
        s.Peer.SendText(100);
        await s.Peer.Acknowledges(
            s.Peer.SndNxt, ctx.Times.Acknowledgment, "rfc9293/3.10.7.4/47", "an ACK comes");
        int window = (int)Math.Min(s.Peer.SndWnd, 60_000);
        SeqNumber edge = s.Peer.SndNxt + window;
        while (s.Peer.SndNxt < edge)
        {
            s.Peer.SendText(Math.Min(s.Peer.SendMss, edge - s.Peer.SndNxt));
        }
        await s.Peer.Acknowledges(
            edge, ctx.Times.Acknowledgment, "rfc7323/2.3/5",
            "what the shifted window allows is taken");
        await ctx.Reads(s, Octets.Pattern(100 + window), "rfc9293/3.9.1.3/1");
    }

    private static async Task WithoutBoth(CaseContext ctx)
    {
        Scene s = await ctx.Open(Peer(null, 4 * Size));
        SeqNumber edge = s.Peer.SndNxt + s.Peer.IutSyn!.Window;
        await Fills(ctx, s, 4 * Size, Both, "a window of 2000 is 2000 octets");
        ctx.Assert(edge > s.Peer.SndNxt, Both, "the IUT's own window isn't shifted either");
    }
}
