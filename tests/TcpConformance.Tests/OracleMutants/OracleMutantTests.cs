using NUnit.Framework;
using TcpConformance.Cli.Operators;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Tests.OracleMutants;

public sealed class OracleMutantTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    // A right edge that moves left (RFC 9293 §3.8.6, SHLD-14): few tests reach it.
    [Test]
    public void Worker_AChangeIsNoticed_NoChangeIsNot()
    {
        using var program = WovenProgram.Make(OracleMutantRun.Oracle);
        using var worker = new WorkerProcess(program.Folder, Limit, OracleMutantRun.Oracle);
        OperatorMutant known = program.Mutants.First(
            m => m.Id == "WindowSent.Moved/negation-5");

        TrialOutcome changed = worker.Try(known);
        TrialOutcome unchanged = worker.Try(known with { Variant = 0 });
        TrialOutcome nowhere = worker.Try(known with { Place = MutantSwitch.Places - 1 });

        Assert.Multiple(() =>
        {
            Assert.That(changed.End, Is.EqualTo(TrialEnd.Failed));
            Assert.That(changed.Case, Does.StartWith("TcpConformance.Tests."));
            Assert.That(changed.Reaching, Is.InRange(3, 100));
            Assert.That(unchanged.End, Is.EqualTo(TrialEnd.Survived));
            Assert.That(nowhere.End, Is.EqualTo(TrialEnd.Unreached));
            Assert.That(program.Mutants, Has.Count.AtLeast(4000));
            Assert.That(program.Mutants.Select(m => m.Id), Is.Unique);
        });
    }
}
