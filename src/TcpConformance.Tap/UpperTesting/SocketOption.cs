using System.Globalization;
using System.Text;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>The options of specs/upper-tester.md as Linux has them (tcp(7), socket(7)).</summary>
internal static unsafe class SocketOption
{
    internal const int SocketLevel = 1;
    internal const int TcpLevel = 6;
    private const int IpLevel = 0;
    private const int Ipv6Level = 41;
    private const int ReuseAddress = 2;
    private const int SocketError = 4;
    private const int Linger = 13;
    private const int KeepIdle = 4;
    private const int KeepInterval = 5;
    private const int Congestion = 13;
    private const int BindWithoutPort = 24;
    private const int OnlyV6 = 26;

    // IPV6_TCLASS, IP_TOS; IPV6_UNICAST_HOPS, IP_TTL. IPv4 sockets refuse the former.
    private static int SetEither(int fd, int v6, int v4, string value)
    {
        if (value.Contains('\0')
            || !byte.TryParse(value, NumberStyles.None, null, out byte n))
        {
            return Errno.Einval;
        }
        return SetNumber(fd, Ipv6Level, v6, n) == 0 ? 0 : SetNumber(fd, IpLevel, v4, n);
    }

    /// <summary>Sets an option.</summary>
    /// <returns>0 or the error number; EINVAL for a wrong name or value.</returns>
    internal static int Set(int fd, string name, string value)
    {
        if (name == "congestion")
        {
            byte[] text = Encoding.ASCII.GetBytes(value);
            fixed (byte* p = text)
            {
                int outcome = Libc.SetOption(fd, TcpLevel, Congestion, p, (uint)text.Length);
                return outcome == 0 ? 0 : Libc.Errno;
            }
        }
        if (name is "traffic-class" or "hop-limit")
        {
            return name == "hop-limit"
                ? SetEither(fd, 16, 2, value)
                : SetEither(fd, 67, 1, value);
        }
        (int Level, int Number)? option = name switch
        {
            "nodelay" => (TcpLevel, 1),
            "maxseg" => (TcpLevel, 2),
            "cork" => (TcpLevel, 3),
            "window-clamp" => (TcpLevel, 10),
            "quickack" => (TcpLevel, 12),
            "user-timeout" => (TcpLevel, 18),
            "sndbuf" => (SocketLevel, 7),
            "rcvbuf" => (SocketLevel, 8),
            "keepalive" => (SocketLevel, 9),
            "oobinline" => (SocketLevel, 10),
            "keepalive-idle" => (TcpLevel, KeepIdle),
            "keepalive-interval" => (TcpLevel, KeepInterval),
            "keepalive-count" => (TcpLevel, 6),
            _ => null,
        };
        return option is (int level, int number)
            && !value.Contains('\0')
            && int.TryParse(value, NumberStyles.None, null, out int n)
            ? SetNumber(fd, level, number, InKernelUnit(level, number, n))
            : Errno.Einval;
    }

    /// <summary>The protocol speaks of milliseconds, and Linux of whole seconds here.</summary>
    private static int InKernelUnit(int level, int number, int value) =>
        level == TcpLevel && number is KeepIdle or KeepInterval
            ? (value / 1000) + (value % 1000 != 0 ? 1 : 0)
            : value;

    private static int SetNumber(int fd, int level, int option, int value) =>
        Libc.SetOption(fd, level, option, &value, sizeof(int)) == 0 ? 0 : Libc.Errno;

    internal static void SetReuseAddress(int fd) => _ = SetNumber(fd, SocketLevel, ReuseAddress, 1);

    internal static void SetOnlyV6(int fd) => _ = SetNumber(fd, Ipv6Level, OnlyV6, 1);

    /// <summary>Lets connect choose the port, by the whole socket pair (ip(7)).</summary>
    internal static void SetBindWithoutPort(int fd) =>
        _ = SetNumber(fd, IpLevel, BindWithoutPort, 1);

    /// <summary>Makes close(2) an ABORT (RFC 9293 §3.10.5).</summary>
    internal static void SetAbort(int fd)
    {
        int* linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;
        _ = Libc.SetOption(fd, SocketLevel, Linger, linger, 2 * sizeof(int));
    }

    /// <summary>Takes the error that is to be told to the user; 0 for none.</summary>
    internal static int TakeError(int fd)
    {
        int value = 0;
        uint length = sizeof(int);
        return Libc.GetOption(fd, SocketLevel, SocketError, &value, &length) == 0
            ? value
            : Libc.Errno;
    }
}
