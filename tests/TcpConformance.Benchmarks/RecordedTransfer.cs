using TcpConformance.Engine;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Benchmarks;

/// <summary>A bulk transfer between two reference engines in virtual time: the packets, and the
/// user's calls, as an oracle gets them that watches the one that opens the connection.</summary>
internal sealed class RecordedTransfer
{
    public const Claims Claimed = Claims.Timestamps | Claims.WindowScale | Claims.Sack
        | Claims.BlindAttackMitigation;

    private readonly List<Happening> _happenings = [];
    private readonly byte[] _packet = new byte[1500];
    private readonly byte[] _sink = new byte[64 * 1024];
    private readonly TcpStack _iut;
    private readonly TcpStack _peer;
    private readonly SocketPair _pair;
    private readonly int _segments;
    private TimeSpan _now;
    private int _calls;

    /// <summary>Records a transfer.</summary>
    /// <param name="segments">How many segments, in both directions together.</param>
    /// <param name="iutSends">The text goes from the IUT to its peer, or the other way.</param>
    /// <param name="options">With timestamps and SACK.</param>
    public RecordedTransfer(int segments, bool iutSends, bool options)
    {
        _segments = segments;
        SocketAddress service = new(IpAddress.Parse("10.0.0.2"), 80);
        _iut = Stack(IpAddress.Parse("10.0.0.1"), options);
        _peer = Stack(service.Address, options);
        TcpListener listener = _peer.Listen(service, 1, _now);
        TcpConnection opened = _iut.Connect(null, service, _now);
        _pair = new SocketPair(opened.Pair.Iut, service);
        UserCall open = Call(UserCallKind.Connect, default);
        Exchange();
        Returned(open);
        if (!listener.TryAccept(out TcpConnection? accepted))
        {
            throw new InvalidOperationException("the connection is not established");
        }
        Transfer(iutSends ? opened : accepted, iutSends ? accepted : opened, iutSends);
    }

    /// <summary>Segments, in both directions.</summary>
    public int Segments { get; private set; }

    /// <summary>Everything that crosses the IUT's boundary, in order.</summary>
    public int Count => _happenings.Count;

    /// <summary>Tells an oracle what happened, from one place to the one before another.</summary>
    public void Replay(Oracle oracle, int from, int to)
    {
        TimeSpan now = from == 0 ? TimeSpan.Zero : _happenings[from - 1].At;
        for (int i = from; i < to; i++)
        {
            Happening h = _happenings[i];
            if (h.At > now)
            {
                now = h.At;
                oracle.Advance(now, TimeSpan.Zero);
            }
            h.Tell(oracle);
        }
    }

    private static TcpStack Stack(IpAddress address, bool options) => new(new TcpStackOptions
    {
        Addresses = [address], Timestamps = options, Sack = options,
    });

    private void Transfer(TcpConnection sender, TcpConnection receiver, bool iutSends)
    {
        byte[] text = new byte[16 * 1024];
        new Random(1).NextBytes(text);
        while (Segments < _segments)
        {
            int sent = sender.Send(text, _now);
            if (iutSends && sent > 0)
            {
                Returned(Call(UserCallKind.Send, text.AsMemory(0, sent)));
            }
            Exchange();
            receiver.Receive(_sink, _now);
            Exchange();
            _now += TimeSpan.FromMicroseconds(100);
            _iut.Advance(_now);
            _peer.Advance(_now);
        }
    }

    private UserCall Call(UserCallKind kind, ReadOnlyMemory<byte> text)
    {
        UserCall call = new(++_calls, kind, _pair) { Text = text };
        _happenings.Add(new Happening(_now, HappeningKind.CallStarted, [], call));
        return call;
    }

    private void Returned(UserCall call) =>
        _happenings.Add(new Happening(_now, HappeningKind.CallReturned, [], call));

    private void Exchange()
    {
        int before;
        do
        {
            before = Segments;
            Carry(_iut, _peer, HappeningKind.FromIut);
            Carry(_peer, _iut, HappeningKind.ToIut);
        }
        while (Segments != before);
    }

    private void Carry(TcpStack from, TcpStack to, HappeningKind kind)
    {
        int length;
        while (Segments < _segments && (length = from.Transmit(_packet, _now)) > 0)
        {
            _happenings.Add(new Happening(_now, kind, _packet[..length], null));
            Segments++;
            to.Receive(_packet.AsSpan(0, length), _now);
        }
    }

    private enum HappeningKind
    {
        ToIut, FromIut, CallStarted, CallReturned,
    }

    private readonly record struct Happening(
        TimeSpan At, HappeningKind Kind, byte[] Packet, UserCall? Call)
    {
        public void Tell(Oracle oracle)
        {
            switch (Kind)
            {
                case HappeningKind.ToIut:
                    oracle.ToIut(At, Packet);
                    break;
                case HappeningKind.FromIut:
                    oracle.FromIut(At, Packet);
                    break;
                case HappeningKind.CallStarted:
                    oracle.CallStarted(At, Call!);
                    break;
                case HappeningKind.CallReturned:
                    oracle.CallReturned(At, Call!, UserResult.Ok);
                    break;
            }
        }
    }
}
