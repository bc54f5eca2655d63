using System.Text.RegularExpressions;

namespace TcpConformance.Fuzz.Findings;

/// <summary>The signature of a process that has died, from what it said last.</summary>
internal static partial class DeathSignature
{
    /// <summary>What it was.</summary>
    /// <param name="story">What was said when it died.</param>
    /// <param name="exitCode">128 and the number of a signal, or the exit code.</param>
    internal static FindingSignature Of(string story, int exitCode)
    {
        if (Report().Match(story) is { Success: true } report)
        {
            return new FindingSignature(
                FindingKind.Sanitizer, report.Groups[1].Value + report.Groups[2].Value,
                OurFrames.Of(story));
        }
        string head = story.Contains("Stack overflow.", StringComparison.Ordinal)
            ? "stack-overflow"
            : story.Contains("Process terminated.", StringComparison.Ordinal) ? "fail-fast"
            : Unhandled().Match(story) is { Success: true } unhandled
                ? "unhandled " + unhandled.Groups[1].Value.Split('.')[^1]
            : story.Contains("Out of memory.", StringComparison.Ordinal) ? "out-of-memory"
            : story.Contains("Fatal error.", StringComparison.Ordinal) ? "fatal-error"
            : exitCode switch
            {
                134 => "sigabrt",
                135 => "sigbus",
                136 => "sigfpe",
                137 => "sigkill",
                139 => "sigsegv",
                _ => $"exit-code-{exitCode}",
            };
        return new FindingSignature(FindingKind.Crash, head, OurFrames.Of(story));
    }

    // AddressSanitizer: heap-buffer-overflow; or UBSan's 'file.c:1:2: runtime error: shift …'.
    [GeneratedRegex(@"ERROR: \w+Sanitizer: ([\w-]+)|runtime error: ([a-z -]+)")]
    private static partial Regex Report();

    [GeneratedRegex(@"Unhandled exception\. ([\w.]+)")]
    private static partial Regex Unhandled();
}
