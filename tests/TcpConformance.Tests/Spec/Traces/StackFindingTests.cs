using NUnit.Framework;
using TcpConformance.Harness.Judging;
using TcpConformance.Spec.Profile;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Spec.Traces;

/// <summary>What the oracle had wrong, as external stacks have shown.</summary>
public sealed class StackFindingTests
{
    private const string InTimeWait = "granularity 500;" + Openings.Open
        + "close; < FA 1 1; > A 1 2; > FA 1 2; < A 2 2;";

    private static readonly IpAddress Iut = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress Tester = IpAddress.Parse("10.0.0.2");

    // RFC 9293 §3.6.1 (MUST-13): with a timer of half a second 2 MSL end within that.
    [Test]
    public void TimeWait_CoarseTimer_EndsOnce()
    {
        TraceScript over = TraceScript.Play(InTimeWait + "+240600");
        Assert.That(over.Broken, Is.Empty);
        Assert.That(over.Oracle.NextDeadline, Is.Null);
    }

    [Test]
    public void TimeWait_CoarseTimer_StillThereAfterwards_IsAViolation() => Assert.That(
        TraceScript.Play(InTimeWait + "+240600; > FA 1 2; < A 2 2; +10").Broken, Is.Not.Empty);

    // RFC 9293 §3.7.1 (MUST-16): what IP has to cut was larger than IP can carry in one piece.
    [Test]
    public void Segment_CutByIp_IsTooLarge()
    {
        var oracle = new Oracle(new Ixit(), Claims.None);
        byte[] syn = Packet(Tester, Iut, TcpFlags.Syn, 0);
        byte[] whole = Packet(Iut, Tester, TcpFlags.Ack, 100);
        oracle.ToIut(default, syn);
        byte[] first = [.. whole];
        first[6] |= 0x20; // more fragments
        Checksum(first);
        oracle.FromIut(default, first);
        Assert.That(
            oracle.Violations.Select(v => v.Requirement), Is.EqualTo(new[] { "rfc9293/MUST-16" }));
    }

    // What a user is given has another way than segments, and may overtake them in real time.
    private const string ReadBeforeTheAck = Openings.Open
        + "receive; > A 1:101 1; > A 101:201 1; got 200;";

    [Test]
    public void Receive_OvertakesOlderAcks_IsNoViolation() => Assert.That(
        TraceScript.Play(
            "latency 50;" + ReadBeforeTheAck + "< A 1 101; < A 1 201; +1000").Broken,
        Is.Empty);

    [Test]
    public void Receive_OvertakesAnAckThatNeverComes_IsAViolation() => Assert.That(
        TraceScript.Play(
            "latency 50;" + ReadBeforeTheAck + "< A 1 101; +1000").Broken,
        Is.EqualTo(new[] { "text-ack-late" }));

    [Test]
    public void Receive_OlderAckLongAfter_IsAViolation() => Assert.That(
        TraceScript.Play(
            "latency 50;" + ReadBeforeTheAck + "+60; < A 1 101; < A 1 201; +1000").Broken,
        Is.EqualTo(new[] { "ack-stale" }));

    [Test]
    public void Receive_MoreThanWasSent_IsAViolation() => Assert.That(
        TraceScript.Play(
            "latency 50;" + Openings.Open + "receive; > A 1:101 1; got 200; < A 1 101; +1000")
            .Broken,
        Is.EqualTo(new[] { "user-text-invented" }));

    [Test]
    public void Receive_WithoutLatency_OlderAckAfter_IsAViolation() => Assert.That(
        TraceScript.Play(ReadBeforeTheAck + "< A 1 101; < A 1 201; +1000").Broken,
        Is.EqualTo(new[] { "ack-stale" }));

    private static byte[] Packet(IpAddress from, IpAddress to, TcpFlags flags, int length)
    {
        bool fromIut = from == Iut;
        return PacketWriter.Packet(from, to, new Segment
        {
            SourcePort = (ushort)(fromIut ? 80 : 40_000),
            DestinationPort = (ushort)(fromIut ? 40_000 : 80),
            Flags = flags,
            Text = new byte[length],
        });
    }

    private static void Checksum(byte[] packet)
    {
        packet[10] = packet[11] = 0;
        int sum = 0;
        for (int i = 0; i < 20; i += 2)
        {
            sum += (packet[i] << 8) + packet[i + 1];
        }
        sum = (sum & 0xffff) + (sum >> 16);
        sum ^= 0xffff;
        packet[10] = (byte)((sum >> 8) & 0xff);
        packet[11] = (byte)(sum & 0xff);
    }
}
