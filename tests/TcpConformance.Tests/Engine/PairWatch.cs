using TcpConformance.Engine;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>An oracle on each side of a pair of engines.</summary>
public sealed class PairWatch
{
    private static readonly Ixit Values = new() { R2 = TimeSpan.FromMinutes(10) };

    private const Claims Claimed = Claims.Timestamps | Claims.WindowScale | Claims.Sack
        | Claims.BlindAttackMitigation | Claims.Ipv6 | Claims.Urgent | Claims.SynText;

    private readonly Oracle[] _oracles = [new(Values, Claimed), new(Values, Claimed)];
    private readonly List<string> _log = [];
    private TcpStack? _first;
    private LossyLink? _link;
    private int _calls;

    public bool KeepsLog { get; init; }

    public string? Complaint => _oracles.SelectMany((o, i) => o.Violations
        .Select(v => $"{(i == 0 ? "A" : "B")} at {v.At}: {v.Requirement} {v.Message}"))
        .FirstOrDefault();

    public IEnumerable<string> Log => _log;

    public int MostHypotheses => _oracles.Max(o => o.MostHypotheses);

    public void Begin(TcpStack a, TcpStack b, LossyLink link, SocketAddress service)
    {
        _ = b;
        _first = a;
        _link = link;
        link.Left = (from, packet) => Segment(from, packet, isFrom: true);
        link.Reaches = (to, packet) => Segment(to, packet, isFrom: false);
        link.Settled = now =>
        {
            foreach (Oracle o in _oracles)
            {
                o.Advance(now, TimeSpan.Zero);
            }
        };
        Call(1, UserCallKind.Listen, new SocketPair(service, default));
    }

    private void Segment(TcpStack stack, byte[] packet, bool isFrom)
    {
        int side = ReferenceEquals(stack, _first) ? 0 : 1;
        Oracle o = _oracles[side];
        if (KeepsLog && Complaint is null)
        {
            PacketView ip = PacketView.Read(packet);
            _log.Add($"{_link!.Now.TotalSeconds:0.000} {"AB"[side]} {(isFrom ? "sends" : "gets ")} "
                + SegmentText.Of(SegmentView.Read(ip.Payload)));
        }
        if (isFrom)
        {
            o.FromIut(_link!.Now, packet);
        }
        else
        {
            o.ToIut(_link!.Now, packet);
        }
    }

    public void Connects(SocketAddress from, SocketAddress to) =>
        Start(0, new UserCall(++_calls, UserCallKind.Connect, new SocketPair(from, to)));

    public SideWatch Of(int side, SocketAddress own, SocketAddress other) =>
        new(this, side, new SocketPair(own, other));

    internal void Start(int side, UserCall call) =>
        _oracles[side].CallStarted(_link?.Now ?? default, call);

    internal void Call(
        int side, UserCallKind kind, SocketPair pair, ReadOnlyMemory<byte> text = default,
        UserResult? result = null)
    {
        UserCall call = new(++_calls, kind, pair) { Text = text };
        if (KeepsLog && Complaint is null)
        {
            _log.Add($"{_link!.Now.TotalSeconds:0.000} {"AB"[side]} user {kind} {text.Length} "
                + $"{result?.Text.Length} {result?.EndOfStream}");
        }
        Start(side, call);
        _oracles[side].CallReturned(_link?.Now ?? default, call, result ?? UserResult.Ok);
    }
}

/// <summary>Tells an oracle what the user of one side does.</summary>
public sealed class SideWatch(PairWatch watch, int side, SocketPair pair)
{
    public void Sent(TimeSpan now, ReadOnlySpan<byte> octets)
    {
        _ = now;
        watch.Call(side, UserCallKind.Send, pair, octets.ToArray());
    }

    public void Shutdown(TimeSpan now)
    {
        _ = now;
        watch.Call(side, UserCallKind.Shutdown, pair);
    }

    public void Received(TimeSpan now, ReadOnlySpan<byte> octets, bool end)
    {
        _ = now;
        watch.Call(side, UserCallKind.Receive, pair, default, new UserResult(UserError.None)
        {
            Text = octets.ToArray(), EndOfStream = end,
        });
    }
}
