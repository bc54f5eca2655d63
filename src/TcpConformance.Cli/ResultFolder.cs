using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;
using TcpConformance.Reports;
using TcpConformance.Spec.Requirements;
using TcpConformance.Wire;

namespace TcpConformance.Cli;

/// <summary>The directory of <c>--out</c>.</summary>
internal sealed class ResultFolder
{
    /// <summary>The file that has everything but the packets.</summary>
    internal const string ResultFile = "result.json";

    private const string JUnitFile = "junit.xml";
    private const string ReportFile = "report.html";
    private const string Traces = "traces";
    private const string TraceEnding = ".pcapng";
    private const string Unsteady = "unsteady/";

    private readonly string _path;
    private readonly Lock _writing = new();

    /// <summary>Makes the directory where it is missing.</summary>
    /// <exception cref="UsageException">It can't be written to.</exception>
    internal ResultFolder(string path)
    {
        _path = path;
        try
        {
            Directory.CreateDirectory(path);
            string probe = Path.Combine(path, $".tcpconf-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"cannot write to --out {path}: {e.Message}");
        }
    }

    /// <summary>Where it is, as it was named.</summary>
    internal string Location => _path;

    /// <summary>Writes what is known in the middle of a run, so that even kill -9 leaves it.
    /// </summary>
    internal void WriteSoFar(RunResult run) => Save(ResultFile, ResultJson.Write(run));

    /// <summary>Writes everything.</summary>
    /// <param name="run">The result.</param>
    /// <param name="suites">The runs of its IUTs, in the same order.</param>
    internal void Write(RunResult run, IReadOnlyList<SuiteRun> suites)
    {
        RemoveOldTraces();
        RunResult traced = run with
        {
            Iuts = suites.Select(s => WithTraces(s, run.Started)).ToArray(),
        };
        Save(ResultFile, ResultJson.Write(traced));
        Save(JUnitFile, JUnitXml.Write(traced));
        var outcomes = suites
            .SelectMany(s => s.Outcomes.Select(o => (Key: (s.Result.Name, o.Case.Id), o.Trace)))
            .Where(pair => pair.Trace.Count > 0)
            .ToDictionary(pair => pair.Key, pair => pair.Trace);
        string page = HtmlReport.WriteAsync(
            traced, RequirementCatalogue.Embedded,
            (iut, id) => outcomes.GetValueOrDefault((iut, id))).GetAwaiter().GetResult();
        Save(ReportFile, page);
    }

    private void RemoveOldTraces()
    {
        string traces = Path.Combine(_path, Traces);
        if (Directory.Exists(traces))
        {
            foreach (string old in Directory.GetFiles(
                traces, "*" + TraceEnding, SearchOption.AllDirectories))
            {
                File.Delete(old);
            }
        }
    }

    private IutResult WithTraces(SuiteRun suite, DateTimeOffset started)
    {
        Dictionary<string, CaseOutcome> outcomes = suite.Outcomes.ToDictionary(o => o.Case.Id);
        foreach (CaseOutcome unsteady in suite.Unsteady)
        {
            WriteTrace(suite.Result.Name, unsteady, started, Unsteady);
        }
        return suite.Result with
        {
            Cases = suite.Result.Cases.Select(c => c.Verdict == Harness.Verdict.Pass
                ? c
                : c with { Trace = WriteTrace(suite.Result.Name, outcomes[c.Id], started) })
                .ToArray(),
        };
    }

    private string? WriteTrace(
        string iut, CaseOutcome outcome, DateTimeOffset started, string below = "")
    {
        string file = FileName(outcome.Case.Id) + TraceEnding;
        string name = $"{Traces}/{FileName(iut)}/{below}{file}";
        string path = Path.Combine(_path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int packets;
        using (FileStream stream = File.Create(path))
        {
            packets = PcapngOfTrace.Write(stream, outcome.Trace, iut, LinkType.RawIp, started);
        }
        if (packets > 0)
        {
            return name;
        }
        File.Delete(path);
        return null;
    }

    private static string FileName(string id) => string.Concat(
        id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));

    // A reader sees the old file or the new one, never half of one.
    private void Save(string name, string text)
    {
        lock (_writing)
        {
            string path = Path.Combine(_path, name);
            string draft = path + ".new";
            File.WriteAllText(draft, text);
            File.Move(draft, path, overwrite: true);
        }
    }
}
