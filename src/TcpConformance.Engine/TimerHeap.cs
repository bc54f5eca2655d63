namespace TcpConformance.Engine;

/// <summary>Connections by their next deadline: a binary heap, each knows its place.</summary>
internal sealed class TimerHeap
{
    private TcpConnection[] _heap = new TcpConnection[4];
    private int _count;

    /// <summary>The connection whose deadline comes first.</summary>
    public TcpConnection? First => _count == 0 ? null : _heap[0];

    /// <summary>Sets, moves or takes away (TimeSpan.MaxValue) a deadline.</summary>
    public void Set(TcpConnection connection, TimeSpan deadline)
    {
        connection.Deadline = deadline;
        int at = connection.HeapIndex;
        if (deadline == TimeSpan.MaxValue)
        {
            Remove(at);
            return;
        }
        if (at < 0)
        {
            if (_count == _heap.Length)
            {
                Array.Resize(ref _heap, _count * 2);
            }
            at = _count++;
            Place(connection, at);
        }
        Sift(at);
    }

    private void Remove(int at)
    {
        if (at < 0)
        {
            return;
        }
        _heap[at].HeapIndex = -1;
        TcpConnection last = _heap[--_count];
        _heap[_count] = null!;
        if (at < _count)
        {
            Place(last, at);
            Sift(at);
        }
    }

    private void Sift(int at)
    {
        TcpConnection moving = _heap[at];
        while (at > 0 && moving.Deadline < _heap[(at - 1) / 2].Deadline)
        {
            Place(_heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }
        while (true)
        {
            int child = (at * 2) + 1;
            if (child >= _count)
            {
                break;
            }
            if (child + 1 < _count && _heap[child + 1].Deadline < _heap[child].Deadline)
            {
                child++;
            }
            if (moving.Deadline <= _heap[child].Deadline)
            {
                break;
            }
            Place(_heap[child], at);
            at = child;
        }
        Place(moving, at);
    }

    private void Place(TcpConnection connection, int at)
    {
        _heap[at] = connection;
        connection.HeapIndex = at;
    }
}
