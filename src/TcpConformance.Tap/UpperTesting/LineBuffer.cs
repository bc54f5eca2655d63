using System.Text;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Cuts a stream of octets into lines.</summary>
/// <remarks>A line that is too long keeps its first part only; its length still tells.</remarks>
internal sealed class LineBuffer
{
    private byte[] _octets = new byte[64 * 1024];
    private int _begin;
    private int _seen;
    private int _end;
    private bool _skipping;

    internal void Add(ReadOnlySpan<byte> octets)
    {
        if (_end + octets.Length > _octets.Length)
        {
            MakeRoom(octets.Length);
        }
        octets.CopyTo(_octets.AsSpan(_end));
        _end += octets.Length;
    }

    private void MakeRoom(int more)
    {
        int length = _end - _begin;
        byte[] target = length + more > _octets.Length
            ? new byte[Math.Max(_octets.Length * 2, length + more)]
            : _octets;
        _octets.AsSpan(_begin, length).CopyTo(target);
        _octets = target;
        (_seen, _begin, _end) = (_seen - _begin, 0, length);
    }

    /// <summary>The next whole line without its line feed.</summary>
    internal bool TryTake(out string line)
    {
        while (true)
        {
            int at = _octets.AsSpan(_seen, _end - _seen).IndexOf((byte)'\n');
            _seen = at < 0 ? _end : _seen + at;
            int length = _seen - _begin;
            bool whole = at >= 0;
            if (!whole && (_skipping || length < UpperTesterRequest.LongestLine))
            {
                _begin = _skipping ? _end : _begin;
                line = "";
                return false;
            }
            bool skipped = _skipping;
            line = skipped
                ? ""
                : Encoding.UTF8.GetString(_octets, _begin, length);
            _skipping = !whole;
            _seen += whole ? 1 : 0;
            _begin = _seen;
            if (!skipped)
            {
                return true;
            }
        }
    }
}
