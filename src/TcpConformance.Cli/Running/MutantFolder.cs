using TcpConformance.Reports;

namespace TcpConformance.Cli.Running;

/// <summary>The directory of <c>mutants --out</c>.</summary>
internal sealed class MutantFolder
{
    private readonly string _path;

    /// <summary>Makes the directory where it is missing.</summary>
    /// <exception cref="UsageException">It can't be written to.</exception>
    internal MutantFolder(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to --out {path}: {e.Message}");
        }
    }

    /// <summary>Writes mutants.json and mutants.html.</summary>
    internal void Write(MutantScore score)
    {
        Save("mutants.json", MutantJson.Write(score));
        Save("mutants.html", HtmlReport.WriteAsync(score).GetAwaiter().GetResult());
    }

    private void Save(string name, string text)
    {
        try
        {
            File.WriteAllText(Path.Combine(_path, name), text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to --out {_path}: {e.Message}");
        }
    }
}
