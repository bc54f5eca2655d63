using TcpConformance.Fuzz;
using TcpConformance.Fuzz.Findings;

namespace TcpConformance.Cli.Fuzzing;

/// <summary>Inputs on the command line, with their targets.</summary>
/// <param name="Target">The target.</param>
/// <param name="File">The input's file.</param>
internal sealed record FuzzInputs(FuzzTarget Target, string File)
{
    /// <summary>The target of that name.</summary>
    internal static FuzzTarget Find(string name) =>
        FuzzTargets.Find(name) ?? throw new UsageException(
            $"no fuzz target is called '{name}': see 'tcpconf list fuzz-targets'");

    /// <summary>Reads <c>[TARGET] FILE…</c>. Without a target each file says its own: by the
    /// sidecar of a finding, or by the folder it lies in.</summary>
    internal static IReadOnlyList<FuzzInputs> Read(string[] words)
    {
        bool named = words.Length > 1 && !words[0].Contains('/') && !Exists(words[0]);
        FuzzTarget? target = named ? Find(words[0]) : null;
        string[] files = [.. words.Skip(named ? 1 : 0)];
        // FINDINGS/* names what nobody has looked at yet, too.
        string[] ours = [.. files.Where(f => files.Length == 1 || !FindingStore.IsIncoming(f))];
        return [.. ours.Select(word => Read(target, word))];
    }

    private static FuzzInputs Read(FuzzTarget? target, string word)
    {
        if (!Exists(word))
        {
            throw new UsageException($"there is no file or folder '{word}'");
        }
        string file = Directory.Exists(word) ? Path.Combine(word, FindingStore.InputFile) : word;
        if (!System.IO.File.Exists(file))
        {
            throw new UsageException($"{word} is no folder of a finding");
        }
        return new FuzzInputs(target ?? TargetOf(file), file);
    }

    private static FuzzTarget TargetOf(string file)
    {
        string home = Path.GetDirectoryName(Path.GetFullPath(file))!;
        if (FindingStore.Read(home) is Finding finding)
        {
            return Find(finding.Target);
        }
        // corpus/TARGET/FILE, corpus/regressions/TARGET/FILE, out/fuzz/TARGET/corpus/FILE
        string[] folders = [.. home.Split('/').TakeLast(2).Reverse()];
        return FuzzTargets.All.FirstOrDefault(t => folders.Contains(t.Name))
            ?? throw new UsageException(
                $"nothing says of which target {file} is: name it before the file");
    }

    private static bool Exists(string word) =>
        System.IO.File.Exists(word) || Directory.Exists(word);
}
