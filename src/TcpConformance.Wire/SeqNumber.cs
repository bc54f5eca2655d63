namespace TcpConformance.Wire;

/// <summary>A point on the cyclic sequence space of 2^32 octets (RFC 9293 §3.4).</summary>
/// <remarks>
/// The order is cyclic: <c>a &lt; b</c> means that b lies less than 2^31 octets ahead of a. It is
/// not transitive, so the type is not comparable in the sense of sorting. All modular arithmetic
/// of the project stands here; the rest is compiled with overflow checks.
/// </remarks>
/// <param name="Value">The 32 bits as they stand in the header.</param>
public readonly record struct SeqNumber(uint Value)
{
    /// <summary>The point <paramref name="octets"/> ahead.</summary>
    public static SeqNumber operator +(SeqNumber a, uint octets) =>
        new(unchecked(a.Value + octets));

    /// <summary>The point <paramref name="octets"/> ahead, or behind if negative.</summary>
    public static SeqNumber operator +(SeqNumber a, int octets) =>
        new(unchecked(a.Value + (uint)octets));

    /// <summary>The point <paramref name="octets"/> behind.</summary>
    public static SeqNumber operator -(SeqNumber a, uint octets) =>
        new(unchecked(a.Value - octets));

    /// <summary>The point <paramref name="octets"/> behind, or ahead if negative.</summary>
    public static SeqNumber operator -(SeqNumber a, int octets) =>
        new(unchecked(a.Value - (uint)octets));

    /// <summary>Signed distance from b to a in octets, in [-2^31, 2^31).</summary>
    public static int operator -(SeqNumber a, SeqNumber b) => unchecked((int)(a.Value - b.Value));

    /// <summary>Whether a lies before b (RFC 9293 §3.4).</summary>
    public static bool operator <(SeqNumber a, SeqNumber b) => a - b < 0;

    /// <summary>Whether a lies after b.</summary>
    public static bool operator >(SeqNumber a, SeqNumber b) => a - b > 0;

    /// <summary>Whether a lies before b or equals it: the RFC's "=&lt;".</summary>
    public static bool operator <=(SeqNumber a, SeqNumber b) => a - b <= 0;

    /// <summary>Whether a lies after b or equals it.</summary>
    public static bool operator >=(SeqNumber a, SeqNumber b) => a - b >= 0;

    /// <summary>Whether this point lies in [left, left + size), for any size up to 2^32 -
    /// 1.</summary>
    public bool InWindow(SeqNumber left, uint size) => unchecked(Value - left.Value) < size;

    /// <summary>Octets that one walks forward from <paramref name="earlier"/> to get
    /// here.</summary>
    public uint DistanceFrom(SeqNumber earlier) => unchecked(Value - earlier.Value);

    /// <summary>The later of two points that lie less than 2^31 apart.</summary>
    public static SeqNumber Max(SeqNumber a, SeqNumber b) => a < b ? b : a;

    /// <summary>The earlier of two points that lie less than 2^31 apart.</summary>
    public static SeqNumber Min(SeqNumber a, SeqNumber b) => a < b ? a : b;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}
