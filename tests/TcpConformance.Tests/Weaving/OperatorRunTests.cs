using System.Diagnostics;
using NUnit.Framework;
using TcpConformance.Cli;
using TcpConformance.Cli.Operators;
using TcpConformance.Harness.Iuts;
using TcpConformance.Suite;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Tests.Weaving;

public sealed class OperatorRunTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public void Sample_NearlyAllThatShowsGetsAFail()
    {
        OperatorResult result = OperatorRun.Run(
            new OperatorRequest { Sample = 40, Seed = 3 }, CancellationToken.None);
        Assert.That(result.Trials, Has.Count.EqualTo(40));
        Assert.That(result.Killed, Is.AtLeast(15));
        Assert.That(result.Errors, Is.Zero);
        Assert.That(
            result.Score, Is.AtLeast(0.9), string.Join('\n', result.Trials
                .Where(t => t.IsOpen).Select(t => $"{t.Mutant.Id}: {t.Mutant.Sentence}")));
        Assert.That(
            result.Trials.Where(t => t.Outcome.End == TrialEnd.Failed)
                .Select(t => t.Outcome.Requirement),
            Has.None.Null);
    }

    [Test]
    public void Unmutated_WovenEngine_IsSeenAsTheEngineIs()
    {
        using var program = WovenProgram.Make();
        using var worker = new WorkerProcess(program.Folder, Limit);
        TrialOutcome none = worker.Try(program.Mutants[0] with { Variant = 0 });
        var plain = new MutantTrials(IutProfiles.Load("reference"), FullSuite.All.Cases, 1);
        Assert.That(plain.Fault, Is.Null);
        Assert.That(
            worker.Greeting,
            Is.EqualTo($"{OperatorWorker.Ready}{plain.CaseCount} {plain.Fingerprint:x16}"));
        Assert.That(none.End, Is.EqualTo(TrialEnd.Invisible).Or.EqualTo(TrialEnd.Unreached));
        Assert.That(program.Mutants, Has.Count.AtLeast(2500));
        Assert.That(program.Mutants.Select(m => m.Id), Is.Unique);
    }

    [Test]
    public void Worker_ThatDies_IsReplaced()
    {
        using var program = WovenProgram.Make();
        using var worker = new WorkerProcess(program.Folder, Limit);
        OperatorMutant known = program.Mutants.First(m => m.Id == "TcpStack.Receive/negation-1");
        OperatorMutant deadly = known with { Place = MutantSwitch.Places + 1 };
        Assert.That(worker.Try(deadly).End, Is.EqualTo(TrialEnd.Crashed));
        TrialOutcome next = worker.Try(known);
        Assert.That(next.End, Is.EqualTo(TrialEnd.Failed));
        int first = worker.Pid;
        using (var victim = Process.GetProcessById(first))
        {
            victim.Kill();
            victim.WaitForExit();
        }
        Assert.That(worker.Try(known).End, Is.EqualTo(TrialEnd.Crashed));
        Assert.That(worker.Try(known), Is.EqualTo(next));
        Assert.That(worker.Pid, Is.Not.EqualTo(first));
    }

    [Test]
    public void Worker_ThatTakesTooLong_IsEnded()
    {
        using var program = WovenProgram.Make();
        using var worker = new WorkerProcess(program.Folder, TimeSpan.Zero);
        TrialOutcome outcome = worker.Try(program.Mutants[^1]);
        Assert.That(outcome.End, Is.EqualTo(TrialEnd.Hung));
        Assert.That(worker.Pid, Is.Zero);
    }

    [Test]
    public void Worker_WithoutOwner_Ends()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(OperatorWorker).Assembly.Location, "operator-worker"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardInput.Close();
        bool ended = process.WaitForExit(Limit);
        if (!ended)
        {
            process.Kill();
        }
        Assert.That(ended, Is.True);
    }

    [Test]
    public void Program_IsRemovedWhenItIsDone()
    {
        var program = WovenProgram.Make();
        Assert.That(Directory.Exists(program.Folder), Is.True);
        program.Dispose();
        Assert.That(Directory.Exists(program.Folder), Is.False);
    }

    [Test]
    public void AbandonedProgram_IsRemovedByTheNext()
    {
        DirectoryInfo abandoned = Directory.CreateTempSubdirectory("tcpconf-operators-");
        File.WriteAllText(Path.Combine(abandoned.FullName, ".lock"), "");
        abandoned.LastWriteTimeUtc = DateTime.UtcNow - TimeSpan.FromHours(1);
        WovenProgram.Make().Dispose();
        Assert.That(Directory.Exists(abandoned.FullName), Is.False);
    }

    [Test]
    public void LargerSample_ContainsTheSmaller()
    {
        OperatorMutant[] all = [.. Enumerable.Range(0, 100).Select(i => new OperatorMutant(
            $"A.B/constant-{i}", OperatorKind.Constant, i, 1, "", null))];
        OperatorMutant[] Of(int sample, long seed) => OperatorRun.Choose(
            all, new OperatorRequest { Sample = sample, Seed = seed });
        Assert.That(Of(10, 1), Is.SubsetOf(Of(30, 1)));
        Assert.That(Of(10, 1), Is.EqualTo(Of(10, 1)));
        Assert.That(Of(10, 2), Is.Not.EqualTo(Of(10, 1)));
        Assert.That(
            () => OperatorRun.Choose(all, new OperatorRequest { Select = ["X*"] }),
            Throws.TypeOf<UsageException>());
    }

    [Test]
    public void Equivalents_EachEntryMeansAMutant()
    {
        using var program = WovenProgram.Make();
        var list = EquivalentMutants.Load();
        Assert.That(
            list.All.Where(e => !program.Mutants.Any(m => list.Find(m.Id) == e))
                .Select(e => e.Mutants),
            Is.Empty);
    }
}
