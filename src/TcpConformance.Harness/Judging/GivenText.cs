namespace TcpConformance.Harness.Judging;

/// <summary>What the user gives to be sent, SEND by SEND: one that fails has given only what was
/// taken before (RFC 9293 §3.10.2).</summary>
/// <param name="limit">More octets than that aren't compared.</param>
internal sealed class GivenText(int limit)
{
    private readonly OctetStore _octets = new(limit);
    private readonly List<Pending> _pending = new(1);
    private int _end;

    /// <summary>Since when there has been text that the peer has not acknowledged.</summary>
    public TimeSpan Since { get; private set; }

    /// <summary>A SEND has begun.</summary>
    /// <param name="at">When.</param>
    /// <param name="call">Its id.</param>
    /// <param name="number">Its number among the calls of the connection.</param>
    /// <param name="octets">The text.</param>
    /// <param name="allDelivered">Whether all that was given before is acknowledged.</param>
    public void Begin(
        TimeSpan at, int call, int number, ReadOnlySpan<byte> octets, bool allDelivered)
    {
        Since = allDelivered || _end == 0 ? at : Since;
        _pending.Add(new Pending(call, number, _end, octets.Length));
        _octets.Put(_end, octets);
        _end += octets.Length;
    }

    /// <summary>A SEND has returned.</summary>
    /// <param name="call">Its id.</param>
    /// <param name="taken">Octets that the IUT has taken.</param>
    /// <returns>The call's number, and the octets that were not taken after all; 0 if all were, or
    /// the call belongs to an earlier incarnation.</returns>
    public (int Number, uint Missing) End(int call, int taken)
    {
        int i = _pending.FindIndex(p => p.Call == call);
        if (i < 0)
        {
            return default;
        }
        Pending ended = _pending[i];
        _pending.RemoveAt(i);
        int missing = ended.Length - Math.Clamp(taken, 0, ended.Length);
        if (missing == 0)
        {
            return default;
        }
        // What was given since moves up; where it stands now is not known any more.
        _octets.ForgetFrom(ended.Start + ended.Length - missing);
        _end -= missing;
        for (int n = 0; n < _pending.Count; n++)
        {
            Pending p = _pending[n];
            bool later = p.Start > ended.Start;
            _pending[n] = later ? p with { Start = p.Start - missing } : p;
        }
        return (ended.Number, (uint)missing);
    }

    /// <summary>Whether the octets agree with what is known of this place.</summary>
    public bool Matches(int offset, ReadOnlySpan<byte> octets) => _octets.Matches(offset, octets);

    private readonly record struct Pending(int Call, int Number, int Start, int Length);
}
