using TcpConformance.Spec.Connection;

namespace TcpConformance.Harness.Judging;

/// <summary>Room for the histories that one call goes through; empty between calls. All
/// connections of an oracle share it.</summary>
internal sealed class Scratch
{
    /// <summary>What may have happened by now: under examination.</summary>
    public Branches Frontier { get; private set; } = new();

    /// <summary>What follows if the IUT has processed one thing more.</summary>
    public Branches Later { get; private set; } = new();

    /// <summary>What remains.</summary>
    public Branches Next { get; } = new();

    /// <summary>Empties all: a call may have ended in the middle.</summary>
    public void Clear()
    {
        Frontier.Clear();
        Later.Clear();
        Next.Clear();
    }

    /// <summary>Goes on from the frontier to what is later.</summary>
    public void Move()
    {
        (Frontier, Later) = (Later, Frontier);
        Later.Clear();
    }
}
