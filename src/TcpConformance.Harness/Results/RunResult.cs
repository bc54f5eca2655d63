namespace TcpConformance.Harness.Results;

/// <summary>The result of one run of the conformance suite, as in <c>result.json</c>.</summary>
/// <param name="Schema">Name and version of the format: <see cref="CurrentSchema"/>.</param>
/// <param name="Tool">What made the result.</param>
/// <param name="Seed">The seed that replays the run.</param>
/// <param name="Started">When the run began.</param>
/// <param name="Seconds">How long it took, in seconds of wall time.</param>
/// <param name="Iuts">What was tested, in the order of the command line.</param>
public sealed record RunResult(
    string Schema,
    ToolInfo Tool,
    long Seed,
    DateTimeOffset Started,
    double Seconds,
    IReadOnlyList<IutResult> Iuts)
{
    /// <summary>The version of the format that this program writes.</summary>
    public const string CurrentSchema = "tcpconf-result/1";
}
