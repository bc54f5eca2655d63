namespace TcpConformance.Wire;

// Numbers of the pcapng format (draft-ietf-opsawg-pcapng) and of classic pcap.
internal static class PcapngFormat
{
    public const uint SectionHeader = 0x0A0D_0D0A;
    public const uint InterfaceDescription = 1;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;
    public const uint ByteOrderMagic = 0x1A2B_3C4D;

    public const uint ClassicMicroseconds = 0xA1B2_C3D4;
    public const uint ClassicNanoseconds = 0xA1B2_3C4D;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;
    public const ushort PacketFlags = 2;
    public const ushort InterfaceName = 2;
    public const ushort UserApplication = 4;
    public const ushort TimeResolution = 9;
    public const ushort TimeOffset = 14;
}
