using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness;

/// <summary>What an entry of a trace is.</summary>
public enum TraceKind
{
    /// <summary>A segment, or another packet, on its way to the IUT.</summary>
    SegmentToIut,

    /// <summary>A segment, or another packet, that came from the IUT.</summary>
    SegmentFromIut,

    /// <summary>A user call made through the upper tester.</summary>
    UserCall,

    /// <summary>The result of a user call.</summary>
    UserResult,

    /// <summary>A word of the case about what it does.</summary>
    Note,

    /// <summary>The oracle's complaint.</summary>
    Violation,
}

/// <summary>One entry of what a case has seen and done.</summary>
/// <param name="At">Time since the start of the case.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Frame">The Ethernet frame or the IP packet, for a segment; null otherwise.</param>
/// <param name="Text">One line for the reader.</param>
/// <param name="Connection">The connection, where the entry belongs to one.</param>
public sealed record TraceEntry(
    TimeSpan At,
    TraceKind Kind,
    byte[]? Frame,
    string Text,
    string? Connection = null)
{
    /// <summary>The call itself, for a user call and its result.</summary>
    public UserCall? Call { get; init; }

    /// <summary>The result itself, for a user result.</summary>
    public UserResult? Result { get; init; }

    /// <summary>For a note at the beginning of a session's step: the states in which the IUT may
    /// be, as the oracle sees it; null for other entries.</summary>
    public string? States { get; init; }
}
