namespace TcpConformance.Tests.Spec.Traces;

/// <summary>Beginnings of scripts: ways into a state.</summary>
internal static class Openings
{
    /// <summary>ESTABLISHED from LISTEN, no options: both MSS are 536.</summary>
    public const string Open = "listen; > S 0; < SA 0 1; > A 1 1; accept;";

    /// <summary>The same with an MSS of 1460.</summary>
    public const string OpenMss =
        "listen; > S 0 mss=1460; < SA 0 1 mss=1460; > A 1 1; accept;";

    /// <summary>The same with SACK.</summary>
    public const string OpenSack =
        "listen; > S 0 mss=1460 sackok; < SA 0 1 mss=1460 sackok; > A 1 1; accept;";

    /// <summary>The same with timestamps.</summary>
    public const string OpenTimes =
        "listen; > S 0 mss=1460 ts=100/0; < SA 0 1 mss=1460 ts=900/100; > A 1 1 ts=101/900;"
        + "accept;";

    /// <summary>ESTABLISHED by an active OPEN.</summary>
    public const string Active = "connect; < S 0; > SA 0 1; < A 1 1; connected;";

    /// <summary>TIME-WAIT after an active close, without a listener.</summary>
    public const string TimeWait =
        Active + "shutdown; < FA 1 1; > A 1 2; > FA 1 2; < A 2 2;";

    /// <summary>So many full-sized segments of 1460 octets from the IUT.</summary>
    /// <param name="from">Number of the first, counted from 0.</param>
    /// <param name="count">How many.</param>
    public static string Full(int from, int count) => string.Concat(
        Enumerable.Range(from, count).Select(i => $"< A {1 + (i * 1460)}:{1461 + (i * 1460)} 1;"));
}
