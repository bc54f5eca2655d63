using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Segments at and around every edge, as an attacker or a lost host would send them, in
/// any synchronized state (RFC 9293 §3.10.7.4, RFC 5961).</summary>
internal static class BlindShape
{
    private static readonly TcpFlags[] Kinds =
    [
        TcpFlags.Rst, TcpFlags.Rst, TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn, TcpFlags.Syn,
        TcpFlags.Syn | TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack, TcpFlags.Ack,
        TcpFlags.Fin | TcpFlags.Ack, TcpFlags.None, TcpFlags.Fin, TcpFlags.Psh,
        TcpFlags.Syn | TcpFlags.Fin, TcpFlags.Fin | TcpFlags.Psh | TcpFlags.Urg,
        TcpFlags.Ack | TcpFlags.Psh, TcpFlags.Syn | TcpFlags.Rst,
    ];

    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening();
        Situation(d);
        for (int n = r.Between(1, 6); n > 0; n--)
        {
            Attack(d);
            if (r.Chance(25))
            {
                d.Pause();
            }
        }
        d.Liveness();
        d.Ending();
    }

    private static void Situation(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(8))
        {
            case 0:
                d.Call(UserCallKind.Send, d.Amount(6)); // outstanding text
                break;
            case 1:
                d.Call(UserCallKind.Send, d.Amount(12));
                d.Flow(2000);
                break;
            case 2:
                d.Flow(500, give: 3000);
                break;
            case 3:
                d.Call(UserCallKind.Shutdown);
                break;
            case 4:
                d.Call(UserCallKind.Shutdown);
                d.Ack();
                break;
            case 5:
                d.Fin();
                break;
            default:
                break;
        }
    }

    public static void Attack(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Add(new SegmentStep
        {
            Flags = r.Pick<TcpFlags>(Kinds),
            Seq = r.Pick(SeqEdge.Next, SeqEdge.Next, SeqEdge.Una, SeqEdge.Edge, SeqEdge.Iss),
            SeqOffset = Offset(r),
            Ack = r.Pick(AckEdge.All, AckEdge.All, AckEdge.Max, AckEdge.Una, AckEdge.Irs),
            AckOffset = r.Chance(50) ? 0 : Offset(r),
            Length = r.Pick(0, 0, 1, 10, 1000),
            Options = r.Chance(85) || !d.Open.Timestamps
                ? SegmentStep.AutoOptions
                : [new StepOption(StepOptionKind.Ts, r.Pick(-1000, -1, 0, 1000))],
            Fault = r.Chance(94) ? SegmentFault.None : r.Pick(
                SegmentFault.Checksum, SegmentFault.OffsetSmall, SegmentFault.OffsetLarge,
                SegmentFault.Cut),
        });
    }

    public static int Offset(SessionRandom r) => r.Pick(
        0, 0, 0, 0, -1, 1, -2, 2, 100, -100, 1000, -1000, 65_535, -65_535, 70_000, -70_000,
        r.Between(-70_000, 70_000), int.MaxValue, int.MinValue);
}
