using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Openings with everything that can go wrong in LISTEN, SYN-SENT and SYN-RECEIVED
/// (RFC 9293 §3.5, §3.10.7.2, §3.10.7.3).</summary>
internal static class HandshakeShape
{
    public static void Draw(SessionDraft d)
    {
        d.Opening(o => o with
        {
            Stage = d.Random.Pick(OpenStage.Asked, OpenStage.Half),
        });
        for (int n = d.Random.Between(0, 4); n > 0; n--)
        {
            Trouble(d);
            d.Pause();
        }
        if (d.Random.Chance(15))
        {
            d.Wait(d.Random.Pick(8_000, 70_000, 200_000));
        }
        Complete(d);
        if (d.Random.Chance(70))
        {
            d.Liveness();
            d.Ending();
        }
    }

    private static void Complete(SessionDraft d)
    {
        OpenStep o = d.Open;
        if (o.Role == OpenRole.Active && o.Stage == OpenStage.Asked)
        {
            d.Segment(
                TcpFlags.Syn | TcpFlags.Ack | (d.Random.Chance(3) ? TcpFlags.Fin : 0),
                SeqEdge.Iss);
        }
        else if (o.Stage == OpenStage.Asked)
        {
            d.Segment(TcpFlags.Syn, SeqEdge.Iss);
            d.Pause();
            d.Ack();
        }
        else if (d.Random.Chance(25))
        {
            d.Segment(
                TcpFlags.Ack | d.Random.Pick(TcpFlags.Fin, TcpFlags.Psh, TcpFlags.Syn),
                seqOffset: 0, length: d.Random.Pick(0, 1, 300));
            d.Ack();
        }
        else
        {
            d.Ack();
        }
    }

    private static void Trouble(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(12))
        {
            case 0: // an ACK of nothing that was sent
                d.Segment(
                    r.Pick(TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Ack,
                        TcpFlags.Rst | TcpFlags.Ack),
                    ack: r.Pick(AckEdge.Irs, AckEdge.Max), ackOffset: r.Pick(-1, 0, 1, 1000),
                    length: r.Pick(0, 0, 0, 10));
                break;
            case 1:
                d.Segment(TcpFlags.Rst, seqOffset: r.Pick(0, 0, 1, -1, 1000, 100_000));
                break;
            case 2:
                d.Segment(TcpFlags.Rst | TcpFlags.Ack, seqOffset: r.Pick(0, 0, 1, -1));
                break;
            case 3:
                d.Segment(TcpFlags.Syn, SeqEdge.Iss, r.Pick(0, 0, 1, 5000));
                break;
            case 4:
                d.Segment(
                    r.Pick(TcpFlags.None, TcpFlags.Fin, TcpFlags.Psh, TcpFlags.Urg,
                        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.Syn | TcpFlags.Fin,
                        TcpFlags.Syn | TcpFlags.Rst),
                    length: r.Pick(0, 0, 10));
                break;
            case 5:
                d.Segment(TcpFlags.Ack, length: r.Pick(0, 1, 100));
                break;
            case 6:
                d.Wait(r.Pick(1100, 3500, 8000));
                break;
            case 7:
                d.Call(r.Pick(UserCallKind.Close, UserCallKind.Shutdown, UserCallKind.Abort));
                break;
            case 8:
                d.Call(UserCallKind.Send, d.Amount(4));
                break;
            case 9:
                d.Segment(
                    TcpFlags.Ack, seqOffset: r.Pick(-1, 1, 70_000, -70_000),
                    length: r.Pick(0, 1, 100));
                break;
            case 10:
                d.Add(new AgainStep(0));
                break;
            default:
                d.Add(PortShape.Icmp(r));
                break;
        }
    }
}
