using System.Globalization;
using System.Runtime.CompilerServices;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Connection;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Benchmarks;

/// <summary>How much memory an oracle needs for a connection that stands and is idle.</summary>
internal static class IdleConnections
{
    private const int Connections = 10_000;
    private static readonly IpAddress Iut = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress Tester = IpAddress.Parse("10.0.0.2");

    /// <summary>Opens connections before one oracle, and prints the octets of each.</summary>
    public static void Print()
    {
        Open(10);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Oracle oracle = Open(Connections);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        if (oracle.Violations.Count > 0)
        {
            throw new InvalidOperationException(oracle.Violations[0].Message);
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(after - before) / (double)Connections:0} bytes per idle connection"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Unsafe.SizeOf<Tcb>()} of them are one history"));
        GC.KeepAlive(oracle);
    }

    private static Oracle Open(int count)
    {
        Oracle oracle = new(new Ixit(), RecordedTransfer.Claimed);
        Random isns = new(1);
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < count; i++)
        {
            SeqNumber iss = new((uint)isns.NextInt64(1L << 32));
            SeqNumber irs = new((uint)isns.NextInt64(1L << 32));
            ushort port = (ushort)(1024 + i);
            SocketPair pair = new(new(Iut, port), new(Tester, 80));
            UserCall open = new(i, UserCallKind.Connect, pair);
            oracle.CallStarted(now, open);
            oracle.FromIut(now, Packet(true, port, iss, default, TcpFlags.Syn));
            oracle.ToIut(
                now, Packet(false, port, irs, iss + 1u, TcpFlags.Syn | TcpFlags.Ack));
            oracle.FromIut(now, Packet(true, port, iss + 1u, irs + 1u, TcpFlags.Ack));
            oracle.CallReturned(now, open, UserResult.Ok);
            now += TimeSpan.FromMilliseconds(1);
        }
        return oracle;
    }

    private static byte[] Packet(
        bool fromIut, ushort port, SeqNumber seq, SeqNumber ack, TcpFlags flags)
    {
        Segment segment = new()
        {
            SourcePort = fromIut ? port : (ushort)80,
            DestinationPort = fromIut ? (ushort)80 : port,
            Seq = seq,
            Ack = ack,
            Flags = flags,
            Window = 65535,
            Options = (flags & TcpFlags.Syn) != 0 ? Convert.FromHexString("020405b4") : [],
        };
        IpAddress from = fromIut ? Iut : Tester;
        IpAddress to = fromIut ? Tester : Iut;
        byte[] tcp = segment.ToBytes(from, to);
        byte[] packet = new byte[PacketWriter.HeaderLength(false) + tcp.Length];
        tcp.CopyTo(packet.AsSpan(PacketWriter.HeaderLength(false)));
        PacketWriter.WriteHeader(packet, from, to, IpProtocol.Tcp);
        return packet;
    }
}
