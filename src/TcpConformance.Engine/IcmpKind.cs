namespace TcpConformance.Engine;

/// <summary>What an ICMP error means to TCP (RFC 9293 §3.9.2.2).</summary>
internal enum IcmpKind
{
    /// <summary>Nothing, as source quench (MUST-55).</summary>
    Ignored,
    /// <summary>Told to the user, nothing else (MUST-56).</summary>
    Soft,
    /// <summary>Ends the connection (SHLD-26).</summary>
    Hard,
    /// <summary>The path takes less.</summary>
    TooBig,
}
