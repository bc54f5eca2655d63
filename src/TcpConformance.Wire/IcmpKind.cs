namespace TcpConformance.Wire;

/// <summary>What an ICMP message means, whichever family it belongs to.</summary>
public enum IcmpKind : byte
{
    /// <summary>A type that the project doesn't know.</summary>
    Other,
    /// <summary>Echo request: v4 type 8, v6 type 128.</summary>
    EchoRequest,
    /// <summary>Echo reply: v4 type 0, v6 type 129.</summary>
    EchoReply,
    /// <summary>Destination unreachable: v4 type 3, v6 type 1; the code says what.</summary>
    Unreachable,
    /// <summary>v4 type 3 code 4, fragmentation needed (RFC 1191 §4); v6 type 2, packet too
    /// big.</summary>
    PacketTooBig,
    /// <summary>Time exceeded: v4 type 11, v6 type 3.</summary>
    TimeExceeded,
    /// <summary>Parameter problem: v4 type 12, v6 type 4.</summary>
    ParameterProblem,
    /// <summary>Source quench: v4 type 4, deprecated.</summary>
    SourceQuench,
    /// <summary>Redirect: v4 type 5, v6 type 137.</summary>
    Redirect,
    /// <summary>Router solicitation: v6 type 133.</summary>
    RouterSolicitation,
    /// <summary>Router advertisement: v6 type 134.</summary>
    RouterAdvertisement,
    /// <summary>Neighbour solicitation: v6 type 135.</summary>
    NeighbourSolicitation,
    /// <summary>Neighbour advertisement: v6 type 136.</summary>
    NeighbourAdvertisement,
}

/// <summary>Codes of destination unreachable for IPv4 (RFC 792, RFC 1122 §3.2.2.1).</summary>
public enum UnreachableCode : byte
{
    /// <summary>Net unreachable; soft for TCP.</summary>
    Net = 0,
    /// <summary>Host unreachable; soft for TCP.</summary>
    Host = 1,
    /// <summary>Protocol unreachable; hard for TCP (RFC 9293 §3.9.2.2).</summary>
    Protocol = 2,
    /// <summary>Port unreachable; hard for TCP.</summary>
    Port = 3,
    /// <summary>Fragmentation needed and DF set; carries an MTU.</summary>
    FragmentationNeeded = 4,
    /// <summary>Source route failed; soft for TCP.</summary>
    SourceRouteFailed = 5,
}

/// <summary>Codes of destination unreachable for IPv6 (RFC 4443 §3.1).</summary>
public enum UnreachableCodeV6 : byte
{
    /// <summary>No route to destination.</summary>
    NoRoute = 0,
    /// <summary>Administratively prohibited.</summary>
    Prohibited = 1,
    /// <summary>Beyond scope of source address.</summary>
    BeyondScope = 2,
    /// <summary>Address unreachable.</summary>
    Address = 3,
    /// <summary>Port unreachable.</summary>
    Port = 4,
}

/// <summary>The types of <see cref="IcmpKind"/> on the wire.</summary>
public static class IcmpTypes
{
    /// <summary>The kind that a type and code stand for.</summary>
    public static IcmpKind KindOf(byte type, byte code, bool isV6) => isV6
        ? type switch
        {
            1 => IcmpKind.Unreachable,
            2 => IcmpKind.PacketTooBig,
            3 => IcmpKind.TimeExceeded,
            4 => IcmpKind.ParameterProblem,
            128 => IcmpKind.EchoRequest,
            129 => IcmpKind.EchoReply,
            133 => IcmpKind.RouterSolicitation,
            134 => IcmpKind.RouterAdvertisement,
            135 => IcmpKind.NeighbourSolicitation,
            136 => IcmpKind.NeighbourAdvertisement,
            137 => IcmpKind.Redirect,
            _ => IcmpKind.Other,
        }
        : type switch
        {
            0 => IcmpKind.EchoReply,
            3 when code == (byte)UnreachableCode.FragmentationNeeded => IcmpKind.PacketTooBig,
            3 => IcmpKind.Unreachable,
            4 => IcmpKind.SourceQuench,
            5 => IcmpKind.Redirect,
            8 => IcmpKind.EchoRequest,
            11 => IcmpKind.TimeExceeded,
            12 => IcmpKind.ParameterProblem,
            _ => IcmpKind.Other,
        };

    /// <summary>The type of a kind.</summary>
    /// <exception cref="ArgumentException">The family has no such message.</exception>
    public static byte TypeOf(IcmpKind kind, bool isV6) => (kind, isV6) switch
    {
        (IcmpKind.EchoRequest, false) => 8,
        (IcmpKind.EchoReply, false) => 0,
        (IcmpKind.Unreachable or IcmpKind.PacketTooBig, false) => 3,
        (IcmpKind.SourceQuench, false) => 4,
        (IcmpKind.Redirect, false) => 5,
        (IcmpKind.TimeExceeded, false) => 11,
        (IcmpKind.ParameterProblem, false) => 12,
        (IcmpKind.Unreachable, true) => 1,
        (IcmpKind.PacketTooBig, true) => 2,
        (IcmpKind.TimeExceeded, true) => 3,
        (IcmpKind.ParameterProblem, true) => 4,
        (IcmpKind.EchoRequest, true) => 128,
        (IcmpKind.EchoReply, true) => 129,
        (IcmpKind.RouterSolicitation, true) => 133,
        (IcmpKind.RouterAdvertisement, true) => 134,
        (IcmpKind.NeighbourSolicitation, true) => 135,
        (IcmpKind.NeighbourAdvertisement, true) => 136,
        (IcmpKind.Redirect, true) => 137,
        _ => throw new ArgumentException($"{kind} has no type in {(isV6 ? "IPv6" : "IPv4")}"),
    };

    /// <summary>Whether the message quotes the packet that caused it.</summary>
    public static bool QuotesPacket(this IcmpKind kind) => kind
        is IcmpKind.Unreachable or IcmpKind.PacketTooBig or IcmpKind.TimeExceeded
        or IcmpKind.ParameterProblem or IcmpKind.SourceQuench;
}
