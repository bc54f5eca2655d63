using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Disjoint ranges of sequence numbers in order, a bounded number of them.</summary>
/// <remarks>All lie within less than 2^31 octets of each other, so their order is total.</remarks>
public sealed class SequenceRanges(int limit)
{
    private SackBlock[] _ranges = [];

    /// <summary>How many ranges there are.</summary>
    public int Count { get; private set; }

    /// <summary>The range at an index, in order.</summary>
    public SackBlock this[int index] => _ranges[index];

    /// <summary>Octets in all ranges.</summary>
    public uint Octets
    {
        get
        {
            uint sum = 0;
            for (int i = 0; i < Count; i++)
            {
                sum += _ranges[i].Right.DistanceFrom(_ranges[i].Left);
            }
            return sum;
        }
    }

    /// <summary>Adds [left, right), merging what touches.</summary>
    /// <returns>False if nothing new was in it, or there is no room for one more range.</returns>
    public bool Add(SeqNumber left, SeqNumber right)
    {
        int first = 0;
        while (first < Count && _ranges[first].Right < left)
        {
            first++;
        }
        int last = first;
        while (last < Count && _ranges[last].Left <= right)
        {
            last++;
        }
        if (first == last)
        {
            return Insert(first, new SackBlock(left, right));
        }
        bool known = _ranges[first].Left <= left && right <= _ranges[first].Right;
        _ranges[first] = new SackBlock(
            SeqNumber.Min(left, _ranges[first].Left),
            SeqNumber.Max(right, _ranges[last - 1].Right));
        _ranges.AsSpan(last, Count - last).CopyTo(_ranges.AsSpan(first + 1));
        Count -= last - first - 1;
        return !known;
    }

    /// <summary>Forgets what lies below.</summary>
    public void TrimBelow(SeqNumber seq)
    {
        int gone = 0;
        while (gone < Count && _ranges[gone].Right <= seq)
        {
            gone++;
        }
        if (gone > 0)
        {
            _ranges.AsSpan(gone, Count - gone).CopyTo(_ranges);
            Count -= gone;
        }
        if (Count > 0 && _ranges[0].Left < seq)
        {
            _ranges[0] = _ranges[0] with { Left = seq };
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Count = 0;

    /// <summary>The index of the range that holds a number, or -1.</summary>
    public int Find(SeqNumber seq)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_ranges[i].Left <= seq && seq < _ranges[i].Right)
            {
                return i;
            }
        }
        return -1;
    }

    private bool Insert(int at, SackBlock range)
    {
        if (Count >= limit)
        {
            return false;
        }
        if (Count == _ranges.Length)
        {
            Array.Resize(ref _ranges, Math.Max(8, Count * 2));
        }
        _ranges.AsSpan(at, Count - at).CopyTo(_ranges.AsSpan(at + 1));
        _ranges[at] = range;
        Count++;
        return true;
    }
}
