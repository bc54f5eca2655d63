using System.Globalization;
using TcpConformance.Cli;
using TcpConformance.Cli.Operators;

namespace TcpConformance.Tests.OracleMutants;

/// <summary>Changes the oracle's own operators, one by one, and lists the changes that none of its
/// tests notices: rules, or limits of rules, that nobody has seen fire.</summary>
internal static class OracleMutantRun
{
    /// <summary>The specification, without the catalogue of requirements.</summary>
    internal static readonly WovenHost Oracle =
        new("TcpConformance.Spec.dll", "TcpConformance.Tests", OracleMutantWorker.Verb)
        {
            Includes = type => type.StartsWith("TcpConformance.Spec.", StringComparison.Ordinal)
                && !type.Contains(".Requirements.", StringComparison.Ordinal),
        };

    /// <summary>Runs and prints.</summary>
    /// <param name="args">A pattern of ids ('*' for all), and how many of them.</param>
    internal static int RunAndPrint(string[] args)
    {
        int? sample = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : null;
        var request = new OperatorRequest
        {
            Host = Oracle, Select = [.. args.Take(1)], Sample = sample,
            Progress = t => Console.Error.WriteLine($"{t.Outcome.End}: {t.Mutant.Id}"),
        };
        try
        {
            Print(OperatorRun.Run(request, CancellationToken.None));
            return 0;
        }
        catch (UsageException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static void Print(OperatorResult result)
    {
        foreach (TrialEnd end in new[] { TrialEnd.Unreached, TrialEnd.Survived })
        {
            OperatorTrial[] trials = [.. result.Trials.Where(t => t.Outcome.End == end)];
            Console.WriteLine($"{end} ({trials.Length}):");
            foreach (OperatorTrial t in trials)
            {
                Console.WriteLine(
                    $"  {t.Mutant.Id}  {t.Mutant.Sentence} ({t.Outcome.Reaching} tests)");
            }
        }
        int unnoticed = result.Count(TrialEnd.Unreached) + result.Count(TrialEnd.Survived);
        int all = result.Trials.Count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{all} of {result.Made} changes to the oracle: {all - unnoticed} noticed by its "
            + $"tests ({1 - ((double)unnoticed / Math.Max(all, 1)):P1})"));
    }
}
