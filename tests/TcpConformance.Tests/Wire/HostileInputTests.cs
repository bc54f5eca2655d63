using NUnit.Framework;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

// Whatever comes in: no exception, and every property can be asked for.
public sealed class HostileInputTests
{
    private const int Rounds = 20_000;

    [Test]
    public void Read_RandomOctets_NeverThrows([Range(1, 4)] int seed)
    {
        Random random = new(seed);
        byte[] octets = new byte[200];
        int readable = 0;
        for (int i = 0; i < Rounds; i++)
        {
            random.NextBytes(octets);
            Span<byte> frame = octets.AsSpan(0, random.Next(octets.Length + 1));
            Steer(frame, random);
            readable += Touch(frame) ? 1 : 0;
        }
        Assert.That(readable, Is.GreaterThan(Rounds / 100), "too few got past the headers");
    }

    [Test]
    public void Read_ValidFramesWithFlippedOctets_NeverThrows([Range(1, 4)] int seed)
    {
        Random random = new(seed);
        byte[][] frames =
        [
            Samples.FrameV4(Samples.Syn), Samples.FrameV6(Samples.Syn),
            EthernetWriter.Frame(
                Samples.ServerMac, Samples.ClientMac,
                PacketTests.WithV4Options(7, 7, 4, 0, 0, 0, 0, 0)),
            EthernetWriter.Frame(
                Samples.ServerMac, Samples.ClientMac,
                PacketTests.WithV6Extensions(44, [6, 0, 0, 0, 0, 0, 0, 0])),
            EthernetWriter.Frame(
                Samples.ServerMac, Samples.ClientMac, PacketWriter.Packet(
                    Samples.ServerV4, Samples.ClientV4, IpProtocol.Icmp, IcmpWriter.ErrorV4(
                        IcmpKind.Unreachable, 3, Samples.PacketV4(Samples.Syn), 0, 40))),
        ];
        int readable = 0;
        for (int i = 0; i < Rounds; i++)
        {
            byte[] frame = [.. frames[i % frames.Length]];
            for (int flips = random.Next(4); flips > 0; flips--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }
            readable += Touch(frame.AsSpan(0, random.Next(2) == 0
                ? frame.Length : random.Next(frame.Length + 1))) ? 1 : 0;
        }
        Assert.That(readable, Is.GreaterThan(Rounds / 100));
    }

    [Test]
    public void Default_Views_AreEmpty()
    {
        FrameView frame = default;
        Assert.That(frame.Content, Is.EqualTo(FrameContent.Unreadable));
        Assert.That(frame.Ethernet.Source.Bits + frame.Ethernet.Destination.Bits, Is.Zero);
        Assert.That(frame.Ethernet.Payload.Length + frame.Ethernet.TagCount, Is.Zero);
        Assert.That(frame.Packet.Source, Is.EqualTo(default(IpAddress)));
        Assert.That(frame.Packet.Payload.Length + frame.Packet.Extensions.Length, Is.Zero);
        Assert.That(frame.Segment.Text.Length + frame.Segment.OptionBytes.Length, Is.Zero);
        IcmpView icmp = default;
        Assert.That(icmp.Kind, Is.EqualTo(IcmpKind.EchoReply).Or.EqualTo(IcmpKind.Other));
        Assert.That(icmp.Body.Length + icmp.Quote.Payload.Length, Is.Zero);
    }

    // Towards IP and TCP, or nearly nothing would get past the first header.
    private static void Steer(Span<byte> frame, Random random)
    {
        if (frame.Length < 60)
        {
            return;
        }
        bool v6 = random.Next(2) == 0;
        frame[12] = v6 ? (byte)0x86 : (byte)8;
        frame[13] = v6 ? (byte)0xdd : (byte)0;
        frame[14] = v6 ? (byte)0x60 : (byte)0x45;
        if (v6)
        {
            frame[18] = 0;
            frame[19] = (byte)(frame.Length - 54);
            byte[] next = [6, 58, 44, 0, 60, 43, 51];
            frame[20] = next[random.Next(next.Length)];
            return;
        }
        frame[16] = 0;
        frame[17] = (byte)(frame.Length - 14);
        frame[20] = frame[21] = 0;
        frame[23] = random.Next(2) == 0 ? (byte)6 : (byte)1;
        frame[24] = frame[25] = 0;
        ushort checksum = Checksum.Of(frame[14..34]);
        frame[24] = (byte)(checksum >> 8);
        frame[25] = (byte)(checksum & 0xff);
    }

    private static bool Touch(ReadOnlySpan<byte> octets)
    {
        FrameView frame = FrameView.Read(octets);
        ulong sum = frame.Ethernet.Source.Bits ^ frame.Ethernet.Destination.Bits;
        for (int i = 0; i < frame.Ethernet.TagCount; i++)
        {
            sum ^= (ulong)frame.Ethernet.Tag(i).Id;
        }
        PacketView packet = frame.Packet;
        sum ^= packet.Source.Low32 ^ packet.Destination.Low32 ^ packet.FlowLabel;
        sum ^= (ulong)packet.Payload.Length ^ (ulong)packet.Extensions.Length;
        sum ^= packet.TrafficClass ^ (uint)packet.HopLimit ^ packet.Identification;
        _ = Ipv4Options.Check(packet.Extensions);
        _ = SegmentText.Of(in frame.Segment);
        _ = frame.HasValidChecksum;
        SegmentView segment = SegmentView.Read(octets);
        _ = SegmentText.Of(in segment, new(5), new(7));
        sum ^= (ulong)segment.Text.Length ^ segment.Header.SegLen ^ segment.Header.End.Value;
        IcmpView icmp = IcmpView.Read(in packet);
        sum ^= icmp.Mtu ^ icmp.Pointer ^ icmp.Parameter ^ (ulong)icmp.Body.Length;
        QuoteView quote = QuoteView.Read(octets);
        sum ^= quote.Seq.Value ^ quote.Ack.Value ^ quote.Source.Port ^ quote.Destination.Port;
        sum ^= icmp.Quote.Seq.Value ^ (ulong)icmp.Quote.Flags;
        _ = Neighbour.Read(in packet, out Neighbour neighbour);
        _ = ArpPacket.Read(octets, out ArpPacket arp);
        GC.KeepAlive((sum, neighbour, arp));
        return frame.Content >= FrameContent.Fragment;
    }
}
