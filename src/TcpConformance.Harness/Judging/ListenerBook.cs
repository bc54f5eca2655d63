using TcpConformance.Spec.Arrival;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>Which sockets of the IUT listen, as far as the user calls tell.</summary>
internal sealed class ListenerBook
{
    private readonly Dictionary<SocketAddress, (Listening Now, TimeSpan Since)> _book = [];
    // What was so before a call that has not returned; a refused one changes nothing (MUST-41).
    private readonly Dictionary<int, (Listening Now, TimeSpan Since)> _before = [];

    /// <summary>Nothing is known any more.</summary>
    public void Clear()
    {
        _book.Clear();
        _before.Clear();
    }

    /// <summary>A passive OPEN, or its end, is under way.</summary>
    public void Started(UserCall call)
    {
        _before[call.Id] = _book.GetValueOrDefault(call.Pair.Iut);
        _book[call.Pair.Iut] = (Listening.Maybe, TimeSpan.Zero);
    }

    /// <summary>It has returned.</summary>
    public void Returned(TimeSpan at, UserCall call, UserResult result)
    {
        if (_before.Remove(call.Id, out (Listening Now, TimeSpan Since) before)
            && result.Error != UserError.None)
        {
            _book[call.Pair.Iut] = before;
            return;
        }
        bool listens = call.Kind == UserCallKind.Listen && result.Error == UserError.None;
        _book[call.Pair.Iut] = (listens ? Listening.Yes : Listening.No, at);
    }

    /// <summary>Whether a socket listens for a segment that left the tester now.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="settled">What changed after this may not have been so for the segment.</param>
    public Listening At(SocketAddress socket, TimeSpan settled)
    {
        if (!_book.TryGetValue(socket, out (Listening Now, TimeSpan Since) entry))
        {
            return Listening.No;
        }
        bool fresh = entry.Now == Listening.No && entry.Since > settled;
        return fresh ? Listening.Maybe : entry.Now;
    }
}
