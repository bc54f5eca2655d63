using TcpConformance.Engine;
using TcpConformance.Spec.Calls;
using TcpConformance.Wire;

namespace TcpConformance.Harness.Iuts;

/// <summary>User calls that block, over the engine's that don't: the engine's upper tester.
/// </summary>
internal sealed class EngineSockets
{
    private const int Backlog = 4096;
    private readonly TcpStack _stack;
    private readonly Dictionary<SocketAddress, TcpListener> _listeners = [];
    private readonly Dictionary<SocketPair, TcpConnection> _connections = [];
    private readonly HashSet<SocketPair> _arrived = [];
    private readonly List<Waiting> _waiting = [];
    private readonly Queue<IutReply> _replies = new();
    private long _version = -1;

    public EngineSockets(TcpStack stack) => _stack = stack;

    public bool TryTakeReply(out IutReply reply) => _replies.TryDequeue(out reply);

    public void Start(UserCall call, TimeSpan now)
    {
        var waiting = new Waiting(call);
        if (Try(waiting, now) is UserResult result)
        {
            _replies.Enqueue(new IutReply(now, call.Id, result));
        }
        else
        {
            _waiting.Add(waiting);
        }
        Poll(now);
    }

    /// <summary>Lets calls that wait go on, in the order in which they were made.</summary>
    public void Poll(TimeSpan now)
    {
        while (_version != _stack.UserEventVersion)
        {
            _version = _stack.UserEventVersion;
            for (int i = 0; i < _waiting.Count; i++)
            {
                if (Try(_waiting[i], now) is UserResult result)
                {
                    _replies.Enqueue(new IutReply(now, _waiting[i].Call.Id, result));
                    _waiting.RemoveAt(i--);
                }
            }
        }
    }

    // Null: the call has to wait.
    private UserResult? Try(Waiting w, TimeSpan now)
    {
        UserCall call = w.Call;
        switch (call.Kind)
        {
            case UserCallKind.Listen:
                return Listen(call, now);
            case UserCallKind.StopListening:
                return StopListening(call, now);
            case UserCallKind.Connect:
                return Connect(w, now);
            case UserCallKind.Accept:
                return Accept(call);
            case UserCallKind.Send:
            case UserCallKind.Receive:
            case UserCallKind.Shutdown:
            case UserCallKind.Close:
            case UserCallKind.Abort:
            case UserCallKind.SetOption:
            case UserCallKind.AwaitUrgent:
                return OnPair(w, now);
            default:
                return new UserResult(UserError.Other) { Detail = $"no call {call.Kind}" };
        }
    }

    // A call waits on the connection that it was made on; CLOSE and ABORT give it up, and RFC 9293
    // §3.10.3 to §3.10.5 have "connection does not exist" for what comes later.
    private UserResult? OnPair(Waiting w, TimeSpan now)
    {
        SocketPair pair = w.Call.Pair;
        if (pair.Tester == default && w.Call.Kind == UserCallKind.Abort)
        {
            return StopListening(w.Call, now);
        }
        if (w.Connection is null && !_connections.TryGetValue(pair, out w.Connection))
        {
            return new UserResult(UserError.NotConnected);
        }
        UserResult? result = OnConnection(w, w.Connection, now);
        if (w.Call.Kind is UserCallKind.Close or UserCallKind.Abort)
        {
            _connections.Remove(pair);
            _connections.Remove(w.Connection.Pair);
        }
        if (w.Call.Kind is UserCallKind.Close or UserCallKind.Abort or UserCallKind.Shutdown)
        {
            GiveUp(w.Connection);
        }
        return result;
    }

    // A CONNECT that still waits does not come true by its connection's closing (RFC 9293 §3.10.4,
    // SYN-RECEIVED: FIN-WAIT-1 follows at once).
    private void GiveUp(TcpConnection connection)
    {
        foreach (Waiting w in _waiting)
        {
            w.IsGivenUp |= w.Connection == connection && w.Call.Kind == UserCallKind.Connect;
        }
    }

    private static UserResult? OnConnection(Waiting w, TcpConnection connection, TimeSpan now)
    {
        switch (w.Call.Kind)
        {
            case UserCallKind.Send:
                return Send(w, connection, now);
            case UserCallKind.Receive:
                return Receive(w.Call, connection, now);
            case UserCallKind.Shutdown:
                connection.Shutdown(now);
                return UserResult.Ok;
            case UserCallKind.Close:
                connection.Close(now);
                return UserResult.Ok;
            case UserCallKind.Abort:
                connection.Abort(now);
                return UserResult.Ok;
            case UserCallKind.AwaitUrgent:
                return connection.UrgentBytes > 0 ? UserResult.Ok
                    : connection.State == TcpState.Closed ? Ended(connection) : null;
            default:
                return SetOption(w.Call, connection, now);
        }
    }

    private UserResult Listen(UserCall call, TimeSpan now)
    {
        try
        {
            _listeners[call.Pair.Iut] = _stack.Listen(call.Pair.Iut, Backlog, now);
            return UserResult.Ok;
        }
        catch (InvalidOperationException taken)
        {
            return new UserResult(UserError.AddressInUse) { Detail = taken.Message };
        }
    }

    private UserResult StopListening(UserCall call, TimeSpan now)
    {
        if (!_listeners.Remove(call.Pair.Iut, out TcpListener? listener))
        {
            return new UserResult(UserError.NotConnected);
        }
        listener.Close(now);
        _version = -1; // what waits on the listener is told
        return UserResult.Ok;
    }

    private UserResult? Connect(Waiting w, TimeSpan now)
    {
        if (w.Connection is null)
        {
            SocketAddress remote = w.Call.Pair.Tester;
            // RFC 9293 §3.9.2.3 (MUST-46): no OPEN to a multicast or broadcast address.
            if (remote.Address.IsMulticastOrBroadcast)
            {
                return new UserResult(UserError.InvalidAddress);
            }
            try
            {
                SocketAddress local = w.Call.AnyLocalAddress
                    ? new SocketAddress(AnyAddress(remote), w.Call.Pair.Iut.Port)
                    : w.Call.Pair.Iut;
                w.Connection = _stack.Connect(local, remote, now);
            }
            catch (InvalidOperationException taken)
            {
                return new UserResult(UserError.AddressInUse) { Detail = taken.Message };
            }
            // A pair with port 0 names the connection as well as the port that was chosen.
            _connections[w.Call.Pair] = w.Connection;
            _connections[w.Connection.Pair] = w.Connection;
        }
        if (w.IsGivenUp)
        {
            return new UserResult(UserError.Closing);
        }
        return w.Connection.State switch
        {
            TcpState.SynSent or TcpState.SynReceived => null,
            TcpState.Closed => Ended(w.Connection),
            _ => UserResult.Ok,
        };
    }

    private static IpAddress AnyAddress(SocketAddress remote) =>
        IpAddress.Parse(remote.Address.IsV6 ? "::" : "0.0.0.0");

    private UserResult? Accept(UserCall call)
    {
        if (_listeners.TryGetValue(call.Pair.Iut, out TcpListener? listener))
        {
            while (listener.TryAccept(out TcpConnection? connection))
            {
                _connections[connection.Pair] = connection;
                _arrived.Add(connection.Pair);
            }
        }
        else if (!_connections.ContainsKey(call.Pair))
        {
            return new UserResult(UserError.NotConnected);
        }
        // One that was accepted before, or opened by the user, is not the one that is waited for.
        return _arrived.Remove(call.Pair) ? UserResult.Ok : null;
    }

    private static UserResult? Send(Waiting w, TcpConnection connection, TimeSpan now)
    {
        ReadOnlySpan<byte> rest = w.Call.Text.Span[w.Done..];
        int taken = connection.Send(rest, now, push: true, urgent: w.Call.Urgent);
        if (taken < 0)
        {
            return connection.State == TcpState.Closed
                ? Ended(connection) with { Count = w.Done }
                : new UserResult(UserError.Closing) { Count = w.Done };
        }
        w.Done += taken;
        return w.Done == w.Call.Text.Length ? UserResult.Ok with { Count = w.Done } : null;
    }

    private static UserResult? Receive(UserCall call, TcpConnection connection, TimeSpan now)
    {
        byte[] text = connection.ReadableBytes == 0
            ? []
            : new byte[Math.Min(call.Count, connection.ReadableBytes)];
        int count = connection.Receive(text, now);
        if (count > 0)
        {
            return UserResult.Ok with { Text = text.AsMemory(0, count) };
        }
        if (count < 0 || connection.Error != TcpError.None)
        {
            return Ended(connection);
        }
        if (connection.EndOfStream)
        {
            return UserResult.Ok with { EndOfStream = true };
        }
        return connection.State == TcpState.Closed ? Ended(connection) : null;
    }

    private static UserResult SetOption(UserCall call, TcpConnection connection, TimeSpan now)
    {
        TimeSpan time = TimeSpan.FromMilliseconds(call.Value);
        if (call.Value <= 0 && call.Option is (UserOption.KeepAliveIdle
            or UserOption.KeepAliveInterval or UserOption.KeepAliveCount))
        {
            return new UserResult(UserError.Other) { Detail = "keep-alives need more than 0" };
        }
        switch (call.Option)
        {
            case UserOption.NoDelay:
                connection.NoDelay = call.Value != 0;
                return UserResult.Ok;
            case UserOption.KeepAlive:
                connection.SetKeepAlive(call.Value != 0, now);
                return UserResult.Ok;
            case UserOption.KeepAliveIdle:
                connection.KeepAliveIdle = time;
                break;
            case UserOption.KeepAliveInterval:
                connection.KeepAliveInterval = time;
                break;
            case UserOption.KeepAliveCount:
                connection.KeepAliveCount = call.Value;
                break;
            case UserOption.UserTimeout:
                connection.SetUserTimeout(call.Value == 0 ? null : time, now);
                return UserResult.Ok;
            case UserOption.TrafficClass:
                connection.TrafficClass = (byte)call.Value;
                return UserResult.Ok;
            case UserOption.HopLimit:
                connection.HopLimit = (byte)call.Value;
                return UserResult.Ok;
            case UserOption.ReceiveBuffer or UserOption.SendBuffer:
                return new UserResult(UserError.Other) { Detail = "buffers are fixed" };
        }
        if (connection.KeepAlive)
        {
            connection.SetKeepAlive(true, now); // the timer takes the new value
        }
        return UserResult.Ok;
    }

    private static UserResult Ended(TcpConnection connection) => new(connection.Error switch
    {
        TcpError.None => UserError.NotConnected,
        TcpError.Refused => UserError.Refused,
        TcpError.Reset => UserError.Reset,
        TcpError.TimedOut or TcpError.UserTimeout => UserError.TimedOut,
        TcpError.Unreachable => UserError.Unreachable,
        TcpError.Closing => UserError.Closing,
    })
    {
        Detail = connection.Error.ToString(),
    };

    private sealed class Waiting(UserCall call)
    {
        public UserCall Call { get; } = call;

        public int Done { get; set; }

        public bool IsGivenUp { get; set; }

        public TcpConnection? Connection;
    }
}
