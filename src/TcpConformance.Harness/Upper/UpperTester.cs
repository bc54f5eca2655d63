using TcpConformance.Harness.Lower;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Upper;

/// <summary>Makes user calls on the IUT's side (RFC 9293 §3.9.1).</summary>
/// <remarks>A call is made at once; its result may be awaited later.</remarks>
public sealed class UpperTester
{
    private readonly CaseContext _context;
    private readonly List<Listener> _listeners = [];
    private readonly List<IutConnection> _connections = [];

    internal UpperTester(CaseContext context) => _context = context;

    internal IReadOnlyList<Listener> Listeners => _listeners;

    internal IReadOnlyList<IutConnection> Connections => _connections;

    /// <summary>Passive OPEN; ends the case as inconclusive if the IUT refuses it.</summary>
    /// <param name="port">The IUT's port; null: one that nothing has used.</param>
    /// <param name="ipv6">The family; null: the case's.</param>
    public async Task<Listener> Listen(ushort? port = null, bool? ipv6 = null)
    {
        (Listener listener, UserResult result) = await TryListen(port, ipv6);
        _context.Require(
            result.Error == UserError.None, $"the IUT could not listen: {result.Error}");
        return listener;
    }

    /// <summary>Passive OPEN, whatever it comes to.</summary>
    /// <param name="port">The IUT's port; null: one that nothing has used.</param>
    /// <param name="ipv6">The family; null: the case's.</param>
    public async Task<(Listener Listener, UserResult Result)> TryListen(
        ushort? port = null, bool? ipv6 = null)
    {
        bool v6 = ipv6 ?? _context.UsesIpv6;
        var socket = new SocketAddress(
            v6 ? _context.Iut.V6 : _context.Iut.V4, port ?? _context.NewIutPort());
        var listener = new Listener(_context, socket);
        UserResult result = await listener.Call(UserCallKind.Listen);
        if (result.Error == UserError.None)
        {
            _listeners.Add(listener);
        }
        return (listener, result);
    }

    /// <summary>Active OPEN from the peer's IUT socket to the peer; sends a SYN.</summary>
    /// <returns>The connection; <see cref="IutConnection.Opened"/> tells the result.</returns>
    public IutConnection Connect(Peer peer)
    {
        var connection = new IutConnection(_context, peer);
        _connections.Add(connection);
        connection.Opened = connection.Call(UserCallKind.Connect);
        return connection;
    }

    /// <summary>Active OPEN that names the port but not the address; sends a SYN.</summary>
    public IutConnection ConnectFromAnywhere(Peer peer)
    {
        var connection = new IutConnection(_context, peer);
        _connections.Add(connection);
        connection.Opened = _context.Call(
            id => new UserCall(id, UserCallKind.Connect, peer.Pair) { AnyLocalAddress = true });
        return connection;
    }

    internal IutConnection Accepted(Peer peer)
    {
        var connection = new IutConnection(_context, peer);
        _connections.Add(connection);
        connection.Opened = connection.Call(UserCallKind.Accept);
        return connection;
    }
}

/// <summary>A listening socket of the IUT.</summary>
public sealed class Listener
{
    private readonly CaseContext _context;

    internal Listener(CaseContext context, SocketAddress socket)
    {
        _context = context;
        Socket = socket;
    }

    /// <summary>Where the IUT listens.</summary>
    public SocketAddress Socket { get; }

    internal bool IsStopped { get; private set; }

    /// <summary>A peer that can open a connection to this listener. No segment is sent.</summary>
    public Peer NewPeer(PeerOptions? options = null) => _context.NewPeer(
        (options ?? new PeerOptions()) with { Ipv6 = Socket.Address.IsV6 }, Socket.Port);

    /// <summary>The user takes the connection with <paramref name="peer"/>; the result is told
    /// by <see cref="IutConnection.Opened"/>, which may be awaited after the handshake.</summary>
    public IutConnection Accept(Peer peer) => _context.Upper.Accepted(peer);

    /// <summary>CLOSE of the listening socket.</summary>
    public Task<UserResult> Stop()
    {
        IsStopped = true;
        return Call(UserCallKind.StopListening);
    }

    /// <summary>ABORT of the listening socket.</summary>
    public Task<UserResult> Abort()
    {
        IsStopped = true;
        return Call(UserCallKind.Abort);
    }

    /// <summary>SEND on the listening socket, which names no remote socket.</summary>
    public Task<UserResult> Send(int octets) => _context.Call(
        id => new UserCall(id, UserCallKind.Send, new SocketPair(Socket, default))
        {
            Text = Octets.Pattern(octets),
        });

    internal Task<UserResult> Call(UserCallKind kind) => _context.Call(
        id => new UserCall(id, kind, new SocketPair(Socket, default)));
}
