using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>The IUT sends: slow start, losses, recovery (RFC 5681, RFC 6582, RFC 6675), Nagle,
/// ACKs of every kind.</summary>
internal static class SendingShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with
        {
            Window = r.Chance(75) ? (ushort)65535 : o.Window,
            Shift = o.Shift is 14 ? (byte)2 : o.Shift,
        });
        if (r.Chance(30))
        {
            d.Set(UserOption.NoDelay, 1);
        }
        for (int n = r.Between(1, 5); n > 0; n--)
        {
            d.Call(UserCallKind.Send, d.Amount(r.Pick(3, 12, 40)));
            if (r.Chance(25))
            {
                d.Call(UserCallKind.Send, r.Between(1, 100));
            }
            Answer(d);
        }
        if (r.Chance(50))
        {
            d.Liveness();
        }
        d.Ending();
    }

    private static void Answer(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(9))
        {
            case 0:
                d.Flow();
                break;
            case 1 or 2:
                d.Flow(r.Pick(1000, 5000, 15_000), lose: r.Losses(r.Pick(4, 12, 40)));
                break;
            case 3: // duplicate ACKs by hand
                for (int n = r.Between(1, 5); n > 0; n--)
                {
                    d.Segment(TcpFlags.Ack, ack: AckEdge.Una);
                }
                d.Flow();
                break;
            case 4: // an ACK of a part
                d.Segment(
                    TcpFlags.Ack, ack: AckEdge.Una, ackOffset: r.Pick(1, d.Mss / 2, d.Mss));
                d.Pause();
                d.Flow();
                break;
            case 5: // nothing comes back for a while
                d.Wait(r.Pick(900, 1500, 4000, 10_000, 30_000));
                if (r.Chance(50))
                {
                    d.Segment(TcpFlags.Ack, ack: AckEdge.Una, ackOffset: d.Mss);
                    d.Wait(r.Pick(10, 1000));
                }
                d.Flow();
                break;
            case 6: // SACK blocks, true or not
                int at = d.Mss * r.Between(0, 4);
                d.Add(new SegmentStep
                {
                    Flags = TcpFlags.Ack,
                    Ack = AckEdge.Una,
                    Options =
                    [
                        new StepOption(StepOptionKind.Auto),
                        new StepOption(StepOptionKind.Sack, at, at + (d.Mss * r.Between(1, 3))),
                    ],
                });
                d.Flow();
                break;
            case 7: // one acknowledged segment after the other: what the IUT sends is seen
                for (int n = r.Between(1, 6); n > 0; n--)
                {
                    d.Wait(r.Pick(0, 10, 50));
                    d.Ack();
                }
                break;
            default: // what was idle starts again from the restart window
                d.Flow(4000);
                d.Wait(r.Pick(3000, 10_000));
                break;
        }
    }
}
