using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>The tester doesn't answer: retransmission, R2, user timeout, keep-alive (RFC 6298,
/// RFC 9293 §3.8.3, §3.8.4).</summary>
internal static class SilenceShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Stage = r.Chance(25) ? OpenStage.Half : o.Stage });
        switch (r.Below(5))
        {
            case 0:
                KeepAlive(d);
                break;
            case 1:
                if (r.Chance(70))
                {
                    d.Set(UserOption.UserTimeout, r.Pick(2_000, 30_000, 150_000, 300_000));
                }
                d.Call(UserCallKind.Send, d.Amount(3));
                d.Wait(r.Pick(5_000, 60_000, 400_000));
                break;
            case 2:
                Karn(d);
                break;
            case 3:
                d.Call(UserCallKind.Send, d.Amount(3));
                d.Call(r.Pick(UserCallKind.Close, UserCallKind.Shutdown));
                d.Wait(r.Pick(5_000, 60_000, 400_000));
                break;
            default:
                d.Call(UserCallKind.Send, d.Amount(12));
                d.Wait(r.Pick(5_000, 60_000, 90_000, 400_000));
                break;
        }
        d.Liveness();
        d.Ending();
    }

    private static void KeepAlive(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Set(UserOption.KeepAlive, 1);
        if (r.Chance(60))
        {
            d.Set(UserOption.KeepAliveIdle, r.Pick(10_000, 60_000));
            d.Set(UserOption.KeepAliveInterval, r.Pick(1_000, 5_000));
            d.Set(UserOption.KeepAliveCount, r.Pick(2, 5));
            d.Wait(r.Pick(9_000, 11_000, 61_000));
        }
        else
        {
            d.Add(new WaitStep(WaitFor.KeepAlive, r.Pick(-10_000, 1_000, 80_000)));
        }
        if (r.Chance(60))
        {
            d.Ack();
            d.Wait(r.Pick(5_000, 61_000));
        }
        if (r.Chance(40))
        {
            d.Flow(30_000);
        }
    }

    // Text is sent again; an ACK comes late; the next text shows the RTO.
    private static void Karn(SessionDraft d)
    {
        SessionRandom r = d.Random;
        for (int n = r.Between(1, 3); n > 0; n--)
        {
            d.Call(UserCallKind.Send, r.Pick(10, d.Mss));
            d.Wait(r.Pick(1_100, 1_500, 3_500, 8_000));
            d.Segment(TcpFlags.Ack, ack: AckEdge.Max);
            d.Wait(r.Pick(0, 10, 500));
        }
        d.Call(UserCallKind.Send, r.Pick(10, d.Mss, 3 * d.Mss));
        d.Wait(r.Pick(2_000, 20_000));
    }
}
