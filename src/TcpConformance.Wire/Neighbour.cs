namespace TcpConformance.Wire;

/// <summary>The rule that a neighbour message breaks (RFC 4861 §7.1).</summary>
public enum NeighbourDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Neither solicitation nor advertisement, or the ICMP message is defective.</summary>
    NotNeighbour,
    /// <summary>Hop limit other than 255: it was forwarded.</summary>
    HopLimit,
    /// <summary>Code other than 0.</summary>
    Code,
    /// <summary>No room for the target address.</summary>
    Truncated,
    /// <summary>The target is a multicast address.</summary>
    MulticastTarget,
    /// <summary>An option of length 0, or one that reaches past the message.</summary>
    OptionLength,
}

/// <summary>A neighbour solicitation or advertisement (RFC 4861 §4.3, §4.4).</summary>
public readonly record struct Neighbour
{
    /// <summary>Hop limit that the packet must have (RFC 4861 §7.1).</summary>
    public const byte HopLimit = 255;

    private const uint RouterBit = 0x8000_0000;
    private const uint SolicitedBit = 0x4000_0000;
    private const uint OverrideBit = 0x2000_0000;
    private const byte SourceLinkLayer = 1;
    private const byte TargetLinkLayer = 2;

    /// <summary>Whether it is an advertisement.</summary>
    public bool IsAdvertisement { get; init; }

    /// <summary>The address that is asked for or announced.</summary>
    public IpAddress Target { get; init; }

    /// <summary>Link-layer address of the source or target, if the option is there.</summary>
    public MacAddress? LinkLayer { get; init; }

    /// <summary>R flag: the sender is a router.</summary>
    public bool Router { get; init; }

    /// <summary>S flag: answers a solicitation.</summary>
    public bool Solicited { get; init; }

    /// <summary>O flag: replaces an existing cache entry.</summary>
    public bool Override { get; init; }

    /// <summary>A solicitation for <paramref name="target"/>.</summary>
    /// <param name="target">The address that is asked for.</param>
    /// <param name="hardware">The asker's Ethernet address.</param>
    public static Neighbour Solicitation(IpAddress target, MacAddress hardware) =>
        new() { Target = target, LinkLayer = hardware };

    /// <summary>The answer to this solicitation (RFC 4861 §7.2.4).</summary>
    /// <param name="hardware">The Ethernet address that was asked for.</param>
    /// <param name="solicited">False when the asker's address is the unspecified one.</param>
    public Neighbour Advertisement(MacAddress hardware, bool solicited = true) => new()
    {
        IsAdvertisement = true,
        Target = Target,
        LinkLayer = hardware,
        Solicited = solicited,
        Override = true,
    };

    /// <summary>Where solicitations for an address go: ff02::1:ffXX:XXXX (RFC 4291
    /// §2.7.1).</summary>
    public static IpAddress SolicitedNode(IpAddress target) =>
        IpAddress.Parse("ff02::1:ff00:0").Plus(target.Low32 & 0xff_ffff);

    /// <summary>Reads and checks a packet's message as RFC 4861 §7.1 demands.</summary>
    /// <param name="packet">An IPv6 packet.</param>
    /// <param name="message">What was read, if there is no defect.</param>
    public static NeighbourDefect Read(scoped in PacketView packet, out Neighbour message)
    {
        message = default;
        IcmpView icmp = packet.IsV6 && packet.Protocol == (byte)IpProtocol.IcmpV6
            ? IcmpView.Read(in packet) : default;
        bool advertisement = icmp.Kind == IcmpKind.NeighbourAdvertisement;
        if ((!advertisement && icmp.Kind != IcmpKind.NeighbourSolicitation)
            || icmp.Defect != IcmpDefect.None)
        {
            return NeighbourDefect.NotNeighbour;
        }
        if (packet.HopLimit != HopLimit || icmp.Code != 0 || icmp.Body.Length < 16)
        {
            return packet.HopLimit != HopLimit ? NeighbourDefect.HopLimit
                : icmp.Code != 0 ? NeighbourDefect.Code : NeighbourDefect.Truncated;
        }
        IpAddress target = IpAddress.Read(icmp.Body[..16]);
        if (target.IsMulticastOrBroadcast)
        {
            return NeighbourDefect.MulticastTarget;
        }
        byte wanted = advertisement ? TargetLinkLayer : SourceLinkLayer;
        if (!ReadOptions(icmp.Body[16..], wanted, out MacAddress? linkLayer))
        {
            return NeighbourDefect.OptionLength;
        }
        message = new Neighbour
        {
            IsAdvertisement = advertisement,
            Target = target,
            LinkLayer = linkLayer,
            Router = advertisement && (icmp.Parameter & RouterBit) != 0,
            Solicited = advertisement && (icmp.Parameter & SolicitedBit) != 0,
            Override = advertisement && (icmp.Parameter & OverrideBit) != 0,
        };
        return NeighbourDefect.None;
    }

    // Options are type, length in units of 8 octets, value (RFC 4861 §4.6).
    private static bool ReadOptions(
        ReadOnlySpan<byte> options, byte wanted, out MacAddress? linkLayer)
    {
        linkLayer = null;
        while (!options.IsEmpty)
        {
            int length = options.Length < 2 ? 0 : options[1] * 8;
            if (length == 0 || length > options.Length)
            {
                return false;
            }
            if (options[0] == wanted && length == 8)
            {
                linkLayer ??= MacAddress.Read(options[2..]);
            }
            options = options[length..];
        }
        return true;
    }

    /// <summary>The ICMPv6 message; the packet needs hop limit <see cref="HopLimit"/>.</summary>
    /// <param name="source">Source address of the packet.</param>
    /// <param name="destination">Its destination.</param>
    public byte[] ToBytes(IpAddress source, IpAddress destination)
    {
        byte[] body = new byte[LinkLayer is null ? 16 : 24];
        Target.Write(body);
        if (LinkLayer is MacAddress address)
        {
            body[16] = IsAdvertisement ? TargetLinkLayer : SourceLinkLayer;
            body[17] = 1;
            address.Write(body.AsSpan(18));
        }
        uint flags = (Router ? RouterBit : 0) | (Solicited ? SolicitedBit : 0)
            | (Override ? OverrideBit : 0);
        IcmpKind kind = IsAdvertisement
            ? IcmpKind.NeighbourAdvertisement : IcmpKind.NeighbourSolicitation;
        return IcmpWriter.MessageV6(
            source, destination, IcmpTypes.TypeOf(kind, true), 0, flags, body);
    }
}
