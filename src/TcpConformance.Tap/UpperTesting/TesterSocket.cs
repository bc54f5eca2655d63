using TcpConformance.Wire;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>One socket of the Linux upper tester and the requests that wait on it.</summary>
/// <remarks>
/// Sends, the shutdown and the close of a socket run one after another; so do its receives, and its
/// accepts. A call is made when it is asked for, and again at each edge that epoll reports.
/// </remarks>
internal sealed unsafe class TesterSocket
{
    private const short PollPriority = 2;
    private const short PollError = 8;
    private const short PollHangUp = 16;
    private const short PollOut = 4;
    private const int ShutdownWrite = 1;
    private const int SocketIoctlAtMark = 0x8905;

    // What ends a connection is told again; other errors say that this one call can't be made.
    private static readonly HashSet<int> Endings =
    [
        Errno.Econnrefused, Errno.Econnreset, Errno.Econnaborted, Errno.Etimedout,
        Errno.Ehostunreach, Errno.Enetunreach, Errno.Ehostdown, Errno.Enoprotoopt,
    ];

    private readonly UpperTesterSession _session;
    private readonly Queue<PendingCall> _sends = new();
    private readonly Queue<PendingCall> _receives = new();
    private readonly Queue<PendingCall> _accepts = new();
    private readonly List<PendingCall> _watches = [];
    private bool _connecting;
    private int _failure;

    internal TesterSocket(UpperTesterSession session, int fd, long handle, bool connecting)
    {
        _session = session;
        Fd = fd;
        Handle = handle;
        _connecting = connecting;
    }

    internal int Fd { get; }

    internal long Handle { get; }

    internal void Add(PendingCall call)
    {
        Queue<PendingCall>? queue = call.Verb switch
        {
            UpperTesterVerb.Send or UpperTesterVerb.SendUrgent or UpperTesterVerb.Shutdown
                or UpperTesterVerb.Close => _sends,
            UpperTesterVerb.Recv or UpperTesterVerb.RecvPattern => _receives,
            UpperTesterVerb.Accept => _accepts,
            _ => null,
        };
        if (queue is null)
        {
            _watches.Add(call);
        }
        else
        {
            queue.Enqueue(call);
        }
        Advance();
    }

    /// <summary>Makes every call that can be made now.</summary>
    internal void Advance()
    {
        SettleConnect();
        while (Next(_accepts) is PendingCall call && Accept(call))
        {
            _ = _accepts.Dequeue();
        }
        while (Next(_receives) is PendingCall call && Receive(call))
        {
            _ = _receives.Dequeue();
        }
        _watches.RemoveAll(w => w.IsAnswered || Watch(w));
        while (Next(_sends) is PendingCall call && Send(call))
        {
            _ = _sends.Dequeue();
            if (call.Verb == UpperTesterVerb.Close && !call.IsAnswered)
            {
                _session.Release(this);
                _session.Ok(call, "");
                return;
            }
        }
    }

    /// <summary>Answers all that wait, because the socket is gone.</summary>
    internal void CancelAll()
    {
        PendingCall[] all = [.. _sends, .. _receives, .. _accepts, .. _watches];
        foreach (PendingCall call in all)
        {
            _session.Fail(call, Errno.Ecanceled);
        }
    }

    private static PendingCall? Next(Queue<PendingCall> queue)
    {
        while (queue.TryPeek(out PendingCall? call))
        {
            if (!call.IsAnswered)
            {
                return call;
            }
            _ = queue.Dequeue();
        }
        return null;
    }

    private void SettleConnect()
    {
        if (_connecting && Poll(PollOut) != 0)
        {
            _connecting = false;
            _failure = SocketOption.TakeError(Fd);
        }
    }

    private short Poll(short events)
    {
        var entry = new PollEntry { Fd = Fd, Events = events };
        TimeSpec now = default;
        _ = Libc.Ppoll(&entry, 1, &now, null);
        return entry.Returned;
    }

    private bool Accept(PendingCall call)
    {
        byte* name = stackalloc byte[SocketName.Size];
        uint length = SocketName.Size;
        int fd = Libc.Accept(Fd, name, &length, Libc.NonBlocking | Libc.CloseOnExec);
        if (fd < 0)
        {
            return Refused(call);
        }
        SocketAddress peer = SocketName.Read(new ReadOnlySpan<byte>(name, SocketName.Size));
        long handle = _session.Adopt(fd, connecting: false);
        _session.Ok(call, $"{handle} {peer.Address} {peer.Port}");
        return true;
    }

    private bool Receive(PendingCall call)
    {
        Span<byte> buffer = _session.Buffer;
        while (true)
        {
            nuint room = (nuint)Math.Min(buffer.Length, call.Count - call.Done);
            nint n;
            fixed (byte* p = buffer)
            {
                n = Libc.Receive(Fd, p, room, 0);
            }
            if (n < 0)
            {
                return Refused(call);
            }
            if (n == 0)
            {
                return EndOfStream(call);
            }
            if (call.Verb == UpperTesterVerb.Recv)
            {
                _session.Ok(call, Convert.ToHexStringLower(buffer[..(int)n]));
                return true;
            }
            ulong offset = unchecked(call.Offset + (ulong)call.Done);
            int different = OctetPattern.FirstDifference(call.Seed, offset, buffer[..(int)n]);
            call.Done += different >= 0 ? different : n;
            if (different >= 0)
            {
                _session.Fail(call, Errno.Eilseq);
                return true;
            }
            if (call.Done == call.Count)
            {
                _session.Ok(call, $"{call.Done}");
                return true;
            }
        }
    }

    private bool EndOfStream(PendingCall call)
    {
        // After an error that has been told, recv(2) says end of stream: not to our user.
        if (_failure != 0)
        {
            _session.Fail(call, _failure);
        }
        else
        {
            _session.Ok(call, call.Verb == UpperTesterVerb.Recv ? "eof" : $"{call.Done} eof");
        }
        return true;
    }

    private bool Send(PendingCall call)
    {
        if (call.Verb == UpperTesterVerb.Close)
        {
            return true;
        }
        if (call.Verb == UpperTesterVerb.Shutdown)
        {
            return Finish(call, Libc.Shutdown(Fd, ShutdownWrite));
        }
        int flags = Libc.MessageNoSignal
            | (call.Verb == UpperTesterVerb.SendUrgent ? Libc.MessageOutOfBand : 0);
        while (call.Done < call.Count)
        {
            ReadOnlySpan<byte> octets = call.NextOctets(_session.Buffer);
            nint n;
            fixed (byte* p = octets)
            {
                n = Libc.Send(Fd, p, (nuint)octets.Length, flags);
            }
            if (n < 0)
            {
                return Refused(call);
            }
            call.Done += n;
        }
        _session.Ok(call, $"{call.Done}");
        return true;
    }

    /// <summary>Whether the thing that is waited for is there, and has been told.</summary>
    private bool Watch(PendingCall call)
    {
        switch (call.Verb)
        {
            case UpperTesterVerb.Connected when _connecting:
                return false;
            case UpperTesterVerb.Connected:
                return _failure != 0 ? Tell(call, _failure) : Tell(call, "");
            case UpperTesterVerb.Urgent:
                return (Poll(PollPriority) & PollPriority) != 0 && Tell(call, "");
            case UpperTesterVerb.AtMark:
                int mark = 0;
                return Libc.Ioctl(Fd, SocketIoctlAtMark, &mark) == 0
                    ? Tell(call, $"{mark}")
                    : Tell(call, Libc.Errno);
            case UpperTesterVerb.RecvUrgent:
                byte octet;
                return Libc.Receive(Fd, &octet, 1, Libc.MessageOutOfBand) == 1
                    ? Tell(call, $"{octet:x2}")
                    : Tell(call, Libc.Errno);
            case UpperTesterVerb.GetInfo:
                return TcpInfoText.Of(Fd) is string text
                    ? Tell(call, text)
                    : Tell(call, Libc.Errno);
            default:
                return WatchForEnd(call);
        }
    }

    private bool WatchForEnd(PendingCall call)
    {
        if (_failure == 0)
        {
            short came = Poll(0);
            if ((came & (PollError | PollHangUp)) == 0)
            {
                return false;
            }
            _failure = (came & PollError) != 0 ? SocketOption.TakeError(Fd) : 0;
        }
        return Tell(call, _failure == 0 ? "closed" : Errno.Name(_failure));
    }

    private bool Tell(PendingCall call, string text)
    {
        _session.Ok(call, text);
        return true;
    }

    private bool Tell(PendingCall call, int errno)
    {
        _session.Fail(call, errno);
        return true;
    }

    private bool Finish(PendingCall call, int outcome) =>
        outcome == 0 ? Tell(call, "") : Refused(call);

    /// <summary>Tells the error of the call just made; false if the call is to wait.</summary>
    private bool Refused(PendingCall call)
    {
        int errno = Libc.Errno;
        if (errno is Errno.Eagain or Errno.Eintr)
        {
            return false;
        }
        if (_failure == 0 && Endings.Contains(errno))
        {
            _failure = errno;
        }
        return Tell(call, _failure != 0 ? _failure : errno);
    }
}
