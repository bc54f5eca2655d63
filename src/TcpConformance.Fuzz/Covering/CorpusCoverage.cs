using System.Globalization;
using TcpConformance.Fuzz.Running;
using TcpConformance.Spec.States;
using TcpConformance.Weaver;
using TcpConformance.Weaver.Coverage;

namespace TcpConformance.Fuzz.Covering;

/// <summary>What a corpus reaches in its target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Inputs">Inputs that were run.</param>
/// <param name="Blocks">The blocks of the woven code, each with how many inputs reach it.</param>
public sealed record CorpusCoverage(
    FuzzTarget Target, int Inputs, IReadOnlyList<(CoverageBlock Block, int Inputs)> Blocks)
{
    private const string Prefix = "tcpconf-coverage-";

    /// <summary>How often states were entered; null: the target has none.</summary>
    public IReadOnlyDictionary<TcpState, long>? States { get; init; }

    /// <summary>How often steps between states were made; null: the target has none.</summary>
    public IReadOnlyDictionary<(TcpState From, TcpState To), long>? Steps { get; init; }

    /// <summary>Inputs that ended the process in which they ran.</summary>
    public int Deaths { get; init; }

    /// <summary>Runs inputs in the woven program.</summary>
    /// <param name="program">The program, see <see cref="FuzzRequest.Program"/>.</param>
    /// <param name="target">The target.</param>
    /// <param name="files">The inputs.</param>
    /// <param name="cancel">Ends it early.</param>
    public static CorpusCoverage Measure(
        string program, FuzzTarget target, IReadOnlyList<string> files,
        CancellationToken cancel = default)
    {
        FuzzSurroundings? surroundings = target.Surroundings?.Invoke();
        using var copy = ProgramCopy.Make(Prefix);
        var weaver = new CoverageWeaver { EveryBlock = true };
        foreach (string assembly in target.Assemblies)
        {
            string file = assembly + ".dll";
            weaver.Weave(
                Path.Combine(AppContext.BaseDirectory, file), Path.Combine(copy.Folder, file),
                target.Includes);
        }
        string list = Path.Combine(copy.Folder, "files");
        File.WriteAllLines(list, files.Select(Path.GetFullPath));
        string tally = Path.Combine(copy.Folder, "tally");
        int deaths = 0;
        while (!CoverageWorker.Run(
            copy.Folder, program,
            [
                CoverageWorker.Option + target.Name, list, tally,
                weaver.Counters.ToString(CultureInfo.InvariantCulture),
            ], tally, surroundings, cancel))
        {
            cancel.ThrowIfCancellationRequested();
            deaths++;
        }
        using var read = new CoverageTally(tally, weaver.Counters);
        return new CorpusCoverage(
            target, files.Count,
            [.. weaver.Blocks.Select((b, i) => (b, read.HitsOf(i)))])
        {
            Deaths = deaths,
            States = target.Watch is null ? null : read.States(),
            Steps = target.Watch is null ? null : read.Steps(),
        };
    }
}
