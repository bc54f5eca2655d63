using TcpConformance.Wire;

namespace TcpConformance.Tests.Wire;

internal static class Samples
{
    public static readonly IpAddress ClientV4 = IpAddress.Parse("10.0.0.2");
    public static readonly IpAddress ServerV4 = IpAddress.Parse("10.0.0.1");
    public static readonly IpAddress ClientV6 = IpAddress.Parse("fd00::2");
    public static readonly IpAddress ServerV6 = IpAddress.Parse("fd00::1");
    public static readonly MacAddress ClientMac = MacAddress.Parse("02:00:00:00:00:02");
    public static readonly MacAddress ServerMac = MacAddress.Parse("02:00:00:00:00:01");

    public static readonly Segment Syn = new()
    {
        SourcePort = 40000,
        DestinationPort = 80,
        Seq = new(0xffff_fff0),
        Ack = new(7),
        Flags = TcpFlags.Syn,
        Window = 65535,
        Options = OptionBytes.Mss(1460) + OptionBytes.SackPermitted()
            + OptionBytes.Timestamps(1, 0) + OptionBytes.Nop() + OptionBytes.WindowScale(7),
    };

    public static byte[] PacketV4(Segment segment) =>
        PacketWriter.Packet(ClientV4, ServerV4, segment);

    public static byte[] PacketV6(Segment segment) =>
        PacketWriter.Packet(ClientV6, ServerV6, segment);

    public static byte[] FrameV4(Segment segment) =>
        EthernetWriter.Frame(ServerMac, ClientMac, PacketV4(segment));

    public static byte[] FrameV6(Segment segment) =>
        EthernetWriter.Frame(ServerMac, ClientMac, PacketV6(segment));

    public static byte[] Octets(int seed, int count)
    {
        byte[] octets = new byte[count];
        new Random(seed).NextBytes(octets);
        return octets;
    }
}
