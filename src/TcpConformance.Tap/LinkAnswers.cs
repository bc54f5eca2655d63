using System.Buffers.Binary;
using TcpConformance.Wire;

namespace TcpConformance.Tap;

/// <summary>Answers ARP (RFC 826) and IPv6 neighbour discovery (RFC 4861) for the tester.</summary>
public sealed class LinkAnswers
{
    private const int EthernetLength = 14;
    private const ushort ArpType = 0x0806;
    private const ushort Ipv6Type = 0x86dd;
    private const ushort Ipv4Type = 0x0800;
    private const int ArpLength = 28;
    private const int Ipv6Length = 40;
    private const byte IcmpV6 = 58;
    private const byte Solicitation = 135;
    private const byte Advertisement = 136;

    private readonly LinkPlan _plan;

    /// <summary>Answers for the tester's addresses of a plan.</summary>
    public LinkAnswers(LinkPlan plan) => _plan = plan;

    /// <summary>The reply to a frame from the IUT, or null if it asks for no tester address.</summary>
    /// <param name="frame">The frame from its Ethernet header on.</param>
    public byte[]? Answer(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < EthernetLength)
        {
            return null;
        }
        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            ArpType => AnswerArp(frame[EthernetLength..]),
            Ipv6Type => AnswerSolicitation(frame[EthernetLength..]),
            _ => null,
        };
    }

    /// <summary>An ARP request by the tester's gateway for the IUT's IPv4 address.</summary>
    public byte[] AskForIut() => Arp(
        1, _plan.GatewayV4, _plan.IutV4, default, MacAddress.Broadcast);

    /// <summary>Whether a frame is the IUT's answer to <see cref="AskForIut"/>.</summary>
    public bool IsIutsAnswer(ReadOnlySpan<byte> frame) =>
        frame.Length >= EthernetLength + ArpLength
        && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == ArpType
        && BinaryPrimitives.ReadUInt16BigEndian(frame[20..]) == 2
        && IpAddress.Read(frame[28..32]) == _plan.IutV4;

    private byte[]? AnswerArp(ReadOnlySpan<byte> arp)
    {
        // RFC 826: hardware Ethernet, protocol IPv4, 6 and 4 octets, operation 1 (request).
        ReadOnlySpan<byte> request = [0, 1, 8, 0, 6, 4, 0, 1];
        if (arp.Length < ArpLength || !arp[..8].SequenceEqual(request))
        {
            return null;
        }
        IpAddress wanted = IpAddress.Read(arp[24..28]);
        MacAddress asker = MacAddress.Read(arp[8..14]);
        return _plan.IsTester(wanted)
            ? Arp(2, wanted, IpAddress.Read(arp[14..18]), asker, asker)
            : null;
    }

    private byte[] Arp(
        ushort operation, IpAddress sender, IpAddress target, MacAddress targetMac,
        MacAddress destination)
    {
        byte[] frame = new byte[EthernetLength + ArpLength];
        WriteEthernet(frame, destination, ArpType);
        Span<byte> arp = frame.AsSpan(EthernetLength);
        BinaryPrimitives.WriteUInt16BigEndian(arp, 1);
        BinaryPrimitives.WriteUInt16BigEndian(arp[2..], Ipv4Type);
        arp[4] = 6;
        arp[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(arp[6..], operation);
        _plan.TesterMac.Write(arp[8..]);
        sender.Write(arp[14..]);
        targetMac.Write(arp[18..]);
        target.Write(arp[24..]);
        return frame;
    }

    private byte[]? AnswerSolicitation(ReadOnlySpan<byte> packet)
    {
        // RFC 4861 §7.1.1: hop limit 255, code 0, at least 24 octets.
        if (packet.Length < Ipv6Length + 24 || packet[6] != IcmpV6 || packet[7] != 255
            || packet[40] != Solicitation || packet[41] != 0)
        {
            return null;
        }
        IpAddress asker = IpAddress.Read(packet[8..24]);
        IpAddress wanted = IpAddress.Read(packet[48..64]);
        if (!_plan.IsTester(wanted) || asker == IpAddress.Parse("::"))
        {
            return null;
        }
        byte[] frame = new byte[EthernetLength + Ipv6Length + 32];
        WriteEthernet(frame, _plan.IutMac, Ipv6Type);
        Span<byte> ip = frame.AsSpan(EthernetLength);
        PacketWriter.WriteHeader(ip, wanted, asker, IpProtocol.IcmpV6);
        ip[7] = 255;
        Span<byte> icmp = ip[Ipv6Length..];
        icmp[0] = Advertisement;
        icmp[4] = 0x60; // solicited, override (RFC 4861 §4.4)
        wanted.Write(icmp[8..]);
        icmp[24] = 2; // target link-layer address, in units of 8 octets
        icmp[25] = 1;
        _plan.TesterMac.Write(icmp[26..]);
        ushort pseudo = Checksum.PseudoHeader(wanted, asker, IcmpV6, icmp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], (ushort)~Checksum.Sum(icmp, pseudo));
        return frame;
    }

    private void WriteEthernet(Span<byte> frame, MacAddress destination, ushort type)
    {
        destination.Write(frame);
        _plan.TesterMac.Write(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], type);
    }
}
