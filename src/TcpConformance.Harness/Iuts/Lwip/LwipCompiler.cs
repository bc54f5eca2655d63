namespace TcpConformance.Harness.Iuts.Lwip;

/// <summary>Compiles one file of lwIP.</summary>
/// <param name="Name">The compiler's command.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="Includes">Where headers are.</param>
/// <param name="Folder">Where it runs.</param>
internal sealed record LwipCompiler(
    string Name, IReadOnlyList<string> Flags, IReadOnlyList<string> Includes, string Folder)
{
    /// <summary>Flags for what <see cref="Compile"/> makes of the compiler's own language; all
    /// others have done their work by then.</summary>
    internal static readonly string[] FlagsOfCode =
        ["-O2", "-fPIC", "-fdata-sections", "-w", "-Xclang", "-disable-llvm-passes"];

    // What the compiler calls before each comparison, so that libFuzzer sees the numbers.
    private const string Traces = "call void @__sanitizer_cov_trace_";

    // What a sanitizer has put there itself.
    private const string OfSanitizer = "!nosanitize ";

    /// <summary>Compiles a file.</summary>
    /// <param name="file">The source.</param>
    /// <param name="target">The object file.</param>
    internal void Compile(string file, string target)
    {
        string[] all = [.. Flags, .. Includes, file, "-o"];
        if (!IsTraced(Flags))
        {
            Run([.. all, target, "-c"]);
            return;
        }
        string code = Path.ChangeExtension(target, ".ll");
        Run([.. all, code, "-S", "-emit-llvm"]);
        File.WriteAllLines(code, WithoutTracesOfSanitizers(File.ReadAllLines(code)));
        Run([.. FlagsOfCode, "-c", code, "-o", target]);
    }

    /// <summary>Whether what is compiled with these flags tells of its comparisons.</summary>
    internal static bool IsTraced(IEnumerable<string> flags) =>
        flags.Contains("-fsanitize=fuzzer-no-link");

    /// <summary>Leaves out the calls that tell of comparisons which a sanitizer has put there: most
    /// are of pointers' alignment, they say nothing of what an input has reached, and there are
    /// more of them than of lwIP's own. The comparisons stay.</summary>
    internal static IEnumerable<string> WithoutTracesOfSanitizers(string[] code)
    {
        for (int i = 0; i < code.Length; i++)
        {
            bool isOfSanitizer = i + 1 < code.Length
                && code[i].Contains(Traces, StringComparison.Ordinal)
                && code[i].Contains("cmp", StringComparison.Ordinal)
                && code[i + 1].Contains(" = icmp ", StringComparison.Ordinal)
                && code[i + 1].Contains(OfSanitizer, StringComparison.Ordinal);
            if (!isOfSanitizer)
            {
                yield return code[i];
            }
        }
    }

    private void Run(string[] arguments) =>
        ToolRun.Run(Name, "clang", Folder, arguments);
}
