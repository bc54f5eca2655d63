using TcpConformance.Wire;

namespace TcpConformance.Tap;

/// <summary>Names and addresses on the link between the tester and one IUT.</summary>
/// <remarks>
/// The tester owns every address of both prefixes but the IUT's. The IUT's kernel sends all of them
/// to one gateway whose link address it knows for ever, so that a fresh address costs no ARP.
/// </remarks>
public sealed record LinkPlan
{
    /// <summary>The device's name in the namespace.</summary>
    public string Device { get; init; } = "tap0";

    /// <summary>Link address of the IUT, locally administered.</summary>
    public MacAddress IutMac { get; init; } = new(0x0200_0077_0001);

    /// <summary>Link address of the tester, the same for all its IP addresses.</summary>
    public MacAddress TesterMac { get; init; } = new(0x0200_0077_0002);

    /// <summary>The IUT's IPv4 address.</summary>
    public IpAddress IutV4 { get; init; } = IpAddress.Parse("10.77.0.1");

    /// <summary>Length of the IPv4 prefix that IUT and tester share, in bits.</summary>
    public int PrefixV4 { get; init; } = 16;

    /// <summary>The IUT's IPv6 address.</summary>
    public IpAddress IutV6 { get; init; } = IpAddress.Parse("fd77::1");

    /// <summary>Length of the IPv6 prefix that IUT and tester share, in bits.</summary>
    public int PrefixV6 { get; init; } = 64;

    /// <summary>The tester's IPv4 address to which the IUT routes the prefix.</summary>
    public IpAddress GatewayV4 { get; init; } = IpAddress.Parse("10.77.255.254");

    /// <summary>The tester's link-local IPv6 address to which the IUT routes the prefix.</summary>
    public IpAddress GatewayV6 { get; init; } = IpAddress.Parse("fe80::77:2");

    /// <summary>Largest IP packet in octets.</summary>
    public int Mtu { get; init; } = 1500;

    /// <summary>Frames that the kernel keeps for us before it drops them.</summary>
    public int QueueLength { get; init; } = 10_000;

    /// <summary>Whether the tester answers for an address: in a prefix and not the IUT's.</summary>
    public bool IsTester(IpAddress address)
    {
        if (address == GatewayV4 || address == GatewayV6)
        {
            return true;
        }
        IpAddress iut = address.IsV6 ? IutV6 : IutV4;
        return address != iut && SharePrefix(address, iut, address.IsV6 ? PrefixV6 : PrefixV4);
    }

    private static bool SharePrefix(IpAddress a, IpAddress b, int bits)
    {
        Span<byte> x = stackalloc byte[16];
        Span<byte> y = stackalloc byte[16];
        a.Write(x);
        b.Write(y);
        for (int i = 0; i < bits; i++)
        {
            if (((x[i / 8] ^ y[i / 8]) >> (7 - (i % 8)) & 1) != 0)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The prefix of an address: all bits behind it zero.</summary>
    internal static IpAddress PrefixOf(IpAddress address, int bits)
    {
        Span<byte> octets = stackalloc byte[16];
        octets = octets[..address.Length];
        address.Write(octets);
        for (int i = bits; i < octets.Length * 8; i++)
        {
            octets[i / 8] &= (byte)(0xff - (0x80 >> (i % 8)));
        }
        return IpAddress.Read(octets);
    }
}
