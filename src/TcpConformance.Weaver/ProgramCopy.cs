namespace TcpConformance.Weaver;

/// <summary>A copy of a program in a temporary directory, for woven assemblies to be put in.
/// Removed with <see cref="Dispose"/>, or by the next one if the process was killed.</summary>
public sealed class ProgramCopy : IDisposable
{
    private const string Lock = ".lock";

    // Between making a directory and locking it there is a moment.
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private ProgramCopy(string folder, FileStream held)
    {
        Folder = folder;
        _lock = held;
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>Copies the program that runs.</summary>
    /// <param name="prefix">What the directory's name begins with; abandoned ones of that prefix
    /// are removed.</param>
    public static ProgramCopy Make(string prefix)
    {
        RemoveAbandoned(prefix);
        string folder = Directory.CreateTempSubdirectory(prefix).FullName;
        FileStream held = new(
            Path.Combine(folder, Lock), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new ProgramCopy(folder, held);
        }
        catch
        {
            held.Dispose();
            Directory.Delete(folder, true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Folder, true);
        _lock.Dispose();
    }

    // The lock of a process ends with it, however it ends.
    private static void RemoveAbandoned(string prefix)
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), prefix + "*"))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) < Young)
            {
                continue;
            }
            try
            {
                using var held = new FileStream(
                    Path.Combine(folder, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                    FileShare.None);
                Directory.Delete(folder, true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody uses it, or it is not ours.
            }
        }
    }
}
