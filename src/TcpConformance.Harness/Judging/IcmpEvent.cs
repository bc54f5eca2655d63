using TcpConformance.Wire;

namespace TcpConformance.Harness.Judging;

/// <summary>What an ICMP message means to a connection (RFC 9293 §3.9.2.2).</summary>
internal enum IcmpMeaning : byte
{
    /// <summary>Source quench: nothing (MUST-55).</summary>
    Ignored,
    /// <summary>A soft error: the connection lives on (MUST-56).</summary>
    Soft,
    /// <summary>A hard error: the connection may end (SHLD-26).</summary>
    Hard,
    /// <summary>The path's MTU is smaller.</summary>
    TooBig,
}

/// <summary>An ICMP message that quotes a segment of the IUT.</summary>
/// <param name="Pair">The connection that it is about.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Mtu">The path's MTU in octets, for TooBig.</param>
/// <param name="Seq">Sequence number of the quoted segment.</param>
internal sealed record IcmpEvent(
    SocketPair Pair, IcmpMeaning Meaning, ushort Mtu, SeqNumber Seq)
{
    /// <summary>Reads a message; null if it quotes no segment.</summary>
    public static IcmpEvent? Of(in IcmpView icmp)
    {
        QuoteView quote = icmp.Quote;
        if (icmp.Defect != IcmpDefect.None || !quote.HasSegment
            || quote.Protocol != (byte)IpProtocol.Tcp)
        {
            return null;
        }
        ushort mtu = (ushort)Math.Min(icmp.Mtu, ushort.MaxValue);
        return new IcmpEvent(
            new(quote.Source, quote.Destination), MeaningOf(in icmp), mtu, quote.Seq);
    }

    // RFC 9293 §3.9.2.2. Codes 2 to 4 are hard; in IPv6 only the port's (RFC 5461 §2).
    private static IcmpMeaning MeaningOf(in IcmpView icmp) => icmp.Kind switch
    {
        IcmpKind.PacketTooBig => IcmpMeaning.TooBig,
        IcmpKind.SourceQuench => IcmpMeaning.Ignored,
        IcmpKind.TimeExceeded or IcmpKind.ParameterProblem => IcmpMeaning.Soft,
        IcmpKind.Unreachable when !icmp.IsV6 =>
            icmp.Code is 2 or 3 or 4 ? IcmpMeaning.Hard : IcmpMeaning.Soft,
        IcmpKind.Unreachable =>
            icmp.Code is 1 or 4 ? IcmpMeaning.Hard : IcmpMeaning.Soft,
        _ => IcmpMeaning.Ignored,
    };
}
