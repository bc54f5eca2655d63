using TcpConformance.Fuzz.Findings;
using TcpConformance.Fuzz.Pairs;
using TcpConformance.Harness;
using TcpConformance.Wire;

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
        Tell = Tell,
    };

    private static FuzzStory Tell(byte[] input)
    {
        List<string> lines = [];
        List<TraceEntry> trace = [];
        string end = "Nothing is wrong.";
        try
        {
            PairRun.Play(new PairPlan(input), new PairLog(lines.Add, trace.Add));
        }
        catch (FuzzFindingException e)
        {
            end = e.Message;
        }
        return new FuzzStory($"{string.Join('\n', lines)}\n{end}\n")
        {
            Trace = trace,
            LinkType = LinkType.RawIp,
        };
    }

    private static void Run(ReadOnlySpan<byte> input) => PairRun.Play(new PairPlan(input));
}
