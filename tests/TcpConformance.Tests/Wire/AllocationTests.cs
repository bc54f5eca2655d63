using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

public sealed class AllocationTests
{
    [Test]
    public void Read_EveryKindOfFrame_AllocatesNothing()
    {
        byte[][] frames =
        [
            Samples.FrameV4(Samples.Syn), Samples.FrameV6(Samples.Syn),
            Samples.FrameV4(Samples.Syn with { Options = OptionBytes.Raw(2, 0) }),
            Samples.FrameV4(Samples.Syn with
            {
                Options = OptionBytes.Sack(new SackBlock(new(1), new(2))),
                Text = new byte[1000],
            }),
            EthernetWriter.Frame(
                Samples.ServerMac, Samples.ClientMac, PacketWriter.Packet(
                    Samples.ServerV4, Samples.ClientV4, IpProtocol.Icmp, IcmpWriter.ErrorV4(
                        IcmpKind.Unreachable, 3, Samples.PacketV4(Samples.Syn)))),
        ];
        Assert.That(Allocated(() =>
        {
            foreach (byte[] octets in frames)
            {
                ReadAll(octets);
            }
        }), Is.Zero);
    }

    [Test]
    public void WriteHeader_SegmentAndPacket_AllocatesNothing()
    {
        TcpHeader header = SegmentView.Read(
            Samples.Syn.ToBytes(Samples.ClientV6, Samples.ServerV6)).Header;
        byte[] packet = new byte[40 + SegmentWriter.HeaderLength(in header)];
        Assert.That(Allocated(() =>
        {
            SegmentWriter.WriteHeader(
                in header, Samples.ClientV6, Samples.ServerV6, packet.AsSpan(40));
            PacketWriter.WriteHeader(
                packet, Samples.ClientV6, Samples.ServerV6, IpProtocol.Tcp);
        }), Is.Zero);
        Assert.That(PacketView.Read(packet).Defect, Is.EqualTo(PacketDefect.None));
    }

    private static void ReadAll(ReadOnlySpan<byte> octets)
    {
        FrameView frame = FrameView.Read(octets);
        ulong sum = frame.HasValidChecksum ? 1u : 0;
        foreach (OptionEntry option in new OptionList(frame.Segment.OptionBytes))
        {
            sum += (ulong)option.Body.Length;
        }
        IcmpView icmp = IcmpView.Read(in frame.Packet);
        sum += icmp.Quote.Seq.Value;
        if (sum == ulong.MaxValue)
        {
            Assert.Fail("impossible sum"); // keeps the reads from being left out
        }
    }

    private static long Allocated(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            action();
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
