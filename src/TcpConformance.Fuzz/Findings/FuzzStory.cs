using TcpConformance.Harness;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Findings;

/// <summary>What an input means to its target.</summary>
/// <param name="Words">In words, line by line.</param>
public sealed record FuzzStory(string Words)
{
    /// <summary>What happens, for a ladder diagram and a capture; empty: nothing crosses a link.
    /// </summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>What the frames of the trace begin with.</summary>
    public LinkType LinkType { get; init; } = LinkType.RawIp;
}
