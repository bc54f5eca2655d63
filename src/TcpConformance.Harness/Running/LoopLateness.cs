namespace TcpConformance.Harness.Running;

/// <summary>How late the loop itself was lately: the machine stalls now and then, and what the
/// harness did not see in time is not the IUT's fault.</summary>
internal sealed class LoopLateness
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);
    private readonly Queue<(TimeSpan At, TimeSpan Late)> _recent = new();
    private TimeSpan _lastWake;

    /// <summary>The loop begins.</summary>
    public LoopLateness(TimeSpan now) => _lastWake = now;

    /// <summary>The loop has slept.</summary>
    /// <param name="from">When it went to sleep.</param>
    /// <param name="until">When it wanted to wake at the latest.</param>
    /// <param name="now">When it woke.</param>
    /// <returns>How late it was.</returns>
    public TimeSpan Waited(TimeSpan from, TimeSpan until, TimeSpan now)
    {
        // From waking until it slept again it was busy with other cases.
        TimeSpan busy = from - _lastWake;
        TimeSpan overslept = now - (until > from ? until : from);
        TimeSpan late = busy > overslept ? busy : overslept;
        _lastWake = now;
        if (late > TimeSpan.FromMilliseconds(1))
        {
            _recent.Enqueue((now, late));
        }
        return late;
    }

    /// <summary>For how long the loop has not slept: all that came since has waited so long at
    /// most.</summary>
    public TimeSpan Busy(TimeSpan now) => now - _lastWake;

    /// <summary>The longest lateness within the last second.</summary>
    public TimeSpan Recent(TimeSpan now)
    {
        while (_recent.TryPeek(out var oldest) && oldest.At < now - Memory)
        {
            _recent.Dequeue();
        }
        return _recent.Count == 0 ? TimeSpan.Zero : _recent.Max(r => r.Late);
    }
}
