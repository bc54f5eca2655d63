using System.Runtime.CompilerServices;

namespace TcpConformance.Wire;

/// <summary>Option kinds of the IANA registry that the project knows.</summary>
public enum TcpOptionKind : byte
{
    /// <summary>End of option list, one octet (RFC 9293 §3.2).</summary>
    EndOfList = 0,
    /// <summary>No-operation, one octet (RFC 9293 §3.2).</summary>
    NoOperation = 1,
    /// <summary>Maximum segment size, length 4 (RFC 9293 §3.2).</summary>
    Mss = 2,
    /// <summary>Window scale, length 3 (RFC 7323 §2.2).</summary>
    WindowScale = 3,
    /// <summary>SACK-permitted, length 2 (RFC 2018 §2).</summary>
    SackPermitted = 4,
    /// <summary>SACK, length 2 + 8n for n blocks, 1 to 4 (RFC 2018 §3).</summary>
    Sack = 5,
    /// <summary>Timestamps, length 10 (RFC 7323 §3.2).</summary>
    Timestamps = 8,
    /// <summary>MD5 signature, length 18 (RFC 2385); obsolete.</summary>
    Md5 = 19,
    /// <summary>User timeout, length 4 (RFC 5482 §3).</summary>
    UserTimeout = 28,
    /// <summary>TCP-AO, length at least 4 (RFC 5925 §2.2).</summary>
    AuthenticationOption = 29,
    /// <summary>Multipath TCP, length at least 3, kept opaque (RFC 8684).</summary>
    Multipath = 30,
    /// <summary>Fast Open cookie, length 2 or 6 to 18 (RFC 7413 §4.1.1).</summary>
    FastOpen = 34,
    /// <summary>First experimental kind (RFC 6994).</summary>
    Experiment1 = 253,
    /// <summary>Second experimental kind; Fast Open before its number was assigned.</summary>
    Experiment2 = 254,
}

/// <summary>Which known options a segment carries, well formed.</summary>
[Flags]
public enum TcpOptionSet : ushort
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Maximum segment size.</summary>
    Mss = 1,
    /// <summary>Window scale.</summary>
    WindowScale = 2,
    /// <summary>SACK-permitted.</summary>
    SackPermitted = 4,
    /// <summary>SACK blocks.</summary>
    Sack = 8,
    /// <summary>Timestamps.</summary>
    Timestamps = 16,
    /// <summary>MD5 signature.</summary>
    Md5 = 32,
    /// <summary>User timeout.</summary>
    UserTimeout = 64,
    /// <summary>TCP-AO.</summary>
    AuthenticationOption = 128,
    /// <summary>Multipath TCP.</summary>
    Multipath = 256,
    /// <summary>Fast Open, also in its experimental form.</summary>
    FastOpen = 512,
    /// <summary>At least one option of a kind the project doesn't know.</summary>
    Unknown = 1024,
}

/// <summary>One SACK block: octets [Left, Right) have been received (RFC 2018 §3).</summary>
/// <param name="Left">First sequence number of the block.</param>
/// <param name="Right">Sequence number just after the block.</param>
public readonly record struct SackBlock(SeqNumber Left, SeqNumber Right)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Left}-{Right}";
}

/// <summary>Room for the four blocks that fit into a header.</summary>
[InlineArray(4)]
public struct SackBlocks
{
    private SackBlock _first;
}

/// <summary>The values of the known options of one segment, without references.</summary>
/// <remarks>A field has a meaning only if <see cref="Present"/> says so.</remarks>
public struct TcpOptions
{
    /// <summary>Which options are present.</summary>
    public TcpOptionSet Present;

    /// <summary>Maximum segment size in octets.</summary>
    public ushort Mss;

    /// <summary>Shift count as it stands on the wire, not capped (RFC 7323 §2.2).</summary>
    public byte WindowScale;

    /// <summary>How many entries of <see cref="Sack"/> are used, 0 to 4.</summary>
    public byte SackCount;

    /// <summary>User timeout as on the wire: granularity bit and 15 bits (RFC 5482 §3).</summary>
    public ushort UserTimeout;

    /// <summary>TSval.</summary>
    public uint TsVal;

    /// <summary>TSecr.</summary>
    public uint TsEcr;

    /// <summary>SACK blocks in the order of the wire.</summary>
    public SackBlocks Sack;

    /// <summary>Whether all of <paramref name="options"/> are present.</summary>
    public readonly bool Has(TcpOptionSet options) => (Present & options) == options;
}
