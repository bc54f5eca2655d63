namespace TcpConformance.Tap.UpperTesting;

/// <summary>What an upper tester can be asked for (specs/upper-tester.md).</summary>
public enum UpperTesterVerb
{
    /// <summary>Nothing; the answer shows that the process lives.</summary>
    Ping,
    /// <summary>End the process.</summary>
    Quit,
    /// <summary>A passive OPEN.</summary>
    Listen,
    /// <summary>Take the next connection of a listener.</summary>
    Accept,
    /// <summary>An active OPEN.</summary>
    Open,
    /// <summary>Wait for the outcome of an active OPEN.</summary>
    Connected,
    /// <summary>SEND.</summary>
    Send,
    /// <summary>SEND with the URGENT flag.</summary>
    SendUrgent,
    /// <summary>RECEIVE, the octets shown.</summary>
    Recv,
    /// <summary>RECEIVE, the octets compared with the pattern.</summary>
    RecvPattern,
    /// <summary>Wait for the notice of urgent data.</summary>
    Urgent,
    /// <summary>Whether the next octet to be received is the urgent one.</summary>
    AtMark,
    /// <summary>Receive the urgent octet.</summary>
    RecvUrgent,
    /// <summary>Wait until the connection is gone, without receiving.</summary>
    Error,
    /// <summary>CLOSE of the sending direction.</summary>
    Shutdown,
    /// <summary>CLOSE.</summary>
    Close,
    /// <summary>ABORT.</summary>
    Abort,
    /// <summary>Set an option of a socket.</summary>
    SetOpt,
    /// <summary>STATUS.</summary>
    GetInfo,
    /// <summary>Give up an outstanding request.</summary>
    Cancel,
}

/// <summary>How verbs are written and how many arguments they take.</summary>
internal static class UpperTesterVerbs
{
    private static readonly Dictionary<string, UpperTesterVerb> ByName =
        Enum.GetValues<UpperTesterVerb>().ToDictionary(NameOf);

    internal static bool TryFind(string name, out UpperTesterVerb verb) =>
        ByName.TryGetValue(name, out verb);

    internal static string NameOf(UpperTesterVerb verb) => verb switch
    {
        UpperTesterVerb.Ping => "ping",
        UpperTesterVerb.Quit => "quit",
        UpperTesterVerb.Listen => "listen",
        UpperTesterVerb.Accept => "accept",
        UpperTesterVerb.Open => "open",
        UpperTesterVerb.Connected => "connected",
        UpperTesterVerb.Send => "send",
        UpperTesterVerb.SendUrgent => "send-urgent",
        UpperTesterVerb.Recv => "recv",
        UpperTesterVerb.RecvPattern => "recv-pattern",
        UpperTesterVerb.Urgent => "urgent",
        UpperTesterVerb.AtMark => "at-mark",
        UpperTesterVerb.RecvUrgent => "recv-urgent",
        UpperTesterVerb.Error => "error",
        UpperTesterVerb.Shutdown => "shutdown",
        UpperTesterVerb.Close => "close",
        UpperTesterVerb.Abort => "abort",
        UpperTesterVerb.SetOpt => "setopt",
        UpperTesterVerb.GetInfo => "getinfo",
        UpperTesterVerb.Cancel => "cancel",
    };

    /// <summary>Fewest and most arguments.</summary>
    internal static (int Least, int Most) ArgumentsOf(UpperTesterVerb verb) => verb switch
    {
        UpperTesterVerb.Ping or UpperTesterVerb.Quit => (0, 0),
        UpperTesterVerb.Listen => (3, 16),
        UpperTesterVerb.Open => (4, 16),
        UpperTesterVerb.Send or UpperTesterVerb.SendUrgent => (3, 5),
        UpperTesterVerb.Recv => (2, 2),
        UpperTesterVerb.RecvPattern => (4, 4),
        UpperTesterVerb.SetOpt => (3, 3),
        UpperTesterVerb.Accept or UpperTesterVerb.Connected or UpperTesterVerb.Urgent
            or UpperTesterVerb.AtMark or UpperTesterVerb.RecvUrgent or UpperTesterVerb.Error
            or UpperTesterVerb.Shutdown or UpperTesterVerb.Close or UpperTesterVerb.Abort
            or UpperTesterVerb.GetInfo or UpperTesterVerb.Cancel => (1, 1),
    };
}
