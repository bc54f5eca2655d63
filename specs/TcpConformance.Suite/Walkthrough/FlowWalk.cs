using TcpConformance.Harness;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Lower;
using TcpConformance.Harness.Scenes;
using TcpConformance.Suite.Congestion;
using TcpConformance.Suite.Data;
using TcpConformance.Suite.Timers;
using TcpConformance.Suite.Window;
using TcpConformance.Wire;

namespace TcpConformance.Suite.Walkthrough;

/// <summary>The classic account of TCP: the window, retransmission, congestion.</summary>
internal static class FlowWalk
{
    private const string Beyond = "rfc9293/3.8.6/1";

    private static readonly TestCase Sliding = new TestCase(
        "walkthrough/window/slides",
        "Ensure that the window slides: acknowledged, sent, allowed, not allowed.", Slides)
        .Judges(Beyond, "rfc9293/3.10.7.4/30", "rfc9293/3.10.7.4/34");

    public static IEnumerable<TestCase> Cases =>
    [
        Sliding, Sliding.OverIpv6(),
        new TestCase(
            "walkthrough/window/zero-and-reopened",
            "Ensure that a window of zero stops the text, is probed, and goes on when opened.",
            ZeroWindow.Reopens).Judges("rfc9293/MUST-36", Beyond),
        new TestCase(
            "walkthrough/window/probe-intervals-double",
            "Ensure that the time between the probes of a window of zero grows.",
            ZeroWindow.IntervalsGrow).Judges("rfc9293/SHLD-30", "rfc9293/MUST-36").Long(),
        new TestCase(
            "walkthrough/window/gives-up-after-last-probe",
            "Ensure that probes without any answer end at last, and the user is told.",
            ZeroWindow.Unanswered).Judges("rfc9293/MUST-20").VirtualOnly(),
        new TestCase(
            "walkthrough/retransmission/lost-segment",
            "Ensure that a segment that is lost is sent again after a timeout.",
            Retransmission.FirstTimeout).Judges("rfc9293/3.8/1", "rfc9293/3.10.8/2"),
        new TestCase(
            "walkthrough/retransmission/doubling",
            "Ensure that the timeout doubles each time.", Retransmission.Doubling)
            .Judges("rfc9293/MUST-19", "rfc6298/5/6").Long(),
        new TestCase(
            "walkthrough/congestion/slow-start",
            "Ensure that slow start adds one segment for each ACK.", Control.SlowStartBound)
            .Judges("rfc5681/3.1/7", "rfc9293/MUST-19"),
        new TestCase(
            "walkthrough/congestion/after-timeout-and-avoidance",
            "Ensure that after a timeout come one segment, slow start to half the flight, and "
            + "then congestion avoidance.", Control.AfterTimeout)
            .Judges("rfc5681/3.1/11", "rfc5681/3.1/10", "rfc5681/3.1/9"),
        new TestCase(
            "walkthrough/congestion/fast-retransmit",
            "Ensure that the third duplicate ACK, and not the second, brings a retransmission.",
            Control.ThirdDuplicate).Judges("rfc5681/3.2/3"),
        new TestCase(
            "walkthrough/congestion/fast-recovery",
            "Ensure that after a fast retransmit the flight is half, and the text goes on.",
            Control.RecoveryHalves).Judges("rfc5681/3.2/7", "rfc5681/3.2/11"),
    ];

    private static async Task Slides(CaseContext ctx)
    {
        const int Size = 1000;
        Scene s = await ctx.Open(new PeerOptions { Mss = Size, Window = 4 * Size });
        Task sending = s.User.Send(10 * Size);
        Peer peer = s.Peer;
        SeqNumber first = peer.RcvNxt;
        async Task Sent(int segments, string words)
        {
            while (peer.RcvNxt < first + (segments * Size))
            {
                await peer.ExpectEventually(
                    r => r.TextLength > 0, ctx.Times.Patience, "rfc9293/MUST-60", words);
            }
            await peer.Quiet(
                ctx.Times.AtOnce, Beyond, words + ", and no more",
                r => r.End <= first + (segments * Size));
        }

        await Sent(4, "the window allows segments 1 to 4");
        peer.SendAck(ack: first + (2 * Size)); // 1 and 2 are sent and acknowledged
        await Sent(6, "the window slides by two: 3 and 4 are sent, 5 and 6 allowed");
        peer.RcvWnd = 2 * Size;
        peer.SendAck(ack: first + (4 * Size)); // the right edge stays
        await Sent(6, "a window that became smaller with the ACK allows nothing new");
        peer.RcvWnd = 4 * Size;
        peer.SendAck(ack: first + (6 * Size));
        await Sent(10, "the window allows segments 7 to 10");
        peer.SendAck();
        await sending;
    }
}
