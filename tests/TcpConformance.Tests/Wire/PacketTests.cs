using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class PacketTests
{
    [Property(MaxTest = 500)]
    public bool Packet_V4_ThenRead_IsTheSame(
        uint source, uint destination, byte[] payload, byte traffic, ushort id, byte hops)
    {
        byte[] packet = [.. new byte[20], .. payload];
        PacketWriter.WriteHeader(
            packet, IpAddress.V4(source), IpAddress.V4(destination), IpProtocol.Udp, id,
            traffic, hops);
        PacketView view = PacketView.Read([.. packet, 1, 2, 3]); // link padding behind it
        return view.Defect == PacketDefect.None && !view.IsV6 && view.HasHeader
            && view.Source == IpAddress.V4(source)
            && view.Destination == IpAddress.V4(destination) && view.Protocol == 17
            && view.TrafficClass == traffic && view.Identification == id
            && view.HopLimit == hops && view.DontFragment && view.Extensions.IsEmpty
            && view.Payload.SequenceEqual(payload) && view.Bytes.SequenceEqual(packet);
    }

    [Property(MaxTest = 500)]
    public bool Packet_V6_ThenRead_IsTheSame(int seed, byte[] payload, byte traffic, byte hops)
    {
        IpAddress source = IpAddress.Read(Samples.Octets(seed, 16));
        byte[] packet = [.. new byte[40], .. payload];
        PacketWriter.WriteHeader(
            packet, source, Samples.ServerV6, IpProtocol.Tcp, 0, traffic, hops);
        PacketView view = PacketView.Read([.. packet, 0, 0]);
        return view.Defect == PacketDefect.None && view.IsV6 && view.Source == source
            && view.Destination == Samples.ServerV6 && view.Protocol == 6
            && view.TrafficClass == traffic && view.HopLimit == hops && view.FlowLabel == 0
            && view.Payload.SequenceEqual(payload) && view.Bytes.SequenceEqual(packet);
    }

    [Test]
    public void Read_V4WithOptions_GivesThemAsExtensions()
    {
        byte[] packet = WithV4Options(0x94, 4, 0, 0, 1, 1, 1, 0);
        PacketView view = PacketView.Read(packet);
        Assert.That(view.Defect, Is.EqualTo(PacketDefect.None));
        Assert.That(
            view.Extensions.ToArray(), Is.EqualTo(new byte[] { 0x94, 4, 0, 0, 1, 1, 1, 0 }));
        Assert.That(SegmentView.Read(view.Payload).Header.Seq, Is.EqualTo(Samples.Syn.Seq));
    }

    [TestCase("", Ipv4OptionDefect.None, 0)]
    [TestCase("01010101", Ipv4OptionDefect.None, 4)]
    [TestCase("94040000", Ipv4OptionDefect.None, 1)]
    [TestCase("010000ff", Ipv4OptionDefect.None, 1)]
    [TestCase("07070400000000" + "00", Ipv4OptionDefect.None, 1)]
    [TestCase("07070300000000" + "00", Ipv4OptionDefect.BadPointer, 1)]
    [TestCase("83020101", Ipv4OptionDefect.BadPointer, 3)]
    [TestCase("44040400", Ipv4OptionDefect.BadPointer, 1)]
    [TestCase("44040500", Ipv4OptionDefect.None, 1)]
    [TestCase("94000000", Ipv4OptionDefect.LengthTooSmall, 0)]
    [TestCase("94010000", Ipv4OptionDefect.LengthTooSmall, 0)]
    [TestCase("01010194", Ipv4OptionDefect.LengthMissing, 3)]
    [TestCase("01940400", Ipv4OptionDefect.PastHeader, 1)]
    public void Ipv4Options_Walk_CountsAndNamesTheDefect(
        string octets, Ipv4OptionDefect defect, int count)
    {
        byte[] options = Convert.FromHexString(octets);
        Ipv4Options walk = new(options);
        int met = 0;
        while (walk.MoveNext())
        {
            Assert.That((byte)walk.Type, Is.EqualTo(walk.Current[0]));
            met++;
        }
        Assert.That((walk.Defect, met), Is.EqualTo((defect, count)));
        Assert.That(Ipv4Options.Check(options), Is.EqualTo(defect));
    }

    [TestCase(0, 0x00, PacketDefect.BadVersion)]
    [TestCase(0, 0x55, PacketDefect.BadVersion)]
    [TestCase(0, 0x44, PacketDefect.BadHeaderLength)]
    [TestCase(0, 0x4f, PacketDefect.BadHeaderLength, 40)]
    [TestCase(2, 0x7f, PacketDefect.BadTotalLength)]
    [TestCase(3, 0x13, PacketDefect.BadTotalLength)]
    [TestCase(8, 0x00, PacketDefect.BadHeaderChecksum)]
    public void Read_V4WithWrongOctet_NamesTheDefect(
        int at, int octet, PacketDefect defect, int cut = 60)
    {
        byte[] packet = Samples.PacketV4(Samples.Syn)[..cut];
        packet[at] = (byte)octet;
        Assert.That(PacketView.Read(packet).Defect, Is.EqualTo(defect));
    }

    [Test]
    public void Read_CutAnywhere_IsTruncatedOrTooLong()
    {
        byte[] v4 = Samples.PacketV4(Samples.Syn);
        byte[] v6 = Samples.PacketV6(Samples.Syn);
        for (int i = 0; i < v4.Length; i++)
        {
            Assert.That(PacketView.Read(v4.AsSpan(0, i)).Defect, Is.EqualTo(
                i < 20 ? PacketDefect.Truncated : PacketDefect.BadTotalLength), $"v4 {i}");
        }
        for (int i = 0; i < v6.Length; i++)
        {
            Assert.That(PacketView.Read(v6.AsSpan(0, i)).Defect, Is.EqualTo(
                i < 40 ? PacketDefect.Truncated : PacketDefect.BadTotalLength), $"v6 {i}");
        }
    }

    [TestCase(0x4000, PacketDefect.None)]
    [TestCase(0x2000, PacketDefect.Fragment)]
    [TestCase(0x0001, PacketDefect.Fragment)]
    [TestCase(0x1fff, PacketDefect.Fragment)]
    public void Read_V4FragmentField_IsRecognised(int field, PacketDefect defect)
    {
        byte[] packet = Samples.PacketV4(Samples.Syn);
        packet[6] = (byte)(field >> 8);
        packet[7] = (byte)(field & 0xff);
        Reseal(packet, 20);
        PacketView view = PacketView.Read(packet);
        Assert.That(view.Defect, Is.EqualTo(defect));
        Assert.That(view.DontFragment, Is.EqualTo(field == 0x4000));
    }

    // Next header, length and 6 octets of each kind of extension header (RFC 8200 §4).
    [TestCase("", 6, PacketDefect.None)]
    [TestCase("0600010400000000", 0, PacketDefect.None)]
    [TestCase("3c00010400000000" + "0600010400000000", 0, PacketDefect.None)]
    [TestCase("0600000000000000", 43, PacketDefect.None)]
    [TestCase("0602000000000000" + "0000000000000000" + "0000000000000000", 43,
        PacketDefect.None)]
    [TestCase("0600000000000001", 44, PacketDefect.None)]
    [TestCase("0600000100000001", 44, PacketDefect.Fragment)]
    [TestCase("0600000800000001", 44, PacketDefect.Fragment)]
    [TestCase("0601000000000000" + "00000000", 51, PacketDefect.None)]
    [TestCase("06ff000000000000", 60, PacketDefect.BadExtensionHeader)]
    public void Read_V6Extensions_AreWalked(string headers, int next, PacketDefect defect)
    {
        byte[] extensions = Convert.FromHexString(headers);
        PacketView view = PacketView.Read(WithV6Extensions((byte)next, extensions));
        Assert.That(view.Defect, Is.EqualTo(defect));
        if (defect == PacketDefect.None)
        {
            Assert.That(view.Protocol, Is.EqualTo(6));
            Assert.That(view.Extensions.ToArray(), Is.EqualTo(extensions));
            Assert.That(
                SegmentView.Read(view.Payload).Header.Seq, Is.EqualTo(Samples.Syn.Seq));
        }
    }

    [Test]
    public void Read_V6LaterFragment_IsNotWalkedFurther()
    {
        // Behind the offset stand octets that only look like a destination options header.
        byte[] packet = WithV6Extensions(44, Convert.FromHexString("3c00000800000001"));
        PacketView view = PacketView.Read(packet);
        Assert.That(view.Defect, Is.EqualTo(PacketDefect.Fragment));
        Assert.That(view.Extensions.Length, Is.EqualTo(8));
    }

    [Test]
    public void Read_V6ExtensionCutShort_IsBad() => Assert.That(
        PacketView.Read(PacketWriter.Packet(
            Samples.ClientV6, Samples.ServerV6, 0, [6, 0, 0])).Defect,
        Is.EqualTo(PacketDefect.BadExtensionHeader));

    [Test]
    public void Address_TextAndOctets_RoundTrip(
        [Values("0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "fe80::1", "2001:db8::ff00:1")]
        string text)
    {
        IpAddress address = IpAddress.Parse(text);
        byte[] octets = new byte[address.Length];
        address.Write(octets);
        Assert.That(address.ToString(), Is.EqualTo(text));
        Assert.That(IpAddress.Read(octets), Is.EqualTo(address));
    }

    internal static byte[] WithV6Extensions(byte next, byte[] extensions)
    {
        byte[] tcp = Samples.Syn.ToBytes(Samples.ClientV6, Samples.ServerV6);
        return PacketWriter.Packet(
            Samples.ClientV6, Samples.ServerV6, (IpProtocol)next, [.. extensions, .. tcp]);
    }

    internal static byte[] WithV4Options(params byte[] options)
    {
        byte[] plain = Samples.PacketV4(Samples.Syn);
        byte[] packet = [.. plain[..20], .. options, .. plain[20..]];
        packet[0] = (byte)(0x45 + (options.Length / 4));
        packet[3] = (byte)packet.Length;
        Reseal(packet, 20 + options.Length);
        return packet;
    }

    private static void Reseal(byte[] packet, int header)
    {
        packet[10] = packet[11] = 0;
        ushort checksum = Checksum.Of(packet.AsSpan(0, header));
        packet[10] = (byte)(checksum >> 8);
        packet[11] = (byte)(checksum & 0xff);
    }
}
