using TcpConformance.Harness.Judging;

namespace TcpConformance.Harness.Sessions;

/// <summary>How a session has ended.</summary>
public enum SessionEnding
{
    /// <summary>The oracle had no complaint.</summary>
    Clean,
    /// <summary>The oracle has complained.</summary>
    Violation,
    /// <summary>The IUT has thrown an exception.</summary>
    Crash,
    /// <summary>The IUT's time stands still, or it sends without end.</summary>
    Standstill,
    /// <summary>The IUT, its link or its upper tester is gone.</summary>
    Lost,
}

/// <summary>What a session has come to on one IUT.</summary>
/// <param name="Session">The session.</param>
/// <param name="Ending">How it has ended.</param>
public sealed record SessionOutcome(Session Session, SessionEnding Ending)
{
    private readonly string? _message;

    /// <summary>One plain sentence, of the first violation unless there is another; empty if there
    /// is nothing to say.</summary>
    public string Message
    {
        get => _message ?? (Violations.Count > 0 ? Violations[0].Message : "");
        init => _message = value;
    }

    /// <summary>What the oracle has found.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>The requirement that was contradicted first, or null.</summary>
    public string? Requirement => Violations.Count > 0 ? Violations[0].Requirement : null;

    /// <summary>The exception that the IUT has thrown, if it has.</summary>
    public Exception? Cause { get; init; }

    /// <summary>All that has happened, if that was asked for.</summary>
    public IReadOnlyList<TraceEntry> Trace { get; init; } = [];

    /// <summary>How long it took on the IUT's clock.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Packets of the IUT.</summary>
    public int Packets { get; init; }

    /// <summary>Steps that have been played.</summary>
    public int Steps { get; init; }

    /// <summary>Two outcomes with the same fault: the same requirement, or the same way of
    /// dying.</summary>
    public bool IsLike(SessionOutcome other) =>
        Ending == other.Ending && Requirement == other.Requirement
        && (Ending != SessionEnding.Crash || Message == other.Message);
}
