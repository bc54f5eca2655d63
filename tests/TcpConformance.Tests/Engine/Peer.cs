using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>A hand-driven peer of one stack: writes any segment, reads what comes back, and
/// leads the stack's connection into each state.</summary>
internal sealed class Peer
{
    public const uint Irs = 5000;
    private static readonly IpAddress Own = IpAddress.Parse("10.1.0.1");
    private static readonly IpAddress Other = IpAddress.Parse("10.1.0.2");
    private readonly byte[] _buffer = new byte[65536];
    private TcpConnection? _connection;

    public Peer(Action<TcpStackOptionsBuilder>? configure = null)
    {
        TcpStackOptionsBuilder builder = new();
        configure?.Invoke(builder);
        Stack = new TcpStack(builder.Build(Own));
        Listener = Stack.Listen(new SocketAddress(Own, 80), 8, Now);
    }

    public TcpStack Stack { get; }

    public TcpListener Listener { get; private set; }

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

    public ushort Port { get; set; } = 80;

    public ushort OwnPort { get; set; } = 4000;

    /// <summary>The peer's next sequence number.</summary>
    public SeqNumber Nxt { get; set; } = new(Irs);

    /// <summary>The number after the highest octet that the stack has sent.</summary>
    public SeqNumber Rcv { get; set; }

    public TcpConnection Connection => _connection
        ?? Stack.Find(Pair)!;

    public SocketPair Pair => new(new(Own, Port), new(Other, OwnPort));

    /// <summary>Sends an ICMP error that quotes a segment of the stack.</summary>
    public void SendIcmp(byte type, byte code, SeqNumber quoted, ushort mtu = 0)
    {
        Segment segment = new() { SourcePort = Port, DestinationPort = OwnPort, Seq = quoted };
        byte[] quote = new byte[40];
        segment.ToBytes(Own, Other).CopyTo(quote, 20);
        PacketWriter.WriteHeader(quote, Own, Other, IpProtocol.Tcp);
        byte[] packet = new byte[56];
        Span<byte> message = packet.AsSpan(20);
        message[0] = type;
        message[1] = code;
        message[6] = (byte)(mtu >> 8);
        message[7] = (byte)(mtu & 255);
        quote.AsSpan(0, 28).CopyTo(message[8..]);
        ushort checksum = Checksum.Of(message);
        message[2] = (byte)(checksum >> 8);
        message[3] = (byte)(checksum & 255);
        PacketWriter.WriteHeader(packet, Other, Own, IpProtocol.Icmp);
        Stack.Receive(packet, Now);
    }

    public Received Send(
        TcpFlags flags, SeqNumber? seq = null, SeqNumber? ack = null, int text = 0,
        ushort window = 60000, byte[]? options = null, ushort urgent = 0, byte fill = 7,
        ushort? checksum = null)
    {
        Segment segment = new()
        {
            SourcePort = OwnPort,
            DestinationPort = Port,
            Seq = seq ?? Nxt,
            Ack = ack ?? (flags.Has(TcpFlags.Ack) ? Rcv : default),
            Flags = flags,
            Window = window,
            Options = options ?? [],
            UrgentPointer = urgent,
            Text = Enumerable.Repeat(fill, text).ToArray(),
            Checksum = checksum,
        };
        byte[] bytes = segment.ToBytes(Other, Own);
        int ip = PacketWriter.HeaderLength(false);
        byte[] packet = new byte[ip + bytes.Length];
        bytes.CopyTo(packet, ip);
        PacketWriter.WriteHeader(packet, Other, Own, IpProtocol.Tcp);
        Stack.Receive(packet, Now);
        return Next();
    }

    /// <summary>The next segment from the stack, or None.</summary>
    public Received Next()
    {
        int length = Stack.Transmit(_buffer, Now);
        if (length == 0)
        {
            return Received.None;
        }
        PacketView packet = PacketView.Read(_buffer.AsSpan(0, length));
        Assert.That(Checksum.IsValid(packet.Source, packet.Destination, packet.Payload));
        SegmentView view = SegmentView.Read(packet.Payload);
        if (view.Header.End > Rcv || view.Header.Has(TcpFlags.Syn))
        {
            Rcv = view.Header.Has(TcpFlags.Rst) ? Rcv : view.Header.End;
        }
        return new Received(view.Header);
    }

    /// <summary>Lets time pass, timer by timer, until a segment comes or time is over.</summary>
    public Received Wait(TimeSpan atMost)
    {
        TimeSpan end = Now + atMost;
        while (Stack.NextTimeout is TimeSpan next && next <= end)
        {
            Now = next;
            Stack.Advance(Now);
            Received received = Next();
            if (!received.IsNone)
            {
                return received;
            }
        }
        Now = end;
        return Next();
    }

    public Peer InSynSent()
    {
        _connection = Stack.Connect(new(Own, 7000), new(Other, OwnPort), Now);
        Port = 7000;
        Next();
        return this;
    }

    public Peer InSynReceived(byte[]? options = null)
    {
        Send(TcpFlags.Syn, options: options);
        Nxt += 1u;
        return this;
    }

    public Peer InEstablished(byte[]? options = null, ushort window = 60000)
    {
        InSynReceived(options);
        Send(TcpFlags.Ack, window: window);
        Assert.That(Listener.TryAccept(out _connection));
        return this;
    }

    public Peer InFinWait1()
    {
        InEstablished();
        Connection.Shutdown(Now);
        Next();
        return this;
    }

    public Peer InFinWait2()
    {
        InFinWait1();
        Send(TcpFlags.Ack);
        return this;
    }

    public Peer InCloseWait()
    {
        InEstablished();
        Send(TcpFlags.Fin | TcpFlags.Ack);
        Nxt += 1u;
        return this;
    }

    public Peer InClosing()
    {
        InFinWait1();
        Send(TcpFlags.Fin | TcpFlags.Ack, ack: Rcv - 1u);
        Nxt += 1u;
        return this;
    }

    public Peer InLastAck()
    {
        InCloseWait();
        Connection.Shutdown(Now);
        Next();
        return this;
    }

    public Peer InTimeWait()
    {
        InFinWait2();
        Send(TcpFlags.Fin | TcpFlags.Ack);
        Nxt += 1u;
        return this;
    }

    public Peer In(TcpState state) => state switch
    {
        TcpState.SynSent => InSynSent(),
        TcpState.SynReceived => InSynReceived(),
        TcpState.Established => InEstablished(),
        TcpState.FinWait1 => InFinWait1(),
        TcpState.FinWait2 => InFinWait2(),
        TcpState.CloseWait => InCloseWait(),
        TcpState.Closing => InClosing(),
        TcpState.LastAck => InLastAck(),
        TcpState.TimeWait => InTimeWait(),
        TcpState.Closed or TcpState.Listen => this,
    };
}

/// <summary>A segment from the stack, or none.</summary>
internal sealed record Received(TcpHeader Header)
{
    public static Received None { get; } = new(default(TcpHeader)) { IsNone = true };

    public bool IsNone { get; private init; }

    public TcpFlags Flags => Header.Flags;

    public SeqNumber Seq => Header.Seq;

    public SeqNumber Ack => Header.Ack;

    public int Text => Header.TextLength;
}

/// <summary>What a test may configure.</summary>
internal sealed class TcpStackOptionsBuilder
{
    public int ReceiveBuffer { get; set; } = 65535;

    public bool Timestamps { get; set; } = true;

    public TimeSpan Msl { get; set; } = TimeSpan.FromMinutes(2);

    public TcpStackOptions Build(IpAddress own) => new()
    {
        Addresses = [own],
        ReceiveBuffer = ReceiveBuffer,
        Timestamps = Timestamps,
        Msl = Msl,
    };
}
