using TcpConformance.Wire;

namespace TcpConformance.Engine;

/// <summary>Segments without text that no connection keeps: resets. A bounded queue.</summary>
internal sealed class PendingReplies
{
    private const int Limit = 1024;
    private const int Least = 2;
    private Reply[] _replies = [];
    private int _first;
    private int _count;

    /// <summary>Queues a segment; beyond the bound it is dropped, as the network might.</summary>
    public void Add(SocketPair pair, in TcpHeader header, byte trafficClass = 0)
    {
        if (_count == _replies.Length)
        {
            if (_count == Limit)
            {
                return;
            }
            Reply[] larger = new Reply[Math.Max(Least, _count * 2)];
            for (int i = 0; i < _count; i++)
            {
                larger[i] = _replies[(_first + i) % _count];
            }
            _replies = larger;
            _first = 0;
        }
        ref Reply reply = ref _replies[(_first + _count++) % _replies.Length];
        reply.Pair = pair;
        reply.Header = header;
        reply.TrafficClass = trafficClass;
    }

    /// <summary>Whether one waits.</summary>
    public bool Any => _count > 0;

    /// <summary>Takes the oldest; the reference is good until the next <see cref="Add"/>.</summary>
    public ref Reply Take()
    {
        ref Reply reply = ref _replies[_first];
        _first = (_first + 1) % _replies.Length;
        _count--;
        return ref reply;
    }

    internal struct Reply
    {
        public SocketPair Pair;
        public TcpHeader Header;
        public byte TrafficClass;
    }
}
