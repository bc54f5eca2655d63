using TcpConformance.Differential;
using TcpConformance.Reports;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Cli.Differing;

/// <summary>What <c>tcpconf diff</c> was asked for, checked.</summary>
/// <param name="Iuts">The IUTs.</param>
/// <param name="Seed">Where all chance comes from.</param>
/// <param name="Count">How many sessions; null: as many as there is time for.</param>
/// <param name="Time">How long; null: until all are played.</param>
/// <param name="Folder">Where findings go.</param>
internal sealed record DiffRequest(
    IReadOnlyList<DiffIut> Iuts, long Seed, int? Count, TimeSpan? Time, DiffFolder Folder);

/// <summary>Compares IUTs, shows where they differ and makes an exit code of it.</summary>
internal sealed class DiffRun(DiffRequest request)
{
    private readonly ReportConsole _console = ReportConsole.Standard();

    /// <summary>Runs everything.</summary>
    /// <returns>The exit code.</returns>
    internal int Run()
    {
        using var interruption = new Interruption();
        DateTimeOffset started = DateTimeOffset.UtcNow;
        CampaignResult result;
        using (var table = new Table(request.Iuts))
        {
            string name = string.Join(", ", request.Iuts.Select(i => i.Name));
            result = DiffDisplay.Run(_console, name, display => new Campaign(
                table, (ulong)request.Seed,
                s => display.Show(new DiffStatus(
                    s.Phase, s.Elapsed, s.Sessions, s.Stimuli, s.Differences)))
                .Run(request.Count, request.Time, interruption.Token));
        }
        request.Folder.Keep(result.Clusters, request.Iuts);
        DiffScore score = ScoreOf(result, started);
        DiffReport.PrintTable(_console, score.Rows);
        DiffReport.PrintTotals(_console, score);
        request.Folder.Write(score);
        if (interruption.HasCome)
        {
            CommandLine.Complain($"interrupted after {result.Sessions} sessions");
            return ExitCode.Interrupted;
        }
        return score.Rows.Any(r => r.IsFinding) ? ExitCode.Finding : ExitCode.Conforms;
    }

    private DiffScore ScoreOf(CampaignResult result, DateTimeOffset started) => new(
        [.. request.Iuts.Select(i => i.Name)], request.Seed, started,
        result.Playing.TotalSeconds,
        DiffRows.Of(
            result.Clusters, request.Iuts,
            c => $"./tcpconf diff replay {request.Folder.SessionOf(c)}"))
    {
        Sessions = result.Sessions,
        Stimuli = result.Stimuli,
        ProcessorSeconds = result.Processor.TotalSeconds,
        Unusable = result.Unusable,
        WhyUnusable = result.WhyUnusable,
        Unsteady = result.Unsteady,
    };
}
