using TcpConformance.Harness.Judging;
using TcpConformance.Harness.Running;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Sessions;

/// <summary>What a session writes in while it is played. A fuzzer plays a hundred thousand of them
/// with the same.</summary>
internal sealed class SessionRoom
{
    /// <summary>The oracle's.</summary>
    public Scratch Scratch { get; } = new();

    /// <summary>Ports of the IUT.</summary>
    public PortPool Ports { get; } = new();

    /// <summary>User calls that have not returned.</summary>
    public Dictionary<int, UserCall> Calls { get; } = [];

    /// <summary>Packets of the IUT that the tester has not looked at.</summary>
    public Queue<ReadOnlyMemory<byte>> Arrived { get; } = new();

    /// <summary>The tester's ends of the connections.</summary>
    public Dictionary<SocketPair, SessionEnd> Ends { get; } = [];

    /// <summary>Sockets on which the IUT's user listens.</summary>
    public HashSet<SocketAddress> Listening { get; } = [];

    /// <summary>As at the beginning, for another session.</summary>
    public void Clear()
    {
        Scratch.Clear();
        Ports.Clear();
        Calls.Clear();
        Arrived.Clear();
        Ends.Clear();
        Listening.Clear();
    }
}
