using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>A copy of this program in a temporary directory, with a woven engine. Removed with
/// <see cref="Dispose"/>, or by the next one if the process was killed.</summary>
internal sealed class WovenProgram : IDisposable
{
    private const string Prefix = "tcpconf-operators-";
    private const string Lock = ".lock";
    private const string Engine = "TcpConformance.Engine.dll";

    // Between making a directory and locking it there is a moment.
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;

    private WovenProgram(string folder, FileStream held)
    {
        Folder = folder;
        _lock = held;
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
        string engine = Path.Combine(AppContext.BaseDirectory, Engine);
        Mutants = OperatorWeaver.Weave(engine, Path.Combine(folder, Engine));
    }

    /// <summary>Where it lies.</summary>
    internal string Folder { get; }

    /// <summary>What was woven in.</summary>
    internal IReadOnlyList<OperatorMutant> Mutants { get; }

    /// <summary>Makes one.</summary>
    internal static WovenProgram Make()
    {
        RemoveAbandoned();
        string folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        FileStream held = new(
            Path.Combine(folder, Lock), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return new WovenProgram(folder, held);
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
    private static void RemoveAbandoned()
    {
        foreach (string folder in Directory.GetDirectories(Path.GetTempPath(), Prefix + "*"))
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
