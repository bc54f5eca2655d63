using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <content>What the IUT must send, and must not.</content>
public sealed partial class Peer
{
    /// <summary>The next segment must come in time and be as expected; else the case fails.
    /// </summary>
    /// <param name="what">The segment.</param>
    /// <param name="within">From now.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <param name="words">What the IUT must do, e.g. 'the IUT answers with a RST'.</param>
    public async Task<ReceivedSegment> Expect(
        ExpectedSegment what, TimeSpan within, string requirement, string words)
    {
        ReceivedSegment? s = await Next(within);
        if (s is null)
        {
            throw _context.Failure(
                requirement, $"{words}: expected {what} within {Text(within)}, nothing came");
        }
        if (!what.Matches(s))
        {
            throw _context.Failure(requirement, $"{words}: expected {what}, {s} came");
        }
        _context.Checks++;
        return s;
    }

    /// <summary>The next segment must have exactly these flags (PSH doesn't matter).</summary>
    /// <param name="flags">Control bits.</param>
    /// <param name="within">From now.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <param name="words">What the IUT must do.</param>
    /// <param name="seq">SEG.SEQ, if it matters.</param>
    /// <param name="ack">SEG.ACK, if it matters.</param>
    /// <param name="length">Octets of text, if they matter.</param>
    public Task<ReceivedSegment> Expect(
        TcpFlags flags, TimeSpan within, string requirement, string words,
        SeqNumber? seq = null, SeqNumber? ack = null, int? length = null) => Expect(
            new ExpectedSegment(flags) { Seq = seq, Ack = ack, TextLength = length },
            within, requirement, words);

    /// <summary>The next segment must satisfy a condition.</summary>
    public Task<ReceivedSegment> Expect(
        Func<ReceivedSegment, bool> condition, TimeSpan within, string requirement,
        string words) => ExpectWhere(condition, within, requirement, words, skipOthers: false);

    /// <summary>A segment as expected must come in time; others before it are taken and
    /// don't matter.</summary>
    public Task<ReceivedSegment> ExpectEventually(
        ExpectedSegment what, TimeSpan within, string requirement, string words) =>
        ExpectWhere(what.Matches, within, requirement, $"{words} ({what})", skipOthers: true);

    /// <summary>A segment that satisfies a condition must come in time; others before it are
    /// taken and don't matter.</summary>
    public Task<ReceivedSegment> ExpectEventually(
        Func<ReceivedSegment, bool> condition, TimeSpan within, string requirement,
        string words) => ExpectWhere(condition, within, requirement, words, skipOthers: true);

    /// <summary>Nothing may come for so long, and nothing may wait to be taken; else the case
    /// fails.</summary>
    /// <param name="duration">From now.</param>
    /// <param name="requirement">What is contradicted otherwise.</param>
    /// <param name="words">What the IUT must not do, e.g. 'the IUT ignores the RST'.</param>
    /// <param name="except">Segments that may come all the same.</param>
    public async Task Quiet(
        TimeSpan duration, string requirement, string words,
        Func<ReceivedSegment, bool>? except = null)
    {
        TimeSpan until = _context.Now + duration;
        while (await NextUntil(until) is { } s)
        {
            if (except is null || !except(s))
            {
                throw _context.Failure(
                    requirement, $"{words}: nothing may come for {Text(duration)}, {s} came");
            }
        }
        _context.Checks++;
    }

    /// <summary>Takes the next segment, whatever it is; null if none comes in time. Judges
    /// nothing.</summary>
    public Task<ReceivedSegment?> Next(TimeSpan within) => NextUntil(_context.Now + within);

    /// <summary>Takes all that comes until nothing has come for so long. Judges nothing.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedSegment>> Drain(TimeSpan quiet)
    {
        var all = new List<ReceivedSegment>();
        while (await Next(quiet) is { } s)
        {
            all.Add(s);
        }
        return all;
    }

    /// <summary>Takes what has come so far, without waiting.</summary>
    public IReadOnlyList<ReceivedSegment> TakeUnread()
    {
        var all = new List<ReceivedSegment>();
        while (_received.TryDequeue(out ReceivedSegment? s))
        {
            Observe(s);
            all.Add(s);
        }
        return all;
    }

    private async Task<ReceivedSegment> ExpectWhere(
        Func<ReceivedSegment, bool> condition, TimeSpan within, string requirement,
        string words, bool skipOthers)
    {
        TimeSpan until = _context.Now + within;
        var others = new List<ReceivedSegment>();
        while (await NextUntil(until) is { } s)
        {
            if (condition(s))
            {
                _context.Checks++;
                return s;
            }
            others.Add(s);
            if (!skipOthers)
            {
                break;
            }
        }
        string came = others.Count == 0 ? "nothing came" : $"{others[^1]} came";
        throw _context.Failure(requirement, $"{words}: not within {Text(within)}, {came}");
    }

    private async Task<ReceivedSegment?> NextUntil(TimeSpan until)
    {
        while (true)
        {
            if (_received.TryDequeue(out ReceivedSegment? s))
            {
                Observe(s);
                return s;
            }
            if (!await _context.Scheduler.Wait(_arrival, until) && _received.Count == 0)
            {
                return null;
            }
        }
    }

    private static string Text(TimeSpan time) => time < TimeSpan.FromSeconds(1)
        ? $"{time.TotalMilliseconds:0.#} ms"
        : $"{time.TotalSeconds:0.###} s";
}
