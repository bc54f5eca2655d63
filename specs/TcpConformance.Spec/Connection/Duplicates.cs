using System.Runtime.CompilerServices;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Connection;

/// <summary>Numbers that have arrived twice.</summary>
/// <param name="Block">Which; with a FIN, which has a number as well.</param>
/// <param name="Fin">1 if the last number is a FIN behind text, which a D-SACK may leave out.
/// </param>
public readonly record struct Duplicate(SackBlock Block, uint Fin)
{
    /// <summary>Whether a D-SACK of it may end there.</summary>
    public bool EndsAt(SeqNumber right) =>
        right == Block.Right || (Fin != 0 && right + 1u == Block.Right);
}

/// <summary>Six slots; see <see cref="Duplicates"/>.</summary>
[InlineArray(Duplicates.Capacity)]
public struct DuplicateSlots
{
    private Duplicate _first;
}

/// <summary>Duplicates that no ACK has told of yet, oldest first (RFC 2883 §4).</summary>
public struct Duplicates
{
    /// <summary>Duplicates that are remembered.</summary>
    public const int Capacity = 6;

    private DuplicateSlots _slots;

    /// <summary>Slots in use.</summary>
    public byte Count { get; private set; }

    /// <summary>Whether there may be others.</summary>
    public bool MayBeMore { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(SeqNumber left, SeqNumber right, bool fin)
    {
        if (Count == Capacity)
        {
            MayBeMore = true;
            return;
        }
        _slots[Count++] = new Duplicate(new SackBlock(left, right), fin ? 1u : 0u);
    }

    /// <summary>What they are is not known.</summary>
    public void AddUnknown() => MayBeMore = true;

    /// <summary>Forgets everything.</summary>
    public void Clear() => this = default;

    /// <summary>Whether a block tells of one of them, or of several that follow each other.
    /// </summary>
    public readonly bool Fits(SackBlock b) =>
        IndexOf(b) >= 0 || (IndexOfLeft(b.Left) >= 0 && IndexOfRight(b.Right) >= 0);

    /// <summary>A block has told of it: each is told of once (RFC 2883 §4 (2)).</summary>
    public void Told(SackBlock b)
    {
        int whole = IndexOf(b);
        if (whole >= 0)
        {
            RemoveAt(whole);
            return;
        }
        RemoveAt(IndexOfLeft(b.Left));
        RemoveAt(IndexOfRight(b.Right));
    }

    /// <summary>Adds what the other has more.</summary>
    public void Join(in Duplicates other)
    {
        MayBeMore |= other.MayBeMore;
        for (int i = 0; i < other.Count; i++)
        {
            Duplicate one = other._slots[i];
            if (Times(one) < other.Times(one))
            {
                Add(one.Block.Left, one.Block.Right, one.Fin != 0);
            }
        }
    }

    private readonly int Times(Duplicate one)
    {
        int times = 0;
        for (int i = 0; i < Count; i++)
        {
            times += _slots[i] == one ? 1 : 0;
        }
        return times;
    }

    private readonly int IndexOf(SackBlock b)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i].Block.Left == b.Left && _slots[i].EndsAt(b.Right))
            {
                return i;
            }
        }
        return -1;
    }

    private readonly int IndexOfLeft(SeqNumber left)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i].Block.Left == left)
            {
                return i;
            }
        }
        return -1;
    }

    private readonly int IndexOfRight(SeqNumber right)
    {
        for (int i = 0; i < Count; i++)
        {
            if (_slots[i].EndsAt(right))
            {
                return i;
            }
        }
        return -1;
    }

    private void RemoveAt(int index)
    {
        if (index < 0)
        {
            return;
        }
        Span<Duplicate> s = _slots;
        s[(index + 1)..Count].CopyTo(s[index..]);
        Count--;
        s[Count] = default;
    }
}
