using TcpConformance.Engine;

namespace TcpConformance.Tests.Engine;

/// <summary>What a link does to each packet; probabilities in percent.</summary>
public sealed record LinkFaults(int Loss, int Duplication, int Reordering, int DelayMs)
{
    public static LinkFaults None { get; } = new(0, 0, 0, 5);
}

/// <summary>Two stacks, a link between them and a virtual clock.</summary>
public sealed class LossyLink(TcpStack a, TcpStack b, LinkFaults faults, int seed)
{
    private readonly PriorityQueue<(byte[] Packet, TcpStack To), (TimeSpan, long)> _flying = new();
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[65536];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private long _order;

    public TimeSpan Now { get; private set; }

    public long Packets { get; private set; }

    /// <summary>From this time on nothing is lost, so that a run ends.</summary>
    public TimeSpan CalmAt { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether a user has something to do without an event: it is asked again after
    /// 10 ms.</summary>
    public Func<bool>? Busy { get; set; }

    /// <summary>May drop a packet; sees everything that is sent.</summary>
    public Func<TcpStack, byte[], bool>? Filter { get; set; }

    /// <summary>Sees each packet as it leaves a stack, before anything happens to it.</summary>
    public Action<TcpStack, byte[]>? Left { get; set; }

    /// <summary>Sees each packet as it reaches a stack, before the stack does.</summary>
    public Action<TcpStack, byte[]>? Reaches { get; set; }

    /// <summary>Called when all that happens at one time has happened.</summary>
    public Action<TimeSpan>? Settled { get; set; }

    /// <summary>Runs until nothing happens any more, the condition holds, or time is up.</summary>
    public bool Run(Func<bool> done, TimeSpan limit)
    {
        while (true)
        {
            if (done())
            {
                return true;
            }
            Collect(a, b);
            Collect(b, a);
            Settled?.Invoke(Now);
            TimeSpan next = Min(a.NextTimeout, b.NextTimeout);
            if (_flying.TryPeek(out _, out (TimeSpan At, long) first) && first.At <= next)
            {
                next = first.At;
            }
            if (Busy is not null && Busy() && next - Now > Pause)
            {
                next = Now + Pause;
            }
            if (next > limit)
            {
                Now = limit;
                return done();
            }
            Now = next > Now ? next : Now;
            a.Advance(Now);
            b.Advance(Now);
            while (_flying.TryPeek(out (byte[] Packet, TcpStack To) item, out first)
                && first.At <= Now)
            {
                _flying.Dequeue();
                Reaches?.Invoke(item.To, item.Packet);
                item.To.Receive(item.Packet, Now);
                Collect(a, b);
                Collect(b, a);
            }
        }
    }

    private static TimeSpan Min(TimeSpan? x, TimeSpan? y)
    {
        TimeSpan p = x ?? TimeSpan.MaxValue;
        TimeSpan q = y ?? TimeSpan.MaxValue;
        return p < q ? p : q;
    }

    private void Collect(TcpStack from, TcpStack to)
    {
        int length;
        while ((length = from.Transmit(_buffer, Now)) > 0)
        {
            Packets++;
            byte[] packet = _buffer[..length];
            Left?.Invoke(from, packet);
            if (Filter is not null && !Filter(from, packet))
            {
                continue;
            }
            bool calm = Now >= CalmAt;
            if (!calm && _random.Next(100) < faults.Loss)
            {
                continue;
            }
            int copies = !calm && _random.Next(100) < faults.Duplication ? 2 : 1;
            for (int i = 0; i < copies; i++)
            {
                int delay = faults.DelayMs;
                if (!calm && _random.Next(100) < faults.Reordering)
                {
                    delay += _random.Next(0, (faults.DelayMs * 4) + 2);
                }
                _flying.Enqueue((packet, to), (Now + TimeSpan.FromMilliseconds(delay), _order++));
            }
        }
    }
}
