using TcpConformance.Engine;

namespace TcpConformance.Cli.Serving;

/// <summary>Echo (RFC 862): what comes goes back.</summary>
internal sealed class EchoConnection(TcpConnection tcp) : ServiceConnection(tcp)
{
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _begin;
    private int _end;

    protected override bool Serve(TimeSpan now)
    {
        while (true)
        {
            if (_begin == _end)
            {
                _begin = 0;
                _end = Math.Max(0, Tcp.Receive(_buffer, now));
                if (_end == 0)
                {
                    return GoesOn(now);
                }
            }
            int sent = Tcp.Send(_buffer.AsSpan(_begin, _end - _begin), now);
            if (sent <= 0)
            {
                return sent == 0;
            }
            _begin += sent;
        }
    }
}
