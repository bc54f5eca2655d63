using System.Globalization;
using Spectre.Console;
using TcpConformance.Reports.Terminal;
using TcpConformance.Weaver.Operators;

namespace TcpConformance.Cli.Operators;

/// <summary>The result for people.</summary>
internal static class OperatorReport
{
    private const int PipeWidth = 120;

    /// <summary>Prints the table, the survivors, and the score.</summary>
    internal static void Print(ReportConsole console, OperatorResult result)
    {
        if (!console.IsTerminal)
        {
            console.Ansi.Profile.Width = PipeWidth;
        }
        console.Ansi.Write(Summary(result));
        Section("Survivors", result.Trials.Where(t => t.IsOpen));
        Section("Ended with Error", Of(result, TrialEnd.Error));
        Section("Allowed by the RFCs", result.Trials.Where(
            t => t.Outcome.End == TrialEnd.Survived && t.Equivalent is not null));
        Section("Not reached by any case", Of(result, TrialEnd.Unreached));
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Trials.Count} of {result.Made} operator mutants; of {result.Visible} that "
            + $"anything shows, {result.Killed} got a Fail: {result.Score:P1}"));
    }

    private static IEnumerable<OperatorTrial> Of(OperatorResult result, TrialEnd end) =>
        result.Trials.Where(t => t.Outcome.End == end);

    private static Table Summary(OperatorResult result)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn("operator");
        string[] columns =
        [
            "made", "fail", "hang", "crash", "error", "survived", "allowed", "invisible",
            "unreached",
        ];
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }
        foreach (OperatorKind kind in Enum.GetValues<OperatorKind>())
        {
            Add(table, WordOf(kind), result.Trials.Where(t => t.Mutant.Kind == kind).ToArray());
        }
        Add(table, "all", result.Trials);
        return table;
    }

    private static void Add(Table table, string word, IReadOnlyCollection<OperatorTrial> trials)
    {
        int End(TrialEnd end) => trials.Count(t => t.Outcome.End == end);
        int open = trials.Count(t => t.IsOpen);
        int[] numbers =
        [
            trials.Count, End(TrialEnd.Failed), End(TrialEnd.Hung), End(TrialEnd.Crashed),
            End(TrialEnd.Error), open, End(TrialEnd.Survived) - open, End(TrialEnd.Invisible),
            End(TrialEnd.Unreached),
        ];
        table.AddRow(
            [word, .. numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))]);
    }

    private static string WordOf(OperatorKind kind) => kind switch
    {
        OperatorKind.Comparison => "bound of a comparison",
        OperatorKind.Negation => "negated condition",
        OperatorKind.Arithmetic => "arithmetic",
        OperatorKind.Constant => "constant",
        OperatorKind.DroppedCall => "dropped call",
        OperatorKind.DroppedStore => "dropped assignment",
    };

    private static void Section(string title, IEnumerable<OperatorTrial> trials)
    {
        OperatorTrial[] all = trials.ToArray();
        if (all.Length == 0)
        {
            return;
        }
        Console.WriteLine();
        Console.WriteLine($"{title} ({all.Length}):");
        foreach (OperatorTrial trial in all)
        {
            Console.WriteLine($"  {trial.Mutant.Id}  {trial.Mutant.Sentence}");
            if (trial.Equivalent is EquivalentMutant equivalent
                && trial.Outcome.End == TrialEnd.Survived)
            {
                Console.WriteLine($"      {equivalent.Reason} ({equivalent.Section})");
            }
            else if (trial.Outcome.Case is string id)
            {
                Console.WriteLine(
                    $"      {trial.Outcome.Differing} of {trial.Outcome.Reaching} cases see it, "
                    + $"as {id}. {trial.Outcome.Message}");
            }
        }
    }
}
