using TcpConformance.Engine;
using TcpConformance.Harness.Iuts;
using TcpConformance.Wire;

namespace TcpConformance.Mutants.Faults;

/// <summary>A segment on its way to or from the engine; a fault may change it.</summary>
public sealed class Passing
{
    private readonly byte[] _packet;
    private TcpHeader _header;

    private Passing(byte[] packet, SocketPair pair, in SegmentView view, SegmentDefect defect)
    {
        _packet = packet;
        Pair = pair;
        _header = view.Header;
        Text = view.Text.ToArray();
        Defect = defect;
    }

    /// <summary>The connection: the engine's socket, and the tester's.</summary>
    public SocketPair Pair { get; }

    /// <summary>The engine's connection at this moment, if there is one.</summary>
    public TcpConnection? Connection { get; private init; }

    /// <summary>The engine's state: CLOSED where no connection is, and also in LISTEN.</summary>
    public TcpState State => Connection?.State ?? TcpState.Closed;

    /// <summary>What is wrong with the segment as it came; where its data offset is, the header
    /// reads as if it were 5.</summary>
    public SegmentDefect Defect { get; }

    /// <summary>Whether the checksum was right when it came.</summary>
    public bool HasRightChecksum { get; private init; }

    /// <summary>The header, to be read.</summary>
    public ref readonly TcpHeader Header => ref _header;

    /// <summary>The text.</summary>
    public byte[] Text { get; private set; }

    /// <summary>Whether it goes on otherwise than it came.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The header, to be changed; checksum and lengths follow by themselves.</summary>
    public ref TcpHeader Change()
    {
        IsChanged = true;
        return ref _header;
    }

    /// <summary>Other text.</summary>
    public void ChangeText(byte[] text)
    {
        IsChanged = true;
        Text = text;
        _header.TextLength = text.Length;
    }

    /// <summary>The packet as it goes on.</summary>
    internal byte[] Packet(bool toIut)
    {
        if (!IsChanged)
        {
            return _packet;
        }
        PacketView ip = PacketView.Read(_packet);
        return toIut
            ? Write(in _header, Text, Pair.Tester, Pair.Iut, ip.TrafficClass, ip.HopLimit)
            : Write(in _header, Text, Pair.Iut, Pair.Tester, ip.TrafficClass, ip.HopLimit);
    }

    /// <summary>A packet with a right checksum.</summary>
    internal static byte[] Write(
        in TcpHeader header, ReadOnlySpan<byte> text, SocketAddress from, SocketAddress to,
        byte trafficClass = 0, byte hopLimit = PacketWriter.DefaultHopLimit)
    {
        TcpHeader h = header;
        h.SourcePort = from.Port;
        h.DestinationPort = to.Port;
        int ip = PacketWriter.HeaderLength(from.Address.IsV6);
        int start = ip + SegmentWriter.HeaderLength(in h);
        byte[] packet = new byte[start + text.Length];
        text.CopyTo(packet.AsSpan(start));
        SegmentWriter.WriteHeader(in h, from.Address, to.Address, packet.AsSpan(ip));
        PacketWriter.WriteHeader(
            packet, from.Address, to.Address, IpProtocol.Tcp, 0, trafficClass, hopLimit);
        return packet;
    }

    /// <summary>Reads a packet; null unless it holds a whole TCP header.</summary>
    internal static Passing? Read(ReadOnlySpan<byte> packet, bool toIut, EngineIut engine)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Defect != PacketDefect.None || ip.Protocol != (byte)IpProtocol.Tcp
            || ip.Payload.Length < TcpHeader.MinimumLength)
        {
            return null;
        }
        SegmentView view = SegmentView.Read(ip.Payload);
        SegmentDefect defect = view.Defect;
        if (defect.IsFatal())
        {
            byte[] repaired = ip.Payload.ToArray();
            repaired[12] = (byte)((repaired[12] & 0x0f) | 0x50);
            view = SegmentView.Read(repaired);
        }
        SocketAddress from = new(ip.Source, view.Header.SourcePort);
        SocketAddress to = new(ip.Destination, view.Header.DestinationPort);
        SocketPair pair = toIut ? new(to, from) : new(from, to);
        return new Passing(packet.ToArray(), pair, in view, defect)
        {
            Connection = engine.Stack.Find(pair),
            HasRightChecksum = Checksum.IsValid(ip.Source, ip.Destination, ip.Payload),
        };
    }
}
