using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;

namespace TcpConformance.Fuzz.Findings;

/// <summary>Where something happened: the innermost methods of our code on a stack, without
/// arguments and lines.</summary>
internal static partial class OurFrames
{
    /// <summary>Frames of a signature: more would make one fault that is reached in several ways
    /// several findings.</summary>
    internal const int Most = 3;

    private const string Ours = "TcpConformance.";

    // What runs the target is on every stack.
    private static readonly string Runner = typeof(Running.FuzzWorker).Namespace + ".";

    /// <summary>Of an exception.</summary>
    internal static IReadOnlyList<string> Of(Exception e)
    {
        List<string> frames = [];
        foreach (StackFrame frame in new StackTrace(e, false).GetFrames())
        {
            if (frame.GetMethod() is MethodBase method
                && method.DeclaringType is Type type
                && Name($"{type.FullName}.{method.Name}") is string name)
            {
                frames.Add(name);
            }
        }
        return Top(frames);
    }

    /// <summary>Of a stack as .NET prints it when it dies, or as a sanitizer does.</summary>
    internal static IReadOnlyList<string> Of(string story)
    {
        List<string> frames = [];
        List<string> repeated = [];
        bool repeats = false;
        foreach (string line in story.Split('\n'))
        {
            if (line.StartsWith("Repeat", StringComparison.Ordinal))
            {
                repeats = true;
            }
            Match managed = ManagedFrame().Match(line);
            Match native = NativeFrame().Match(line);
            string? name = managed.Success ? Name(managed.Groups[1].Value)
                : native.Success ? NameOfNative(native.Groups[1].Value)
                : null;
            if (name is not null)
            {
                (repeats ? repeated : frames).Add(name);
            }
        }
        // Where in its turn a recursion has used up the stack is chance.
        return repeated.Count > 0
            ? [.. repeated.Distinct().Order(StringComparer.Ordinal).Take(Most)]
            : Top(frames);
    }

    /// <summary>Of a method by the full name that the weaver gives it.</summary>
    internal static string OfMethod(string full)
    {
        // System.Void A.B/C::M(System.Int32)
        string method = full.Split('(')[0].Split(' ')[^1].Replace("::", ".").Replace('/', '.');
        return Name(method) ?? method;
    }

    private static string[] Top(List<string> frames) => [.. frames.Take(Most)];

    // Type and method; null: not ours.
    private static string? Name(string full)
    {
        if (!full.StartsWith(Ours, StringComparison.Ordinal)
            || full.StartsWith(Runner, StringComparison.Ordinal))
        {
            return null;
        }
        // A lambda's number changes with its neighbours.
        string plain = Generated().Replace(full.Replace('+', '.'), "$1");
        string[] parts = plain.Split('.', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length < 2 ? plain : $"{parts[^2]}.{parts[^1]}";
    }

    private static string? NameOfNative(string function) =>
        function.StartsWith("__", StringComparison.Ordinal)
        || function.StartsWith("fuzzer::", StringComparison.Ordinal)
        || function is "memcpy" or "memmove" or "memset" or "malloc" or "free" or "abort"
            ? null
            : function;

    [GeneratedRegex(@"^\s+at ([^\s(]+)\(")]
    private static partial Regex ManagedFrame();

    [GeneratedRegex(@"^\s+#\d+ 0x[0-9a-f]+ in ([^\s(]+)")]
    private static partial Regex NativeFrame();

    // <Method>b__0_1, <Method>g__Local|0_1, <>c, <>c__DisplayClass0_0
    [GeneratedRegex(@"<(\w*)>\w*?(?:__\w*)?(?:\|[\d_]+)?(?=\.|$)|`\d+(?:\[[^\]]*\])?")]
    private static partial Regex Generated();
}
