using TcpConformance.Fuzz.Targets;

namespace TcpConformance.Fuzz;

/// <summary>All targets.</summary>
public static class FuzzTargets
{
    /// <summary>In the order of the layers.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        FrameTarget.Target, PacketTarget.V4, PacketTarget.V6, HeaderTarget.Target,
        OptionsTarget.Target, CaptureTarget.Target, ProfileTarget.Target,
        UpperTesterTarget.Target, SessionTarget.Target, PairTarget.Target,
        LwipTarget.Target,
    ];
}
