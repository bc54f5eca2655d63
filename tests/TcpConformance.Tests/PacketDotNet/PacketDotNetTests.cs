using NUnit.Framework;
using PacketDotNet;
using TcpConformance.Fuzz.Corpus;
using TcpConformance.Wire;

namespace TcpConformance.Tests.PacketDotNetComparison;

// Built only with -p:WithPacketDotNet=true: our reading and that of PacketDotNet, field by field.
public sealed class PacketDotNetTests
{
    private const int RandomPackets = 2000;

    private static readonly IpAddress[] Clients =
        [IpAddress.Parse("10.0.0.2"), IpAddress.Parse("fd00::2")];

    private static readonly IpAddress[] Servers =
        [IpAddress.Parse("10.0.0.1"), IpAddress.Parse("fd00::1")];

    [Test]
    public void RandomPackets_AreReadAlike()
    {
        var random = new Random(1);
        for (int i = 0; i < RandomPackets; i++)
        {
            byte[] frame = RandomFrame(random);
            Assert.That(Compare(frame), Is.True, Convert.ToHexString(frame));
        }
    }

    [Test]
    public void PacketsOfTheCorpus_AreReadAlike()
    {
        int compared = FuzzCorpus.Seeds("frame").Count(seed => Compare(seed.Octets));
        Assert.That(compared, Is.Positive);
    }

    // Whether there was a well-formed segment to compare.
    private static bool Compare(byte[] frame)
    {
        FrameView.Read(frame, out FrameView view);
        if (view.Content != FrameContent.Segment || view.Segment.Defect != SegmentDefect.None)
        {
            return false;
        }
        ref readonly TcpHeader ours = ref view.Segment.Header;
        TcpPacket theirs =
            Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<TcpPacket>();
        string where = Convert.ToHexString(frame);
        Assert.That((int)theirs.SourcePort, Is.EqualTo((int)ours.SourcePort), where);
        Assert.That((int)theirs.DestinationPort, Is.EqualTo((int)ours.DestinationPort), where);
        Assert.That((long)theirs.SequenceNumber, Is.EqualTo((long)ours.Seq.Value), where);
        Assert.That((long)theirs.AcknowledgmentNumber, Is.EqualTo((long)ours.Ack.Value), where);
        Assert.That((int)theirs.DataOffset, Is.EqualTo((int)ours.DataOffset), where);
        Assert.That((int)theirs.Flags & 0xff, Is.EqualTo((int)ours.Flags & 0xff), where);
        Assert.That((int)theirs.WindowSize, Is.EqualTo((int)ours.Window), where);
        // Theirs has a sign, which RFC 9293 §3.1 does not give it.
        Assert.That(
            theirs.UrgentPointer & 0xffff, Is.EqualTo((int)ours.UrgentPointer), where);
        Assert.That((int)theirs.Checksum, Is.EqualTo((int)ours.Checksum), where);
        // PacketDotNet reads no options of a segment with URG.
        if (!ours.Has(TcpFlags.Urg))
        {
            Assert.That(
                (theirs.OptionsCollection ?? []).Select(o => (int)o.Kind),
                Is.EqualTo(Kinds(view.Segment.OptionBytes)), where);
        }
        Assert.That(
            theirs.PayloadData ?? [], Is.EqualTo(view.Segment.Text.ToArray()), where);
        return true;
    }

    private static int[] Kinds(ReadOnlySpan<byte> octets)
    {
        List<int> kinds = [];
        foreach (OptionEntry entry in new OptionList(octets))
        {
            kinds.Add((int)entry.Kind);
        }
        return [.. kinds];
    }

    private static byte[] RandomFrame(Random random)
    {
        int version = random.Next(2);
        byte[] text = new byte[random.Next(64)];
        random.NextBytes(text);
        Segment segment = new()
        {
            SourcePort = (ushort)random.Next(65536),
            DestinationPort = (ushort)random.Next(65536),
            Seq = new(unchecked((uint)random.NextInt64())),
            Ack = new(unchecked((uint)random.NextInt64())),
            Flags = (TcpFlags)random.Next(256),
            Window = (ushort)random.Next(65536),
            UrgentPointer = (ushort)random.Next(65536),
            Options = RandomOptions(random),
            Text = text,
        };
        byte[] tcp = segment.ToBytes(Clients[version], Servers[version]);
        int head = PacketWriter.HeaderLength(version == 1);
        byte[] packet = new byte[head + tcp.Length];
        tcp.CopyTo(packet.AsSpan(head));
        PacketWriter.WriteHeader(packet, Clients[version], Servers[version], IpProtocol.Tcp);
        return EthernetWriter.Frame(
            new MacAddress(0x0200_0000_0001), new MacAddress(0x0200_0000_0002), packet);
    }

    // Whole words, so that no padding follows that one reader counts and the other does not.
    private static OptionBytes RandomOptions(Random random) => random.Next(4) switch
    {
        0 => OptionBytes.None,
        1 => OptionBytes.Mss((ushort)random.Next(65536)),
        2 => OptionBytes.Nop(2) + OptionBytes.Timestamps(
            unchecked((uint)random.NextInt64()), unchecked((uint)random.NextInt64())),
        _ => OptionBytes.Mss((ushort)random.Next(65536)) + OptionBytes.Nop()
            + OptionBytes.WindowScale((byte)random.Next(15)) + OptionBytes.Nop(2)
            + OptionBytes.SackPermitted(),
    };
}
