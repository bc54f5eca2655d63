using TcpConformance.Harness.Iuts;
using TcpConformance.Harness.Results;
using TcpConformance.Harness.Running;
using TcpConformance.Harness.Suites;

namespace TcpConformance.Reports.Terminal;

/// <summary>What a run shows beside its verdicts.</summary>
public static class RunNotes
{
    /// <summary>Prints cases left out, lines of the profile that are no longer true, and packets
    /// of no case.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="run">The run of one IUT.</param>
    public static void Print(ReportConsole console, SuiteRun run)
    {
        foreach (IGrouping<string, LeftOutCase> group in run.LeftOut.GroupBy(l => l.Why))
        {
            console.Paragraph(
                6, $"{group.Count()} left out: {group.Key} (as {group.First().Case.Id})");
        }

        foreach (KnownDeviation stale in run.StaleDeviations)
        {
            console.Paragraph(
                6,
                $"The profile's known deviation from {stale.Requirement} in {stale.Cases}"
                + $"{Words(stale)} was not seen: take it out.");
        }

        if (run.Result.Restarts is { Count: > 0 } restarts)
        {
            console.Paragraph(
                6,
                $"The IUT was started again {restarts.Count} times, first since: {restarts[0]}");
        }

        if (run.Result.Unsteady is { Count: > 0 } unsteady)
        {
            string cases = unsteady.Count == 1 ? "1 case" : $"{unsteady.Count} cases";
            console.Paragraph(
                6, $"{cases} failed among many others and passed among few, as {unsteady[0]}");
        }

        if (run.Strays.Count > 0)
        {
            string count = run.Strays.Count == 1 ? "1 packet" : $"{run.Strays.Count} packets";
            console.Paragraph(6, $"{count} of no case, the first: {run.Strays[0]}");
        }
    }

    /// <summary>Prints the ladder diagram of each case that has a trace.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="run">The run of one IUT.</param>
    public static void PrintTraces(ReportConsole console, SuiteRun run)
    {
        int width = console.IsTerminal ? console.Width - 1 : 100;
        foreach (CaseOutcome outcome in run.Outcomes.Where(o => o.Trace.Count > 0))
        {
            console.Line();
            console.Line(new Piece($"{run.Result.Name}  {outcome.Case.Id}"));
            foreach (string line in LadderDiagram.ToText(outcome.Trace, width)
                .TrimEnd('\n').Split('\n'))
            {
                console.Raw(line);
            }
        }
    }

    /// <summary>Prints the ids of the cases that did not pass, one on a line.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="iut">The result of one IUT.</param>
    public static void PrintFailures(ReportConsole console, IutResult iut)
    {
        foreach (CaseResult result in iut.Cases.Where(c => c.IsOpen))
        {
            console.Raw($"{iut.Name}\t{VerdictWord.Long(result.Verdict)}\t{result.Id}");
        }
    }

    private static string Words(KnownDeviation line) =>
        line.Message is null ? "" : $" ('{line.Message}')";
}
