using System.Runtime.CompilerServices;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Connection;

/// <summary>Sixteen slots; see <see cref="SeqRanges"/>.</summary>
[InlineArray(SeqRanges.Capacity)]
public struct SeqRangeSlots
{
    private SackBlock _first;
}

/// <summary>Stretches of the sequence space that are held above RCV.NXT, in order, apart.</summary>
/// <remarks>When there are more than fit, <see cref="Overflowed"/> says that any octet may be
/// held: the oracle then knows less, and permits more.</remarks>
public struct SeqRanges
{
    /// <summary>Stretches that are remembered.</summary>
    public const int Capacity = 16;

    private SeqRangeSlots _slots;

    /// <summary>Stretches in use.</summary>
    public byte Count { get; private set; }

    /// <summary>Whether some stretch could not be remembered.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Whether nothing is held.</summary>
    public readonly bool IsEmpty => Count == 0 && !Overflowed;

    /// <summary>The stretch at this place, lowest first.</summary>
    public readonly SackBlock this[int index] => _slots[index];

    /// <summary>Adds [left, right), joining what it touches.</summary>
    public void Add(SeqNumber left, SeqNumber right)
    {
        int at = 0;
        while (at < Count && _slots[at].Right < left)
        {
            at++;
        }
        int end = at;
        while (end < Count && _slots[end].Left <= right)
        {
            left = SeqNumber.Min(left, _slots[end].Left);
            right = SeqNumber.Max(right, _slots[end].Right);
            end++;
        }
        if (end == at && Count == Capacity)
        {
            Overflowed = true;
            return;
        }
        Replace(at, end, new SackBlock(left, right));
    }

    private void Replace(int at, int end, SackBlock joined)
    {
        int shift = 1 - (end - at);
        Span<SackBlock> s = _slots;
        s[end..Count].CopyTo(s[(end + shift)..]);
        s[at] = joined;
        Count = (byte)(Count + shift);
    }

    /// <summary>Forgets what lies below <paramref name="edge"/>.</summary>
    public void CutBelow(SeqNumber edge)
    {
        int drop = 0;
        while (drop < Count && _slots[drop].Right <= edge)
        {
            drop++;
        }
        Span<SackBlock> s = _slots;
        s[drop..Count].CopyTo(s);
        Count = (byte)(Count - drop);
        if (Count > 0 && _slots[0].Left < edge)
        {
            _slots[0] = _slots[0] with { Left = edge };
        }
    }

    /// <summary>Nothing of what is remembered is held; what isn't may be.</summary>
    public void Drop()
    {
        bool overflowed = Overflowed;
        this = default;
        Overflowed = overflowed;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => this = default;

    /// <summary>Whether all of [left, right) is held, as far as that is known.</summary>
    public readonly bool Covers(SeqNumber left, SeqNumber right)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i].Left <= left && right <= _slots[i].Right)
            {
                return true;
            }
        }
        return Overflowed;
    }

    /// <summary>Whether both hold the same.</summary>
    public readonly bool SameAs(in SeqRanges other)
    {
        if (Count != other.Count || Overflowed != other.Overflowed)
        {
            return false;
        }
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i] != other._slots[i])
            {
                return false;
            }
        }
        return true;
    }
}
