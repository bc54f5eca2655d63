using System.Reflection;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Suites;
using TcpConformance.Spec.Requirements;

namespace TcpConformance.Cli.Running;

/// <summary>What a run has measured by now; threads may ask at any moment.</summary>
internal sealed class RunSoFar
{
    private readonly Lock _lock = new();
    private readonly long _seed;
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly List<SuiteRun> _ended = [];
    private readonly List<FinishedCase> _current = [];
    private string? _iut;

    internal RunSoFar(long seed) => _seed = seed;

    /// <summary>The IUTs that were run to the end, or to what ended the run.</summary>
    internal IReadOnlyList<SuiteRun> Ended => _ended;

    internal void Begin(string iut)
    {
        lock (_lock)
        {
            _iut = iut;
            _current.Clear();
        }
    }

    internal void Add(FinishedCase finished)
    {
        lock (_lock)
        {
            _current.Add(finished);
        }
    }

    internal void End(SuiteRun run)
    {
        lock (_lock)
        {
            _iut = null;
            _ended.Add(run);
        }
    }

    /// <summary>The result; an IUT that is still being tested is marked as incomplete.</summary>
    internal RunResult Result()
    {
        lock (_lock)
        {
            List<IutResult> iuts = [.. _ended.Select(r => r.Result)];
            if (_iut is not null)
            {
                iuts.Add(Current(_iut));
            }
            double seconds = (DateTimeOffset.UtcNow - _started).TotalSeconds;
            return new RunResult(
                RunResult.CurrentSchema, Tool(), _seed, _started, seconds, iuts);
        }
    }

    private IutResult Current(string iut)
    {
        CaseResult[] cases = _current.Select(f => f.Result)
            .OrderBy(r => r.Id, StringComparer.Ordinal).ToArray();
        FindingResult[] findings = _current.SelectMany(f => f.Findings).ToArray();
        return new IutResult(
            iut, null, cases,
            RequirementResult.Judge(RequirementCatalogue.Embedded, cases, findings), findings)
        {
            Incomplete = "the run was still going on",
        };
    }

    // '0.1.0+COMMIT', as the SDK writes it.
    private static ToolInfo Tool()
    {
        string[] parts = (typeof(RunSoFar).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion ?? "unknown").Split('+', 2);
        return new ToolInfo(parts[0], parts.Length > 1 ? parts[1] : null);
    }
}
