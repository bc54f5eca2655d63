using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Random traffic with a late engine, watched by an oracle.</summary>
internal sealed class LaggingRun : IDisposable
{
    private readonly EngineIut _iut;
    private readonly RandomPeer _peer;
    private readonly Random _random;
    private readonly TimeSpan _latency;
    private readonly TimeSpan _start;
    private readonly Queue<(TimeSpan At, byte[] Packet)> _link = new();
    private readonly Queue<(TimeSpan At, byte[] Packet)> _back = new();
    private readonly bool _overtakes;
    private readonly Dictionary<int, UserCall> _calls = [];
    private readonly Queue<string> _lines = new();
    private TimeSpan _lastDelivery;
    private TimeSpan _lastBack;
    private int _call;
    private int _given;

    /// <summary>A run.</summary>
    /// <param name="seed">Of all that is random.</param>
    /// <param name="latency">What an IUT's profile states.</param>
    /// <param name="overtakes">Whether what the user is told overtakes segments that went out
    /// before.</param>
    public LaggingRun(int seed, TimeSpan latency, bool overtakes)
    {
        _overtakes = overtakes;
        _random = new Random(seed);
        _latency = latency;
        var profile = new IutProfile
        {
            Name = "lagging",
            Kind = IutKind.Engine,
            Ixit = new Ixit
            {
                Latency = latency, R2 = TimeSpan.FromSeconds(100), R2Syn = TimeSpan.FromMinutes(3),
            },
            Claims = Claims.Sack | Claims.Timestamps | Claims.BlindAttackMitigation,
        };
        _iut = new EngineIut(profile, (ulong)seed);
        Oracle = new Oracle(profile.Ixit, profile.Claims);
        _start = _iut.Now;
        Pair = new(
            new(profile.V4, 80), new(IpAddress.Parse("10.77.0.2"), (ushort)(40_000 + seed)));
        _peer = new RandomPeer(Pair, _random, timestamps: seed % 2 == 0, sack: seed > 2);
    }

    public Oracle Oracle { get; }

    /// <summary>How many hypotheses there were after each step.</summary>
    public List<int> Samples { get; } = [];

    public string LastLines => string.Join('\n', _lines);

    private SocketPair Pair { get; }

    private TimeSpan Now => _iut.Now - _start;

    public void Play(int segments)
    {
        Call(UserCallKind.Listen, new(Pair.Iut, default));
        Pass(1);
        Write(_peer.Syn());
        Pass(200);
        Write(_peer.Acknowledge());
        Call(UserCallKind.Accept, Pair);
        Pass(200);
        Call(UserCallKind.Receive, Pair);
        while (Oracle.Judged + _peer.Sent < segments && Oracle.Violations.Count == 0)
        {
            if (_random.Next(6) == 0)
            {
                Call(UserCallKind.Send, Pair);
            }
            Write(_peer.Next(Now));
            Pass(_random.Next(3) == 0 ? _random.Next(40) : 0);
            Samples.Add(Oracle.Hypotheses);
        }
        Pass(400);
    }

    public void Dispose() => _iut.Dispose();

    private void Note(string line)
    {
        _lines.Enqueue($"{Now.TotalSeconds:0.000} {Oracle.Hypotheses,2} {line}");
        if (_lines.Count > 40)
        {
            _lines.Dequeue();
        }
    }

    // The order on the link is certain; when the IUT gets to it is not.
    private void Write(byte[] packet)
    {
        Note("> " + Harness(packet));
        Oracle.ToIut(Now, packet);
        double most = _overtakes ? 0.68 : 0.98;
        TimeSpan at = Now + (_latency * (_random.NextDouble() * most));
        _lastDelivery = at > _lastDelivery ? at : _lastDelivery;
        _link.Enqueue((_lastDelivery, packet));
    }

    private static string Harness(byte[] packet) =>
        SegmentText.Of(SegmentView.Read(PacketView.Read(packet).Payload), default, default);

    private void Call(UserCallKind kind, SocketPair pair)
    {
        UserCall call = new(++_call, kind, pair) { Count = 65536 };
        if (kind == UserCallKind.Send)
        {
            int octets = _random.Next(1, 3000);
            call = call with { Text = SegmentScript.Text(1 + _given, octets) };
            _given += octets;
        }
        Note($"user {kind} {call.Text.Length}");
        _calls.Add(call.Id, call);
        Oracle.CallStarted(Now, call);
        _iut.Call(call);
        Drain();
    }

    private void Pass(int milliseconds)
    {
        TimeSpan until = Now + TimeSpan.FromMilliseconds(milliseconds);
        Drain();
        while (true)
        {
            TimeSpan next = until;
            if (_link.TryPeek(out (TimeSpan At, byte[] Packet) first) && first.At < next)
            {
                next = first.At;
            }
            if (_back.TryPeek(out (TimeSpan At, byte[] Packet) back) && back.At < next)
            {
                next = back.At;
            }
            if (Oracle.NextDeadline is TimeSpan due && due < next && due > Now)
            {
                next = due;
            }
            if (next > Now)
            {
                _iut.Wait(next + _start);
            }
            while (_link.TryPeek(out first) && first.At <= Now)
            {
                _iut.Deliver(_link.Dequeue().Packet);
                Drain();
            }
            Drain();
            Oracle.Advance(Now, TimeSpan.Zero);
            if (Now >= until)
            {
                return;
            }
        }
    }

    private void Drain()
    {
        while (_iut.TryTakePacket(out IutPacket packet))
        {
            TimeSpan at = Now
                + (_overtakes ? _latency * (_random.NextDouble() * 0.3) : TimeSpan.Zero);
            _lastBack = at > _lastBack ? at : _lastBack;
            _back.Enqueue((_lastBack, packet.Octets.ToArray()));
        }
        while (_back.TryPeek(out (TimeSpan At, byte[] Packet) first) && first.At <= Now)
        {
            _back.Dequeue();
            Note("< " + Harness(first.Packet));
            Oracle.FromIut(Now, first.Packet);
            _peer.Take(first.Packet);
        }
        while (_iut.TryTakeReply(out IutReply reply))
        {
            _calls.Remove(reply.CallId, out UserCall? call);
            Note($"told {call!.Kind} {reply.Result.Error} {reply.Result.Text.Length}");
            Oracle.CallReturned(Now, call, reply.Result);
            if (call.Kind == UserCallKind.Receive)
            {
                Call(UserCallKind.Receive, Pair);
            }
        }
    }
}
