using TcpConformance.Engine;
using TcpConformance.Harness;
using TcpConformance.Harness.Judging;
using TcpConformance.Wire;

namespace TcpConformance.Fuzz.Pairs;

/// <summary>Two engines over a link that loses, doubles, delays and so reorders packets as a plan
/// says: in virtual time, an oracle on each side.</summary>
internal sealed class PairRun
{
    // Clocks have run for some time when it begins (RFC 9293 §3.4.1).
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(1000);
    private static readonly TimeSpan Limit = TimeSpan.FromHours(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // More than the largest plan needs.
    private const int PacketLimit = 30_000;
    private const int TurnLimit = 200_000;

    // RFC 9293 §3.8.3 (MUST-23): after so long a SYN,ACK that nobody acknowledges may be given up.
    private static readonly TimeSpan LeastR2Syn = TimeSpan.FromMinutes(3);

    private readonly PairPlan _plan;
    private readonly PairHost[] _hosts;
    private readonly TcpListener _listener;
    private readonly PriorityQueue<(byte[] Packet, int To), (TimeSpan, long)> _flying = new();
    private readonly byte[] _buffer = new byte[65_600];
    private readonly PairLog? _log;
    private TimeSpan _now = Start;
    private bool _accepted;
    private long _order;
    private int _packets;

    private PairRun(PairPlan plan, PairLog? log)
    {
        _plan = plan;
        _log = log;
        SocketAddress own = new(Address(0), 40_000);
        SocketAddress service = new(Address(1), 80);
        _hosts =
        [
            new(Stack(0), new SocketPair(own, service), plan, 0),
            new(Stack(1), new SocketPair(service, own), plan, 1),
        ];
        _listener = _hosts[1].Listen(_now);
        _hosts[0].Connect(_now);
    }

    /// <summary>Plays a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="log">Told of each packet; null: nobody is.</param>
    /// <exception cref="FuzzFindingException">An oracle complains, octets are lost, invented or in
    /// wrong order, or the pair comes to no end.</exception>
    internal static void Play(PairPlan plan, PairLog? log = null) =>
        new PairRun(plan, log).Play();

    private IpAddress Address(int host) =>
        IpAddress.Parse(_plan.IsV6 ? $"fd00::{host + 1}" : $"10.0.0.{host + 1}");

    private TcpStack Stack(int host) => new(new TcpStackOptions
    {
        Addresses = [Address(host)],
        ReceiveBuffer = _plan.ReceiveBuffer[host],
        Sack = _plan.Sack || host == 1,
        Timestamps = _plan.Timestamps || host == 1,
        Seed = host,
        R2 = TimeSpan.FromMinutes(10),
        SecretKey = [.. Enumerable.Repeat((byte)(host + 1), 16)],
    });

    private void Play()
    {
        for (int turn = 0; !Step(); turn++)
        {
            FuzzCheck.That(turn < TurnLimit, "time-stands-still");
            FuzzCheck.That(_now < Limit, "no-end");
        }
        Conclude();
    }

    // True: both are closed, or one has given up.
    private bool Step()
    {
        Users();
        if (IsForgotten || _hosts.All(h => h.IsClosed && !h.IsBusy)
            || _hosts.Any(h => h.Error != TcpError.None))
        {
            return true;
        }
        Collect();
        foreach (PairHost host in _hosts)
        {
            host.Oracle.Advance(_now, TimeSpan.Zero);
            Complain(host);
        }
        TimeSpan next = Next();
        FuzzCheck.That(next < TimeSpan.MaxValue, "nothing-will-happen");
        _now = next > _now ? next : _now;
        // What comes at the moment at which a timer expires comes before.
        Arrive();
        foreach (PairHost host in _hosts)
        {
            host.Stack.Advance(_now);
        }
        return false;
    }

    // The passive host has given up what its user never saw, while the active one stands: nobody
    // is told of that (RFC 9293 §3.5.1, half-open connections).
    private bool IsForgotten => !_accepted && _now - Start >= LeastR2Syn
        && _hosts[1].Stack.ConnectionCount == 0
        && _hosts[0].State is not (TcpState.SynSent or TcpState.SynReceived);

    private void Users()
    {
        if (!_accepted && _listener.TryAccept(out TcpConnection? connection))
        {
            _accepted = true;
            _hosts[1].Accept(connection, _now);
        }
        foreach (PairHost host in _hosts)
        {
            host.Step(_now);
            Complain(host);
        }
    }

    private TimeSpan Next()
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (PairHost host in _hosts)
        {
            next = Earlier(next, host.Stack.NextTimeout);
            next = Earlier(next, host.Oracle.NextDeadline is TimeSpan due && due > _now
                ? due
                : null);
            next = host.IsBusy ? Earlier(next, _now + Pause) : next;
        }
        return _flying.TryPeek(out _, out (TimeSpan At, long) first)
            ? Earlier(next, first.At)
            : next;
    }

    private static TimeSpan Earlier(TimeSpan one, TimeSpan? other) =>
        other is TimeSpan o && o < one ? o : one;

    private void Collect()
    {
        for (int from = 0; from < _hosts.Length; from++)
        {
            int length;
            while ((length = _hosts[from].Stack.Transmit(_buffer, _now)) > 0)
            {
                FuzzCheck.That(_packets++ < PacketLimit, "packets-without-end");
                byte[] packet = _buffer[..length];
                IReadOnlyList<TimeSpan> fate = _plan.NextFate();
                Log(from, packet, fate);
                _hosts[from].Oracle.FromIut(_now, packet);
                Complain(_hosts[from]);
                foreach (TimeSpan after in fate)
                {
                    _flying.Enqueue((packet, 1 - from), (_now + after, _order++));
                }
            }
        }
    }

    // What is answered without delay waits until the users have had their turn: two ends whose
    // windows are full answer each other's ACKs until one of them reads (RFC 9293 §3.10.7.4,
    // first).
    private void Arrive()
    {
        long end = _order;
        while (_flying.TryPeek(out var item, out (TimeSpan At, long Order) first)
            && first.At <= _now && first.Order < end)
        {
            _flying.Dequeue();
            _hosts[item.To].Oracle.ToIut(_now, item.Packet);
            _hosts[item.To].Stack.Receive(item.Packet, _now);
            Collect();
        }
    }

    private void Log(int from, byte[] packet, IReadOnlyList<TimeSpan> fate)
    {
        if (_log is null)
        {
            return;
        }
        string after = string.Join(" and ", fate.Select(f => $"{f.TotalMilliseconds} ms"));
        string arrives = fate.Count == 0 ? "lost" : $"arrives after {after}";
        PacketView ip = PacketView.Read(packet);
        string text = $"{SegmentText.Of(SegmentView.Read(ip.Payload))}; {arrives}";
        TimeSpan at = _now - Start;
        _log.Line($"{at.TotalSeconds:0.000} {"AB"[from]}: {text}");
        _log.Entry(new TraceEntry(
            at, from == 0 ? TraceKind.SegmentToIut : TraceKind.SegmentFromIut, packet, text));
    }

    private void Complain(PairHost host)
    {
        if (host.Oracle.Violations.Count > 0)
        {
            Violation v = host.Oracle.Violations[0];
            string who = host == _hosts[0] ? "the active host" : "the passive host";
            throw new FuzzFindingException(
                $"{v.Requirement} {v.Rule}", $"{who}: {v.Message}");
        }
    }

    private void Conclude()
    {
        for (int i = 0; i < _hosts.Length; i++)
        {
            PairHost to = _hosts[i];
            ReadOnlySpan<byte> given = _hosts[1 - i].Given;
            ReadOnlySpan<byte> received = to.Received.ToArray();
            FuzzCheck.That(received.Length <= given.Length, "octets-invented");
            FuzzCheck.Same("octets-differ", given[..received.Length], received);
            // Who was told of the end has all; who was told of an error may have less.
            FuzzCheck.That(!to.HasEnd || received.Length == given.Length, "octets-lost");
            FuzzCheck.That(
                IsForgotten || to.HasEnd || _hosts.Any(h => h.Error != TcpError.None),
                "end-untold");
        }
        // RFC 9293 §3.8.3: nobody gives up while all that is sent arrives.
        FuzzCheck.That(
            !_plan.IsCalm || IsForgotten
                || _hosts.All(h => h.Error is TcpError.None or TcpError.TimedOut),
            "connection-broken");
    }
}
