using TcpConformance.Wire;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Turns requests into socket calls and calls into replies.</summary>
internal sealed unsafe class UpperTesterSession
{
    private const int BufferSize = 256 * 1024;
    private const uint EveryEdge = 0x8000_0000 | 1 | 2 | 4 | 0x2000;

    private readonly Epoll _epoll;
    private readonly LineChannel _lines;
    private readonly IReadOnlyList<(string Name, string Value)> _defaults;
    private readonly Dictionary<long, TesterSocket> _sockets = [];
    private readonly Dictionary<long, PendingCall> _outstanding = [];
    private long _lastHandle;

    /// <param name="epoll">Where sockets are watched.</param>
    /// <param name="lines">Where replies go.</param>
    /// <param name="defaults">Options of every socket that is opened.</param>
    internal UpperTesterSession(
        Epoll epoll, LineChannel lines, IReadOnlyList<(string Name, string Value)> defaults)
    {
        _epoll = epoll;
        _lines = lines;
        _defaults = defaults;
    }

    /// <summary>Scratch space for one call.</summary>
    internal byte[] Buffer { get; } = new byte[BufferSize];

    /// <summary>Whether the process has been asked to end.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Starts what a line asks for.</summary>
    internal void Take(string line)
    {
        RequestDefect defect = UpperTesterRequest.Read(
            line, out UpperTesterRequest? request, out long id);
        if (defect == RequestDefect.None)
        {
            defect = _outstanding.ContainsKey(id)
                ? RequestDefect.NoId
                : Start(request!, new ArgumentReader(request!));
        }
        if (defect != RequestDefect.None)
        {
            _lines.Write($"{id} err EPROTO {defect}");
        }
    }

    /// <summary>Makes the calls that an edge on a socket allows.</summary>
    internal void Ready(long handle)
    {
        if (_sockets.TryGetValue(handle, out TesterSocket? socket))
        {
            socket.Advance();
        }
    }

    /// <summary>Takes over a descriptor and gives it a handle.</summary>
    internal long Adopt(int fd, bool connecting)
    {
        long handle = ++_lastHandle;
        _sockets.Add(handle, new TesterSocket(this, fd, handle, connecting));
        _epoll.Add(fd, EveryEdge, handle);
        return handle;
    }

    /// <summary>Closes a socket and answers what still waits on it.</summary>
    internal void Release(TesterSocket socket)
    {
        _ = _sockets.Remove(socket.Handle);
        socket.CancelAll();
        _ = Libc.Close(socket.Fd);
    }

    internal void Ok(PendingCall call, string text) =>
        Answer(call, text.Length == 0 ? "ok" : "ok " + text);

    internal void Fail(PendingCall call, int errno) => Answer(
        call, call.Count > 0 ? $"err {Errno.Name(errno)} {call.Done}" : $"err {Errno.Name(errno)}");

    private void Answer(PendingCall call, string text)
    {
        if (!call.IsAnswered)
        {
            call.IsAnswered = true;
            _ = _outstanding.Remove(call.Id);
            _lines.Write($"{call.Id} {text}");
        }
    }

    private RequestDefect Start(UpperTesterRequest request, ArgumentReader arguments)
    {
        switch (request.Verb)
        {
            case UpperTesterVerb.Ping or UpperTesterVerb.Quit:
                IsOver = request.Verb == UpperTesterVerb.Quit;
                _lines.Write($"{request.Id} ok");
                return RequestDefect.None;
            case UpperTesterVerb.Listen:
                return Listen(request.Id, arguments);
            case UpperTesterVerb.Open:
                return Open(request.Id, arguments);
            case UpperTesterVerb.Cancel:
                return Cancel(request.Id, arguments);
            default:
                return OnSocket(request, arguments);
        }
    }

    private RequestDefect OnSocket(UpperTesterRequest request, ArgumentReader arguments)
    {
        long handle = arguments.Number(1, long.MaxValue);
        PendingCall? call = null;
        (string Name, string Value) option = ("", "");
        switch (request.Verb)
        {
            case UpperTesterVerb.Send or UpperTesterVerb.SendUrgent:
                call = ReadSend(request, ref arguments);
                break;
            case UpperTesterVerb.Recv:
                call = Call(request, arguments.Number(1, BufferSize));
                break;
            case UpperTesterVerb.RecvPattern:
                ulong seed = arguments.Unsigned();
                ulong offset = arguments.Unsigned();
                call = Call(request, arguments.Number(1, long.MaxValue), null, seed, offset);
                break;
            case UpperTesterVerb.SetOpt:
                option = (arguments.Word(), arguments.Word());
                break;
            default:
                call = Call(request, 0);
                break;
        }
        if (arguments.Failed || !arguments.AtEnd)
        {
            return RequestDefect.WrongArgument;
        }
        if (!_sockets.TryGetValue(handle, out TesterSocket? socket))
        {
            _lines.Write($"{request.Id} err EBADF");
        }
        else if (call is null)
        {
            Report(request.Id, SocketOption.Set(socket.Fd, option.Name, option.Value));
        }
        else
        {
            Begin(socket, call);
        }
        return RequestDefect.None;
    }

    private void Begin(TesterSocket socket, PendingCall call)
    {
        _outstanding.Add(call.Id, call);
        if (call.Verb == UpperTesterVerb.Abort)
        {
            SocketOption.SetAbort(socket.Fd);
            Release(socket);
            Ok(call, "");
            return;
        }
        socket.Add(call);
    }

    private static PendingCall Call(
        UpperTesterRequest request, long count, byte[]? text = null, ulong seed = 0,
        ulong offset = 0) => new()
        {
            Id = request.Id,
            Verb = request.Verb,
            Count = count,
            Text = text,
            Seed = seed,
            Offset = offset,
        };

    private static PendingCall ReadSend(UpperTesterRequest request, ref ArgumentReader arguments)
    {
        if (arguments.Word() == "hex")
        {
            byte[] text = arguments.Hex();
            return Call(request, text.Length, text);
        }
        if (request.Arguments[1] == "pattern")
        {
            ulong seed = arguments.Unsigned();
            ulong offset = arguments.Unsigned();
            return Call(request, arguments.Number(1, long.MaxValue), null, seed, offset);
        }
        arguments.Fail();
        return Call(request, 0);
    }

    private RequestDefect Cancel(long id, ArgumentReader arguments)
    {
        long which = arguments.Number(1, long.MaxValue);
        if (arguments.Failed)
        {
            return RequestDefect.WrongArgument;
        }
        bool found = _outstanding.TryGetValue(which, out PendingCall? call);
        if (found)
        {
            Fail(call!, Errno.Ecanceled);
        }
        Report(id, found ? 0 : Errno.Enoent);
        return RequestDefect.None;
    }

    private RequestDefect Listen(long id, ArgumentReader arguments)
    {
        SocketAddress own = arguments.Socket();
        int backlog = (int)arguments.Number(0, int.MaxValue);
        List<(string Name, string Value)> options = arguments.Options();
        if (arguments.Failed)
        {
            return RequestDefect.WrongArgument;
        }
        int fd = NewSocket(own, options, reuse: true, out int errno);
        if (errno == 0 && Libc.Listen(fd, backlog) != 0)
        {
            errno = Libc.Errno;
        }
        Opened(id, fd, errno, connecting: false);
        return RequestDefect.None;
    }

    private RequestDefect Open(long id, ArgumentReader arguments)
    {
        SocketAddress own = arguments.Socket();
        SocketAddress peer = arguments.Socket();
        List<(string Name, string Value)> options = arguments.Options();
        if (arguments.Failed || own.Address.IsV6 != peer.Address.IsV6)
        {
            return RequestDefect.WrongArgument;
        }
        int fd = NewSocket(own, options, reuse: own.Port != 0, out int errno);
        if (errno == 0)
        {
            byte* name = stackalloc byte[SocketName.Size];
            uint length = SocketName.Write(peer, new Span<byte>(name, SocketName.Size));
            errno = Libc.Connect(fd, name, length) == 0 ? 0 : Libc.Errno;
            errno = errno == Errno.Einprogress ? 0 : errno;
        }
        Opened(id, fd, errno, connecting: true);
        return RequestDefect.None;
    }

    /// <summary>A bound socket with its options; may be open even on error.</summary>
    private int NewSocket(
        SocketAddress own, List<(string Name, string Value)> options, bool reuse, out int errno)
    {
        int fd = Libc.Socket(
            SocketName.FamilyOf(own.Address),
            Libc.StreamSocket | Libc.NonBlocking | Libc.CloseOnExec, 0);
        errno = fd < 0 ? Libc.Errno : 0;
        if (fd < 0)
        {
            return fd;
        }
        if (own.Address.IsV6)
        {
            SocketOption.SetOnlyV6(fd);
        }
        if (reuse)
        {
            SocketOption.SetReuseAddress(fd);
        }
        else
        {
            SocketOption.SetBindWithoutPort(fd);
        }
        foreach ((string name, string value) in _defaults.Concat(options))
        {
            errno = errno != 0 ? errno : SocketOption.Set(fd, name, value);
        }
        byte* socketName = stackalloc byte[SocketName.Size];
        uint length = SocketName.Write(own, new Span<byte>(socketName, SocketName.Size));
        if (errno == 0 && Libc.Bind(fd, socketName, length) != 0)
        {
            errno = Libc.Errno;
        }
        return fd;
    }

    private void Opened(long id, int fd, int errno, bool connecting)
    {
        if (errno != 0)
        {
            _ = fd >= 0 ? Libc.Close(fd) : 0;
            Report(id, errno);
            return;
        }
        ushort port = SocketName.Own(fd).Port;
        _lines.Write($"{id} ok {Adopt(fd, connecting)} {port}");
    }

    private void Report(long id, int errno) =>
        _lines.Write(errno == 0 ? $"{id} ok" : $"{id} err {Errno.Name(errno)}");
}
