using TcpConformance.Spec.States;

namespace TcpConformance.Reports;

/// <summary>How often a line was reached.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Hits">By how many inputs.</param>
public sealed record CoverageLine(int Number, int Hits);

/// <summary>What was reached of a source file.</summary>
/// <param name="Assembly">The assembly's name.</param>
/// <param name="Path">The file, relative to the sources where that is known.</param>
/// <param name="Lines">The lines that hold code, in order.</param>
public sealed record CoverageFile(
    string Assembly, string Path, IReadOnlyList<CoverageLine> Lines)
{
    /// <summary>Its text, line by line; empty: it isn't at hand.</summary>
    public IReadOnlyList<string> Text { get; init; } = [];

    /// <summary>Lines that were reached.</summary>
    public int Covered => Lines.Count(l => l.Hits > 0);

    /// <summary>Of 100.</summary>
    public double Percent => Lines.Count == 0 ? 100 : 100.0 * Covered / Lines.Count;
}

/// <summary>What a corpus reaches in a fuzz target.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Inputs">Inputs that were run.</param>
/// <param name="Files">The files whose code leads the fuzzer.</param>
public sealed record CoverageModel(
    string Target, int Inputs, IReadOnlyList<CoverageFile> Files)
{
    /// <summary>How often states were entered; null: the target has none.</summary>
    public IReadOnlyDictionary<TcpState, long>? States { get; init; }

    /// <summary>How often steps between states were made; null: the target has none.</summary>
    public IReadOnlyDictionary<(TcpState From, TcpState To), long>? Steps { get; init; }

    /// <summary>Lines with code.</summary>
    public int Lines => Files.Sum(f => f.Lines.Count);

    /// <summary>Of them, those that were reached.</summary>
    public int Covered => Files.Sum(f => f.Covered);

    /// <summary>Of 100.</summary>
    public double Percent => Lines == 0 ? 100 : 100.0 * Covered / Lines;

    /// <summary>States that were reached.</summary>
    public int StatesReached => States?.Values.Count(n => n > 0) ?? 0;

    /// <summary>Steps of the table that were made.</summary>
    public int StepsMade => StateTransitions.All.Count(t => Times(t.From, t.To) > 0);

    /// <summary>How often a step was made.</summary>
    public long Times(TcpState from, TcpState to) =>
        Steps?.GetValueOrDefault((from, to)) ?? 0;
}
