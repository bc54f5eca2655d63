using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions.Shapes;

/// <summary>A session that is being made: what shapes are put together from.</summary>
internal sealed class SessionDraft(SessionRandom random)
{
    // Long stories of tiny segments cost more than they show.
    private const int MostSegments = 60;
    private readonly List<SessionStep> _steps = [];

    public SessionRandom Random { get; } = random;

    /// <summary>The opening that was added last.</summary>
    public OpenStep Open { get; private set; } = new();

    public int Count => _steps.Count;

    /// <summary>Octets of a segment that is worth sending.</summary>
    public int Mss => Math.Max(1, (int)(Open.Mss ?? 536));

    public Session Finish() => new([.. _steps]);

    public void Add(SessionStep step) => _steps.Add(step);

    /// <summary>Any opening; <paramref name="change"/> says what the shape wants of it.</summary>
    public void Opening(Func<OpenStep, OpenStep>? change = null)
    {
        var open = new OpenStep
        {
            Role = Random.Pick(
                OpenRole.Passive, OpenRole.Passive, OpenRole.Passive, OpenRole.Active,
                OpenRole.Active, OpenRole.Simultaneous),
            IsV6 = Random.Chance(25),
            Mss = Random.Pick<ushort?>(1460, 1460, 1460, 536, 1000, 1220, 100, 9000, null),
            Shift = Random.Pick<byte?>(null, null, 0, 2, 7, 14),
            Timestamps = Random.Chance(50),
            Sack = Random.Chance(50),
            Window = Random.Pick<ushort>(65535, 65535, 65535, 8192, 4000),
            Iss = Random.Pick(
                (uint)Random.Below(int.MaxValue), uint.MaxValue - (uint)Random.Below(3000),
                int.MaxValue - (uint)Random.Below(3000)),
            Rtt = Random.Pick(0, 0, 10, 50, 200),
            Reads = Random.Chance(85),
        };
        Open = change is null ? open : change(open);
        Add(Open);
    }

    public void Segment(
        TcpFlags flags, SeqEdge seq = SeqEdge.Next, int seqOffset = 0,
        AckEdge ack = AckEdge.All, int ackOffset = 0, int length = 0, ushort? window = null) =>
        Add(new SegmentStep
        {
            Flags = flags,
            Seq = seq,
            SeqOffset = seqOffset,
            Ack = ack,
            AckOffset = ackOffset,
            Length = length,
            Window = window,
        });

    public void Ack(ushort? window = null) => Segment(TcpFlags.Ack, window: window);

    public void Text(int length) => Segment(TcpFlags.Ack | TcpFlags.Psh, length: length);

    public void Fin() => Segment(TcpFlags.Fin | TcpFlags.Ack);

    public void Call(UserCallKind kind, int count = 0) => Add(new CallStep(
        kind, kind == UserCallKind.Send ? Math.Min(count, MostSegments * Mss) : count));

    public void Set(UserOption option, int value) =>
        Add(new CallStep(UserCallKind.SetOption, value) { Option = option });

    public void Wait(int milliseconds) => Add(new WaitStep(WaitFor.Time, milliseconds));

    public void WaitNext(int milliseconds) => Add(new WaitStep(WaitFor.Next, milliseconds));

    public void Flow(int milliseconds = 0, int give = 0, long lose = 0, long drop = 0)
    {
        int size = Random.Pick(1, 100, 536, 536, 1000, 1460);
        Add(new FlowStep
        {
            Milliseconds = milliseconds > 0 ? milliseconds : Random.Pick(300, 1000, 4000),
            Rtt = Random.Pick(0, 1, 10, 50, 50, 100, 300),
            AckEvery = Random.Pick(1, 1, 2),
            LoseFromIut = lose,
            Give = Math.Min(give, MostSegments * size),
            Size = size,
            LoseToIut = drop,
        });
    }

    /// <summary>The tester's SYN has this MSS, too; which of them counts is open.</summary>
    public void MssIs(int octets) => Open = Open with { Mss = (ushort)Math.Clamp(octets, 1, Mss) };

    /// <summary>Octets for a SEND: from one octet to some segments.</summary>
    public int Amount(int segments = 20) => Random.Pick(
        1, Random.Between(1, 100), Math.Max(1, Mss / 2), Mss, Mss + 1,
        Mss * Random.Between(2, segments), (Mss * Random.Between(1, segments)) + (Mss / 3));

    /// <summary>A pause between two steps, or none.</summary>
    public void Pause()
    {
        switch (Random.Below(8))
        {
            case 0:
                Wait(Random.Pick(1, 20, 100, 250));
                break;
            case 1:
                Wait(Random.Pick(500, 600, 1100));
                break;
            case 2:
                WaitNext(3000);
                break;
            default:
                break;
        }
    }

    /// <summary>What shows that the connection still lives: text both ways.</summary>
    public void Liveness()
    {
        if (Random.Chance(70))
        {
            Call(UserCallKind.Send, Random.Pick(1, 10, 600));
        }
        Flow(Random.Pick(500, 2500), give: Random.Pick(0, 1, 10, 600));
    }

    /// <summary>An end in good manners, or none.</summary>
    public void Ending()
    {
        switch (Random.Below(4))
        {
            case 0:
                Call(UserCallKind.Close);
                Flow(1000);
                Fin();
                break;
            case 1:
                Fin();
                Call(UserCallKind.Close);
                Flow(1000);
                break;
            case 2:
                Call(UserCallKind.Abort);
                break;
            default:
                break;
        }
    }
}
