namespace TcpConformance.Cli;

/// <summary>Directories that options name.</summary>
internal static class OutOption
{
    /// <summary>Makes the directory of an option where it is missing.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="option">The option, for the message.</param>
    /// <exception cref="UsageException">It can't be made.</exception>
    internal static string Made(string path, string option = "--out")
    {
        try
        {
            Directory.CreateDirectory(path);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to {option} {path}: {e.Message}");
        }
    }
}
