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

    /// <summary>The target of a name: one of <see cref="All"/>, or <c>tap:IUT</c>; null: there is
    /// none.</summary>
    /// <exception cref="Harness.Iuts.ProfileException">There is no such IUT.</exception>
    public static FuzzTarget? Find(string name) =>
        name.StartsWith(TapTarget.Prefix, StringComparison.Ordinal)
            ? TapTarget.For(name[TapTarget.Prefix.Length..])
            : All.FirstOrDefault(t => t.Name == name);

    /// <summary>All, and the one for an IUT that arguments end with, as in
    /// <c>--fuzz-replay=tap:linux</c>.</summary>
    public static IReadOnlyList<FuzzTarget> Among(IEnumerable<string> arguments) =>
        arguments.FirstOrDefault(a => a.Contains("=" + TapTarget.Prefix)) is string argument
            ? [.. All, Find(argument[(argument.IndexOf('=') + 1)..])!]
            : All;
}
