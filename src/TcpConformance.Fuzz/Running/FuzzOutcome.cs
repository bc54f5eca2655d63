using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Fuzz.Running;

/// <summary>What came of one input.</summary>
/// <param name="Input">Where it lies.</param>
/// <param name="Finding">What is wrong, in one line; null: nothing.</param>
public sealed record FuzzOutcome(string Input, string? Finding)
{
    /// <summary>What makes it the same as another finding; null: nothing is wrong.</summary>
    public FindingSignature? Signature { get; init; }

    /// <summary>What was said: the exception with its stack, or what a process said when it died.
    /// </summary>
    public string Story { get; init; } = "";

    /// <summary>The first line of what an exception says.</summary>
    internal static string Words(Exception e) =>
        (e is FuzzFindingException ? e.Message : $"{e.GetType().Name}: {e.Message}")
        .Split('\n')[0].Trim();

    /// <summary>How a process died, in one line.</summary>
    /// <param name="exitCode">Its exit code; 128 and the number of a signal.</param>
    internal static string Death(int exitCode) => exitCode switch
    {
        134 => "the process aborted (SIGABRT): stack overflow, FailFast, or memory corrupted",
        135 => "the process died of SIGBUS",
        136 => "the process died of SIGFPE",
        137 => "the process was killed (SIGKILL)",
        139 => "the process died of SIGSEGV",
        _ => $"the process ended with exit code {exitCode}",
    };
}
