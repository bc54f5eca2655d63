using System.Runtime.InteropServices;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Rules;

namespace TcpConformance.Harness.Judging;

/// <summary>The histories that are possible now, without repetitions, at most
/// <see cref="Limit"/>.</summary>
/// <param name="room">Where they stand; nobody else's.</param>
internal sealed class HypothesisSet(Branches room)
{
    /// <summary>More are not kept: those with a deviation go first, then the newest.</summary>
    public const int Limit = 64;

    private readonly Branches _items = room;

    /// <summary>How many there are.</summary>
    public int Count => _items.Count;

    /// <summary>The history at this place.</summary>
    public ref Tcb this[int index] => ref _items[index];

    /// <summary>Whether one of them is a conforming history.</summary>
    public bool AnyClean => IsAnyClean(_items);

    /// <summary>Whether one of these is a conforming history.</summary>
    public static bool IsAnyClean(Branches histories)
    {
        for (int i = 0; i < histories.Count; i++)
        {
            if (histories[i].Deviation == RuleId.None)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether the true history may once have been left out.</summary>
    public bool HasLeftOut { get; private set; }

    /// <summary>Begins with one.</summary>
    public void Reset(in Tcb tcb)
    {
        _items.Clear();
        _items.Add(in tcb);
    }

    /// <summary>Replaces all by these.</summary>
    /// <param name="next">The new ones; empty afterwards.</param>
    public void Replace(Branches next)
    {
        HasLeftOut |= Reduce(next);
        _items.Exchange(next);
        next.Clear();
    }

    /// <summary>Removes repetitions, and what is beyond <see cref="Limit"/>.</summary>
    /// <returns>Whether conforming histories had to be left out, so that the true one may be
    /// missing.</returns>
    public static bool Reduce(Branches set)
    {
        bool leftOut = false;
        if (set.Count < 2)
        {
            return false;
        }
        int kept = 0;
        for (int pass = 0; pass < 2; pass++) // conforming ones first
        {
            for (int i = kept; i < set.Count; i++)
            {
                bool clean = set[i].Deviation == RuleId.None;
                if (clean != (pass == 0) || IsCovered(set, kept, ref set[i]))
                {
                    continue;
                }
                if (kept == Limit)
                {
                    leftOut |= clean;
                    continue;
                }
                if (kept != i)
                {
                    (set[kept], set[i]) = (set[i], set[kept]);
                }
                kept++;
            }
        }
        set.Cut(kept);
        return leftOut;
    }

    // Histories that differ only in what may and must be sent of ACKs, and in how many ACKs were
    // duplicates, become one that may do what any may and must do what all must.
    private static bool IsCovered(Branches set, int count, ref Tcb tcb)
    {
        for (int i = 0; i < count; i++)
        {
            ref Tcb kept = ref set[i];
            if (kept.SegmentsDone != tcb.SegmentsDone || kept.CallsDone != tcb.CallsDone
                || kept.RcvNxt != tcb.RcvNxt || kept.SndUna != tcb.SndUna
                || !IsSameButForAcks(in kept, in tcb))
            {
                continue;
            }
            if (kept.Deviation == tcb.Deviation)
            {
                Join(ref kept, in tcb);
                return true;
            }
            if (kept.Deviation == RuleId.None && Covers(in kept, in tcb))
            {
                return true;
            }
        }
        return false;
    }

    private static void Join(ref Tcb kept, in Tcb other)
    {
        kept.SilenceRule = kept.AckCredit >= other.AckCredit
            ? kept.SilenceRule
            : other.SilenceRule;
        kept.AckCreditUntil = LaterCredit(in kept, in other);
        kept.AckCredit = Math.Max(kept.AckCredit, other.AckCredit);
        kept.AckDuty = kept.AckDuty.Less(other.AckDuty);
        kept.DupAcks = Math.Max(kept.DupAcks, other.DupAcks);
        kept.SureDupAcks = Math.Min(kept.SureDupAcks, other.SureDupAcks);
        kept.Inflation = Math.Max(kept.Inflation, other.Inflation);
        kept.AgainDuty = kept.AgainDuty.Less(other.AgainDuty);
        kept.Duplicates.Join(in other.Duplicates);
    }

    // Where one has no credit the other's counts; what has no end is later than all.
    private static TimeSpan LaterCredit(in Tcb one, in Tcb other) =>
        one.AckCredit == 0 ? other.AckCreditUntil
        : other.AckCredit == 0 ? one.AckCreditUntil
        : one.AckCreditUntil == default || other.AckCreditUntil == default ? default
        : one.AckCreditUntil > other.AckCreditUntil ? one.AckCreditUntil
        : other.AckCreditUntil;

    // A conforming history that may do as much makes one with a deviation needless.
    private static bool Covers(in Tcb one, in Tcb other) =>
        one.AckCredit >= other.AckCredit && LaterCredit(in one, in other) == one.AckCreditUntil
        && one.AckDuty.Less(other.AckDuty) == one.AckDuty
        && one.DupAcks >= other.DupAcks && one.AgainDuty.Less(other.AgainDuty) == one.AgainDuty;

    private static bool IsSameButForAcks(in Tcb a, in Tcb b)
    {
        Tcb one = a;
        one.AckDuty = b.AckDuty;
        one.AckCredit = b.AckCredit;
        one.AckCreditUntil = b.AckCreditUntil;
        one.SilenceRule = b.SilenceRule;
        one.Deviation = b.Deviation;
        one.DupAcks = b.DupAcks;
        one.SureDupAcks = b.SureDupAcks;
        one.Inflation = b.Inflation;
        one.AgainDuty = b.AgainDuty;
        one.Duplicates = b.Duplicates;
        return Bytes(in one).SequenceEqual(Bytes(in b));
    }

    private static ReadOnlySpan<byte> Bytes(in Tcb tcb) =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(in tcb, 1));
}
