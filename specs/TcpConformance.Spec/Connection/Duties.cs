using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TcpConformance.Spec.Rules;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Connection;

/// <summary>A reset that the IUT owes or may send, with the form that it must have.</summary>
[StructLayout(LayoutKind.Auto)]
public record struct OwedReset
{
    /// <summary>SEG.SEQ of the reset.</summary>
    public SeqNumber Seq;

    /// <summary>SEG.ACK of the reset, if <see cref="WithAck"/>.</summary>
    public SeqNumber Ack;

    /// <summary>&lt;SEQ=0&gt;&lt;ACK=…&gt;&lt;CTL=RST,ACK&gt; instead of &lt;CTL=RST&gt;.</summary>
    public bool WithAck;

    /// <summary>Whether it must come; otherwise it may.</summary>
    public bool Must;

    /// <summary>Latest time.</summary>
    public TimeSpan Due;

    /// <summary>What is violated when it doesn't come.</summary>
    public RuleId Rule;
}

/// <summary>Four slots; see <see cref="OwedResets"/>.</summary>
[InlineArray(OwedResets.Capacity)]
public struct OwedResetSlots
{
    private OwedReset _first;
}

/// <summary>The resets that an IUT has still to send, oldest first.</summary>
public struct OwedResets
{
    /// <summary>Resets that are remembered; of more, the oldest are forgiven.</summary>
    public const int Capacity = 4;

    private OwedResetSlots _slots;

    /// <summary>Slots in use.</summary>
    public byte Count { get; private set; }

    /// <summary>The reset at this place.</summary>
    public readonly OwedReset this[int index] => _slots[index];

    /// <summary>Adds one.</summary>
    public void Add(in OwedReset reset)
    {
        if (Count == Capacity)
        {
            RemoveAt(0);
        }
        _slots[Count] = reset;
        Count++;
    }

    /// <summary>Removes the one at this place.</summary>
    public void RemoveAt(int index)
    {
        Span<OwedReset> s = _slots;
        s[(index + 1)..Count].CopyTo(s[index..]);
        Count--;
    }
}

/// <summary>Something that the IUT has to send by some time.</summary>
/// <param name="Rule">What is violated when it doesn't; None if nothing is owed.</param>
/// <param name="Due">Latest time.</param>
public readonly record struct Duty(RuleId Rule, TimeSpan Due)
{
    /// <summary>Whether something is owed.</summary>
    public bool IsOwed => Rule != RuleId.None;

    /// <summary>What both ask for: nothing unless both are owed, and then the later one.</summary>
    public Duty Less(Duty other) =>
        !IsOwed || (other.IsOwed && Due >= other.Due) ? this : other;

    /// <summary>This duty or the other, whichever is due first.</summary>
    public Duty Sooner(Duty other) =>
        !IsOwed || (other.IsOwed && other.Due < Due) ? other : this;
}
