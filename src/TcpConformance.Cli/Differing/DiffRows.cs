using TcpConformance.Differential;
using TcpConformance.Harness;
using TcpConformance.Reports;

namespace TcpConformance.Cli.Differing;

/// <summary>Differences as the reports show them.</summary>
internal static class DiffRows
{
    /// <summary>The rows.</summary>
    /// <param name="clusters">The differences.</param>
    /// <param name="iuts">The IUTs.</param>
    /// <param name="replay">The command that plays a difference again.</param>
    internal static DiffRow[] Of(
        IReadOnlyList<Cluster> clusters, IReadOnlyList<DiffIut> iuts,
        Func<Cluster, string> replay) => [.. clusters.Select(c => Of(c, iuts, replay(c)))];

    private static DiffRow Of(Cluster cluster, IReadOnlyList<DiffIut> iuts, string replay) => new(
        cluster.Name, cluster.Difference.States,
        $"{cluster.Difference.Kind.Name} {cluster.Difference.Kind.Edges}".TrimEnd(),
        [.. iuts.Select((iut, i) => Column(cluster, iut, i))])
    {
        Steps = StimulusWords.Of(cluster.Stimulus.Session),
        Step = cluster.Difference.Step,
        Times = cluster.Times,
        IsUnshrunk = !cluster.IsLeast,
        Replay = replay,
        Session = cluster.Stimulus.Session.ToString(),
    };

    private static DiffColumn Column(Cluster cluster, DiffIut iut, int i)
    {
        Judgment judgment = cluster.Judgments[i];
        bool good = judgment.Violation is null && judgment.Death is null;
        // What the oracle minds may come long after what is different.
        StepReactions shown = cluster.Difference.Reactions[i];
        bool isLater = judgment.Violation is not null && judgment.Death is null
            && !shown.Reactions.Any(r => r.Kind == ReactionKind.Violation);
        return new DiffColumn(
            iut.Name, shown.Text, isLater ? $"later {judgment.Text}" : judgment.Text,
            good ? Verdict.Pass : Verdict.Fail)
        {
            Requirement = judgment.Violation?.Requirement,
            Message = judgment.Violation?.Message ?? judgment.Death ?? "",
            Known = judgment.Known is { } line ? $"{line.Why} ({line.Section})" : null,
            Trace = cluster.Played[i].Trace,
        };
    }
}
