using TcpConformance.Engine;
using TcpConformance.Harness;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Pairs;

/// <summary>One end of a pair: an engine, its user, and an oracle that watches both.</summary>
internal sealed class PairHost
{
    private const int MostRead = 4096;
    private const int SlowRead = 100;

    private readonly byte[] _room = new byte[MostRead];
    private readonly byte[] _toSend;
    private readonly bool _closesFirst;
    private readonly int _mostRead;
    private readonly SocketPair _pair;
    private TcpConnection? _connection;
    private UserCall? _connecting;
    private int _sent;
    private int _calls;
    private bool _isShut;

    /// <summary>A host.</summary>
    /// <param name="stack">Its engine.</param>
    /// <param name="pair">The connection, as this host sees it.</param>
    /// <param name="plan">What is to happen.</param>
    /// <param name="index">0: the active one, 1: the passive one.</param>
    internal PairHost(TcpStack stack, SocketPair pair, PairPlan plan, int index)
    {
        Stack = stack;
        _pair = pair;
        // The two directions carry different octets.
        _toSend = Harness.Octets.Pattern(plan.Octets[index], index * 100);
        _closesFirst = plan.ClosesFirst[index];
        _mostRead = plan.ReadsSlowly[index] ? SlowRead : MostRead;
        Oracle = new Oracle(Values, Claimed);
    }

    private static Ixit Values { get; } = new() { R2 = TimeSpan.FromMinutes(10) };

    private static Claims Claimed => Claims.Timestamps | Claims.WindowScale | Claims.Sack
        | Claims.BlindAttackMitigation | Claims.Ipv6 | Claims.Urgent | Claims.SynText;

    internal TcpStack Stack { get; }

    internal Oracle Oracle { get; }

    /// <summary>What the user has got so far.</summary>
    internal List<byte> Received { get; } = [];

    /// <summary>What the user gives.</summary>
    internal ReadOnlySpan<byte> Given => _toSend;

    /// <summary>Whether the user was told that no more comes.</summary>
    internal bool HasEnd { get; private set; }

    /// <summary>What the connection ended with, if it did badly.</summary>
    internal TcpError Error => _connection?.Error ?? TcpError.None;

    internal bool IsClosed => _connection is { State: TcpState.Closed };

    internal TcpState? State => _connection?.State;

    /// <summary>Whether the user has something to do although nothing happens.</summary>
    internal bool IsBusy => _connection is { ReadableBytes: > 0 };

    /// <summary>Active OPEN.</summary>
    internal void Connect(TimeSpan now)
    {
        _connecting = new UserCall(++_calls, UserCallKind.Connect, _pair);
        Oracle.CallStarted(now, _connecting);
        _connection = Stack.Connect(_pair.Iut, _pair.Tester, now);
    }

    /// <summary>Passive OPEN.</summary>
    internal TcpListener Listen(TimeSpan now)
    {
        Tell(now, UserCallKind.Listen, UserResult.Ok, new SocketPair(_pair.Iut, default));
        return Stack.Listen(_pair.Iut, 4, now);
    }

    /// <summary>The user takes what the passive OPEN has made.</summary>
    internal void Accept(TcpConnection connection, TimeSpan now)
    {
        _connection = connection;
        Tell(now, UserCallKind.Accept, UserResult.Ok);
    }

    /// <summary>The user does what there is to do.</summary>
    internal void Step(TimeSpan now)
    {
        if (_connection is not TcpConnection c)
        {
            return;
        }
        if (_connecting is not null)
        {
            if (c.State is TcpState.SynSent or TcpState.SynReceived)
            {
                return;
            }
            Oracle.CallReturned(
                now, _connecting,
                c.Error == TcpError.None ? UserResult.Ok : new UserResult(UserError.TimedOut));
            _connecting = null;
        }
        Send(c, now);
        Receive(c, now);
        if (_sent == _toSend.Length && (_closesFirst || HasEnd) && !_isShut
            && c.Error == TcpError.None)
        {
            _isShut = true;
            Tell(now, UserCallKind.Shutdown, UserResult.Ok);
            c.Shutdown(now);
        }
    }

    private void Send(TcpConnection c, TimeSpan now)
    {
        int taken;
        while (_sent < _toSend.Length && (taken = c.Send(_toSend.AsSpan(_sent), now)) > 0)
        {
            Tell(
                now, UserCallKind.Send, UserResult.Ok with { Count = taken }, null,
                _toSend.AsMemory(_sent, taken));
            _sent += taken;
        }
    }

    private void Receive(TcpConnection c, TimeSpan now)
    {
        int count = c.Receive(_room.AsSpan(0, _mostRead), now);
        while (count > 0)
        {
            Received.AddRange(_room.AsSpan(0, count));
            Tell(
                now, UserCallKind.Receive,
                UserResult.Ok with { Text = _room.AsMemory(0, count) });
            count = _mostRead == MostRead ? c.Receive(_room, now) : 0;
        }
        if (c.EndOfStream && !HasEnd)
        {
            HasEnd = true;
            Tell(now, UserCallKind.Receive, UserResult.Ok with { EndOfStream = true });
        }
    }

    private void Tell(
        TimeSpan now, UserCallKind kind, UserResult result, SocketPair? on = null,
        ReadOnlyMemory<byte> text = default)
    {
        var call = new UserCall(++_calls, kind, on ?? _pair) { Text = text };
        Oracle.CallStarted(now, call);
        Oracle.CallReturned(now, call, result);
    }
}
