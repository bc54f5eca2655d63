namespace TcpConformance.Harness.Running;

/// <summary>Runs the continuations of one case on the thread of its loop, first come first
/// served, and keeps the case's timers.</summary>
/// <remarks>Two runs that see the same events run the same continuations in the same order.
/// </remarks>
internal sealed class CaseScheduler : SynchronizationContext
{
    private readonly Func<TimeSpan> _clock;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly PriorityQueue<CaseWait, (TimeSpan Due, long Order)> _timers = new();
    private readonly LinkedList<CaseWait> _pending = new();
    private long _order;
    private Exception? _ended;
    private volatile bool _leftThread;

    /// <summary>A scheduler whose time is <paramref name="clock"/>.</summary>
    public CaseScheduler(Func<TimeSpan> clock) => _clock = clock;

    /// <summary>Since the start of the case.</summary>
    public TimeSpan Now => _clock();

    /// <summary>Continuations that have run.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether a continuation came from another thread; it has not been run.</summary>
    public bool LeftThread => _leftThread;

    /// <summary>Whether continuations are ready to run.</summary>
    public bool HasReady => _ready.Count > 0;

    /// <summary>When the next timer is due.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            while (_timers.TryPeek(out CaseWait? wait, out (TimeSpan Due, long Order) key))
            {
                if (!wait.IsOver)
                {
                    return key.Due;
                }
                _timers.Dequeue();
            }
            return null;
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _leftThread = true; // a body that used Task.Run or ConfigureAwait(false)
            return;
        }
        _ready.Enqueue((d, state));
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what is ready, and what becomes ready by it, up to a number of steps.
    /// </summary>
    /// <returns>Whether anything ran.</returns>
    public bool RunReady(int most = 100_000)
    {
        if (_ready.Count == 0)
        {
            return false;
        }
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            for (int i = 0; i < most && _ready.TryDequeue(out var next); i++)
            {
                Steps++;
                next.Callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
        return true;
    }

    /// <summary>Completes the waits whose time has come, in the order of their dues.</summary>
    /// <param name="lateness">By how much the loop was late: what it has not seen may have come,
    /// so that what is waited for has not yet failed to come.</param>
    public void FireDue(TimeSpan lateness)
    {
        TimeSpan now = Now - lateness;
        while (NextDue is TimeSpan due && due <= now)
        {
            _timers.Dequeue().Complete(false);
        }
    }

    /// <summary>A wait for <paramref name="signal"/> or a time, whichever comes first.</summary>
    /// <returns>True if the signal came.</returns>
    public Task<bool> Wait(CaseSignal? signal, TimeSpan? until)
    {
        if (_ended is Exception ended)
        {
            return Task.FromException<bool>(ended);
        }
        var wait = new CaseWait(this, _pending, signal);
        if (until is TimeSpan due)
        {
            _timers.Enqueue(wait, (due, _order++));
        }
        return wait.Task;
    }

    /// <summary>Ends all waits, now and later, with an exception.</summary>
    public void End(Exception why)
    {
        _ended ??= why;
        while (_pending.First is LinkedListNode<CaseWait> first)
        {
            first.Value.End(_ended);
        }
    }
}

/// <summary>One suspended point of a case.</summary>
internal sealed class CaseWait
{
    // Completed only from the scheduler's queue, so that what waits may run inside: with
    // RunContinuationsAsynchronously Task.WhenAny would leave the thread.
    private readonly TaskCompletionSource<bool> _source = new();
    private readonly CaseScheduler _scheduler;
    private readonly LinkedList<CaseWait> _pending;
    private readonly LinkedListNode<CaseWait> _node;
    private readonly CaseSignal? _signal;

    public CaseWait(CaseScheduler scheduler, LinkedList<CaseWait> pending, CaseSignal? signal)
    {
        _scheduler = scheduler;
        _pending = pending;
        _node = pending.AddLast(this);
        _signal = signal;
        signal?.Add(this);
    }

    public Task<bool> Task => _source.Task;

    public bool IsOver { get; private set; }

    public void Complete(bool signalled)
    {
        if (Finish())
        {
            _scheduler.Post(_ => _source.SetResult(signalled), null);
        }
    }

    public void End(Exception why)
    {
        if (Finish())
        {
            _scheduler.Post(_ => _source.SetException(why), null);
        }
    }

    private bool Finish()
    {
        if (IsOver)
        {
            return false;
        }
        IsOver = true;
        _pending.Remove(_node);
        _signal?.Remove(this);
        return true;
    }
}

/// <summary>Something that a case can wait for; it wakes all that wait at that moment.</summary>
internal sealed class CaseSignal
{
    private readonly List<CaseWait> _waits = [];

    public void Add(CaseWait wait) => _waits.Add(wait);

    public void Remove(CaseWait wait) => _waits.Remove(wait);

    /// <summary>Wakes them in the order in which they began to wait.</summary>
    public void Raise()
    {
        foreach (CaseWait wait in _waits.ToArray())
        {
            wait.Complete(true);
        }
    }
}
