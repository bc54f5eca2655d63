using TcpConformance.Fuzz.Pairs;

namespace TcpConformance.Fuzz.Targets;

/// <summary><c>session-pair</c>: the reference engine against itself.</summary>
internal static class PairTarget
{
    internal static FuzzTarget Target { get; } = new(
        "session-pair",
        "Ensure that two engines bring all octets over, whatever the link between them loses, "
        + "doubles, delays and reorders, and that an oracle on each side has no complaint.",
        Run)
    {
        Assemblies = ["TcpConformance.Engine"],
        LongestInput = 400,
    };

    private static void Run(ReadOnlySpan<byte> input) => PairRun.Play(new PairPlan(input));
}
