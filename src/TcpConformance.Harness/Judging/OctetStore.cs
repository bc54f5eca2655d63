namespace TcpConformance.Harness.Judging;

/// <summary>Octets by their place in a stream, up to a limit. A place that was written twice with
/// different values isn't compared any more.</summary>
internal sealed class OctetStore(int limit)
{
    private byte[] _octets = [];
    // 0 unknown, 1 known, 2 ambiguous; null as long as all below the end are known.
    private byte[]? _state;
    private int _end;

    /// <summary>From this place on nothing is known any more; what was known of what lay there is
    /// not compared.</summary>
    public void ForgetFrom(int offset)
    {
        if (offset >= _end)
        {
            return;
        }
        byte[] states = DistinguishStates();
        states.AsSpan(Math.Min(offset, states.Length)).Clear();
        _end = offset;
    }

    /// <summary>Writes at a place.</summary>
    public void Put(int offset, ReadOnlySpan<byte> octets)
    {
        if (offset < 0 || offset > limit - octets.Length)
        {
            int end = Math.Max(_end, Math.Min(limit, offset) + 1);
            if (end > _end)
            {
                DistinguishStates();
            }
            _end = end;
            return;
        }
        Grow(offset + octets.Length);
        if (_state is null && offset == _end)
        {
            octets.CopyTo(_octets.AsSpan(offset));
            _end = offset + octets.Length;
            return;
        }
        PutOneByOne(offset, octets);
    }

    private void PutOneByOne(int offset, ReadOnlySpan<byte> octets)
    {
        byte[] states = DistinguishStates();
        for (int i = 0; i < octets.Length; i++)
        {
            ref byte state = ref states[offset + i];
            state = state == 0 ? (byte)1
                : state == 1 && _octets[offset + i] == octets[i] ? (byte)1 : (byte)2;
            _octets[offset + i] = octets[i];
        }
        _end = Math.Max(_end, offset + octets.Length);
    }

    private byte[] DistinguishStates()
    {
        if (_state is null)
        {
            _state = new byte[_octets.Length];
            _state.AsSpan(0, _end).Fill(1);
        }
        return _state;
    }

    private void Grow(int length)
    {
        if (length <= _octets.Length)
        {
            return;
        }
        int size = Math.Min(limit, Math.Max(length, Math.Max(256, _octets.Length * 2)));
        byte[] bigger = GC.AllocateUninitializedArray<byte>(size);
        _octets.CopyTo(bigger, 0);
        _octets = bigger;
        if (_state is not null)
        {
            Array.Resize(ref _state, size);
        }
    }

    /// <summary>Whether the octets agree with what is known of this place.</summary>
    public bool Matches(int offset, ReadOnlySpan<byte> octets)
    {
        if (offset >= 0)
        {
            // What lies beyond isn't known; and usually all that is known is equal.
            int kept = Math.Clamp(_octets.Length - offset, 0, octets.Length);
            octets = octets[..kept];
            if (octets.IsEmpty || octets.SequenceEqual(_octets.AsSpan(offset, kept)))
            {
                return true;
            }
        }
        for (int i = 0; i < octets.Length; i++)
        {
            int at = offset + i;
            if (IsKnown(at) && _octets[at] != octets[i])
            {
                return false;
            }
        }
        return true;
    }

    private bool IsKnown(int at) => at >= 0
        && (_state is null ? at < _end : at < _state.Length && _state[at] == 1);
}
