using TcpConformance.Engine;

namespace TcpConformance.Cli.Serving;

/// <summary>Character generator (RFC 864): lines of 72 characters for as long as the peer reads;
/// what it sends is thrown away.</summary>
internal sealed class ChargenConnection(TcpConnection tcp) : ServiceConnection(tcp)
{
    private const int Printable = 95; // ' ' to '~'
    private const int LineWidth = 72;
    private const int LineLength = LineWidth + 2;

    private static readonly byte[] Lines = AllLines();
    private readonly byte[] _waste = new byte[4096];
    private int _at;

    protected override bool Serve(TimeSpan now)
    {
        while (Tcp.Receive(_waste, now) > 0)
        {
        }
        while (Tcp.Send(Lines.AsSpan(_at), now) is int sent and > 0)
        {
            _at = (_at + sent) % Lines.Length;
        }
        return GoesOn(now);
    }

    // After as many lines as there are characters the text begins again.
    private static byte[] AllLines()
    {
        byte[] lines = new byte[Printable * LineLength];
        for (int line = 0; line < Printable; line++)
        {
            int begin = line * LineLength;
            for (int column = 0; column < LineWidth; column++)
            {
                lines[begin + column] = (byte)(' ' + ((line + column) % Printable));
            }
            lines[begin + LineWidth] = (byte)'\r';
            lines[begin + LineWidth + 1] = (byte)'\n';
        }
        return lines;
    }
}
