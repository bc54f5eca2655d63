namespace TcpConformance.Spec.Connection;

/// <summary>The histories that one step may lead to. Reused from step to step.</summary>
/// <param name="capacity">For so many there is room from the beginning.</param>
public sealed class Branches(int capacity = 4)
{
    private Tcb[] _items = new Tcb[capacity];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The history at this place.</summary>
    public ref Tcb this[int index] => ref _items[index];

    /// <summary>Adds a copy and gives it for editing; it stays valid until the next one is added.
    /// </summary>
    public ref Tcb Add(in Tcb tcb)
    {
        if (Count == _items.Length)
        {
            Tcb copy = tcb; // tcb may stand in the array that is replaced
            Array.Resize(ref _items, Count * 2);
            _items[Count++] = copy;
            return ref _items[Count - 1];
        }
        _items[Count] = tcb;
        return ref _items[Count++];
    }

    /// <summary>Gives all to <paramref name="other"/> and takes all that it has.</summary>
    public void Exchange(Branches other)
    {
        (_items, other._items) = (other._items, _items);
        (Count, other.Count) = (other.Count, Count);
    }

    /// <summary>Keeps the first ones only.</summary>
    public void Cut(int count) => Count = Math.Min(count, Count);

    /// <summary>Removes all.</summary>
    public void Clear() => Count = 0;
}
