using TcpConformance.Engine;

namespace TcpConformance.Cli.Serving;

/// <summary>Discard (RFC 863): what comes is thrown away.</summary>
internal sealed class DiscardConnection(TcpConnection tcp) : ServiceConnection(tcp)
{
    private static readonly byte[] Waste = new byte[64 * 1024];

    protected override bool Serve(TimeSpan now)
    {
        while (Tcp.Receive(Waste, now) > 0)
        {
        }
        return GoesOn(now);
    }
}
