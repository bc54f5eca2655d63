using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TcpConformance.Fuzz.Running;

/// <summary>What a worker says on its standard error, and what can be learned from that.</summary>
internal sealed partial class WorkerSpeech(Action<string> say)
{
    // Stack traces of stack overflows are long.
    private const int LongestStory = 64 * 1024;

    private readonly StringBuilder _story = new();
    private bool _telling;

    /// <summary>What was said last before it died; null: nothing.</summary>
    internal string? Finding { get; private set; }

    /// <summary>What the runtime or a sanitizer said when it died.</summary>
    internal string Story => _story.ToString();

    internal string LastLine { get; private set; } = "";

    /// <summary>Blocks that were reached.</summary>
    internal long Coverage { get; private set; }

    /// <summary>Inputs in the corpus.</summary>
    internal long Corpus { get; private set; }

    internal void Listen(Process process)
    {
        process.ErrorDataReceived += (_, e) => Hear(e.Data);
        process.BeginErrorReadLine();
    }

    /// <summary>Hears a line; null at the end.</summary>
    internal void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }
        say(line);
        if (line.Length > 0)
        {
            LastLine = line;
        }
        if (Death().Match(line) is { Success: true })
        {
            Finding ??= line;
            _telling = true;
        }
        else if (line.Contains("ERROR: libFuzzer", StringComparison.Ordinal))
        {
            _telling = false; // the rest is libFuzzer's own
        }
        if (_telling && _story.Length < LongestStory)
        {
            _story.Append(line).Append('\n');
        }
        if (Status().Match(line) is { Success: true } status)
        {
            Coverage = Number(status.Groups[1]);
            Corpus = Number(status.Groups[2]);
        }
    }

    private static long Number(Group text) =>
        long.Parse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture);

    // What .NET says before it aborts, what sanitizers say, and lwIP's assertions.
    [GeneratedRegex(@"^(Stack overflow\.|Unhandled exception\.|Process terminated\.|Fatal error\.|"
        + @"Out of memory\.|lwIP's assertion failed)|ERROR: \w+Sanitizer|: runtime error: ")]
    private static partial Regex Death();

    [GeneratedRegex(@"^#\d+\s.*\bcov: (\d+) .*\bcorp: (\d+)")]
    private static partial Regex Status();
}
