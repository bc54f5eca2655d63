using TcpConformance.Spec.Connection;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>Room for the histories that one call goes through, empty between calls, which all
/// connections of an oracle share; and the oracle's books, in which the next oracle writes after
/// <see cref="Clear"/>.</summary>
internal sealed class Scratch
{
    /// <summary>What may have happened by now: under examination.</summary>
    public Branches Frontier { get; private set; } = new();

    /// <summary>What follows if the IUT has processed one thing more.</summary>
    public Branches Later { get; private set; } = new();

    /// <summary>What remains.</summary>
    public Branches Next { get; } = new();

    /// <summary>What is known of each connection.</summary>
    public Dictionary<SocketPair, ConnectionJudge> Connections { get; } = [];

    /// <summary>The sockets that listen.</summary>
    public ListenerBook Listeners { get; } = new();

    /// <summary>The ISNs.</summary>
    public IsnBook Isns { get; } = new();

    /// <summary>What is to be survived.</summary>
    public SurvivalBook Survival { get; } = new();

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
        Connections.Clear();
        Listeners.Clear();
        Isns.Clear();
        Survival.Clear();
    }

    /// <summary>Goes on from the frontier to what is later.</summary>
    public void Move()
    {
        (Frontier, Later) = (Later, Frontier);
        Later.Clear();
    }
}
