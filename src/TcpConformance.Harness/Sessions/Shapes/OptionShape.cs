using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>Options of every kind, well and ill formed, on every segment (RFC 9293 §3.1, §3.2;
/// RFC 7323; RFC 2018).</summary>
internal static class OptionShape
{
    public static void Draw(SessionDraft d)
    {
        SessionRandom r = d.Random;
        bool oddSyn = r.Chance(45);
        d.Opening(o => o with
        {
            Mss = r.Pick<ushort?>(null, 1, 8, 48, 100, 536, 1460, 9000, 65535),
            Shift = r.Pick<byte?>(null, 0, 1, 7, 14, 15, 255),
            Timestamps = r.Chance(70),
            Stage = oddSyn ? OpenStage.Asked : OpenStage.Complete,
            Role = oddSyn && o.Role == OpenRole.Simultaneous ? OpenRole.Passive : o.Role,
        });
        if (oddSyn)
        {
            OddSyn(d);
        }
        d.Call(UserCallKind.Send, d.Amount(6));
        d.Flow(1000, give: r.Pick(0, 500));
        for (int n = r.Between(1, 5); n > 0; n--)
        {
            d.Add(new SegmentStep
            {
                Flags = TcpFlags.Ack,
                SeqOffset = r.Pick(0, 0, 0, -1, 100),
                Length = r.Pick(0, 1, 100),
                Options = Options(r, d.Mss),
            });
            d.Pause();
        }
        d.Liveness();
        d.Ending();
    }

    private static void OddSyn(SessionDraft d)
    {
        SessionRandom r = d.Random;
        bool active = d.Open.Role == OpenRole.Active;
        var options = new List<StepOption>();
        if (r.Chance(60))
        {
            options.Add(new StepOption(StepOptionKind.Auto));
        }
        if (r.Chance(60))
        {
            options.Add(Odd(r));
        }
        if (r.Chance(30))
        {
            options.Add(new StepOption(StepOptionKind.Mss, r.Pick(0, 1, 500, 1460)));
        }
        foreach (StepOption mss in options.Where(o => o.Kind == StepOptionKind.Mss))
        {
            d.MssIs(mss.A);
        }
        d.Add(new SegmentStep
        {
            Flags = TcpFlags.Syn | (active ? TcpFlags.Ack : 0),
            Seq = SeqEdge.Iss,
            Options = options,
        });
        if (!active)
        {
            d.Ack();
        }
    }

    private static StepOption[] Options(SessionRandom r, int mss) => r.Below(8) switch
    {
        0 => [],
        1 => [new StepOption(StepOptionKind.Ts, -r.Pick(1, 1000, 1_000_000, int.MaxValue))],
        2 => [new StepOption(StepOptionKind.Ts, r.Pick(1, 1000, 1_000_000))],
        3 => [new StepOption(StepOptionKind.Ts, 0, r.Pick(-1, 1, 1_000_000))],
        4 => [
            new StepOption(StepOptionKind.Auto),
            new StepOption(StepOptionKind.Sack, r.Pick(0, mss, -mss), r.Pick(mss, 2 * mss, 0)),
        ],
        5 => [Odd(r), new StepOption(StepOptionKind.Auto)],
        6 => [new StepOption(StepOptionKind.Auto), Odd(r)],
        _ => [Odd(r)],
    };

    private static StepOption Odd(SessionRandom r) => r.Below(9) switch
    {
        0 => new StepOption(StepOptionKind.Kind, r.Pick(6, 9, 30, 99, 253), r.Between(0, 8)),
        1 => new StepOption(StepOptionKind.Length, r.Pick(2, 3, 4, 5, 8, 99), r.Pick(0, 1)),
        2 => new StepOption(StepOptionKind.Length, r.Pick(2, 3, 4, 5, 8, 99), r.Pick(40, 255)),
        3 => new StepOption(StepOptionKind.Mss, r.Pick(0, 1, 100, 65535)),
        4 => new StepOption(StepOptionKind.Shift, r.Pick(0, 5, 14, 15)),
        5 => new StepOption(StepOptionKind.SackOk),
        6 => new StepOption(StepOptionKind.Nop, r.Between(1, 8)),
        7 => new StepOption(StepOptionKind.End),
        _ => new StepOption(StepOptionKind.Length, r.Pick(2, 3, 4, 5, 8), r.Pick(2, 3, 5)),
    };
}
