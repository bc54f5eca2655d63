using TcpConformance.Spec.Calls;

namespace TcpConformance.Harness.Sessions;

/// <summary>The IUT's user makes a call; it does nothing where no user has the connection.
/// </summary>
/// <param name="Kind">Which call: SEND, RECEIVE, SHUTDOWN, CLOSE, ABORT, SET-OPTION, or
/// STOP-LISTENING.</param>
/// <param name="Count">SEND and RECEIVE: octets; SET-OPTION: the value.</param>
public sealed record CallStep(UserCallKind Kind, int Count = 0) : SessionStep
{
    internal const string Verb = "call";

    /// <summary>SET-OPTION: which one.</summary>
    public UserOption Option { get; init; }

    /// <summary>SEND: urgent data.</summary>
    public bool Urgent { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {StepWords.TextOf(Kind)}"
        + (Kind == UserCallKind.SetOption ? $" option={StepWords.TextOf(Option)}" : "")
        + (Count == 0 ? "" : $" n={Count}") + (Urgent ? " urgent" : "");

    internal static CallStep Read(StepWords w)
    {
        bool urgent = w.Flag("urgent");
        return new CallStep(
            w.Name<UserCallKind>(w.Word()), (int)(w.Number("n", 0, 1 << 30) ?? 0))
        {
            Option = w.Value("option") is string o ? w.Name<UserOption>(o) : default,
            Urgent = urgent,
        };
    }
}
