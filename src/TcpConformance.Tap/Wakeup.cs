namespace TcpConformance.Tap;

/// <summary>Lets any thread end the wait of a <see cref="Poller"/> (eventfd(2)).</summary>
public sealed class Wakeup : IDisposable
{
    /// <summary>The descriptor, readable after <see cref="Signal"/>.</summary>
    public int Fd { get; private set; } =
        Libc.EventFd(0, Libc.NonBlocking | Libc.CloseOnExec);

    /// <summary>Makes the descriptor readable; callable from every thread.</summary>
    public void Signal() => _ = Libc.Write(Fd, BitConverter.GetBytes(1ul));

    /// <summary>Takes the signals back.</summary>
    public void Reset() => _ = Libc.Read(Fd, stackalloc byte[8]);

    /// <summary>Closes the descriptor.</summary>
    public void Dispose()
    {
        if (Fd >= 0)
        {
            _ = Libc.Close(Fd);
            Fd = -1;
        }
    }
}
