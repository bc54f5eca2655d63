using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Cli.Serving;

/// <summary>The services of a host: their listeners and connections.</summary>
internal sealed class ServiceSet
{
    private const ushort EchoPort = 7;
    private const ushort DiscardPort = 9;
    private const ushort ChargenPort = 19;
    private const int Backlog = 1024;

    private readonly TcpStack _stack;
    private readonly List<(TcpListener Listener, Func<TcpConnection, ServiceConnection> Serve)>
        _listeners = [];

    private readonly List<ServiceConnection> _connections = [];
    private long _seen = -1;

    internal ServiceSet(TcpStack stack, ushort httpPort)
    {
        _stack = stack;
        Listen(EchoPort, c => new EchoConnection(c));
        Listen(DiscardPort, c => new DiscardConnection(c));
        Listen(ChargenPort, c => new ChargenConnection(c));
        Listen(httpPort, c => new HttpConnection(c));
    }

    /// <summary>Whether a port is one of the small services'.</summary>
    internal static bool IsTaken(int port) => port is EchoPort or DiscardPort or ChargenPort;

    /// <summary>Lets the services work if anything has changed for them.</summary>
    /// <returns>Whether there was anything.</returns>
    internal bool Poll(TimeSpan now)
    {
        if (_seen == _stack.UserEventVersion)
        {
            return false;
        }
        _seen = _stack.UserEventVersion;
        foreach ((TcpListener listener, Func<TcpConnection, ServiceConnection> serve) in _listeners)
        {
            while (listener.TryAccept(out TcpConnection? connection))
            {
                _connections.Add(serve(connection));
            }
        }
        _connections.RemoveAll(c => !c.Poll(now));
        return true;
    }

    private void Listen(ushort port, Func<TcpConnection, ServiceConnection> serve)
    {
        foreach (IpAddress address in _stack.Options.Addresses)
        {
            var local = new SocketAddress(address, port);
            _listeners.Add((_stack.Listen(local, Backlog, TimeSpan.Zero), serve));
        }
    }
}
