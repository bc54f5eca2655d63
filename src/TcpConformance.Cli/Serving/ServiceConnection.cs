using TcpConformance.Engine;

namespace TcpConformance.Cli.Serving;

/// <summary>One accepted connection of a service.</summary>
internal abstract class ServiceConnection
{
    protected ServiceConnection(TcpConnection tcp) => Tcp = tcp;

    /// <summary>The connection.</summary>
    protected TcpConnection Tcp { get; }

    /// <summary>Does what can be done now.</summary>
    /// <returns>False when the service has nothing more to do with the connection.</returns>
    internal bool Poll(TimeSpan now)
    {
        if (Tcp.Error != TcpError.None || Tcp.State == TcpState.Closed)
        {
            return false;
        }
        return Serve(now);
    }

    /// <inheritdoc cref="Poll"/>
    protected abstract bool Serve(TimeSpan now);

    /// <summary>Closes after the peer has.</summary>
    /// <returns>Whether the connection goes on.</returns>
    protected bool GoesOn(TimeSpan now)
    {
        if (!Tcp.EndOfStream)
        {
            return true;
        }
        Tcp.Close(now);
        return false;
    }
}
