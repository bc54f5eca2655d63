namespace TcpConformance.Harness.Iuts;

/// <summary>What an IUT in real time is asked over and over because it answers at once. While it
/// owes that answer the machine keeps it from working, and what else it owes is late for the same
/// reason: causal order tells it, where a time limit could not.</summary>
/// <remarks>Questions are answered in the order in which they are put, and behind what was sent
/// before them.</remarks>
internal sealed class Pulse
{
    /// <summary>From an answer to the next question.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    // A question or its answer was dropped somewhere; or the IUT has never answered such ones.
    private static readonly TimeSpan Lost = TimeSpan.FromSeconds(2);
    private const int LostAtMost = 3;

    private TimeSpan _asked;
    private TimeSpan _lastRound;
    private bool _isOut;
    private int _lost;

    /// <summary>How long the last question has been without its answer.</summary>
    public TimeSpan Waited(TimeSpan now) => _isOut ? now - _asked : TimeSpan.Zero;

    /// <summary>By how much the IUT is late, or was when it last answered.</summary>
    public TimeSpan Lag(TimeSpan now)
    {
        TimeSpan waited = _lost < LostAtMost ? Waited(now) : TimeSpan.Zero;
        return waited > _lastRound ? waited : _lastRound;
    }

    /// <summary>When the next question is due.</summary>
    public TimeSpan Due => _asked + (_isOut ? Lost : Interval);

    /// <summary>The question is put; one that has not been answered by then is given up.</summary>
    public void Asked(TimeSpan now)
    {
        _lost += _isOut ? 1 : 0;
        _isOut = true;
        _asked = now;
    }

    /// <summary>The answer has come.</summary>
    public void Answered(TimeSpan now)
    {
        if (_isOut)
        {
            _lastRound = now - _asked;
            _isOut = false;
            _lost = 0;
        }
    }
}
