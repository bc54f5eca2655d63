using NUnit.Framework;
using TcpConformance.Tap;
using TcpConformance.Wire;

namespace TcpConformance.Tests.Tap;

[TestFixture]
public sealed class LinkAnswersTests
{
    private static readonly LinkPlan Plan = new();
    private static readonly LinkAnswers Answers = new(Plan);

    [TestCase("10.77.3.4", true)]
    [TestCase("10.77.255.254", true)]
    [TestCase("10.77.0.1", false)]
    [TestCase("10.78.3.4", false)]
    [TestCase("fd77::5", true)]
    [TestCase("fd77::ffff:0:0:5", true)]
    [TestCase("fd77::1", false)]
    [TestCase("fd77:0:0:1::5", false)]
    [TestCase("fe80::77:2", true)]
    [TestCase("fe80::77:3", false)]
    public void IsTester_Address_IsToldByPrefix(string address, bool expected) =>
        Assert.That(Plan.IsTester(IpAddress.Parse(address)), Is.EqualTo(expected));

    [Test]
    public void ArpRequest_ForTester_IsAnsweredToTheAsker()
    {
        IpAddress wanted = IpAddress.Parse("10.77.3.4");
        byte[]? answer = Answers.Answer(Ask(wanted));
        EthernetView frame = EthernetView.Read(answer);
        Assert.That(frame.Destination, Is.EqualTo(Plan.IutMac));
        Assert.That(ArpPacket.Read(frame.Payload, out ArpPacket arp), Is.EqualTo(ArpDefect.None));
        Assert.That(arp.Operation, Is.EqualTo(ArpOperation.Reply));
        Assert.That(arp.SenderHardware, Is.EqualTo(Plan.TesterMac));
        Assert.That(arp.SenderProtocol, Is.EqualTo(wanted));
        Assert.That(arp.TargetProtocol, Is.EqualTo(Plan.IutV4));
    }

    [Test]
    public void ArpRequest_ForOther_IsNotAnswered()
    {
        Assert.That(Answers.Answer(Ask(IpAddress.Parse("192.0.2.1"))), Is.Null);
        Assert.That(Answers.Answer(Ask(Plan.IutV4)), Is.Null);
    }

    [Test]
    public void Solicitation_ForTester_IsAnswered()
    {
        IpAddress wanted = IpAddress.Parse("fd77::9");
        byte[]? answer = Answers.Answer(Solicit(wanted, Plan.IutV6));
        PacketView packet = PacketView.Read(EthernetView.Read(answer).Payload);
        Assert.That(packet.Destination, Is.EqualTo(Plan.IutV6));
        Assert.That(
            Neighbour.Read(in packet, out Neighbour message), Is.EqualTo(NeighbourDefect.None));
        Assert.That(message.IsAdvertisement, Is.True);
        Assert.That(message.Target, Is.EqualTo(wanted));
        Assert.That(message.LinkLayer, Is.EqualTo(Plan.TesterMac));
    }

    [Test]
    public void Solicitation_ForOtherOrForDuplicates_IsNotAnswered()
    {
        Assert.That(Answers.Answer(Solicit(Plan.IutV6, Plan.IutV6)), Is.Null);
        Assert.That(
            Answers.Answer(Solicit(IpAddress.Parse("fd77::9"), IpAddress.Parse("::"))), Is.Null);
    }

    [Test]
    public void Answer_EveryPrefixOfAFrame_IsNone()
    {
        byte[] arp = Ask(IpAddress.Parse("10.77.3.4"));
        byte[] solicitation = Solicit(IpAddress.Parse("fd77::9"), Plan.IutV6);
        foreach (byte[] frame in (byte[][])[arp, solicitation])
        {
            for (int n = 0; n < frame.Length; n++)
            {
                Assert.That(Answers.Answer(frame.AsSpan(0, n)), Is.Null, $"{n} octets");
            }
        }
    }

    private static byte[] Ask(IpAddress wanted) => EthernetWriter.Frame(
        MacAddress.Broadcast, Plan.IutMac, EtherType.Arp,
        ArpPacket.Request(Plan.IutMac, Plan.IutV4, wanted).ToBytes());

    private static byte[] Solicit(IpAddress wanted, IpAddress asker)
    {
        IpAddress group = Neighbour.SolicitedNode(wanted);
        byte[] message = Neighbour.Solicitation(wanted, Plan.IutMac).ToBytes(asker, group);
        return EthernetWriter.Frame(
            MacAddress.OfMulticast(group), Plan.IutMac,
            PacketWriter.Packet(asker, group, IpProtocol.IcmpV6, message, Neighbour.HopLimit));
    }
}
