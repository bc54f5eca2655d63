using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Sends anything that a peer, or an attacker in its place, may send on one connection,
/// and acknowledges what it gets.</summary>
internal sealed class RandomPeer(SocketPair pair, Random random, bool timestamps, bool sack)
{
    private const int Most = 1400;
    private readonly SeqNumber _irs = new(uint.MaxValue - 5000);
    private SeqNumber _edge;
    private SeqNumber _received;
    private int _sentTo = 1; // number after the last octet sent, counted from the SYN
    private int _holeAt;
    private uint _clock = 1000;
    private uint _echo;

    /// <summary>Segments so far.</summary>
    public int Sent { get; private set; }

    public byte[] Syn() => Packet(TcpFlags.Syn, 0, 0, OptionBytes.Mss(1460)
        + (sack ? OptionBytes.Nop(2) + OptionBytes.SackPermitted() : OptionBytes.None));

    public byte[] Acknowledge() => Packet(TcpFlags.Ack, _sentTo, 0, OptionBytes.None);

    /// <summary>Takes a segment of the IUT.</summary>
    public void Take(ReadOnlySpan<byte> packet)
    {
        SegmentView view = SegmentView.Read(PacketView.Read(packet).Payload);
        TcpHeader h = view.Header;
        if (h.Has(TcpFlags.Syn))
        {
            _received = h.Seq + 1u;
        }
        else if (h.Seq <= _received && h.End > _received)
        {
            _received = h.End;
        }
        _edge = h.Ack + (uint)h.Window;
        _echo = h.Options.Has(TcpOptionSet.Timestamps) ? h.Options.TsVal : _echo;
    }

    /// <summary>The next segment.</summary>
    public byte[] Next(TimeSpan now)
    {
        Sent++;
        _clock = 1000 + (uint)now.TotalMilliseconds;
        int room = Math.Min(_edge - (_irs + _sentTo), 20_000);
        return random.Next(100) switch
        {
            < 30 when room > 0 => New(Math.Min(room, random.Next(1, Most)), skip: 0),
            < 36 when room > 2 * Most && _holeAt == 0 => New(random.Next(1, Most), Most),
            < 50 when _holeAt > 0 => Fill(),
            < 58 => Old(),
            < 60 => Packet(TcpFlags.Rst, _sentTo + random.Next(3, 50), 0, OptionBytes.None),
            < 62 => Packet(TcpFlags.Syn, _sentTo + random.Next(-500, 500), 0, OptionBytes.None),
            < 64 => Packet(TcpFlags.Ack, _sentTo + 200_000, 0, OptionBytes.None),
            _ => Acknowledge(),
        };
    }

    private byte[] New(int length, int skip)
    {
        int at = _sentTo + skip;
        _holeAt = skip > 0 ? _sentTo : _holeAt;
        _sentTo = at + length;
        return Packet(TcpFlags.Ack | TcpFlags.Psh, at, length, OptionBytes.None);
    }

    private byte[] Fill()
    {
        int at = _holeAt;
        _holeAt = 0;
        return Packet(TcpFlags.Ack, at, Most, OptionBytes.None);
    }

    private byte[] Old()
    {
        int back = Math.Min(_sentTo - 1, random.Next(1, 3000));
        int length = Math.Min(back, random.Next(1, Most));
        return Packet(TcpFlags.Ack, _sentTo - back, length, OptionBytes.None);
    }

    private byte[] Packet(TcpFlags flags, int at, int length, OptionBytes options)
    {
        if (timestamps && !flags.HasAny(TcpFlags.Rst))
        {
            options += OptionBytes.Nop(2) + OptionBytes.Timestamps(_clock, _echo);
        }
        return PacketWriter.Packet(pair.Tester.Address, pair.Iut.Address, new Segment
        {
            SourcePort = pair.Tester.Port,
            DestinationPort = pair.Iut.Port,
            Seq = _irs + at,
            Ack = flags.Has(TcpFlags.Ack) ? _received : default,
            Flags = flags,
            Window = 65535,
            Options = options,
            Text = SegmentScript.Text(at, length),
        });
    }
}
