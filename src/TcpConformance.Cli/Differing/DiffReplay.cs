using TcpConformance.Differential;
using TcpConformance.Reports;
using TcpConformance.Reports.Terminal;

namespace TcpConformance.Cli.Differing;

/// <summary>Plays a kept session again, and shows what each IUT does.</summary>
internal static class DiffReplay
{
    private static readonly TimeSpan Tail = TimeSpan.FromSeconds(1);

    /// <summary>Plays it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="names">The IUTs; none: those that the file names.</param>
    /// <returns>The exit code.</returns>
    internal static int Run(string file, string[] names)
    {
        Regression regression = Read(file);
        DiffIut[] iuts = DiffIuts.Load(names.Length > 0 ? names : regression.Iuts);
        using var interruption = new Interruption();
        IReadOnlyList<Played> played;
        using (var table = new Table(iuts))
        {
            played = table.Play([regression.Stimulus], Tail, interruption.Token)[0];
        }
        if (interruption.HasCome)
        {
            return ExitCode.Interrupted;
        }
        if (played.FirstOrDefault(p => p.Unusable is not null) is Played unusable)
        {
            throw new UsageException($"nothing can be said of {file}: {unusable.Unusable}");
        }
        return Show(regression.Stimulus, iuts, played, file);
    }

    private static int Show(
        Stimulus stimulus, DiffIut[] iuts, IReadOnlyList<Played> played, string file)
    {
        ReportConsole console = ReportConsole.Standard();
        Cluster[] clusters = Clusters.Of(stimulus, iuts, played);
        DiffRow[] rows = DiffRows.Of(clusters, iuts, _ => $"./tcpconf diff replay {file}")
            .Select(r => r with { IsUnshrunk = false }).ToArray();
        DiffReport.PrintTable(console, [.. rows.Where((_, i) => clusters[i].Core.Length > 0)]);
        DiffReport.PrintLadders(console, rows[0]);
        Console.WriteLine(clusters[0].Core.Length == 0
            ? $"{file}: no difference"
            : $"{file}: {clusters.Length} differences");
        return rows.Any(r => r.IsFinding) ? ExitCode.Finding : ExitCode.Conforms;
    }

    private static Regression Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"there is no file {file}");
        }
        return Regression.TryRead(
            File.ReadAllText(file), out Regression regression, out string? error)
            ? regression
            : throw new UsageException($"{file}: {error}");
    }
}
