namespace TcpConformance.Harness.Judging;

/// <summary>Octets by their place in a stream, up to a limit. A place that was written twice with
/// different values isn't compared any more.</summary>
/// <remarks>From the beginning up to the first hole they lie in one piece; what lies behind it,
/// however far, takes only the room of its own octets.</remarks>
internal sealed class OctetStore(int limit)
{
    private byte[] _octets = [];
    private int _end; // the first hole
    private bool[]? _ambiguous; // null: none is
    private List<Island>? _islands; // behind the first hole, in order
    private int _onIslands;

    /// <summary>Writes at a place.</summary>
    public void Put(int offset, ReadOnlySpan<byte> octets)
    {
        if (offset < 0) // before the first octet there is nothing to know
        {
            octets = octets[(int)Math.Min(octets.Length, -(long)offset)..];
            offset = 0;
        }
        if (octets.IsEmpty || offset > limit - octets.Length)
        {
            return;
        }
        if (offset > _end)
        {
            AddIsland(offset, octets);
            return;
        }
        Join(offset, octets);
        while (_islands is { Count: > 0 } && _islands[0].Offset <= _end)
        {
            Island island = _islands[0];
            _islands.RemoveAt(0);
            _onIslands -= island.Octets.Length;
            Join(island.Offset, island.Octets);
        }
    }

    /// <summary>From this place on nothing is known any more.</summary>
    public void ForgetFrom(int offset)
    {
        _end = Math.Min(_end, offset);
        _ambiguous?.AsSpan(_end).Clear();
        _islands?.RemoveAll(i => i.Offset + i.Octets.Length > offset);
        _onIslands = _islands?.Sum(i => i.Octets.Length) ?? 0;
    }

    /// <summary>Whether the octets agree with what is known of this place.</summary>
    public bool Matches(int offset, ReadOnlySpan<byte> octets)
    {
        if (offset < 0)
        {
            octets = octets[(int)Math.Min(octets.Length, -(long)offset)..];
            offset = 0;
        }
        int joined = Math.Clamp(_end - offset, 0, octets.Length);
        if (joined > 0 && !octets[..joined].SequenceEqual(_octets.AsSpan(offset, joined)))
        {
            for (int i = 0; i < joined; i++)
            {
                if (octets[i] != _octets[offset + i] && _ambiguous?[offset + i] != true)
                {
                    return false;
                }
            }
        }
        return _onIslands == 0 || MatchesIslands(offset + joined, octets[joined..]);
    }

    // One of those that cover an octet has to agree.
    private bool MatchesIslands(int offset, ReadOnlySpan<byte> octets)
    {
        for (int i = 0; i < octets.Length; i++)
        {
            int at = offset + i;
            bool known = false;
            bool agrees = false;
            foreach (Island island in _islands!)
            {
                if (at >= island.Offset && at < island.Offset + island.Octets.Length)
                {
                    known = true;
                    agrees |= island.Octets[at - island.Offset] == octets[i];
                }
            }
            if (known && !agrees)
            {
                return false;
            }
        }
        return true;
    }

    private void AddIsland(int offset, ReadOnlySpan<byte> octets)
    {
        if (_onIslands > limit - octets.Length)
        {
            return;
        }
        _islands ??= [];
        int at = _islands.Count;
        while (at > 0 && _islands[at - 1].Offset > offset)
        {
            at--;
        }
        _islands.Insert(at, new Island(offset, octets.ToArray()));
        _onIslands += octets.Length;
    }

    // Nothing lies between the end and the offset.
    private void Join(int offset, ReadOnlySpan<byte> octets)
    {
        int again = Math.Min(octets.Length, _end - offset);
        if (!octets[..again].SequenceEqual(_octets.AsSpan(offset, again)))
        {
            Distinguish(offset, octets[..again]);
        }
        if (again == octets.Length)
        {
            return;
        }
        Grow(offset + octets.Length);
        octets[again..].CopyTo(_octets.AsSpan(_end));
        _end = offset + octets.Length;
    }

    private void Distinguish(int offset, ReadOnlySpan<byte> octets)
    {
        _ambiguous ??= new bool[_octets.Length];
        for (int i = 0; i < octets.Length; i++)
        {
            _ambiguous[offset + i] |= octets[i] != _octets[offset + i];
        }
    }

    private void Grow(int length)
    {
        if (length <= _octets.Length)
        {
            return;
        }
        int size = Math.Min(limit, Math.Max(length, Math.Max(256, _octets.Length * 2)));
        byte[] bigger = GC.AllocateUninitializedArray<byte>(size);
        _octets.AsSpan(0, _end).CopyTo(bigger);
        _octets = bigger;
        if (_ambiguous is not null)
        {
            Array.Resize(ref _ambiguous, size);
        }
    }

    private readonly record struct Island(int Offset, byte[] Octets);
}
