using System.Collections.Concurrent;
using System.Text.Json;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Running;
using TcpConformance.Reports.Terminal;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>Makes operator mutants of the engine, and has the suite judge them in processes of
/// their own.</summary>
internal static class OperatorRun
{
    private const string ResultFile = "operator-mutants.json";

    /// <summary>Runs, prints, and makes an exit code of it.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="folder">Where <c>operator-mutants.json</c> goes; null: nowhere.</param>
    internal static int RunAndPrint(OperatorRequest request, string? folder)
    {
        if (folder is not null)
        {
            _ = new ResultFolder(folder); // rather now than after minutes
        }
        using var interruption = new Interruption();
        OperatorResult result = Run(request, interruption.Token);
        OperatorReport.Print(ReportConsole.Standard(), result);
        if (folder is not null)
        {
            File.WriteAllText(
                Path.Combine(folder, ResultFile),
                JsonSerializer.Serialize(result, TrialJsonContext.Default.OperatorResult));
        }
        return interruption.HasCome ? ExitCode.Interrupted
            : result.Holds ? ExitCode.Conforms
            : ExitCode.Finding;
    }

    /// <summary>Runs; mutants stand in the result in the order of their ids' methods.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancel">Ends the run; what was measured so far is returned.</param>
    /// <exception cref="UsageException">Nothing is selected, or what is not mutated fails.
    /// </exception>
    internal static OperatorResult Run(OperatorRequest request, CancellationToken cancel)
    {
        using WovenProgram program = WovenProgram.Make(request.Host);
        OperatorMutant[] chosen = Choose(program.Mutants, request);
        bool isEngine = request.Host == WovenHost.Engine;
        var equivalent = EquivalentMutants.Load();
        var waiting = new ConcurrentQueue<OperatorMutant>(chosen);
        var done = new ConcurrentDictionary<OperatorMutant, OperatorTrial>();
        var progress = new Lock();
        int jobs = request.Jobs > 0 ? request.Jobs : Environment.ProcessorCount;
        Exception? fault = null;
        void Work()
        {
            try
            {
                using var worker = new WorkerProcess(
                    program.Folder, request.Limit, request.Host);
                while (!cancel.IsCancellationRequested && fault is null
                    && waiting.TryDequeue(out OperatorMutant? mutant))
                {
                    var trial = new OperatorTrial(mutant, worker.Try(mutant))
                    {
                        Equivalent = isEngine ? equivalent.Find(mutant.Id) : null,
                    };
                    done[mutant] = trial;
                    lock (progress)
                    {
                        request.Progress?.Invoke(trial);
                    }
                }
            }
            catch (Exception e)
            {
                fault = e;
            }
        }
        Thread[] threads = Enumerable.Range(0, Math.Min(jobs, chosen.Length))
            .Select(n => new Thread(Work) { Name = $"mutants {n}" }).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        if (fault is not null)
        {
            throw fault;
        }
        return new OperatorResult(
            program.Mutants.Count, [.. chosen.Where(done.ContainsKey).Select(m => done[m])]);
    }

    /// <summary>The mutants that are meant; a larger sample with the same seed contains a smaller
    /// one.</summary>
    internal static OperatorMutant[] Choose(
        IReadOnlyList<OperatorMutant> all, OperatorRequest request)
    {
        CaseGlob[] globs = request.Select.Select(g => new CaseGlob(g)).ToArray();
        if (Array.Find(globs, g => !all.Any(m => g.Matches(m.Id))) is CaseGlob none)
        {
            throw new UsageException(
                $"no operator mutant matches '{none.Pattern}': they are called like {all[0].Id}");
        }
        OperatorMutant[] meant = all
            .Where(m => globs.Length == 0 || globs.Any(g => g.Matches(m.Id))).ToArray();
        if (request.Sample is not int sample)
        {
            return meant;
        }
        HashSet<OperatorMutant> drawn = [.. meant
            .OrderBy(m => Draw((ulong)request.Seed, m.Id)).Take(sample)];
        return meant.Where(drawn.Contains).ToArray();
    }

    // Ids of one method differ in their last characters only: those must weigh as much.
    private static ulong Draw(ulong seed, string id)
    {
        ulong hash = CaseSeed.Of(seed, id);
        unchecked
        {
            hash = (hash ^ (hash >> 31)) * 0x9e3779b97f4a7c15;
            return (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9;
        }
    }
}
