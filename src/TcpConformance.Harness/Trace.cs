using TcpConformance.Wire;

namespace TcpConformance.Harness;

/// <summary>What kind of event an entry of a trace tells.</summary>
public enum TraceKind
{
    /// <summary>A packet written to the link towards the IUT.</summary>
    SegmentToIut,
    /// <summary>A packet that came from the IUT.</summary>
    SegmentFromIut,
    /// <summary>A user call was handed to the upper tester.</summary>
    UserCall,
    /// <summary>A user call returned.</summary>
    UserResult,
    /// <summary>Words of the case.</summary>
    Note,
    /// <summary>A contradiction found.</summary>
    Violation,
}

/// <summary>One event of a case.</summary>
/// <param name="At">Since the start of the case.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Frame">The octets, empty if there are none.</param>
/// <param name="Text">In words.</param>
/// <param name="Connection">The connection it belongs to, if any.</param>
public sealed record TraceEntry(
    TimeSpan At, TraceKind Kind, ReadOnlyMemory<byte> Frame, string Text, SocketPair? Connection);
