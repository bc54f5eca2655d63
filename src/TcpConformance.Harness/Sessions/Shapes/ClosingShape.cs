using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Closes in all orders, and what comes after them (RFC 9293 §3.6, §3.10.4,
/// §3.10.7.4).</summary>
internal static class ClosingShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening();
        if (r.Chance(40))
        {
            d.Call(UserCallKind.Send, d.Amount(3));
            if (r.Chance(60))
            {
                d.Flow(500);
            }
        }
        if (r.Chance(25))
        {
            d.Text(r.Pick(1, 500));
        }
        for (int n = r.Between(2, 5); n > 0; n--)
        {
            Move(d);
            if (r.Chance(35))
            {
                Probe(d);
            }
            if (r.Chance(30))
            {
                d.Pause();
            }
        }
        TimeWait(d);
    }

    private static void Move(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(9))
        {
            case 0 or 1:
                d.Call(r.Pick(UserCallKind.Close, UserCallKind.Shutdown));
                break;
            case 2:
                d.Fin();
                break;
            case 3: // the IUT's FIN is not acknowledged
                d.Segment(TcpFlags.Fin | TcpFlags.Ack, ack: AckEdge.Una);
                break;
            case 4:
                d.Ack();
                break;
            case 5:
                d.Segment(
                    TcpFlags.Fin | TcpFlags.Ack | TcpFlags.Psh, length: r.Pick(1, 100, 1460));
                break;
            case 6:
                d.Call(UserCallKind.Abort);
                break;
            case 7:
                d.Flow(r.Pick(200, 2000));
                break;
            default:
                d.Call(UserCallKind.Send, d.Amount(2));
                break;
        }
    }

    /// <summary>Something that must not disturb, or that ends it.</summary>
    private static void Probe(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(9))
        {
            case 0:
                d.Segment(TcpFlags.Ack, ack: AckEdge.Max, ackOffset: r.Pick(-1, 1, 1000));
                break;
            case 1:
                d.Segment(TcpFlags.Rst, seqOffset: r.Pick(0, 1, -1, 1000));
                break;
            case 2:
                d.Segment(TcpFlags.Syn, seqOffset: r.Pick(0, 1, -1, 1000));
                break;
            case 3:
                d.Segment(
                    TcpFlags.Fin | TcpFlags.Ack, SeqEdge.Fin,
                    ack: r.Pick(AckEdge.All, AckEdge.Una));
                break;
            case 4:
                d.Text(r.Pick(1, 100));
                break;
            case 5:
                d.Segment(TcpFlags.Ack, seqOffset: r.Pick(-1, 1, -70_000), length: r.Pick(0, 5));
                break;
            case 6:
                d.Wait(r.Pick(1_100, 5_000));
                break;
            case 7:
                d.Call(r.Pick(UserCallKind.Send, UserCallKind.Receive), 100);
                break;
            default:
                d.Segment(TcpFlags.Ack, ack: AckEdge.Una);
                break;
        }
    }

    // What comes before 2 MSL have passed, at about that time, and after it.
    private static void TimeWait(SessionDraft d)
    {
        SessionRandom r = d.Random;
        if (r.Chance(30))
        {
            return;
        }
        d.Call(UserCallKind.Close);
        d.Flow(500);
        d.Fin();
        d.Ack();
        for (int n = r.Between(1, 3); n > 0; n--)
        {
            switch (r.Below(7))
            {
                case 0:
                    d.Wait(r.Pick(1_000, 100_000, 130_000));
                    break;
                case 1:
                    d.Add(new WaitStep(WaitFor.TimeWait, r.Pick(-1000, -100, 100, 1000)));
                    break;
                case 2:
                    d.Segment(TcpFlags.Fin | TcpFlags.Ack, SeqEdge.Fin);
                    break;
                case 3:
                    d.Add(new OpenStep
                    {
                        Place = OpenPlace.SamePair,
                        Iss = r.Pick(1u, 5000u, uint.MaxValue - 5000),
                        Timestamps = d.Open.Timestamps,
                        Mss = 1460,
                    });
                    break;
                case 4:
                    d.Segment(TcpFlags.Syn, seqOffset: r.Pick(-2, -1, 0, 1, 1000));
                    break;
                case 5:
                    d.Segment(TcpFlags.Rst, seqOffset: r.Pick(0, 1));
                    break;
                default:
                    d.Segment(TcpFlags.Ack, length: r.Pick(0, 1));
                    break;
            }
        }
        d.Segment(TcpFlags.Ack, length: r.Pick(0, 1));
    }
}
