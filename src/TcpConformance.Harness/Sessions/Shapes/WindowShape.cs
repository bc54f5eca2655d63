using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>The tester's window is small, closes, opens, shrinks, or is told in old segments
/// (RFC 9293 §3.8.6).</summary>
internal static class WindowShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with
        {
            Window = r.Pick<ushort>(0, 10, 100, 1000, 3000, 65535),
            Shift = r.Pick<byte?>(null, null, null, 0, 1, 3, 14),
        });
        if (r.Chance(30))
        {
            d.Set(UserOption.NoDelay, 1);
        }
        d.Call(UserCallKind.Send, d.Amount(12));
        for (int n = r.Between(1, 6); n > 0; n--)
        {
            Change(d);
        }
        d.Ack(65535);
        d.Flow(4000);
        d.Liveness();
        d.Ending();
    }

    private static void Change(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(8))
        {
            case 0:
                d.Ack(0);
                d.Wait(r.Pick(500, 3_000, 20_000, 120_000));
                break;
            case 1: // probes are answered with a window of zero
                d.Ack(0);
                for (int n = r.Between(1, 5); n > 0; n--)
                {
                    d.WaitNext(70_000);
                    d.Segment(TcpFlags.Ack, ack: r.Pick(AckEdge.Una, AckEdge.All), window: 0);
                }
                break;
            case 2:
                d.Ack(r.Pick<ushort>(1, 50, 500, (ushort)Math.Min(d.Mss, 65535), 3000));
                d.Pause();
                break;
            case 3: // an old segment must not change the window
                d.Segment(
                    TcpFlags.Ack, seqOffset: r.Pick(-1, -1000, 70_000),
                    ack: r.Pick(AckEdge.All, AckEdge.Una), window: r.Pick<ushort>(0, 65535));
                d.Pause();
                break;
            case 4:
                d.Segment(
                    TcpFlags.Ack, ack: AckEdge.Una, ackOffset: r.Pick(-1, 0, 0),
                    window: r.Pick<ushort>(0, 100, 2000, 65535));
                d.Pause();
                break;
            case 5:
                d.Call(UserCallKind.Send, d.Amount(6));
                break;
            case 6:
                d.Flow();
                break;
            default:
                d.Text(r.Pick(1, 100));
                d.Pause();
                break;
        }
    }
}
