namespace TcpConformance.Harness.Running;

/// <summary>How late the loop itself was lately: the machine stalls now and then, and what the
/// harness did not see in time is not the IUT's fault.</summary>
internal sealed class LoopLateness
{
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    // The longest first: a shorter one that is older says nothing more.
    private readonly LinkedList<(TimeSpan At, TimeSpan Late)> _recent = new();
    private TimeSpan _lastLook;

    /// <summary>The loop begins.</summary>
    public LoopLateness(TimeSpan now) => _lastLook = now;

    /// <summary>The loop looks for what has come: all of it has waited since it looked last, at
    /// most.</summary>
    public void Looks(TimeSpan now)
    {
        Note(now, Busy(now));
        _lastLook = now;
    }

    /// <summary>The loop has slept; what comes wakes it.</summary>
    /// <param name="from">When it went to sleep.</param>
    /// <param name="until">When it wanted to wake at the latest.</param>
    /// <param name="now">When it woke.</param>
    /// <returns>How late it was.</returns>
    public TimeSpan Waited(TimeSpan from, TimeSpan until, TimeSpan now)
    {
        TimeSpan busy = Busy(from);
        TimeSpan overslept = now - (until > from ? until : from);
        TimeSpan late = busy > overslept ? busy : overslept;
        Note(now, late);
        _lastLook = now;
        return late;
    }

    /// <summary>For how long the loop has neither slept nor looked.</summary>
    public TimeSpan Busy(TimeSpan now) => now - _lastLook;

    /// <summary>The longest lateness within the last second.</summary>
    public TimeSpan Recent(TimeSpan now)
    {
        while (_recent.First is { } oldest && oldest.Value.At < now - Memory)
        {
            _recent.RemoveFirst();
        }
        return _recent.First?.Value.Late ?? TimeSpan.Zero;
    }

    private void Note(TimeSpan now, TimeSpan late)
    {
        if (late <= Least)
        {
            return;
        }
        while (_recent.Last is { } last && last.Value.Late <= late)
        {
            _recent.RemoveLast();
        }
        _recent.AddLast((now, late));
    }
}
