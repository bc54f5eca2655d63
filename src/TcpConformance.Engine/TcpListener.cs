using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>A passive OPEN: waits for connection requests (RFC 9293 §3.9.1.1).</summary>
public sealed class TcpListener
{
    private readonly TcpStack _stack;
    private readonly Queue<TcpConnection> _ready = new();

    internal TcpListener(TcpStack stack, SocketAddress local, SocketAddress? remote, int backlog)
    {
        _stack = stack;
        Local = local;
        Remote = remote;
        Backlog = Math.Max(1, backlog);
    }

    /// <summary>The local socket; the address of all zeros stands for any of the family.</summary>
    public SocketAddress Local { get; }

    /// <summary>The remote socket of a fully specified passive OPEN.</summary>
    public SocketAddress? Remote { get; }

    /// <summary>Connections that may wait, half open or established.</summary>
    public int Backlog { get; }

    /// <summary>Connections in SYN-RECEIVED.</summary>
    public int HalfOpen { get; internal set; }

    /// <summary>Established connections that wait for <see cref="TryAccept"/>.</summary>
    public int Pending => _ready.Count;

    /// <summary>LISTEN, or CLOSED after <see cref="Close"/>.</summary>
    public TcpState State { get; private set; } = TcpState.Listen;

    internal bool HasRoom => HalfOpen + _ready.Count < Backlog;

    /// <summary>Takes the oldest established connection.</summary>
    public bool TryAccept([System.Diagnostics.CodeAnalysis.NotNullWhen(true)]
        out TcpConnection? connection) => _ready.TryDequeue(out connection);

    /// <summary>CLOSE in LISTEN (RFC 9293 §3.10.4): no more requests; what is half open or was
    /// not taken is reset.</summary>
    public void Close(TimeSpan now)
    {
        State = TcpState.Closed;
        _stack.Remove(this, now);
        while (_ready.TryDequeue(out TcpConnection? waiting))
        {
            waiting.Abort(now);
        }
    }

    internal void Establish(TcpConnection connection)
    {
        HalfOpen--;
        _ready.Enqueue(connection);
    }

    // RFC 9293 §3.9.1.1: a more specific passive OPEN takes precedence.
    internal int Match(in SocketPair pair)
    {
        if (Local.Port != pair.Iut.Port || Local.Address.IsV6 != pair.Iut.Address.IsV6)
        {
            return -1;
        }
        if (Remote is SocketAddress remote && remote != pair.Tester)
        {
            return -1;
        }
        bool any = Local.Address.Equals(default) || Local.Address.Equals(AnyV6);
        if (!any && !Local.Address.Equals(pair.Iut.Address))
        {
            return -1;
        }
        return (Remote is null ? 0 : 2) + (any ? 0 : 1);
    }

    internal static readonly IpAddress AnyV6 = IpAddress.Parse("::");
}
