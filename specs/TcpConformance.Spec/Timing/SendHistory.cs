using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Spec.Timing;

/// <summary>One stretch of sequence space that has been sent and isn't acknowledged yet.</summary>
/// <param name="Left">First number.</param>
/// <param name="Right">Number after the last.</param>
/// <param name="First">When it was sent first.</param>
/// <param name="Last">When it was sent last.</param>
/// <param name="Times">How often it was sent.</param>
public readonly record struct SentStretch(
    SeqNumber Left, SeqNumber Right, TimeSpan First, TimeSpan Last, int Times)
{
    /// <summary>It was sent last no earlier than this: what waits is seen late.</summary>
    public TimeSpan NotBefore { get; init; } = Last;

    /// <summary>The segment began with octets that had been sent before, so that it may not have
    /// been timed (RFC 6298 §3).</summary>
    public bool IsMixed { get; init; }

    /// <summary>TSval of the segment; null if it had none.</summary>
    public uint? TsVal { get; init; }
}

/// <summary>What an IUT has sent on one connection, and when: the base of all that is said of its
/// retransmission timer (RFC 6298).</summary>
public sealed class SendHistory
{
    private static readonly TimeSpan AnyRoundTrip = TimeSpan.FromDays(1);

    private SentStretch[] _ring = new SentStretch[1];
    private int _head;
    private TimeSpan _lastTimeout;
    private int _sureBackoffs; // since a measurement was possible
    private TimeSpan _sampledAt = TimeSpan.MaxValue;
    private TimeSpan _untimedUntil = TimeSpan.MinValue; // what is older may not have been timed

    /// <summary>Stretches that are outstanding.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest outstanding stretch, if <see cref="Count"/> isn't 0.</summary>
    public SentStretch Oldest => _ring[_head];

    /// <summary>The number after the newest outstanding stretch, if there is one.</summary>
    public SeqNumber End => Count == 0
        ? default
        : _ring[(_head + Count - 1) & (_ring.Length - 1)].Right;

    /// <summary>Everything below is acknowledged in every history; null before anything is known of
    /// this incarnation.</summary>
    public SeqNumber? Una { get; private set; }

    /// <summary>Largest round-trip time that the IUT may have measured.</summary>
    public TimeSpan LongestRoundTrip { get; private set; }

    /// <summary>Whether the IUT may have measured one.</summary>
    public bool Measured { get; private set; }

    /// <summary>Whether the IUT may have measured one of anything, however unlikely.</summary>
    public bool MayBeMeasured { get; private set; }

    /// <summary>Timeouts since the last measurement: so often the RTO has been doubled (RFC 6298
    /// §5.5, Karn).</summary>
    public int Backoffs { get; private set; }

    /// <summary>Timeouts of the same segment in a row.</summary>
    public int Timeouts { get; private set; }

    /// <summary>Time between the last two transmissions by timeout of the same segment.</summary>
    public TimeSpan LastInterval { get; private set; }

    /// <summary>When octets were last sent again because the timer had expired, and for no other
    /// reason.</summary>
    public TimeSpan LastTimeout { get; private set; }

    /// <summary>When octets were last acknowledged.</summary>
    public TimeSpan LastProgress { get; private set; }

    /// <summary>What <see cref="LongestRto"/> was before octets were last acknowledged: a timer
    /// that ran then goes on with it.</summary>
    public TimeSpan RtoBefore { get; private set; }

    /// <summary>When anything was last sent again.</summary>
    public TimeSpan LastAgain { get; private set; }

    /// <summary>Window probes in a row without the window opening.</summary>
    public int Probes { get; private set; }

    /// <summary>When the last probe was sent.</summary>
    public TimeSpan LastProbe { get; private set; }

    /// <summary>End of the text of the last probe, until it is sent again.</summary>
    public SeqNumber? ProbedEnd { get; private set; }

    /// <summary>Time between the last two probes.</summary>
    public TimeSpan LastProbeInterval { get; private set; }

    /// <summary>When text that was new was last sent.</summary>
    public TimeSpan LastNew { get; private set; }

    /// <summary>Whether a segment shorter than full is outstanding.</summary>
    public SeqNumber? LastShortEnd { get; private set; }

    /// <summary>Begins a new incarnation.</summary>
    public void Clear()
    {
        _head = 0;
        Count = 0;
        LongestRoundTrip = default;
        Measured = false;
        MayBeMeasured = false;
        _sureBackoffs = 0;
        Backoffs = 0;
        Timeouts = 0;
        LastProgress = default;
        RtoBefore = default;
        Una = null;
        LastTimeout = default;
        _lastTimeout = default;
        _sampledAt = TimeSpan.MaxValue;
        _untimedUntil = TimeSpan.MinValue;
        Probes = 0;
        ProbedEnd = null;
        LastShortEnd = null;
    }

    /// <summary>New octets have been sent.</summary>
    public void SentNew(
        SeqNumber left, SeqNumber right, bool isShort, TimeSpan at, TimeSpan? notBefore = null)
    {
        if (Count == _ring.Length)
        {
            Grow();
        }
        _ring[(_head + Count) & (_ring.Length - 1)] = new SentStretch(left, right, at, at, 1)
        {
            NotBefore = notBefore ?? at,
        };
        Count++;
        LastNew = at;
        if (isShort)
        {
            LastShortEnd = right;
        }
    }

    /// <summary>What else is known of the segment that was new.</summary>
    /// <param name="isMixed">See <see cref="SentStretch.IsMixed"/>.</param>
    /// <param name="tsVal">See <see cref="SentStretch.TsVal"/>.</param>
    public void NoteNewest(bool isMixed, uint? tsVal)
    {
        ref SentStretch s = ref _ring[(_head + Count - 1) & (_ring.Length - 1)];
        s = s with { IsMixed = isMixed, TsVal = tsVal };
    }

    /// <summary>The peer acknowledges with a TSecr. What is older than all that is acknowledged was
    /// not sent with it, and gives a round-trip time of any length (RFC 7323 §4.1).</summary>
    /// <param name="ack">SEG.ACK.</param>
    /// <param name="tsEcr">TSecr.</param>
    public void Echoed(SeqNumber ack, uint tsEcr)
    {
        if (Count > 0 && ack > Oldest.Left && Oldest.TsVal is uint sent
            && new SeqNumber(tsEcr) < new SeqNumber(sent))
        {
            LongestRoundTrip = AnyRoundTrip;
        }
    }

    private void Grow()
    {
        SentStretch[] bigger = new SentStretch[_ring.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            bigger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }
        _ring = bigger;
        _head = 0;
    }

    /// <summary>Octets have been sent again.</summary>
    /// <param name="left">First number.</param>
    /// <param name="right">Number after the last.</param>
    /// <param name="timeout">Because the timer expired.</param>
    /// <param name="mayBeTimeout">There was another reason, but the timer may have expired too.
    /// </param>
    /// <param name="at">When.</param>
    /// <param name="notBefore">No earlier than this, if it was seen late.</param>
    public void SentAgain(
        SeqNumber left, SeqNumber right, bool timeout, bool mayBeTimeout, TimeSpan at,
        TimeSpan? notBefore = null)
    {
        if (timeout)
        {
            CountTimeout(left, notBefore ?? at);
            LastTimeout = at;
        }
        else if (mayBeTimeout)
        {
            Backoffs++;
        }
        if (timeout || mayBeTimeout)
        {
            _lastTimeout = at;
            _sampledAt = TimeSpan.MaxValue;
        }
        LastAgain = at;
        // Where one segment is timed at a time, that may be given up by Karn (RFC 6298 §3).
        _untimedUntil = at;
        ProbedEnd = null;
        for (int i = 0; i < Count; i++)
        {
            ref SentStretch s = ref _ring[(_head + i) & (_ring.Length - 1)];
            if (s.Left >= right)
            {
                break;
            }
            if (s.Right > left)
            {
                // Of a stretch that went out again in part, only the beginning of what is not
                // acknowledged counts.
                bool begins = left <= SeqNumber.Max(s.Left, Una ?? s.Left);
                TimeSpan last = begins ? at : s.Last;
                TimeSpan earliest = begins ? notBefore ?? at : s.NotBefore;
                s = s with { Last = last, Times = s.Times + 1, NotBefore = earliest };
            }
        }
    }

    private void CountTimeout(SeqNumber left, TimeSpan at)
    {
        // The timer ran from the last transmission, or from the last ACK of new octets.
        TimeSpan last = Covering(left).Last;
        LastInterval = at - (last > LastProgress ? last : LastProgress);
        Timeouts++;
        Backoffs++;
    }

    /// <summary>The timer has expired, and that not of a SYN, after which the RTO begins anew (RFC
    /// 6298 §5.7).</summary>
    public void BackedOffSurely() => _sureBackoffs++;

    /// <summary>A window probe has been sent.</summary>
    /// <param name="end">End of its text; null if it has none.</param>
    /// <param name="at">When.</param>
    /// <param name="isSure">It was no ordinary text; else nothing follows for the next interval.
    /// </param>
    public void Probed(SeqNumber? end, TimeSpan at, bool isSure = true)
    {
        ProbedEnd = end ?? ProbedEnd;
        LastProbeInterval = Probes == 0 || !isSure ? default : at - LastProbe;
        LastProbe = at;
        _untimedUntil = at;
        Probes++;
    }

    /// <summary>The window is open again.</summary>
    public void WindowOpened() => Probes = 0;

    /// <summary>The outstanding stretch that holds this number; default if none does.</summary>
    public SentStretch Covering(SeqNumber seq)
    {
        for (int i = 0; i < Count; i++)
        {
            SentStretch s = _ring[(_head + i) & (_ring.Length - 1)];
            if (s.Left <= seq && seq < s.Right)
            {
                return s;
            }
        }
        return default;
    }

    /// <summary>Everything below this number is acknowledged in every history.</summary>
    /// <param name="una">The number.</param>
    /// <param name="at">When the IUT learnt it, at the latest.</param>
    /// <param name="timed">Timestamps are agreed, so that a segment that was sent several times
    /// gives a measurement, too (RFC 7323 §4.1, RFC 6298 §3).</param>
    /// <param name="ixit">The stated values.</param>
    public void Acknowledged(
        SeqNumber una, TimeSpan at, bool timed = false, Ixit? ixit = null)
    {
        bool progress = Count > 0 && una > (Una ?? Oldest.Left);
        if (progress)
        {
            RtoBefore = ixit is null ? default : LongestRto(ixit);
            LastProgress = at;
            Timeouts = 0;
        }
        Una = Count > 0 ? SeqNumber.Max(una, Una ?? una) : una;
        while (Count > 0 && _ring[_head].Right <= una)
        {
            SentStretch s = _ring[_head];
            if (s.Times == 1 && !s.IsMixed && (timed || s.First > _untimedUntil))
            {
                NoteTimed(in s, at);
            }
            NoteMeasurable(s.Times == 1 || timed);
            TimeSpan sample = s.Times == 1 || timed ? at - s.First : default;
            LongestRoundTrip = sample > LongestRoundTrip ? sample : LongestRoundTrip;
            _head = (_head + 1) & (_ring.Length - 1);
            Count--;
        }
        if (progress && Count > 0 && Oldest.Left < una && (timed || Oldest.Times == 1))
        {
            // An ACK of a part is measured as well.
            NoteMeasurable(true);
            TimeSpan part = at - Oldest.First;
            LongestRoundTrip = part > LongestRoundTrip ? part : LongestRoundTrip;
        }
    }

    private void NoteMeasurable(bool may)
    {
        MayBeMeasured |= may;
        _sureBackoffs = may ? 0 : _sureBackoffs;
    }

    // A segment that went out once is acknowledged, and nothing keeps the IUT from timing it.
    private void NoteTimed(in SentStretch s, TimeSpan at)
    {
        // What was under way at a timeout may not have been timed.
        Measured |= _lastTimeout == default || s.First > _lastTimeout;
        // RFC 6298 §5.7 and RFC 9293 §3.8.2: the doubled RTO is kept until octets that were sent
        // after it are acknowledged. A sender that times one segment per round trip has a sample by
        // the second round.
        if (s.First > _lastTimeout)
        {
            Backoffs = s.First >= _sampledAt ? 0 : Backoffs;
            _sampledAt = _sampledAt < at ? _sampledAt : at;
        }
    }

    /// <summary>Shortest RTO: the least, doubled by each timeout until something new is measured
    /// (RFC 6298 §5.5, Karn's algorithm).</summary>
    public TimeSpan BackedOff(Ixit ixit)
    {
        TimeSpan rto = ixit.RtoMin;
        for (int i = 0; i < _sureBackoffs && rto < ixit.RtoMax; i++)
        {
            rto *= 2;
        }
        return rto < ixit.RtoMax ? rto : ixit.RtoMax * 0.95;
    }

    /// <summary>Longest time until the retransmission timer expires (RFC 6298 §2, §5).</summary>
    public TimeSpan LongestRto(Ixit ixit)
    {
        // Without a measurement 1 s, or 3 s (RFC 6298 §2.1, §5.7); with it SRTT + 4 RTTVAR, which
        // is at most five times the longest sample, and at least rounded up to the minimum.
        TimeSpan least = TimeSpan.FromSeconds(Measured ? 1 : 3);
        TimeSpan floor = ixit.RtoMin > least ? ixit.RtoMin : least;
        TimeSpan computed = LongestRoundTrip * 5;
        TimeSpan rto = computed > floor ? computed : floor;
        TimeSpan cap = ixit.RtoMax > rto ? ixit.RtoMax : rto;
        for (int i = 0; i < Backoffs && rto < cap; i++)
        {
            rto *= 2;
        }
        return rto < cap ? rto : cap;
    }
}
