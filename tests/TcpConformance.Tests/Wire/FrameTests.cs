using NUnit.Framework;
using TcpConformance.Wire;
using PropertyAttribute = FsCheck.NUnit.PropertyAttribute;

namespace TcpConformance.Tests.Wire;

public sealed class FrameTests
{
    private static readonly VlanTag Outer = new(EtherType.ServiceVlan, 0xb123);
    private static readonly VlanTag Inner = new(EtherType.Vlan, 0x0007);

    [Test]
    public void Read_SegmentOverEitherFamily_IsReadInOneGo([Values] bool v6)
    {
        byte[] octets = v6 ? Samples.FrameV6(Samples.Syn) : Samples.FrameV4(Samples.Syn);
        FrameView frame = FrameView.Read(octets);
        Assert.That(frame.Content, Is.EqualTo(FrameContent.Segment));
        Assert.That(frame.Ethernet.Source, Is.EqualTo(Samples.ClientMac));
        Assert.That(frame.Ethernet.Destination, Is.EqualTo(Samples.ServerMac));
        Assert.That(
            frame.Packet.Source, Is.EqualTo(v6 ? Samples.ClientV6 : Samples.ClientV4));
        Assert.That(frame.Segment.Header.Options.Mss, Is.EqualTo(1460));
        Assert.That(frame.HasValidChecksum, Is.True);
        octets[^1] ^= 1;
        Assert.That(FrameView.Read(octets).HasValidChecksum, Is.False);
    }

    [Test]
    public void Read_PaddedToSixtyOctets_LeavesThePaddingOut()
    {
        byte[] bare = Samples.FrameV4(Samples.Syn with { Options = default });
        byte[] padded = [.. bare, .. new byte[6]];
        FrameView frame = FrameView.Read(padded);
        Assert.That(frame.Segment.Header.TextLength, Is.Zero);
        Assert.That(frame.HasValidChecksum, Is.True);
    }

    [Test]
    public void Read_StackedTags_AreAllThere()
    {
        byte[] packet = Samples.PacketV4(Samples.Syn);
        byte[] octets = EthernetWriter.Frame(
            MacAddress.Broadcast, Samples.ClientMac, EtherType.Ipv4, packet, Outer, Inner);
        FrameView frame = FrameView.Read(octets);
        Assert.That(frame.Content, Is.EqualTo(FrameContent.Segment));
        Assert.That(frame.Ethernet.TagCount, Is.EqualTo(2));
        Assert.That(frame.Ethernet.Tag(0), Is.EqualTo(Outer));
        Assert.That(frame.Ethernet.Tag(1), Is.EqualTo(Inner));
        Assert.That((Outer.Id, Outer.Priority, Outer.DropEligible), Is.EqualTo((0x123, 5, true)));
        Assert.That(octets[12..20], Is.EqualTo(Convert.FromHexString("88a8b12381000007")));
    }

    [Test]
    public void Read_CutWithinHeaderOrTags_NamesTheDefect()
    {
        byte[] octets = EthernetWriter.Frame(
            MacAddress.Broadcast, Samples.ClientMac, EtherType.Ipv4, default, Outer, Inner);
        for (int i = 0; i < octets.Length; i++)
        {
            EthernetView view = EthernetView.Read(octets.AsSpan(0, i));
            Assert.That(view.Defect, Is.EqualTo(
                i < 14 ? EthernetDefect.Truncated : EthernetDefect.TagTruncated), $"{i} octets");
            Assert.That(view.Payload.IsEmpty, Is.True);
            Assert.That(view.Source, Is.EqualTo(i < 14 ? default : Samples.ClientMac));
        }
        Assert.That(EthernetView.Read(octets).Defect, Is.EqualTo(EthernetDefect.None));
    }

    [TestCase(0, EthernetDefect.LengthInPlaceOfType)]
    [TestCase(0x05dc, EthernetDefect.LengthInPlaceOfType)]
    [TestCase(0x05ff, EthernetDefect.LengthInPlaceOfType)]
    [TestCase(0x0600, EthernetDefect.None)]
    public void Read_LengthInPlaceOfType_IsADefect(int type, EthernetDefect defect)
    {
        byte[] octets = EthernetWriter.Frame(
            Samples.ServerMac, Samples.ClientMac, (EtherType)type, new byte[46]);
        FrameView frame = FrameView.Read(octets);
        Assert.That(frame.Ethernet.Defect, Is.EqualTo(defect));
        Assert.That(frame.Content, Is.EqualTo(
            defect == EthernetDefect.None ? FrameContent.Other : FrameContent.Unreadable));
    }

    [Test]
    public void Read_VersionAgainstType_IsUnreadable()
    {
        byte[] octets = EthernetWriter.Frame(
            Samples.ServerMac, Samples.ClientMac, EtherType.Ipv6, Samples.PacketV4(Samples.Syn));
        Assert.That(FrameView.Read(octets).Content, Is.EqualTo(FrameContent.Unreadable));
    }

    [Test]
    public void Read_OtherContents_AreTold()
    {
        byte[] icmp = PacketWriter.Packet(
            Samples.ClientV4, Samples.ServerV4, IpProtocol.Icmp, new byte[8]);
        byte[] udp = PacketWriter.Packet(
            Samples.ClientV6, Samples.ServerV6, IpProtocol.Udp, new byte[8]);
        byte[] fragment = PacketTests.WithV6Extensions(
            44, Convert.FromHexString("0600000100000001"));
        Assert.That(Content(icmp), Is.EqualTo(FrameContent.Icmp));
        Assert.That(Content(udp), Is.EqualTo(FrameContent.OtherPacket));
        Assert.That(Content(fragment), Is.EqualTo(FrameContent.Fragment));
        Assert.That(Content([0x45]), Is.EqualTo(FrameContent.Unreadable));
    }

    [Test]
    public void Arp_RequestAndReply_RoundTrip()
    {
        ArpPacket request = ArpPacket.Request(
            Samples.ClientMac, Samples.ClientV4, Samples.ServerV4);
        ArpPacket reply = request.Reply(Samples.ServerMac);
        byte[] octets = reply.ToBytes();
        Assert.That(Convert.ToHexStringLower(octets), Is.EqualTo(
            "0001080006040002" + "020000000001" + "0a000001" + "020000000002" + "0a000002"));
        Assert.That(ArpPacket.Read([.. octets, 0, 0], out ArpPacket again), Is.EqualTo(
            ArpDefect.None));
        Assert.That(again, Is.EqualTo(reply));
        byte[] frame = EthernetWriter.Frame(
            MacAddress.Broadcast, Samples.ClientMac, EtherType.Arp, request.ToBytes());
        Assert.That(FrameView.Read(frame).Content, Is.EqualTo(FrameContent.Arp));
    }

    [TestCase(1, ArpDefect.HardwareType)]
    [TestCase(2, ArpDefect.ProtocolType)]
    [TestCase(4, ArpDefect.AddressLength)]
    [TestCase(5, ArpDefect.AddressLength)]
    [TestCase(7, ArpDefect.Operation)]
    public void Arp_WrongOctet_NamesTheDefect(int at, ArpDefect defect)
    {
        byte[] octets = ArpPacket.Request(
            Samples.ClientMac, Samples.ClientV4, Samples.ServerV4).ToBytes();
        octets[at] = 9;
        Assert.That(ArpPacket.Read(octets, out _), Is.EqualTo(defect));
        Assert.That(
            ArpPacket.Read(octets.AsSpan(0, 27), out _), Is.EqualTo(ArpDefect.Truncated));
    }

    [Property(MaxTest = 300)]
    public bool Mac_OctetsAndText_RoundTrip(ulong bits)
    {
        MacAddress address = new(bits);
        byte[] octets = new byte[6];
        address.Write(octets);
        return MacAddress.Read(octets) == address
            && MacAddress.Parse(address.ToString()) == address;
    }

    [TestCase("02:00:00:00:00")]
    [TestCase("02:00:00:00:00:01:02")]
    [TestCase("02:00:00:00:00:0g")]
    [TestCase("2:0:0:0:0:1")]
    [TestCase("")]
    public void Mac_NotAnAddress_IsRefused(string text)
    {
        Assert.That(MacAddress.TryParse(text, out _), Is.False);
        Assert.That(() => MacAddress.Parse(text), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Mac_OfMulticast_TakesTheLowBits()
    {
        Assert.That(
            MacAddress.OfMulticast(IpAddress.Parse("224.129.2.3")).ToString(),
            Is.EqualTo("01:00:5e:01:02:03"));
        Assert.That(
            MacAddress.OfMulticast(IpAddress.Parse("ff02::1:ff12:3456")).ToString(),
            Is.EqualTo("33:33:ff:12:34:56"));
        Assert.That(MacAddress.Broadcast.IsGroup, Is.True);
        Assert.That((Samples.ClientMac.IsGroup, Samples.ClientMac.IsLocal),
            Is.EqualTo((false, true)));
    }

    private static FrameContent Content(byte[] packet) => FrameView.Read(
        EthernetWriter.Frame(Samples.ServerMac, Samples.ClientMac, packet)).Content;
}
