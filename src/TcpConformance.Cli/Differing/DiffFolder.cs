using TcpConformance.Differential;
using TcpConformance.Reports;
using TcpConformance.Wire;

namespace TcpConformance.Cli.Differing;

/// <summary>The directory of <c>diff --out</c>.</summary>
internal sealed class DiffFolder
{
    /// <summary>Where sessions go if no directory is named.</summary>
    internal static readonly string Default = Path.Combine("out", "diff");

    private const string Sessions = "sessions";
    private const string Traces = "traces";
    private const string TraceEnding = ".pcapng";

    private readonly string _path;
    private readonly bool _isAsked;

    /// <summary>Makes the directory where it is missing.</summary>
    /// <param name="path">The directory of --out; null: only sessions are kept.</param>
    /// <exception cref="UsageException">It can't be written to.</exception>
    internal DiffFolder(string? path)
    {
        _path = path ?? Default;
        _isAsked = path is not null;
        try
        {
            Directory.CreateDirectory(Path.Combine(_path, Sessions));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to --out {_path}: {e.Message}");
        }
    }

    /// <summary>Where the session of a difference stands.</summary>
    internal string SessionOf(Cluster cluster) =>
        Path.Combine(_path, Sessions, cluster.Name + Regression.Ending);

    /// <summary>Writes a file for each difference.</summary>
    internal void Keep(IEnumerable<Cluster> clusters, IReadOnlyList<DiffIut> iuts)
    {
        foreach (Cluster cluster in clusters)
        {
            File.WriteAllText(
                SessionOf(cluster), Regression.Of(cluster, iuts).Write(cluster.Difference));
        }
    }

    /// <summary>Writes diff.json, diff.html and the captures, if a directory was named.</summary>
    internal void Write(DiffScore score)
    {
        if (!_isAsked)
        {
            return;
        }
        DiffScore traced = score with
        {
            Rows = [.. score.Rows.Select(r => r with
            {
                Columns = [.. r.Columns.Select(c => c with
                {
                    Capture = Capture(r, c, score.Started),
                })],
            })],
        };
        File.WriteAllText(Path.Combine(_path, "diff.json"), DiffJson.Write(traced));
        File.WriteAllText(
            Path.Combine(_path, "diff.html"),
            HtmlReport.WriteAsync(traced).GetAwaiter().GetResult());
    }

    private string? Capture(DiffRow row, DiffColumn column, DateTimeOffset started)
    {
        string iut = string.Concat(column.Iut.Select(
            c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        string name = $"{Traces}/{row.Name}/{iut}{TraceEnding}";
        string path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int packets;
        using (FileStream stream = File.Create(path))
        {
            packets = PcapngOfTrace.Write(
                stream, column.Trace, column.Iut, LinkType.RawIp, started);
        }
        if (packets > 0)
        {
            return name;
        }
        File.Delete(path);
        return null;
    }
}
