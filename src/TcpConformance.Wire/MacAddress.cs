using System.Buffers.Binary;
using System.Globalization;

namespace TcpConformance.Wire;

/// <summary>A 48-bit Ethernet address as a value.</summary>
public readonly record struct MacAddress
{
    /// <summary>Octets on the wire.</summary>
    public const int Length = 6;

    /// <summary>The address with these 48 bits, the first octet of the wire uppermost.</summary>
    public MacAddress(ulong bits) => Bits = bits & 0xffff_ffff_ffff;

    /// <summary>The 48 bits, the first octet of the wire uppermost.</summary>
    public ulong Bits { get; }

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast { get; } = new(0xffff_ffff_ffff);

    /// <summary>Whether the group bit is set; true for broadcast too.</summary>
    public bool IsGroup => (Bits >> 40 & 1) != 0;

    /// <summary>Whether the address is locally administered.</summary>
    public bool IsLocal => (Bits >> 41 & 1) != 0;

    /// <summary>Reads the first six octets.</summary>
    public static MacAddress Read(ReadOnlySpan<byte> octets) => new(
        ((ulong)BinaryPrimitives.ReadUInt16BigEndian(octets) << 32)
        | BinaryPrimitives.ReadUInt32BigEndian(octets[2..]));

    /// <summary>Reads six hexadecimal octets with colons or hyphens between them.</summary>
    /// <exception cref="FormatException">Not an address.</exception>
    public static MacAddress Parse(string text) => TryParse(text, out MacAddress address)
        ? address
        : throw new FormatException($"'{text}' is no Ethernet address, e.g. 02:00:00:00:00:01");

    /// <summary>Like <see cref="Parse"/>, without exception.</summary>
    public static bool TryParse(string text, out MacAddress address)
    {
        address = default;
        string[] parts = text.Split(':', '-');
        ulong bits = 0;
        foreach (string part in parts)
        {
            if (part.Length != 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out byte octet))
            {
                return false;
            }
            bits = ((bits & 0xff_ffff_ffff) << 8) | octet;
        }
        address = new MacAddress(bits);
        return parts.Length == Length;
    }

    /// <summary>Where a multicast packet goes on Ethernet: RFC 1112 §6.4, RFC 2464 §7.</summary>
    public static MacAddress OfMulticast(IpAddress group) => group.IsV6
        ? new MacAddress(0x3333_0000_0000ul | group.Low32)
        : new MacAddress(0x0100_5e00_0000ul | (group.Low32 & 0x7f_ffff));

    /// <summary>Writes six octets.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)(Bits >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)(Bits & 0xffff_ffff));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[Length];
        Write(octets);
        return $"{octets[0]:x2}:{octets[1]:x2}:{octets[2]:x2}:"
            + $"{octets[3]:x2}:{octets[4]:x2}:{octets[5]:x2}";
    }
}
