using System.Runtime.InteropServices;
using System.Text;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>struct tcp_info of linux/tcp.h as name=value words.</summary>
internal static unsafe class TcpInfoText
{
    private const int TcpInfo = 11;
    private const int Size = 256;

    private static readonly string[] States =
    [
        "?", "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT",
        "CLOSED", "CLOSE-WAIT", "LAST-ACK", "LISTEN", "CLOSING", "SYN-RECEIVED",
    ];

    private static readonly string[] Octets =
        ["state", "caState", "retransmits", "probes", "backoff", "options"];

    /// <summary>Words of 32 bits from offset 8 on; a name ends in its unit.</summary>
    private static readonly string[] Words =
    [
        "rtoUs", "atoUs", "sndMss", "rcvMss", "unacked", "sacked", "lost", "retrans", "fackets",
        "lastDataSentMs", "lastAckSentMs", "lastDataRecvMs", "lastAckRecvMs", "pmtu",
        "rcvSsthresh", "rttUs", "rttVarUs", "sndSsthresh", "sndCwnd", "advMss", "reordering",
        "rcvRttUs", "rcvSpace", "totalRetrans",
    ];

    /// <summary>The text, or null and the error in <see cref="Libc.Errno"/>.</summary>
    internal static string? Of(int fd)
    {
        byte* info = stackalloc byte[Size];
        uint length = Size;
        if (Libc.GetOption(fd, SocketOption.TcpLevel, TcpInfo, info, &length) != 0)
        {
            return null;
        }
        return Write(new ReadOnlySpan<byte>(info, (int)length));
    }

    private static string Write(ReadOnlySpan<byte> info)
    {
        var text = new StringBuilder();
        text.Append("state=").Append(info[0] < States.Length ? States[info[0]] : "?");
        for (int i = 1; i < Octets.Length; i++)
        {
            text.Append(' ').Append(Octets[i]).Append('=').Append(info[i]);
        }
        text.Append(" sndWscale=").Append(info[6] & 15);
        text.Append(" rcvWscale=").Append(info[6] >> 4);
        for (int i = 0; i < Words.Length; i++)
        {
            AppendWord(text, info, Words[i], 8 + (i * 4));
        }
        AppendLong(text, info, "bytesAcked", 120);
        AppendLong(text, info, "bytesReceived", 128);
        AppendWord(text, info, "segsOut", 136);
        AppendWord(text, info, "segsIn", 140);
        AppendWord(text, info, "notSentBytes", 144);
        AppendWord(text, info, "minRttUs", 148);
        AppendWord(text, info, "dsackDups", 216);
        AppendWord(text, info, "sndWnd", 228);
        AppendWord(text, info, "rcvWnd", 232);
        return text.ToString();
    }

    private static void AppendWord(
        StringBuilder text, ReadOnlySpan<byte> info, string name, int offset)
    {
        if (offset + 4 <= info.Length)
        {
            text.Append(' ').Append(name).Append('=')
                .Append(MemoryMarshal.Read<uint>(info[offset..]));
        }
    }

    private static void AppendLong(
        StringBuilder text, ReadOnlySpan<byte> info, string name, int offset)
    {
        if (offset + 8 <= info.Length)
        {
            text.Append(' ').Append(name).Append('=')
                .Append(MemoryMarshal.Read<ulong>(info[offset..]));
        }
    }
}
