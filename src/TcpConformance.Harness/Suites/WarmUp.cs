using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Scenes;

namespace TcpConformance.Harness.Suites;

/// <summary>What is done for the first time takes longer: code is compiled, libraries and pages are
/// loaded. In real time it is done before anything is judged.</summary>
internal static class WarmUp
{
    private const int CasesAtMost = 40;
    private const int Connections = 8;

    private static readonly TestCase[] Openings = [.. Enumerable.Range(0, Connections).Select(
        n => new TestCase(
            $"warm-up/{n}", "Ensure that a connection has been opened before one is judged.",
            ctx => ctx.Established()))];

    /// <summary>The harness runs some of the cases on the engine.</summary>
    /// <param name="cases">All of them.</param>
    /// <param name="seed">The run's seed.</param>
    public static void Harness(IEnumerable<TestCase> cases, ulong seed)
    {
        IutProfile reference = IutProfiles.Load("reference");
        foreach (TestCase c in cases
            .Where(c => !c.Traits.HasFlag(CaseTraits.LongRunning)).Take(CasesAtMost))
        {
            using var engine = new EngineIut(reference, seed);
            new CaseLoop(engine, seed, 1).Run([c], _ => { }, CancellationToken.None);
        }
    }

    /// <summary>An IUT that is a program opens some connections.</summary>
    /// <param name="loop">The loop that has it.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="IutLostException">It has died of that.</exception>
    public static void Program(CaseLoop loop, CancellationToken cancel) =>
        loop.Run(Openings, _ => { }, cancel);
}
