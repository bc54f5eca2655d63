using TcpConformance.Harness.Lower;

namespace TcpConformance.Suite.Congestion;

/// <summary>What an IUT has sent that is not acknowledged.</summary>
internal static class Flight
{
    /// <summary>Octets from the first to the last: those that went again, as the machine was slow,
    /// are in flight once (RFC 5681 §2, FLIGHT SIZE).</summary>
    public static int Octets(IReadOnlyList<ReceivedSegment> flight) => flight.Count == 0
        ? 0
        : (int)flight.Max(r => r.End.DistanceFrom(flight[0].Seq));
}
