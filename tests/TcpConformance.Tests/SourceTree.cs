namespace TcpConformance.Tests;

// A C# file of the repository: as it stands, and with comments and literals blanked out.
internal sealed record SourceFile(string Path, string[] Lines, string Code)
{
    public bool IsIn(string project) =>
        Path.Contains($"/TcpConformance.{project}/", StringComparison.Ordinal);

    public int LineOf(int index) => Code.AsSpan(0, index).Count('\n') + 1;
}

internal static class SourceTree
{
    private static readonly string[] Skipped =
    [
        "bin", "obj", "artifacts", "out", "TestResults", "BenchmarkDotNet.Artifacts",
    ];

    private static readonly string[] TextEndings =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".yaml", ".yml", ".json", ".sh",
        ".c", ".go",
    ];

    public static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName,
            "TcpConformance.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException(
            $"no TcpConformance.sln above {AppContext.BaseDirectory}");
    }

    public static List<SourceFile> Read(string root)
    {
        List<SourceFile> sources = [];
        foreach (string path in Files(root).Where(p => p.EndsWith(".cs", StringComparison.Ordinal)))
        {
            string text = File.ReadAllText(Path.Combine(root, path));
            string[] lines = text.Split('\n');
            lines = lines[^1].Length == 0 ? lines[..^1] : lines;
            sources.Add(new SourceFile(path, lines, SourceBlanker.Blank(text)));
        }
        return sources;
    }

    public static IEnumerable<string> Projects(string root) =>
        Files(root).Where(p => p.EndsWith(".csproj", StringComparison.Ordinal));

    public static IEnumerable<string> TextFiles(string root) => Files(root)
        .Where(p => TextEndings.Contains(Path.GetExtension(p)) || !p.Contains('.'));

    public static string ProjectName(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/')).Split('.')[^1];

    // Relative to the root, with forward slashes; nothing that a build makes.
    private static IEnumerable<string> Files(string folder, string prefix = "")
    {
        foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            yield return prefix + Path.GetFileName(file);
        }
        foreach (string inner in Directory.EnumerateDirectories(folder)
            .Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(inner);
            if (name.StartsWith('.') || Skipped.Contains(name))
            {
                continue;
            }
            foreach (string file in Files(inner, $"{prefix}{name}/"))
            {
                yield return file;
            }
        }
    }
}
