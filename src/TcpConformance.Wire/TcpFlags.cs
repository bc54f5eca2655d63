namespace TcpConformance.Wire;

/// <summary>The control bits of the TCP header, 12 bits with the reserved ones (RFC 9293
/// §3.1).</summary>
[Flags]
public enum TcpFlags : ushort
{
    /// <summary>No control bit.</summary>
    None = 0,
    /// <summary>No more data from the sender.</summary>
    Fin = 0x001,
    /// <summary>Synchronize sequence numbers.</summary>
    Syn = 0x002,
    /// <summary>Reset the connection.</summary>
    Rst = 0x004,
    /// <summary>Push function.</summary>
    Psh = 0x008,
    /// <summary>The acknowledgment field is significant.</summary>
    Ack = 0x010,
    /// <summary>The urgent pointer field is significant.</summary>
    Urg = 0x020,
    /// <summary>ECN-Echo (RFC 3168 §6.1).</summary>
    Ece = 0x040,
    /// <summary>Congestion Window Reduced (RFC 3168 §6.1).</summary>
    Cwr = 0x080,
    /// <summary>Accurate ECN, once the nonce sum NS; reserved by RFC 9293.</summary>
    Ae = 0x100,
    /// <summary>The lowest of the three other reserved bits.</summary>
    Reserved1 = 0x200,
    /// <summary>The middle of the three other reserved bits.</summary>
    Reserved2 = 0x400,
    /// <summary>The highest of the three other reserved bits.</summary>
    Reserved3 = 0x800,
    /// <summary>All bits that RFC 9293 §3.1 reserves and that no RFC uses.</summary>
    Reserved = Reserved1 | Reserved2 | Reserved3,
}

/// <summary>Questions and names for <see cref="TcpFlags"/>.</summary>
public static class TcpFlagsText
{
    private static readonly (TcpFlags Flag, string Name)[] Names =
    [
        (TcpFlags.Syn, "SYN"), (TcpFlags.Fin, "FIN"), (TcpFlags.Rst, "RST"),
        (TcpFlags.Psh, "PSH"), (TcpFlags.Ack, "ACK"), (TcpFlags.Urg, "URG"),
        (TcpFlags.Ece, "ECE"), (TcpFlags.Cwr, "CWR"), (TcpFlags.Ae, "AE"),
        (TcpFlags.Reserved1, "R1"), (TcpFlags.Reserved2, "R2"), (TcpFlags.Reserved3, "R3"),
    ];

    /// <summary>Whether every bit of <paramref name="bits"/> is set.</summary>
    public static bool Has(this TcpFlags flags, TcpFlags bits) => (flags & bits) == bits;

    /// <summary>Whether any bit of <paramref name="bits"/> is set.</summary>
    public static bool HasAny(this TcpFlags flags, TcpFlags bits) => (flags & bits) != 0;

    /// <summary>The RFC's notation: "SYN,ACK"; "none" if no bit is set.</summary>
    public static string ToText(this TcpFlags flags) => flags == TcpFlags.None
        ? "none"
        : string.Join(',', Names.Where(n => flags.Has(n.Flag)).Select(n => n.Name));
}
