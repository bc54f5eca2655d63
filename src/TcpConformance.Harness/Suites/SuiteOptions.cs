using TcpConformance.Harness.Iuts;

namespace TcpConformance.Harness.Suites;

/// <summary>How a suite is run.</summary>
public sealed record SuiteOptions
{
    /// <summary>Where all chance comes from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Cases at once: threads in virtual time, cases in flight in real time; 0 lets
    /// the program choose.</summary>
    public int Jobs { get; init; }

    /// <summary>Whether all cases are selected, so that a known deviation that matches none of
    /// them is a stale one.</summary>
    public bool IsFullRun { get; init; }

    /// <summary>Whether the oracle watches; without it only the cases themselves judge.</summary>
    public bool HasOracle { get; init; } = true;

    /// <summary>Whether, in real time, some of the cases run on the engine before, so that no code
    /// has to be compiled while an IUT is being judged.</summary>
    public bool WarmsUp { get; init; } = true;

    /// <summary>Whether traces of cases that passed are kept.</summary>
    public bool KeepsAllTraces { get; init; }

    /// <summary>How the command line names the IUT; null: by its profile's name.</summary>
    public string? Argument { get; init; }

    /// <summary>Told of every finished case, one at a time, on any thread.</summary>
    public Action<FinishedCase>? Progress { get; init; }

    /// <summary>Makes the IUT from profile and seed; null: as the profile's kind says.</summary>
    public Func<IutProfile, ulong, IIut>? Open { get; init; }
}
