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

    // How long ago it may be that something was late in being heard.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);

    private readonly List<(TimeSpan Asked, TimeSpan Answered)> _rounds = [];
    private TimeSpan _asked;
    private TimeSpan _owedSince; // when the first of those was put that are not answered
    private bool _isOut;
    private int _lost;

    /// <summary>How long the last question has been without its answer.</summary>
    public TimeSpan Waited(TimeSpan now) => _isOut ? now - _asked : TimeSpan.Zero;

    /// <summary>When the next question is due.</summary>
    public TimeSpan Due => _asked + (_isOut ? Lost : Interval);

    /// <summary>What was sent until then has been heard: a question that was put after it has been
    /// answered, or none ever is.</summary>
    public TimeSpan Heard => _lost >= LostAtMost ? TimeSpan.MaxValue
        : _rounds.Count > 0 ? _rounds[^1].Asked
        : TimeSpan.MinValue;

    /// <summary>By how much the IUT was late in hearing what it was sent, or is: of several the
    /// longest.</summary>
    /// <param name="sent">When that was.</param>
    /// <param name="now">The time.</param>
    public TimeSpan Lag(Sendings sent, TimeSpan now)
    {
        if (now - sent.Last > Memory && sent.Last <= Heard)
        {
            return TimeSpan.Zero;
        }
        int first = FirstAsked(sent.First);
        int last = FirstAsked(sent.Last);
        TimeSpan longest = last < _rounds.Count ? TimeSpan.Zero
            : Unheard(first < _rounds.Count ? sent.Last : sent.First, now);
        for (int i = first; i <= last && i < _rounds.Count; i++)
        {
            TimeSpan lag = _rounds[i].Answered - _rounds[i].Asked;
            longest = lag > longest ? lag : longest;
        }
        return longest;
    }

    private TimeSpan Unheard(TimeSpan since, TimeSpan now) => _lost >= LostAtMost
        ? TimeSpan.Zero
        : now - (_isOut && _owedSince >= since ? _owedSince : since);

    /// <summary>The question is put; one that has not been answered by then is given up.</summary>
    public void Asked(TimeSpan now)
    {
        _lost += _isOut ? 1 : 0;
        _owedSince = _isOut ? _owedSince : now;
        _isOut = true;
        _asked = now;
    }

    /// <summary>The answer has come.</summary>
    public void Answered(TimeSpan now)
    {
        if (!_isOut)
        {
            return;
        }
        _isOut = false;
        _lost = 0;
        int old = FirstAsked(now - (Memory * 2));
        if (old > Memory / Interval)
        {
            _rounds.RemoveRange(0, old);
        }
        _rounds.Add((_asked, now));
    }

    // Of the rounds, which are in the order of time, the first that began no sooner.
    private int FirstAsked(TimeSpan at)
    {
        int low = 0;
        for (int high = _rounds.Count; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = _rounds[middle].Asked < at ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}
