using System.Text;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Lines from one descriptor and to another, never blocking on the second.</summary>
internal sealed class LineChannel
{
    private readonly int _input;
    private readonly int _output;
    private readonly LineBuffer _lines = new();
    private readonly byte[] _chunk = new byte[64 * 1024];
    private byte[] _pending = new byte[64 * 1024];
    private int _pendingLength;

    internal LineChannel(int input, int output)
    {
        _input = input;
        _output = output;
    }

    /// <summary>Whether something waits for room in the output.</summary>
    internal bool IsBehind => _pendingLength > 0;

    /// <summary>Whether nobody reads the output any more.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Reads once what is there.</summary>
    /// <returns>False at the end of the input.</returns>
    internal bool Fill()
    {
        nint n = Libc.Read(_input, _chunk);
        if (n > 0)
        {
            _lines.Add(_chunk.AsSpan(0, (int)n));
            return true;
        }
        return n < 0 && Libc.Errno is Errno.Eagain or Errno.Eintr;
    }

    internal bool TryTake(out string line) => _lines.TryTake(out line);

    internal void Write(string line)
    {
        int most = Encoding.UTF8.GetMaxByteCount(line.Length) + 1;
        if (_pendingLength + most > _pending.Length)
        {
            Array.Resize(ref _pending, Math.Max(_pending.Length * 2, _pendingLength + most));
        }
        _pendingLength += Encoding.UTF8.GetBytes(line, _pending.AsSpan(_pendingLength));
        _pending[_pendingLength++] = (byte)'\n';
    }

    /// <summary>Writes as much as there is room for.</summary>
    internal void Flush()
    {
        int at = 0;
        while (at < _pendingLength)
        {
            nint n = Libc.Write(_output, _pending.AsSpan(at, _pendingLength - at));
            if (n < 0)
            {
                int errno = Libc.Errno;
                IsBroken |= errno is not (Errno.Eagain or Errno.Eintr);
                break;
            }
            at += (int)n;
        }
        _pending.AsSpan(at, _pendingLength - at).CopyTo(_pending);
        _pendingLength -= at;
    }
}
