using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Ports at which nobody listens, listeners, several connections, ICMP (RFC 9293
/// §3.10.7.1, §3.10.7.2, §3.4.1, §3.9.2.2).</summary>
internal static class PortShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        switch (r.Below(6))
        {
            case 4:
                Many(d);
                break;
            case 5 when r.Chance(30):
                SynFins(d);
                break;
            case 0:
                Closed(d);
                break;
            case 1:
                Several(d);
                break;
            case 2:
                Messages(d);
                break;
            default:
                Listening(d);
                break;
        }
    }

    public static IcmpStep Icmp(SessionRandom r)
    {
        IcmpKind kind = r.Pick(
            IcmpKind.Unreachable, IcmpKind.Unreachable, IcmpKind.PacketTooBig,
            IcmpKind.TimeExceeded, IcmpKind.ParameterProblem, IcmpKind.SourceQuench);
        byte code = kind == IcmpKind.Unreachable ? r.Pick<byte>(0, 1, 2, 3, 5)
            : kind == IcmpKind.PacketTooBig ? (byte)4 : (byte)0;
        int value = kind == IcmpKind.PacketTooBig ? r.Pick(0, 68, 576, 1000, 1280, 1400) : 0;
        return new IcmpStep(kind, code, value, r.Chance(75) ? 0 : r.Pick(-1000, 100_000));
    }

    private static void Closed(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Place = OpenPlace.ClosedPort });
        for (int n = r.Between(1, 5); n > 0; n--)
        {
            BlindShape.Attack(d);
        }
    }

    // What numbers and clocks of many connections have in common (RFC 6528, RFC 7323 §7).
    private static void Many(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Timestamps = r.Chance(75), Rtt = 0 });
        for (int n = r.Between(8, 12); n > 0; n--)
        {
            d.Wait(r.Pick(1, 20, 1000)); // within one tick of the clock numbers may be equal
            d.Add(d.Open with
            {
                Place = r.Chance(70) ? OpenPlace.SameListener : OpenPlace.Fresh,
                Iss = (uint)r.Below(int.MaxValue),
            });
        }
        d.Liveness();
    }

    // A SYN with FIN may be dropped or taken; a place in the backlog it may not keep for ever.
    private static void SynFins(SessionDraft d)
    {
        d.Opening(o => o with { Role = OpenRole.Passive });
        OpenStep asked = d.Open with
        {
            Place = OpenPlace.SameListener,
            Stage = OpenStage.Asked,
        };
        for (int n = 20; n > 0; n--)
        {
            d.Add(asked);
            d.Segment(TcpFlags.Syn | TcpFlags.Fin, SeqEdge.Iss);
            d.Segment(TcpFlags.Rst);
        }
        d.Add(asked with { Stage = OpenStage.Complete });
        d.Liveness();
    }

    private static void Listening(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Role = OpenRole.Passive, Stage = OpenStage.Asked });
        for (int n = r.Between(1, 5); n > 0; n--)
        {
            BlindShape.Attack(d);
            if (r.Chance(10))
            {
                d.Call(UserCallKind.StopListening);
            }
        }
        d.Segment(TcpFlags.Syn, SeqEdge.Iss);
        d.Ack();
        d.Liveness();
    }

    private static void Several(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening();
        for (int n = r.Between(1, 5); n > 0; n--)
        {
            if (r.Chance(60))
            {
                d.Liveness();
            }
            switch (r.Below(3))
            {
                case 0:
                    d.Segment(TcpFlags.Rst);
                    break;
                case 1:
                    d.Call(UserCallKind.Abort);
                    break;
                default:
                    break;
            }
            if (r.Chance(50))
            {
                d.Wait(r.Pick(1, 100, 1000, 300_000));
            }
            d.Opening(o => o with
            {
                Role = d.Open.Role,
                Place = r.Pick(OpenPlace.SamePair, OpenPlace.SameListener, OpenPlace.Fresh),
                Iss = r.Pick(1u, 100_000u),
                IsV6 = d.Open.IsV6,
            });
        }
        d.Liveness();
    }

    private static void Messages(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening(o => o with { Stage = r.Chance(30) ? OpenStage.Asked : o.Stage });
        for (int n = r.Between(1, 3); n > 0; n--)
        {
            if (r.Chance(75))
            {
                d.Call(UserCallKind.Send, d.Amount(4));
            }
            d.Add(Icmp(r));
            d.Pause();
            if (r.Chance(40))
            {
                d.Flow();
            }
        }
        d.Liveness();
        d.Ending();
    }
}
