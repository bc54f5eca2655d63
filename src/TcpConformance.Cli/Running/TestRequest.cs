using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;

namespace TcpConformance.Cli.Running;

/// <summary>What <c>tcpconf test</c> was asked for, checked.</summary>
internal sealed record TestRequest
{
    /// <summary>The IUTs, in the order of the command line.</summary>
    internal required IReadOnlyList<NamedProfile> Profiles { get; init; }

    /// <summary>The cases, at least one.</summary>
    internal required IReadOnlyList<TestCase> Cases { get; init; }

    /// <summary>Whether <see cref="Cases"/> are all there are.</summary>
    internal bool IsFullRun { get; init; }

    /// <summary>Where all chance comes from; not negative.</summary>
    internal long Seed { get; init; }

    /// <summary>Cases at once; 0 lets the program choose.</summary>
    internal int Jobs { get; init; }

    /// <summary>Where the result goes, if anywhere.</summary>
    internal ResultFolder? Folder { get; init; }

    /// <summary>Whether only the cases that did not pass are printed.</summary>
    internal bool ListsFailures { get; init; }

    /// <summary>Whether ladder diagrams are printed.</summary>
    internal bool PrintsTraces { get; init; }
}
