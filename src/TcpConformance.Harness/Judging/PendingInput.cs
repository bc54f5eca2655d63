using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>Something that is on its way to the IUT: a segment or an ICMP message.</summary>
/// <param name="at">When it was written to the link.</param>
/// <param name="header">The segment's fields.</param>
/// <param name="defect">What is wrong with its options.</param>
/// <param name="listening">Whether somebody listened for it.</param>
/// <param name="icmp">Set if it is an ICMP message instead.</param>
internal readonly struct PendingInput(
    TimeSpan at, TcpHeader header, SegmentDefect defect, Listening listening, IcmpEvent? icmp)
{
    public readonly TimeSpan At = at;
    public readonly TcpHeader Header = header;
    public readonly SegmentDefect Defect = defect;
    public readonly Listening Listening = listening;
    public readonly IcmpEvent? Icmp = icmp;

    /// <summary>The rule that is broken if it is taken; None for what is well.</summary>
    public RuleId Damage { get; init; }
}

/// <summary>A user call that the IUT may have processed or not.</summary>
/// <param name="At">When it was handed over.</param>
/// <param name="Call">The call.</param>
internal readonly record struct PendingCall(TimeSpan At, UserCall Call)
{
    /// <summary>It was refused, and so has done nothing.</summary>
    public bool IsVoid { get; init; }
}

/// <summary>A queue whose entries keep their number when earlier ones are forgotten.</summary>
/// <typeparam name="T">What is queued.</typeparam>
internal sealed class NumberedQueue<T>
{
    private T[] _ring = new T[1];
    private int _head;
    private int _count;

    /// <summary>Number of the first entry that is still there.</summary>
    public int First { get; private set; }

    /// <summary>Number that the next entry gets.</summary>
    public int Next => First + _count;

    /// <summary>The entry with this number.</summary>
    public ref T this[int number] =>
        ref _ring[(_head + (number - First)) & (_ring.Length - 1)];

    /// <summary>Adds an entry.</summary>
    public void Add(in T item)
    {
        if (_count == _ring.Length)
        {
            T[] bigger = new T[_ring.Length * 2];
            for (int i = 0; i < _count; i++)
            {
                bigger[i] = _ring[(_head + i) & (_ring.Length - 1)];
            }
            _ring = bigger;
            _head = 0;
        }
        _ring[(_head + _count++) & (_ring.Length - 1)] = item;
    }

    /// <summary>Forgets the entries below this number.</summary>
    public void ForgetBelow(int number)
    {
        while (First < number && _count > 0)
        {
            _ring[_head] = default!;
            _head = (_head + 1) & (_ring.Length - 1);
            _count--;
            First++;
        }
    }
}
