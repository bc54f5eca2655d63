namespace TcpConformance.Harness.Sessions;

/// <summary>The tester sends an earlier segment of the connection again, octet by octet.
/// </summary>
/// <param name="Back">Which: 0 is the last one.</param>
public sealed record AgainStep(int Back) : SessionStep
{
    internal const string Verb = "again";

    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {Back}";

    internal static AgainStep Read(StepWords w) => new((int)w.NumberOf(w.Word(), 0, 10_000));
}
