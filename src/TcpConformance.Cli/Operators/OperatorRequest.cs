namespace TcpConformance.Cli.Operators;

/// <summary>What <c>tcpconf mutants --operators</c> was asked for.</summary>
internal sealed record OperatorRequest
{
    /// <summary>What is mutated.</summary>
    internal WovenHost Host { get; init; } = WovenHost.Engine;

    /// <summary>How many mutants; null: all.</summary>
    internal int? Sample { get; init; }

    /// <summary>Chooses the sample.</summary>
    internal long Seed { get; init; } = 1;

    /// <summary>Processes at once; 0: one for each processor.</summary>
    internal int Jobs { get; init; }

    /// <summary>Only mutants whose id any of these patterns means; none: all.</summary>
    internal IReadOnlyList<string> Select { get; init; } = [];

    /// <summary>How long one mutant may take.</summary>
    internal TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told of each finished one; on any thread, one at a time.</summary>
    internal Action<OperatorTrial>? Progress { get; init; }
}
