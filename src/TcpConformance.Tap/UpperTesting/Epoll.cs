using System.Runtime.InteropServices;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>epoll(7): which of thousands of descriptors have something.</summary>
internal sealed unsafe class Epoll
{
    private const int AddOperation = 1;
    private const int ModifyOperation = 3;
    private const int Batch = 512;

    // struct epoll_event is packed on x86-64 alone.
    private static readonly int Stride =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private readonly int _fd = Libc.EpollCreate(Libc.CloseOnExec);
    private readonly byte[] _entries = new byte[Batch * 16];

    /// <summary>Watches a descriptor.</summary>
    /// <returns>False for a regular file, which is always ready and can't be watched.</returns>
    internal bool Add(int fd, uint events, long key) => Control(AddOperation, fd, events, key);

    internal void Change(int fd, uint events, long key) =>
        _ = Control(ModifyOperation, fd, events, key);

    private bool Control(int operation, int fd, uint events, long key)
    {
        byte* entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + Stride - 8) = key;
        return Libc.EpollControl(_fd, operation, fd, entry) == 0;
    }

    /// <summary>Waits and adds the keys of what is ready.</summary>
    /// <param name="keys">Cleared first.</param>
    /// <param name="milliseconds">The longest wait; -1 for ever.</param>
    internal void Wait(List<long> keys, int milliseconds)
    {
        keys.Clear();
        fixed (byte* p = _entries)
        {
            int n = Libc.EpollWait(_fd, p, Batch, milliseconds);
            for (int i = 0; i < n; i++)
            {
                keys.Add(*(long*)(p + (i * Stride) + Stride - 8));
            }
        }
    }
}
