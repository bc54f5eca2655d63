using TcpConformance.Harness.Sessions;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Targets;

/// <summary>Makes a session of any octets: one for what happens, a few for how. Near octets are
/// near stories, and an input that is cut is a story that ends sooner.</summary>
internal ref struct SessionDecoder
{
    // More steps find nothing that fewer do not, and cost time.
    private const int MostSteps = 24;

    /// <summary>Of the IUT in one session: so do more of them.</summary>
    internal const int MostPackets = 1_500;

    // And more segments at once, of however few octets.
    private const int MostSegments = 18;
    private const int DefaultMss = 536;

    // Around the edges, and far from them; what stands between is all the same.
    private static readonly int[] Offsets =
    [
        0, 1, -1, 2, -2, 100, -100, 536, -536, 1460, -1460, 5000, -5000, 65534, 65535, 65536,
        -65535, -65536, 1 << 20, -(1 << 20), 1 << 30, -(1 << 30), int.MaxValue, int.MinValue,
    ];

    private static readonly int[] Lengths = [0, 0, 0, 1, 2, 10, 100, 536, 1000, 1460, 4096, 9000];

    private static readonly int[] Waits =
        [0, 1, 10, 50, 100, 200, 500, 600, 1000, 3000, 10_000, 60_000, 130_000, 600_000];

    private static readonly ushort[] Windows = [0, 1, 2, 100, 536, 1460, 4096, 32768, 65535];

    private static readonly UserCallKind[] Calls =
    [
        UserCallKind.Send, UserCallKind.Send, UserCallKind.Receive, UserCallKind.Shutdown,
        UserCallKind.Close, UserCallKind.Abort, UserCallKind.SetOption,
        UserCallKind.StopListening,
    ];

    private static readonly UserOption[] Options =
    [
        UserOption.NoDelay, UserOption.KeepAlive, UserOption.UserTimeout,
        UserOption.KeepAliveIdle, UserOption.KeepAliveInterval, UserOption.KeepAliveCount,
    ];

    private static readonly int[] Values = [0, 1, 2, 1000, 5000, 60_000, 7_200_000];

    private static readonly IcmpKind[] Kinds =
    [
        IcmpKind.Unreachable, IcmpKind.PacketTooBig, IcmpKind.TimeExceeded,
        IcmpKind.ParameterProblem, IcmpKind.SourceQuench,
    ];

    private static readonly int[] Parameters = [0, 68, 296, 576, 1280, 1400, 65535];

    private ReadOnlySpan<byte> _rest;
    private bool _isV6;
    private int _mss = DefaultMss;

    private SessionDecoder(ReadOnlySpan<byte> input) => _rest = input;

    /// <summary>The session that an input stands for.</summary>
    internal static Session Read(ReadOnlySpan<byte> input)
    {
        var decoder = new SessionDecoder(input);
        var steps = new List<SessionStep>(MostSteps) { decoder.Open() };
        while (!decoder._rest.IsEmpty && steps.Count < MostSteps)
        {
            steps.Add(decoder.Step());
        }
        return new Session(steps);
    }

    /// <summary>Where each step of an input begins.</summary>
    internal static void Split(ReadOnlySpan<byte> input, List<int> starts)
    {
        var decoder = new SessionDecoder(input);
        for (int steps = 0; !decoder._rest.IsEmpty && steps < MostSteps; steps++)
        {
            starts.Add(input.Length - decoder._rest.Length);
            _ = steps == 0 ? decoder.Open() : decoder.Step();
        }
    }

    private SessionStep Step() => (Next() % 16) switch
    {
        < 8 => Segment(),
        < 11 => Call(),
        < 13 => Wait(),
        13 => Flow(),
        14 => Next() is byte b && b % 4 == 0 ? Icmp() : new AgainStep(b / 4),
        _ => Open(),
    };

    // Zero at the end: the shortest inputs are stories too.
    private byte Next()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }
        byte octet = _rest[0];
        _rest = _rest[1..];
        return octet;
    }

    private int Signed() => Next() - 128;

    private readonly int Most => MostSegments * _mss;

    private T Pick<T>(ReadOnlySpan<T> values) => values[Next() % values.Length];

    private OpenStep Open()
    {
        byte how = Next();
        byte offers = Next();
        _isV6 = (offers & 1) != 0;
        ushort? mss = (offers & 8) != 0 ? (ushort)(40 + (Next() * 8)) : null;
        _mss = mss ?? DefaultMss;
        return new OpenStep
        {
            Role = (OpenRole)(how % 3),
            Stage = (how >> 2 & 3) switch
            {
                1 => OpenStage.Asked,
                2 => OpenStage.Half,
                _ => OpenStage.Complete,
            },
            Place = (OpenPlace)(how >> 4 & 3),
            Reads = how >> 7 == 0,
            IsV6 = _isV6,
            Timestamps = (offers & 2) != 0,
            Sack = (offers & 4) != 0,
            Mss = mss,
            Shift = (offers & 16) != 0 ? (byte)(Next() % 16) : null,
            Iss = (offers & 32) != 0 ? uint.MaxValue - Next() : 1000,
            Rtt = (offers & 64) != 0 ? Next() * 10 : 0,
            Window = (offers & 128) != 0 ? Pick<ushort>(Windows) : ushort.MaxValue,
        };
    }

    private SegmentStep Segment()
    {
        TcpFlags flags = (TcpFlags)Next();
        byte edges = Next();
        byte more = Next();
        return new SegmentStep
        {
            Flags = flags,
            Seq = (SeqEdge)(edges % 5),
            Ack = (AckEdge)(edges / 5 % 4),
            SeqOffset = (more & 1) != 0 ? Pick<int>(Offsets) : 0,
            AckOffset = (more & 2) != 0 ? Pick<int>(Offsets) : 0,
            Length = (more & 4) != 0 ? Pick<int>(Lengths) : 0,
            Window = (more & 8) != 0 ? Pick<ushort>(Windows) : null,
            Urgent = (more & 16) != 0 ? Next() : (ushort)0,
            Lost = (more & 96) == 96,
            Fault = (more & 128) != 0 ? (SegmentFault)(Next() % 6) : SegmentFault.None,
            Options = (more & 96) == 32 ? SegmentOptions() : SegmentStep.AutoOptions,
        };
    }

    private StepOption[] SegmentOptions()
    {
        StepOption[] options = new StepOption[Next() % 4];
        for (int i = 0; i < options.Length; i++)
        {
            options[i] = new StepOption(
                (StepOptionKind)(Next() % 10), Signed() * 8, Signed() * 8);
        }
        return options;
    }

    private CallStep Call()
    {
        UserCallKind kind = Pick<UserCallKind>(Calls);
        return kind switch
        {
            UserCallKind.Send => new CallStep(kind, Math.Clamp(Pick<int>(Lengths), 1, Most))
            {
                Urgent = Next() % 8 == 7,
            },
            UserCallKind.Receive => new CallStep(kind, Math.Max(1, Pick<int>(Lengths))),
            UserCallKind.SetOption => new CallStep(kind, Pick<int>(Values))
            {
                Option = Pick<UserOption>(Options),
            },
            _ => new CallStep(kind),
        };
    }

    private WaitStep Wait() => Next() is byte what && what < 128
        ? new WaitStep(WaitFor.Time, Pick<int>(Waits))
        : new WaitStep((WaitFor)(1 + (what % 3)), Pick<int>(Waits));

    private FlowStep Flow() => new()
    {
        Milliseconds = Pick<int>(Waits),
        Rtt = Next(),
        AckEvery = Next() % 4,
        LoseFromIut = Next(),
        Give = Math.Min(Pick<int>(Lengths) * 2, Most),
        LoseToIut = Next(),
    };

    private IcmpStep Icmp()
    {
        // Source quench is IPv4's alone (RFC 792), packet too big IPv6's (RFC 4443 §3.2).
        IcmpKind kind = Pick<IcmpKind>(Kinds);
        kind = kind == IcmpKind.SourceQuench && _isV6 ? IcmpKind.Unreachable : kind;
        return new IcmpStep(
            kind, (byte)(Next() % 16), Pick<int>(Parameters), Signed() * 100);
    }
}
