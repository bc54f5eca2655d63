using NUnit.Framework;
using TcpConformance.Engine;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Engine;

/// <summary>Whatever arrives in whatever state: no exception, bounded memory, bounded answers.
/// </summary>
public sealed class RobustnessTests
{
    private static readonly int[] Offsets =
        [0, 1, -1, 2, -2, 100, 1000, 60_000, 65_534, 65_535, 65_536, 100_000, -100_000,
         int.MaxValue, int.MinValue];

    private static readonly byte[][] OptionLists =
    [
        [], [2, 4, 0, 0], [2, 4, 0xff, 0xff, 3, 3, 255], [3, 3, 14, 0, 4, 2, 1, 1],
        [8, 10, 0, 0, 0, 0, 0, 0, 0, 0], [8, 10, 255, 255, 255, 255, 255, 255, 255, 255],
        [5, 10, 0, 0, 0, 0, 255, 255, 255, 255], [5, 0], [99, 200], [2], [4, 2, 5, 11, 0, 0],
    ];

    [TestCase(TcpState.Listen)]
    [TestCase(TcpState.SynSent)]
    [TestCase(TcpState.SynReceived)]
    [TestCase(TcpState.Established)]
    [TestCase(TcpState.FinWait1)]
    [TestCase(TcpState.FinWait2)]
    [TestCase(TcpState.CloseWait)]
    [TestCase(TcpState.Closing)]
    [TestCase(TcpState.LastAck)]
    [TestCase(TcpState.TimeWait)]
    public void AnyState_RandomSegments_NeverThrowAndStayBounded(TcpState state)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Random random = new(seed);
            Peer peer = new(b => b.ReceiveBuffer = random.Next(2) == 0 ? 65535 : 300_000);
            peer.In(state);
            for (int i = 0; i < 60; i++)
            {
                Disturb(peer, random);
                Assert.That(Drain(peer), Is.LessThan(200), $"seed {seed}");
                Assert.That(peer.Stack.ConnectionCount, Is.LessThan(12));
            }
        }
    }

    private static void Disturb(Peer peer, Random random)
    {
        TcpConnection? connection = peer.Stack.Find(peer.Pair);
        SeqNumber nxt = connection?.Tcb.RcvNxt ?? peer.Nxt;
        SeqNumber una = connection?.Tcb.SndUna ?? peer.Rcv;
        switch (random.Next(10))
        {
            case 0:
                connection?.Send(new byte[random.Next(5000)], peer.Now, random.Next(2) == 0,
                    random.Next(4) == 0);
                break;
            case 1:
                connection?.Receive(new byte[random.Next(5000)], peer.Now);
                break;
            case 2:
                peer.Now += TimeSpan.FromMilliseconds(random.Next(3000));
                peer.Stack.Advance(peer.Now);
                break;
            case 3 when random.Next(5) == 0:
                connection?.Shutdown(peer.Now);
                break;
            default:
                TcpFlags flags = random.Next(3) == 0
                    ? (TcpFlags)random.Next(0x1000)
                    : TcpFlags.Ack | ((TcpFlags)random.Next(64) & ~(TcpFlags.Rst | TcpFlags.Syn));
                peer.Send(
                    flags, nxt + Offsets[random.Next(Offsets.Length)],
                    una + Offsets[random.Next(Offsets.Length)], random.Next(3) * random.Next(800),
                    (ushort)random.Next(65536), OptionLists[random.Next(OptionLists.Length)],
                    (ushort)random.Next(65536));
                break;
        }
    }

    private static int Drain(Peer peer)
    {
        int count = 0;
        while (count < 200 && !peer.Next().IsNone)
        {
            count++;
        }
        return count;
    }

    [Test]
    public void Established_PortUnreachable_AbortsOnlyForOutstandingNumbers()
    {
        Peer peer = new Peer().InEstablished();
        TcpConnection connection = peer.Connection;
        connection.Send(new byte[10], peer.Now);
        SeqNumber seq = peer.Next().Seq;
        peer.SendIcmp(3, 3, seq + 5000u);
        Assert.That(connection.State, Is.EqualTo(TcpState.Established));
        peer.SendIcmp(3, 1, seq);
        Assert.That(connection.State, Is.EqualTo(TcpState.Established));
        Assert.That(connection.SoftErrors, Is.EqualTo(1));
        peer.SendIcmp(4, 0, seq);
        Assert.That(connection.State, Is.EqualTo(TcpState.Established));
        peer.SendIcmp(3, 3, seq);
        Assert.That(connection.Error, Is.EqualTo(TcpError.Unreachable));
    }

    [Test]
    public void Established_FragmentationNeeded_SendsAgainInSmallerSegments()
    {
        Peer peer = new Peer().InEstablished([2, 4, 5, 0xb4]);
        peer.Connection.Send(new byte[1400], peer.Now);
        Received first = peer.Next();
        Assert.That(first.Text, Is.EqualTo(1400));
        peer.SendIcmp(3, 4, first.Seq, 1000);
        Received again = peer.Next();
        Assert.That(again.Seq, Is.EqualTo(first.Seq));
        Assert.That(again.Text, Is.EqualTo(960));
    }
}
