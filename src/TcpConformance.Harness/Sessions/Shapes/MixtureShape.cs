using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Anything after anything.</summary>
internal static class MixtureShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        d.Opening();
        for (int n = r.Between(5, 40); n > 0; n--)
        {
            switch (r.Below(10))
            {
                case 0 or 1:
                    BlindShape.Attack(d);
                    break;
                case 2 or 3:
                    ReceivingShape.Arrival(d);
                    break;
                case 4:
                    d.Call(UserCallKind.Send, d.Amount(8));
                    break;
                case 5:
                    d.Flow();
                    break;
                case 6:
                    d.Ack(r.Chance(30) ? r.Pick<ushort>(0, 500, 65535) : null);
                    break;
                case 7:
                    d.Add(new AgainStep(r.Below(5)));
                    break;
                case 8:
                    d.Pause();
                    break;
                default:
                    if (r.Chance(20))
                    {
                        d.Call(r.Pick(UserCallKind.Shutdown, UserCallKind.Close));
                    }
                    break;
            }
        }
        d.Liveness();
    }
}
