using TcpConformance.Harness.Sessions;
using TcpConformance.Wire;

namespace TcpConformance.Differential;

/// <summary>A session that all IUTs are given.</summary>
/// <param name="Seed">Where the chance of the IUTs in virtual time comes from.</param>
/// <param name="Session">The session.</param>
public sealed record Stimulus(ulong Seed, Session Session);

/// <summary>Draws sessions that all IUTs of a run can play.</summary>
public sealed class StimulusMaker
{
    private const int LongestWait = 250;
    private const int LongestFlow = 200;
    private const int LongestRtt = 20;
    private const int MostSteps = 12;
    private const int MostGiven = 3000;

    // Octets.
    private const int V4Header = 20;
    private const int V6Header = 40;

    private readonly ulong _seed;
    private readonly bool _isV6;
    private readonly bool _isPassive;
    private readonly bool _isShort;

    /// <summary>A maker.</summary>
    /// <param name="seed">The same seed draws the same sessions.</param>
    /// <param name="isV6">Whether all IUTs have IPv6.</param>
    /// <param name="isShort">Whether one of them lives in real time: waits and flows are cut.
    /// </param>
    /// <param name="isPassive">Whether one of them has no active OPEN: the tester opens all.
    /// </param>
    public StimulusMaker(ulong seed, bool isV6, bool isShort, bool isPassive = false)
    {
        _seed = seed;
        _isV6 = isV6;
        _isPassive = isPassive;
        _isShort = isShort;
    }

    /// <summary>Octets of an IP packet that the links of all IUTs carry.</summary>
    public int Mtu { get; init; } = int.MaxValue;

    /// <summary>The n-th session.</summary>
    public Stimulus Make(int number)
    {
        ulong seed = SessionGenerator.SeedOf(_seed, number);
        SessionStep[] steps = [.. SessionGenerator.Make(seed).Steps
            .Select(s => s is OpenStep open ? Possible(open) : s)];
        OpenStep[] opens = [.. steps.OfType<OpenStep>()];
        int room = Mtu - (opens.Any(o => o.IsV6) ? V6Header : V4Header);
        bool hasOptions = opens.Any(o => o.Timestamps || o.Sack);
        steps = [.. steps.Select(s => Fitting(s, room, hasOptions))];
        return new Stimulus(seed, new Session(
            [.. _isShort ? steps.Take(MostSteps).Select(Short) : steps]));
    }

    private OpenStep Possible(OpenStep open) => open with
    {
        IsV6 = open.IsV6 && _isV6,
        Role = _isPassive ? OpenRole.Passive : open.Role,
    };

    // No link would bring a longer one.
    private static SessionStep Fitting(SessionStep step, int room, bool hasOptions) => step switch
    {
        SegmentStep s => s with
        {
            Length = Math.Min(s.Length, room - (hasOptions || !IsPlain(s)
                ? TcpHeader.MaximumLength
                : TcpHeader.MinimumLength)),
        },
        FlowStep f => f with { Size = Math.Min(f.Size, room - TcpHeader.MaximumLength) },
        _ => step,
    };

    private static bool IsPlain(SegmentStep s) =>
        s.Options.Count == 0 || s.Options.SequenceEqual(SegmentStep.AutoOptions);

    private static SessionStep Short(SessionStep step) => step switch
    {
        OpenStep o => o with { Rtt = Math.Min(o.Rtt, LongestRtt) },
        WaitStep w => new WaitStep(
            WaitFor.Time,
            w.For is WaitFor.Time or WaitFor.Next
                ? Math.Clamp(w.Milliseconds, 0, LongestWait)
                : LongestWait),
        FlowStep f => f with
        {
            Milliseconds = Math.Min(f.Milliseconds, LongestFlow),
            Rtt = Math.Min(f.Rtt, LongestRtt),
            Give = Math.Min(f.Give, MostGiven),
        },
        _ => step,
    };
}
