namespace TcpConformance.Wire;

/// <summary>IP next-header numbers that the project meets.</summary>
public enum IpProtocol : byte
{
    /// <summary>ICMP for IPv4.</summary>
    Icmp = 1,
    /// <summary>TCP.</summary>
    Tcp = 6,
    /// <summary>UDP.</summary>
    Udp = 17,
    /// <summary>ICMP for IPv6.</summary>
    IcmpV6 = 58,
}

/// <summary>The rule that an IP packet breaks, or why its payload can't be read.</summary>
public enum PacketDefect : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Shorter than its header.</summary>
    Truncated,
    /// <summary>Version other than 4 and 6.</summary>
    BadVersion,
    /// <summary>IPv4 header length below 5 words or past the packet.</summary>
    BadHeaderLength,
    /// <summary>Total or payload length past the packet or below the header.</summary>
    BadTotalLength,
    /// <summary>IPv4 header checksum wrong.</summary>
    BadHeaderChecksum,
    /// <summary>A fragment: the payload is not a whole segment.</summary>
    Fragment,
    /// <summary>An IPv6 extension header reaches past the packet.</summary>
    BadExtensionHeader,
}
