using TcpConformance.Wire;

namespace TcpConformance.Harness.Lower;

/// <summary>Segments in the notation of RFC 9293 §3.5: <c>&lt;SEQ=1&gt;&lt;CTL=SYN&gt;</c>.
/// </summary>
public static class SegmentText
{
    /// <summary>One line for an IP packet, whatever it holds.</summary>
    public static string Of(ReadOnlySpan<byte> packet)
    {
        PacketView ip = PacketView.Read(packet);
        if (ip.Defect != PacketDefect.None)
        {
            return $"IP packet of {packet.Length} octets ({ip.Defect})";
        }
        if (ip.Protocol != (byte)IpProtocol.Tcp)
        {
            return $"{(IpProtocol)ip.Protocol} packet of {ip.Payload.Length} octets";
        }
        SegmentView segment = SegmentView.Read(ip.Payload);
        string text = Of(segment.Header);
        return segment.Defect == SegmentDefect.None ? text : $"{text} ({segment.Defect})";
    }

    /// <summary>One line for a header.</summary>
    public static string Of(in TcpHeader h)
    {
        string ack = h.Has(TcpFlags.Ack) ? $"<ACK={h.Ack}>" : "";
        string length = h.TextLength > 0 ? $"<LEN={h.TextLength}>" : "";
        string urgent = h.Has(TcpFlags.Urg) ? $"<UP={h.UrgentPointer}>" : "";
        return $"<SEQ={h.Seq}>{ack}<CTL={h.Flags.ToText()}>{length}<WND={h.Window}>{urgent}"
            + Options(h.Options);
    }

    private static string Options(in TcpOptions o)
    {
        if (o.Present == TcpOptionSet.None)
        {
            return "";
        }
        var parts = new List<string>();
        AddIf(parts, o, TcpOptionSet.Mss, $"MSS {o.Mss}");
        AddIf(parts, o, TcpOptionSet.WindowScale, $"WS {o.WindowScale}");
        AddIf(parts, o, TcpOptionSet.SackPermitted, "SACK permitted");
        AddIf(parts, o, TcpOptionSet.Timestamps, $"TS {o.TsVal}/{o.TsEcr}");
        if (o.Has(TcpOptionSet.Sack))
        {
            for (int i = 0; i < o.SackCount; i++)
            {
                parts.Add($"SACK {o.Sack[i]}");
            }
        }
        TcpOptionSet others = o.Present & ~(TcpOptionSet.Mss | TcpOptionSet.WindowScale
            | TcpOptionSet.SackPermitted | TcpOptionSet.Timestamps | TcpOptionSet.Sack);
        if (others != TcpOptionSet.None)
        {
            parts.Add(others.ToString());
        }
        return $"<OPT={string.Join("; ", parts)}>";
    }

    private static void AddIf(
        List<string> parts, in TcpOptions o, TcpOptionSet which, string text)
    {
        if (o.Has(which))
        {
            parts.Add(text);
        }
    }
}
