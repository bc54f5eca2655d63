using TcpConformance.Harness.Cases;
using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Running;

namespace TcpConformance.Harness.Replays;

/// <summary>The fewest packets of a case after which the case itself still condemns an IUT, while
/// a good stack that is sent the same still passes: delta debugging for what no oracle sees.
/// </summary>
/// <remarks>A case does not know that a packet of its own was left out, and may blame the IUT for
/// it. So a good stack goes through the same: what it fails, too, is no evidence.</remarks>
public static class CaseShrinker
{
    private const int MostRuns = 400;

    // Of all runs together: what a story of hundreds of packets may take.
    private const long MostPackets = 40_000;

    /// <summary>Shrinks the evidence.</summary>
    /// <param name="evidence">The case and its verdict.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="open">The same IUT as in the evidence, fresh, in virtual time.</param>
    /// <param name="good">A stack that passes the case, fresh, in virtual time.</param>
    /// <returns>The trace of the least of it, with the case's words at its end; null if the case
    /// does not give the same verdict again.</returns>
    public static IReadOnlyList<TraceEntry>? Shrink(
        CaseOutcome evidence, ulong seed, Func<IIut> open, Func<IIut> good)
    {
        int runs = 0;
        CaseOutcome? Find(HashSet<int> without)
        {
            runs++;
            CaseOutcome outcome = Run(evidence.Case, without, seed, open, out _);
            return outcome.Verdict == Verdict.Fail && outcome.Requirement == evidence.Requirement
                && Run(evidence.Case, without, seed, good, out _).Verdict == Verdict.Pass
                ? outcome
                : null;
        }
        HashSet<int> left = [];
        CaseOutcome? best = Find(left);
        Run(evidence.Case, left, seed, open, out int packets);
        if (best is null)
        {
            return null;
        }
        long most = Math.Min(MostRuns, MostPackets / Math.Max(1, packets));
        for (int size = Math.Max(1, packets / 2); size > 0; size /= 2)
        {
            for (int at = packets - size; at >= 0 && runs < most; at--)
            {
                HashSet<int> more = [.. left, .. Enumerable.Range(at, size)];
                if (more.Count > left.Count && Find(more) is CaseOutcome fewer)
                {
                    best = fewer;
                    left = more;
                }
            }
        }
        return WithVerdict(best);
    }

    private static CaseOutcome Run(
        TestCase testCase, HashSet<int> without, ulong seed, Func<IIut> open, out int packets)
    {
        CaseContext? context = null;
        TestCase censored = testCase with
        {
            Body = ctx =>
            {
                context = ctx;
                ctx.LeavesOut = without.Contains;
                return testCase.Body(ctx);
            },
        };
        CaseOutcome? outcome = null;
        using IIut iut = open();
        new CaseLoop(iut, seed, 1).Run([censored], o => outcome = o, CancellationToken.None);
        packets = context!.PacketsToIut;
        return outcome! with { Case = testCase };
    }

    // Where the oracle complained, that is the last entry already.
    private static IReadOnlyList<TraceEntry> WithVerdict(CaseOutcome outcome) =>
        outcome.Violations.Count > 0
            ? outcome.Trace
            :
            [
                .. outcome.Trace,
                new TraceEntry(
                    outcome.Elapsed, TraceKind.Violation, null,
                    $"{outcome.Requirement}: {outcome.Message}"),
            ];
}
