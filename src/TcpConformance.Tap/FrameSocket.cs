namespace TcpConformance.Tap;

/// <summary>A link without a device: one end of a pair of sequenced-packet sockets, each message
/// a frame. The other end goes to the program that the IUT is.</summary>
public sealed class FrameSocket : IFrameLink
{
    private FrameSocket(int fd, int programFd)
    {
        Fd = fd;
        ProgramFd = programFd;
    }

    /// <inheritdoc/>
    public int Fd { get; private set; }

    /// <inheritdoc/>
    public string Name => "the socket of frames";

    /// <summary>The other end, blocking, until <see cref="CloseProgramEnd"/>; then -1.</summary>
    public int ProgramFd { get; private set; }

    /// <summary>Makes both ends.</summary>
    /// <exception cref="TapUnavailableException">The system has no descriptor left.</exception>
    public static unsafe FrameSocket Create()
    {
        int* ends = stackalloc int[2];
        if (Libc.SocketPair(
            Libc.FamilyUnix, Libc.SequencedPacketSocket | Libc.CloseOnExec, 0, ends) != 0)
        {
            throw TapUnavailableException.LinkRefused("make a pair of sockets", Libc.Errno);
        }
        Libc.MakeNonBlocking(ends[0]);
        return new FrameSocket(ends[0], ends[1]);
    }

    /// <inheritdoc/>
    public TapResult Read(Span<byte> buffer, out int length)
    {
        nint n = Libc.Read(Fd, buffer);
        length = n > 0 ? (int)n : 0;
        return n > 0 ? TapResult.Frame : n == 0 ? TapResult.Vanished : Failure(Libc.Errno);
    }

    /// <inheritdoc/>
    public unsafe TapResult Write(ReadOnlySpan<byte> frame)
    {
        fixed (byte* octets = frame)
        {
            nint n = Libc.Send(Fd, octets, (nuint)frame.Length, Libc.MessageNoSignal);
            return n >= 0 ? TapResult.Frame : Failure(Libc.Errno);
        }
    }

    private static TapResult Failure(int errno) => errno switch
    {
        Errno.Eagain or Errno.Eintr => TapResult.WouldBlock,
        Errno.Epipe or Errno.Econnreset or Errno.Ebadf => TapResult.Vanished,
        _ => TapResult.Rejected,
    };

    /// <summary>Closes the program's end here: the program has it now.</summary>
    public void CloseProgramEnd()
    {
        if (ProgramFd >= 0)
        {
            _ = Libc.Close(ProgramFd);
            ProgramFd = -1;
        }
    }

    /// <summary>Closes what is open of both ends.</summary>
    public void Dispose()
    {
        CloseProgramEnd();
        if (Fd >= 0)
        {
            _ = Libc.Close(Fd);
            Fd = -1;
        }
    }
}
