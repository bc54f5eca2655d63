using NUnit.Framework;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Calls;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Judging;

/// <summary>What an oracle needs of memory while a transfer goes on.</summary>
public sealed class OracleAllocationTests
{
    private const int Rounds = 2000;
    private const int ToIut = 1000; // octets of each segment
    private const int FromIut = 500;
    private static readonly SocketPair Pair = new(
        new(IpAddress.Parse("10.0.0.1"), 80), new(IpAddress.Parse("10.0.0.2"), 40000));

    private static readonly SeqNumber Iss = new(4_294_900_000);
    private static readonly SeqNumber Irs = new(77);

    [Test]
    public void Oracle_TextInBothDirections_AllocatesNothingPerSegment()
    {
        Oracle oracle = Established();
        byte[][] toIut = [.. Enumerable.Range(0, Rounds).Select(PeerText)];
        byte[][] fromIut = [.. Enumerable.Range(0, Rounds).Select(IutText)];
        Watch(0, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Watch(100, Rounds);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Multiple(() =>
        {
            Assert.That(oracle.Violations, Is.Empty);
            Assert.That(oracle.Judged, Is.EqualTo(Rounds + 1));
            Assert.That(allocated, Is.Zero);
        });

        void Watch(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                TimeSpan now = TimeSpan.FromMilliseconds(i + 1);
                oracle.Advance(now, TimeSpan.Zero);
                oracle.ToIut(now, toIut[i]);
                oracle.FromIut(now, fromIut[i]);
            }
        }
    }

    // A passive open, and one call that gives all the text.
    private static Oracle Established()
    {
        Oracle oracle = new(new Ixit(), Claims.None);
        UserCall listen = new(1, UserCallKind.Listen, Pair with { Tester = default });
        oracle.CallStarted(default, listen);
        oracle.CallReturned(default, listen, UserResult.Ok);
        oracle.ToIut(default, Packet(false, Irs, default, TcpFlags.Syn, 0));
        oracle.FromIut(
            default, Packet(true, Iss, Irs + 1u, TcpFlags.Syn | TcpFlags.Ack, 0));
        oracle.ToIut(default, Packet(false, Irs + 1u, Iss + 1u, TcpFlags.Ack, 0));
        UserCall send = new(2, UserCallKind.Send, Pair)
        {
            Text = new byte[Rounds * FromIut],
        };
        oracle.CallStarted(default, send);
        oracle.CallReturned(default, send, UserResult.Ok);
        return oracle;
    }

    private static byte[] PeerText(int round) => Packet(
        false, Irs + 1u + (round * ToIut), Iss + 1u + (round * FromIut), TcpFlags.Ack, ToIut);

    private static byte[] IutText(int round) => Packet(
        true, Iss + 1u + (round * FromIut), Irs + 1u + ((round + 1) * ToIut), TcpFlags.Ack,
        FromIut);

    private static byte[] Packet(
        bool fromIut, SeqNumber seq, SeqNumber ack, TcpFlags flags, int text)
    {
        SocketAddress from = fromIut ? Pair.Iut : Pair.Tester;
        SocketAddress to = fromIut ? Pair.Tester : Pair.Iut;
        Segment segment = new()
        {
            SourcePort = from.Port,
            DestinationPort = to.Port,
            Seq = seq,
            Ack = ack,
            Flags = flags,
            Window = 65535,
            Options = flags.HasFlag(TcpFlags.Syn) ? Convert.FromHexString("020405b4") : [],
            Text = new byte[text],
        };
        return PacketWriter.Packet(
            from.Address, to.Address, IpProtocol.Tcp,
            segment.ToBytes(from.Address, to.Address));
    }
}
