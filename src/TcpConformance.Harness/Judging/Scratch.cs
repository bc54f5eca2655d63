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

    private readonly List<Branches> _lent = [];
    private int _lentCount;

    /// <summary>Room for what is known of one connection, until the next <see cref="Clear"/>.
    /// </summary>
    public Branches Lend()
    {
        if (_lentCount == _lent.Count)
        {
            _lent.Add(new Branches(1));
        }
        return _lent[_lentCount++];
    }

    /// <summary>Empties all, and takes back what is lent: a call may have ended in the middle.
    /// </summary>
    public void Clear()
    {
        _lentCount = 0;
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
