using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>IP packets as one line of text.</summary>
public static class PacketText
{
    /// <summary>One line for an IP packet, whatever it holds.</summary>
    public static string Of(ReadOnlySpan<byte> packet)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Defect != PacketDefect.None)
        {
            return $"IP packet of {packet.Length} octets ({ip.Defect})";
        }
        switch ((IpProtocol)ip.Protocol)
        {
            case IpProtocol.Tcp:
                SegmentView.Read(ip.Payload, out SegmentView segment);
                return SegmentText.Of(in segment);
            case IpProtocol.Icmp or IpProtocol.IcmpV6:
                IcmpView icmp = IcmpView.Read(ip);
                return $"ICMP {icmp.Kind} code {icmp.Code} quoting seq={icmp.Quote.Seq}";
            default:
                return $"{(IpProtocol)ip.Protocol} packet of {ip.Payload.Length} octets";
        }
    }
}
