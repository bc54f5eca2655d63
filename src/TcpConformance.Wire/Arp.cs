using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>What an ARP packet asks or says (RFC 826).</summary>
public enum ArpOperation : ushort
{
    /// <summary>Who has the target address?</summary>
    Request = 1,
    /// <summary>The sender has it.</summary>
    Reply = 2,
}

/// <summary>Why an ARP packet can't be read as one for IPv4 on Ethernet.</summary>
public enum ArpDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Fewer than 28 octets.</summary>
    Truncated,
    /// <summary>Hardware type other than 1, Ethernet.</summary>
    HardwareType,
    /// <summary>Protocol type other than 0x0800, IPv4.</summary>
    ProtocolType,
    /// <summary>Address lengths other than 6 and 4.</summary>
    AddressLength,
    /// <summary>Neither request nor reply.</summary>
    Operation,
}

/// <summary>An ARP packet for IPv4 on Ethernet: allocates nothing and never throws.</summary>
public readonly record struct ArpPacket
{
    /// <summary>Octets on the wire, without Ethernet's padding.</summary>
    public const int Length = 28;

    /// <summary>Request or reply.</summary>
    public ArpOperation Operation { get; init; }

    /// <summary>Hardware address of the sender.</summary>
    public MacAddress SenderHardware { get; init; }

    /// <summary>Protocol address of the sender.</summary>
    public IpAddress SenderProtocol { get; init; }

    /// <summary>Hardware address of the target; zero in a request.</summary>
    public MacAddress TargetHardware { get; init; }

    /// <summary>Protocol address of the target.</summary>
    public IpAddress TargetProtocol { get; init; }

    /// <summary>A request for the hardware address of <paramref name="target"/>.</summary>
    /// <param name="hardware">The asker's hardware address.</param>
    /// <param name="protocol">The asker's IPv4 address.</param>
    /// <param name="target">The IPv4 address that is asked for.</param>
    public static ArpPacket Request(MacAddress hardware, IpAddress protocol, IpAddress target) =>
        new()
        {
            Operation = ArpOperation.Request,
            SenderHardware = hardware,
            SenderProtocol = protocol,
            TargetProtocol = target,
        };

    /// <summary>The reply to this request: sender and target change places (RFC 826).</summary>
    /// <param name="hardware">The hardware address that was asked for.</param>
    public ArpPacket Reply(MacAddress hardware) => new()
    {
        Operation = ArpOperation.Reply,
        SenderHardware = hardware,
        SenderProtocol = TargetProtocol,
        TargetHardware = SenderHardware,
        TargetProtocol = SenderProtocol,
    };

    /// <summary>Reads the payload of an ARP frame; padding behind it is ignored.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="packet">What was read; as it stands unless truncated.</param>
    /// <returns>The first rule that is broken.</returns>
    public static ArpDefect Read(ReadOnlySpan<byte> bytes, out ArpPacket packet)
    {
        packet = default;
        if (bytes.Length < Length)
        {
            return ArpDefect.Truncated;
        }
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes) != 1)
        {
            return ArpDefect.HardwareType;
        }
        if (BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != (ushort)EtherType.Ipv4)
        {
            return ArpDefect.ProtocolType;
        }
        if (bytes[4] != 6 || bytes[5] != 4)
        {
            return ArpDefect.AddressLength;
        }
        packet = new ArpPacket
        {
            Operation = (ArpOperation)BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]),
            SenderHardware = MacAddress.Read(bytes[8..]),
            SenderProtocol = IpAddress.Read(bytes[14..18]),
            TargetHardware = MacAddress.Read(bytes[18..]),
            TargetProtocol = IpAddress.Read(bytes[24..28]),
        };
        return packet.Operation is ArpOperation.Request or ArpOperation.Reply
            ? ArpDefect.None
            : ArpDefect.Operation;
    }

    /// <summary>Writes <see cref="Length"/> octets.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, 1);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)EtherType.Ipv4);
        destination[4] = 6;
        destination[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)Operation);
        SenderHardware.Write(destination[8..]);
        SenderProtocol.Write(destination[14..]);
        TargetHardware.Write(destination[18..]);
        TargetProtocol.Write(destination[24..]);
    }

    /// <summary>The packet as the payload of a frame.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }
}
