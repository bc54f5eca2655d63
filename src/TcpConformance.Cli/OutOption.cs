namespace TcpConformance.Cli;

/// <summary>Checks directories that options name.</summary>
internal static class OutOption
{
    /// <summary>The directory of <c>--out</c>, if it has a name at all.</summary>
    /// <exception cref="UsageException">It has none.</exception>
    internal static string Named(string path, string option = "--out") =>
        string.IsNullOrWhiteSpace(path) || path.Contains('\0')
            ? throw new UsageException($"{option} '{path}' is no name of a directory")
            : path;

    /// <summary>Makes the directory of an option where it is missing.</summary>
    /// <exception cref="UsageException">It has no name, or can't be made.</exception>
    internal static string Made(string path, string option)
    {
        try
        {
            Directory.CreateDirectory(Named(path, option));
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to {option} {path}: {e.Message}");
        }
    }
}
