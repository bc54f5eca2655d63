namespace TcpConformance.Engine;

/// <summary>The decisions of the protocol, each a method that can be replaced alone.</summary>
public sealed class TcpDecisions
{
    /// <summary>Which segments are acceptable.</summary>
    public AcceptanceDecisions Acceptance { get; init; } = new();

    /// <summary>What an acknowledgment means, and when to send one.</summary>
    public AckDecisions Ack { get; init; } = new();

    /// <summary>Resets, SYNs out of place and challenge ACKs.</summary>
    public ResetDecisions Reset { get; init; } = new();

    /// <summary>Retransmission and the other timers.</summary>
    public TimerDecisions Timer { get; init; } = new();

    /// <summary>Windows, Nagle and silly-window avoidance.</summary>
    public WindowDecisions Window { get; init; } = new();

    /// <summary>Options of segments and initial sequence numbers.</summary>
    public OptionDecisions Option { get; init; } = new();

    /// <summary>Transitions between states.</summary>
    public StateDecisions State { get; init; } = new();

    /// <summary>Congestion control.</summary>
    public CongestionDecisions Congestion { get; init; } = new();
}
