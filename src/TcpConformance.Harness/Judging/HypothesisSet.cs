using System.Runtime.InteropServices;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;

namespace TcpConformance.Harness.Judging;

/// <summary>The histories that are possible now, without repetitions, at most
/// <see cref="Limit"/>.</summary>
internal sealed class HypothesisSet
{
    /// <summary>More are not kept: those with a deviation go first, then the newest.</summary>
    public const int Limit = 64;

    private Branches _items = new();

    /// <summary>How many there are.</summary>
    public int Count => _items.Count;

    /// <summary>The history at this place.</summary>
    public ref Tcb this[int index] => ref _items[index];

    /// <summary>Whether one of them is a conforming history.</summary>
    public bool AnyClean
    {
        get
        {
            for (int i = 0; i < _items.Count; i++)
            {
                if (_items[i].Deviation == RuleId.None)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Begins with one.</summary>
    public void Reset(in Tcb tcb)
    {
        _items.Clear();
        _items.Add(in tcb);
    }

    /// <summary>Replaces all by these, and takes their place.</summary>
    /// <param name="next">The new ones; gets the old ones' memory, empty.</param>
    public void Replace(ref Branches next)
    {
        Reduce(next);
        (_items, next) = (next, _items);
        next.Clear();
    }

    /// <summary>Removes repetitions, and what is beyond <see cref="Limit"/>.</summary>
    public static void Reduce(Branches set)
    {
        if (set.Count < 2)
        {
            return;
        }
        int kept = 0;
        for (int pass = 0; pass < 2; pass++) // conforming ones first
        {
            for (int i = kept; i < set.Count; i++)
            {
                bool clean = set[i].Deviation == RuleId.None;
                if (clean == (pass == 0) && kept < Limit && !Known(set, kept, in set[i]))
                {
                    (set[kept], set[i]) = (set[i], set[kept]);
                    kept++;
                }
            }
        }
        set.Cut(kept);
    }

    private static bool Known(Branches set, int count, in Tcb tcb)
    {
        ReadOnlySpan<byte> mine = Bytes(in tcb);
        for (int i = 0; i < count; i++)
        {
            if (Bytes(in set[i]).SequenceEqual(mine))
            {
                return true;
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> Bytes(in Tcb tcb) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in tcb, 1));
}
