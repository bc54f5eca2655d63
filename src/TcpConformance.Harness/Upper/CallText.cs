using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Upper;

/// <summary>User calls and their results as one line.</summary>
public static class CallText
{
    /// <summary>The call.</summary>
    public static string Of(UserCall call)
    {
        string detail = call.Kind switch
        {
            UserCallKind.Send => $" {call.Text.Length} octets" + (call.Urgent ? " urgent" : ""),
            UserCallKind.Receive => $" up to {call.Count} octets",
            UserCallKind.SetOption => $" {call.Option} = {call.Value}",
            UserCallKind.Listen or UserCallKind.StopListening => $" on {call.Pair.Iut}",
            UserCallKind.Connect => $" {call.Pair.Iut} to {call.Pair.Tester}",
            UserCallKind.Accept or UserCallKind.Shutdown or UserCallKind.Close
                or UserCallKind.Abort or UserCallKind.AwaitUrgent => "",
        };
        return call.Kind.ToString().ToUpperInvariant() + detail;
    }

    /// <summary>What the call came to.</summary>
    public static string Of(UserCall call, UserResult result)
    {
        string name = call.Kind.ToString().ToUpperInvariant();
        if (result.Error != UserError.None)
        {
            string detail = result.Detail is null ? "" : $" ({result.Detail})";
            return $"{name}: {result.Error}{detail}";
        }
        return call.Kind switch
        {
            UserCallKind.Send => $"{name}: {result.Count} octets taken",
            UserCallKind.Receive when result.EndOfStream => $"{name}: end of stream",
            UserCallKind.Receive => $"{name}: {result.Text.Length} octets",
            _ => $"{name}: done",
        };
    }
}
