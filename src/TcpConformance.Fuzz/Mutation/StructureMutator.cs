using TcpConformance.Harness.Sessions;

namespace TcpConformance.Fuzz.Mutation;

/// <summary>Changes octets as libFuzzer does (LLVMFuzzerMutate), in place.</summary>
/// <param name="octets">Room; the first <paramref name="size"/> octets are what is changed.</param>
/// <param name="size">Octets that are there.</param>
/// <returns>Octets that are there afterwards, no more than there is room for.</returns>
public delegate int OctetMutator(Span<byte> octets, int size);

/// <summary>Changes and crosses inputs along their structure. The same seed gives the same.
/// </summary>
/// <remarks>For one thread.</remarks>
public sealed class StructureMutator
{
    private enum Change
    {
        Octets,
        OctetsOfPiece,
        Delete,
        Repeat,
        Swap,
        Move,
        Insert,
        Mend,
    }

    private readonly InputStructure _structure;
    private readonly OctetMutator _octets;
    private readonly List<int> _starts = [];
    private readonly List<int> _others = [];
    private byte[] _aside = new byte[256];

    /// <summary>A mutator.</summary>
    /// <param name="structure">Of the target's inputs.</param>
    /// <param name="octets">Changes what has no structure.</param>
    public StructureMutator(InputStructure structure, OctetMutator octets)
    {
        _structure = structure;
        _octets = octets;
    }

    /// <summary>Changes an input.</summary>
    /// <param name="room">The input and room behind it; all of it may be used.</param>
    /// <param name="size">Octets of the input.</param>
    /// <param name="seed">Decides what is done.</param>
    /// <returns>Octets of the changed input, at least 1.</returns>
    public int Mutate(Span<byte> room, int size, uint seed)
    {
        var random = new SessionRandom(seed);
        Cut(room[..size], _starts);
        // Most changes are libFuzzer's own: it knows what was compared with what.
        Change change = _starts.Count == 0 || random.Below(2) == 0
            ? Change.Octets
            : random.Pick(
                Change.OctetsOfPiece, Change.Delete, Change.Repeat, Change.Swap, Change.Move,
                Change.Insert, Change.Mend);
        int after = Apply(change, room, size, random);
        if (after < 1)
        {
            after = _octets(room, Math.Min(size, room.Length));
        }
        if (_structure.Mend is not null && (change == Change.Mend || random.Below(2) == 0))
        {
            _structure.Mend(room[..after]);
        }
        return after;
    }

    /// <summary>The first pieces of one input before the last ones of another.</summary>
    /// <param name="one">An input.</param>
    /// <param name="other">Another.</param>
    /// <param name="room">Receives what is made.</param>
    /// <param name="seed">Decides where they are cut.</param>
    /// <returns>Octets of what was made; 0: nothing new.</returns>
    public int Cross(
        ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, Span<byte> room, uint seed)
    {
        Cut(one, _starts);
        Cut(other, _others);
        if (_starts.Count == 0 || _others.Count == 0)
        {
            return 0;
        }
        var random = new SessionRandom(seed);
        int head = End(_starts, random.Below(_starts.Count), one.Length);
        int tail = _others[random.Below(_others.Count)];
        if (head + other.Length - tail > room.Length)
        {
            return 0;
        }
        one[..head].CopyTo(room);
        other[tail..].CopyTo(room[head..]);
        int size = head + other.Length - tail;
        if (_structure.Mend is not null && random.Below(2) == 0)
        {
            _structure.Mend(room[..size]);
        }
        return size;
    }

    private void Cut(ReadOnlySpan<byte> input, List<int> starts)
    {
        starts.Clear();
        _structure.Split(input, starts);
    }

    private static int End(List<int> starts, int piece, int size) =>
        piece + 1 < starts.Count ? starts[piece + 1] : size;

    // 0: it can't be done.
    private int Apply(Change change, Span<byte> room, int size, SessionRandom random)
    {
        if (change == Change.Octets)
        {
            return _octets(room, size);
        }
        int piece = random.Below(_starts.Count);
        int from = _starts[piece];
        int to = End(_starts, piece, size);
        int place = _starts[random.Below(_starts.Count)];
        return change switch
        {
            Change.Octets => 0,
            Change.Mend => size,
            Change.OctetsOfPiece => OctetsOf(room, size, from, to),
            Change.Delete => Replace(room, size, from, to, []),
            Change.Repeat => Replace(room, size, place, place, Aside(room[from..to])),
            Change.Swap => Swap(room, size, piece, random.Below(_starts.Count)),
            Change.Move => Move(room, size, from, to, place),
            Change.Insert => _structure.Pieces.Count == 0
                ? 0
                : Replace(
                    room, size, place, place,
                    _structure.Pieces[random.Below(_structure.Pieces.Count)]),
        };
    }

    // The piece may grow or shrink as far as there is room.
    private int OctetsOf(Span<byte> room, int size, int from, int to)
    {
        int spare = Math.Min(room.Length - size, 16);
        Span<byte> octets = new byte[to - from + spare];
        room[from..to].CopyTo(octets);
        int after = to == from ? 0 : _octets(octets, to - from);
        return Replace(room, size, from, to, octets[..after]);
    }

    private int Swap(Span<byte> room, int size, int one, int other)
    {
        (int first, int second) = one < other ? (one, other) : (other, one);
        int a = _starts[first];
        int b = End(_starts, first, size);
        int c = _starts[second];
        int d = End(_starts, second, size);
        if (first == second)
        {
            return 0;
        }
        ReadOnlySpan<byte> before = Aside(room[a..d]);
        int at = a;
        foreach ((int begin, int end) in ((int, int)[])[(c, d), (b, c), (a, b)])
        {
            before[(begin - a)..(end - a)].CopyTo(room[at..]);
            at += end - begin;
        }
        return size;
    }

    private int Move(Span<byte> room, int size, int from, int to, int place)
    {
        if (place >= from && place <= to)
        {
            return 0;
        }
        ReadOnlySpan<byte> piece = Aside(room[from..to]);
        int less = Replace(room, size, from, to, []);
        int at = place > from ? place - piece.Length : place;
        return Replace(room, less, at, at, piece);
    }

    // 0: there is no room for it, or nothing would be left.
    private static int Replace(
        Span<byte> room, int size, int from, int to, ReadOnlySpan<byte> by)
    {
        int after = size - (to - from) + by.Length;
        if (after > room.Length)
        {
            return 0;
        }
        room[to..size].CopyTo(room[(from + by.Length)..]);
        by.CopyTo(room[from..]);
        return after;
    }

    private Span<byte> Aside(ReadOnlySpan<byte> octets)
    {
        if (_aside.Length < octets.Length)
        {
            _aside = new byte[octets.Length * 2];
        }
        octets.CopyTo(_aside);
        return _aside.AsSpan(0, octets.Length);
    }
}
