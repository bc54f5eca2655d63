namespace TcpConformance.Harness.Sessions;

/// <summary>For what a <see cref="WaitStep"/> waits.</summary>
public enum WaitFor
{
    /// <summary>For so many milliseconds.</summary>
    Time,
    /// <summary>Until the IUT sends something, at most so many milliseconds.</summary>
    Next,
    /// <summary>2 MSL as the IUT's profile has it, and so many milliseconds more.</summary>
    TimeWait,
    /// <summary>The idle time before a keep-alive as the profile has it, and so many milliseconds
    /// more.</summary>
    KeepAlive,
}

/// <summary>The tester is silent and lets time pass.</summary>
/// <param name="For">For what it waits.</param>
/// <param name="Milliseconds">How long; may be negative where it is added to another time.
/// </param>
public sealed record WaitStep(WaitFor For, int Milliseconds) : SessionStep
{
    internal const string Verb = "wait";

    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {StepWords.TextOf(For)} ms={Milliseconds}";

    internal static WaitStep Read(StepWords w) => new(
        w.Name<WaitFor>(w.Word()), (int)(w.Number("ms", -86_400_000, 86_400_000) ?? 0));
}
