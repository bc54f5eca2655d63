using System.Collections.Concurrent;
using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Running;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>Makes operator mutants of the engine, and has the suite judge them in processes of
/// their own.</summary>
internal static class OperatorRun
{
    /// <summary>Runs; mutants stand in the result in the order of their ids' methods.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancel">Ends the run; what was measured so far is returned.</param>
    /// <exception cref="UsageException">Nothing is selected, or the unmutated engine fails.
    /// </exception>
    internal static OperatorResult Run(OperatorRequest request, CancellationToken cancel)
    {
        using WovenProgram program = WovenProgram.Make();
        OperatorMutant[] chosen = Choose(program.Mutants, request);
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
                using var worker = new WorkerProcess(program.Folder, request.Limit);
                while (!cancel.IsCancellationRequested && fault is null
                    && waiting.TryDequeue(out OperatorMutant? mutant))
                {
                    var trial = new OperatorTrial(mutant, worker.Try(mutant))
                    {
                        Equivalent = equivalent.Find(mutant.Id),
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
        var glob = new CaseGlob(request.Select ?? "*");
        OperatorMutant[] meant = all.Where(m => glob.Matches(m.Id)).ToArray();
        if (meant.Length == 0)
        {
            throw new UsageException($"no operator mutant matches '{request.Select}'");
        }
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
