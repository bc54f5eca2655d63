namespace TcpConformance.Harness.Judging;

/// <summary>Octets by their place in a stream, up to a limit. A place that was written twice with
/// different values isn't compared any more.</summary>
internal sealed class OctetStore(int limit)
{
    private byte[] _octets = [];
    private byte[] _state = []; // 0 unknown, 1 known, 2 ambiguous
    private int _end;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _octets = [];
        _state = [];
        _end = 0;
    }

    /// <summary>Writes behind the last octet.</summary>
    public void Append(ReadOnlySpan<byte> octets) => Put(_end, octets);

    /// <summary>Writes at a place.</summary>
    public void Put(int offset, ReadOnlySpan<byte> octets)
    {
        if (offset < 0 || offset > limit - octets.Length)
        {
            _end = Math.Max(_end, Math.Min(limit, offset) + 1);
            return;
        }
        Grow(offset + octets.Length);
        for (int i = 0; i < octets.Length; i++)
        {
            ref byte state = ref _state[offset + i];
            state = state == 0 ? (byte)1
                : state == 1 && _octets[offset + i] == octets[i] ? (byte)1 : (byte)2;
            _octets[offset + i] = octets[i];
        }
        _end = Math.Max(_end, offset + octets.Length);
    }

    private void Grow(int length)
    {
        if (length > _octets.Length)
        {
            int bigger = Math.Max(length, Math.Max(256, _octets.Length * 2));
            Array.Resize(ref _octets, bigger);
            Array.Resize(ref _state, bigger);
        }
    }

    /// <summary>Whether the octets agree with what is known of this place.</summary>
    public bool Matches(int offset, ReadOnlySpan<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++)
        {
            int at = offset + i;
            if (at >= 0 && at < _state.Length && _state[at] == 1 && _octets[at] != octets[i])
            {
                return false;
            }
        }
        return true;
    }
}
