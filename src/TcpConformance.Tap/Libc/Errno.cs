namespace TcpConformance.Tap;

/// <summary>Error numbers of Linux and their names.</summary>
internal static class Errno
{
    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Eintr = 4;
    internal const int Eio = 5;
    internal const int Ebadf = 9;
    internal const int Enxio = 6;
    internal const int Eagain = 11;
    internal const int Eacces = 13;
    internal const int Enodev = 19;
    internal const int Einval = 22;
    internal const int Epipe = 32;
    internal const int Ebadfd = 77;
    internal const int Eproto = 71;
    internal const int Eilseq = 84;
    internal const int Enoprotoopt = 92;
    internal const int Enetunreach = 101;
    internal const int Econnaborted = 103;
    internal const int Econnreset = 104;
    internal const int Etimedout = 110;
    internal const int Econnrefused = 111;
    internal const int Ehostdown = 112;
    internal const int Ehostunreach = 113;
    internal const int Einprogress = 115;
    internal const int Ecanceled = 125;

    private static readonly Dictionary<int, string> Names = new()
    {
        [1] = "EPERM", [2] = "ENOENT", [4] = "EINTR", [5] = "EIO", [6] = "ENXIO", [9] = "EBADF",
        [11] = "EAGAIN", [12] = "ENOMEM", [13] = "EACCES", [14] = "EFAULT", [16] = "EBUSY",
        [17] = "EEXIST", [19] = "ENODEV", [22] = "EINVAL", [23] = "ENFILE", [24] = "EMFILE",
        [32] = "EPIPE", [71] = "EPROTO", [77] = "EBADFD", [84] = "EILSEQ", [88] = "ENOTSOCK",
        [89] = "EDESTADDRREQ", [90] = "EMSGSIZE", [92] = "ENOPROTOOPT",
        [93] = "EPROTONOSUPPORT", [95] = "EOPNOTSUPP", [97] = "EAFNOSUPPORT",
        [98] = "EADDRINUSE", [99] = "EADDRNOTAVAIL", [100] = "ENETDOWN",
        [101] = "ENETUNREACH", [102] = "ENETRESET", [103] = "ECONNABORTED",
        [104] = "ECONNRESET", [105] = "ENOBUFS", [106] = "EISCONN", [107] = "ENOTCONN",
        [108] = "ESHUTDOWN", [110] = "ETIMEDOUT", [111] = "ECONNREFUSED", [112] = "EHOSTDOWN",
        [113] = "EHOSTUNREACH", [114] = "EALREADY", [115] = "EINPROGRESS",
        [125] = "ECANCELED",
    };

    /// <summary>The name, or E and the number where the table has none.</summary>
    internal static string Name(int number) =>
        Names.TryGetValue(number, out string? name) ? name : $"E{number}";
}
