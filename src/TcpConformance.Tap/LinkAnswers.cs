using TcpConformance.Wire;

namespace TcpConformance.Tap;

/// <summary>Answers ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861) for the tester.</summary>
public sealed class LinkAnswers
{
    private static readonly IpAddress Unspecified = IpAddress.Parse("::");

    private readonly LinkPlan _plan;

    /// <summary>Answers for the tester's addresses of a plan.</summary>
    public LinkAnswers(LinkPlan plan) => _plan = plan;

    /// <summary>The reply to a frame from the IUT; null if it asks for nothing of ours.</summary>
    /// <param name="frame">The frame from its Ethernet header on.</param>
    public byte[]? Answer(ReadOnlySpan<byte> frame)
    {
        EthernetView ethernet = EthernetView.Read(frame);
        if (ethernet.Defect != EthernetDefect.None)
        {
            return null;
        }
        return ethernet.Type switch
        {
            EtherType.Arp => AnswerArp(ethernet.Payload),
            EtherType.Ipv6 => AnswerSolicitation(ethernet),
            _ => null,
        };
    }

    /// <summary>An ARP request by the tester's gateway for the IUT's IPv4 address.</summary>
    public byte[] AskForIut() => EthernetWriter.Frame(
        MacAddress.Broadcast, _plan.TesterMac, EtherType.Arp,
        ArpPacket.Request(_plan.TesterMac, _plan.GatewayV4, _plan.IutV4).ToBytes());

    /// <summary>Whether a frame is the IUT's answer to <see cref="AskForIut"/>.</summary>
    public bool IsIutsAnswer(ReadOnlySpan<byte> frame)
    {
        EthernetView ethernet = EthernetView.Read(frame);
        return ethernet.Defect == EthernetDefect.None && ethernet.Type == EtherType.Arp
            && ArpPacket.Read(ethernet.Payload, out ArpPacket arp) == ArpDefect.None
            && arp.Operation == ArpOperation.Reply && arp.SenderProtocol == _plan.IutV4;
    }

    private byte[]? AnswerArp(ReadOnlySpan<byte> payload)
    {
        return ArpPacket.Read(payload, out ArpPacket request) == ArpDefect.None
            && request.Operation == ArpOperation.Request
            && _plan.IsTester(request.TargetProtocol)
            ? EthernetWriter.Frame(
                request.SenderHardware, _plan.TesterMac, EtherType.Arp,
                request.Reply(_plan.TesterMac).ToBytes())
            : null;
    }

    private byte[]? AnswerSolicitation(EthernetView ethernet)
    {
        PacketView packet = PacketView.Read(ethernet.Payload);
        // Who asks from the unspecified address looks for duplicates (RFC 4862 §5.4): no answer.
        if (Neighbour.Read(in packet, out Neighbour question) != NeighbourDefect.None
            || question.IsAdvertisement || packet.Source == Unspecified
            || !_plan.IsTester(question.Target))
        {
            return null;
        }
        Neighbour answer = question.Advertisement(_plan.TesterMac);
        byte[] reply = PacketWriter.Packet(
            question.Target, packet.Source, IpProtocol.IcmpV6,
            answer.ToBytes(question.Target, packet.Source), Neighbour.HopLimit);
        return EthernetWriter.Frame(
            question.LinkLayer ?? ethernet.Source, _plan.TesterMac, reply);
    }
}
