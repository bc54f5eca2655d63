namespace TcpConformance.Cli.Operators;

/// <summary>What a run of operator mutants came to.</summary>
/// <param name="Made">Mutants there are in all.</param>
/// <param name="Trials">Those that were tried.</param>
internal sealed record OperatorResult(int Made, IReadOnlyList<OperatorTrial> Trials)
{
    /// <summary>The least share of visible mutants that cases have to fail.</summary>
    internal const double Target = 0.95;

    /// <summary>Mutants that behave otherwise than the engine and come to an end, without those
    /// that do so within what the RFCs allow.</summary>
    public int Visible => Killed + Open + Errors;

    /// <summary>Those that a case said Fail of.</summary>
    public int Killed => Count(TrialEnd.Failed);

    /// <summary>Those that no case minded.</summary>
    public int Open => Trials.Count(t => t.IsOpen);

    /// <summary>Those of which a case only said Error.</summary>
    public int Errors => Count(TrialEnd.Error);

    /// <summary>The share of visible mutants that cases failed; 1 if there are none.</summary>
    public double Score => Visible == 0 ? 1 : (double)Killed / Visible;

    /// <summary>Whether the judge is good enough.</summary>
    internal bool Holds => Score >= Target && Errors == 0;

    /// <summary>How many ended so.</summary>
    internal int Count(TrialEnd end) => Trials.Count(t => t.Outcome.End == end);
}
