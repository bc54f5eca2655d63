namespace TcpConformance.Tap;

/// <summary>What to wait for on a descriptor, and what came (poll(2)).</summary>
[Flags]
public enum PollEvents : short
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>There is something to read, the end of the stream included.</summary>
    Readable = 1,
    /// <summary>There is room to write.</summary>
    Writable = 4,
    /// <summary>An error; always reported. A TAP that vanished says this.</summary>
    Error = 8,
    /// <summary>The other end has closed; always reported.</summary>
    HangUp = 16,
    /// <summary>Not an open descriptor; always reported.</summary>
    Invalid = 32,
}

/// <summary>Waits for any of several descriptors with a time limit.</summary>
public sealed class Poller
{
    private readonly List<PollEntry> _entries = [];

    /// <summary>Adds a descriptor.</summary>
    /// <param name="fd">The descriptor; a negative one is skipped by the kernel.</param>
    /// <param name="events">What to wait for.</param>
    /// <returns>The slot for <see cref="Came"/> and <see cref="Change"/>.</returns>
    public int Add(int fd, PollEvents events = PollEvents.Readable)
    {
        _entries.Add(new PollEntry { Fd = fd, Events = (short)events });
        return _entries.Count - 1;
    }

    /// <summary>Changes descriptor or events of a slot; -1 switches the slot off.</summary>
    public void Change(int slot, int fd, PollEvents events = PollEvents.Readable) =>
        _entries[slot] = new PollEntry { Fd = fd, Events = (short)events };

    /// <summary>What the last <see cref="Wait"/> saw on a slot.</summary>
    public PollEvents Came(int slot) => (PollEvents)_entries[slot].Returned;

    /// <summary>Waits until a slot has something.</summary>
    /// <param name="timeout">The longest wait, to the nanosecond; null for ever.</param>
    /// <returns>How many slots have something; 0 when the time is over or a signal came.</returns>
    public unsafe int Wait(TimeSpan? timeout)
    {
        TimeSpec limit = default;
        if (timeout is TimeSpan span)
        {
            limit = TimeSpec.From(span < TimeSpan.Zero ? TimeSpan.Zero : span);
        }
        Span<PollEntry> entries =
            System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries);
        fixed (PollEntry* p = entries)
        {
            int n = Libc.Ppoll(p, (nuint)entries.Length, timeout is null ? null : &limit, null);
            return Math.Max(n, 0);
        }
    }
}
