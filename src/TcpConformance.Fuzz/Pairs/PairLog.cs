using TcpConformance.Harness;

namespace TcpConformance.Fuzz.Pairs;

/// <summary>Who wants to know what happens between a pair.</summary>
/// <param name="Line">Told of each packet that leaves a host, and what becomes of it.</param>
/// <param name="Entry">Told of the same for a ladder diagram, in which the passive host is the IUT.
/// </param>
internal sealed record PairLog(Action<string> Line, Action<TraceEntry> Entry);
