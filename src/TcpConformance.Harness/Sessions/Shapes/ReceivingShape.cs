using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>The IUT receives: order, holes, overlaps, windows, delayed ACKs, urgent data (RFC 9293
/// §3.8.6.2.2, §3.8.6.3, §3.10.7.4; RFC 2018).</summary>
internal static class ReceivingShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Reads = r.Chance(65) });
        for (int n = r.Between(2, 9); n > 0; n--)
        {
            Arrival(d);
            if (r.Chance(60))
            {
                d.Pause();
            }
        }
        if (r.Chance(40))
        {
            d.Flow(2000, give: 100);
        }
        d.Ending();
    }

    public static void Arrival(SessionDraft d)
    {
        SessionRandom r = d.Random;
        int length = r.Pick(1, 10, 100, 536, 1000, 1460);
        switch (r.Below(14))
        {
            case 0 or 1:
                d.Text(length);
                break;
            case 2:
                Hole(d, length);
                break;
            case 3: // old text, all or in part
                d.Segment(
                    TcpFlags.Ack, seqOffset: -r.Pick(1, 10, 1000), length: r.Pick(1, 10, 2000));
                break;
            case 4: // around the right edge
                d.Segment(
                    TcpFlags.Ack, SeqEdge.Edge, r.Pick(-1000, -1, 0, 1, 1000),
                    length: r.Pick(0, 1, length));
                break;
            case 5:
                d.Flow(r.Pick(500, 3000), give: r.Pick(3000, 20_000));
                break;
            case 6:
                d.Flow(6000, give: 10_000, drop: r.Losses(12));
                break;
            case 7: // more than the buffer holds
                d.Add(new FlowStep
                {
                    Milliseconds = 3000, Rtt = 1, Give = 70_000, Size = 1460,
                });
                if (r.Chance(50))
                {
                    d.Call(UserCallKind.Send, d.Amount(3));
                }
                d.Segment(TcpFlags.Ack, length: r.Pick(0, 1, 100));
                break;
            case 8:
                d.Call(UserCallKind.Receive, r.Pick(1, 500, 2000, 40_000, 65_536));
                break;
            case 9:
                d.Add(new SegmentStep
                {
                    Flags = TcpFlags.Ack | TcpFlags.Urg,
                    Length = length,
                    Urgent = (ushort)r.Pick(0, 1, length, length + 1, 60_000),
                });
                break;
            case 10: // FIN beyond a hole
                d.Segment(TcpFlags.Fin | TcpFlags.Ack, seqOffset: r.Pick(1, 500), length: 0);
                break;
            case 11:
                d.Add(new AgainStep(r.Below(3)));
                break;
            case 12:
                d.Call(UserCallKind.Send, d.Amount(3));
                break;
            default: // two full segments: the second one is acknowledged
                d.Text(1460);
                d.Text(1460);
                break;
        }
    }

    // Text beyond a hole, and perhaps what fills it.
    private static void Hole(SessionDraft d, int length)
    {
        int hole = d.Random.Pick(1, 100, 536, 1460);
        d.Segment(TcpFlags.Ack, seqOffset: hole, length: length);
        if (d.Random.Chance(40))
        {
            d.Segment(TcpFlags.Ack, seqOffset: hole * 3, length: length);
        }
        d.Pause();
        if (d.Random.Chance(70))
        {
            d.Text(hole);
        }
    }
}
