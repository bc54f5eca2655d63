using Spectre.Console;
using TcpConformance.Harness;
using TcpConformance.Harness.Results;

namespace TcpConformance.Reports.Terminal;

/// <summary>
/// Shows how far a run is: a bar for each IUT on a terminal, a line now and then on a pipe. A case
/// that did not pass is shown at once. May be called from any thread.
/// </summary>
public sealed class RunProgress
{
    private const int LinesPerRun = 4;

    private readonly Lock _lock = new();
    private readonly ReportConsole _console;
    private readonly Dictionary<string, Count> _counts = [];

    private readonly string _things;

    private RunProgress(ReportConsole console, string things)
    {
        _console = console;
        _things = things;
    }

    /// <summary>Runs something and shows its progress meanwhile.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="iuts">The IUTs and how many cases each will have.</param>
    /// <param name="body">What to run; it calls <see cref="Done(string, CaseResult)"/> for each case.</param>
    /// <param name="things">What is counted, in the plural.</param>
    /// <returns>What the body returned.</returns>
    public static async Task<T> RunAsync<T>(
        ReportConsole console,
        IReadOnlyList<(string Iut, int Cases)> iuts,
        Func<RunProgress, Task<T>> body,
        string things = "cases")
    {
        var progress = new RunProgress(console, things);
        if (!console.IsTerminal)
        {
            progress.Start(iuts, null);
            return await body(progress);
        }

        return await console.Ansi.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                progress.Start(iuts, context);
                return body(progress);
            });
    }

    /// <summary>A case has ended.</summary>
    /// <param name="iut">The IUT's name.</param>
    /// <param name="result">How it went.</param>
    public void Done(string iut, CaseResult result)
    {
        lock (_lock)
        {
            Count count = Step(iut, result.IsOpen);
            if (result.IsOpen)
            {
                ShowOpen(iut, result);
            }

            ShowLine(iut, count);
        }
    }

    /// <summary>One thing has ended.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="isOpen">Whether it did not pass.</param>
    public void Done(string name, bool isOpen)
    {
        lock (_lock)
        {
            ShowLine(name, Step(name, isOpen));
        }
    }

    private Count Step(string iut, bool isOpen)
    {
        Count count = _counts[iut];
        count.Done++;
        count.Open += isOpen ? 1 : 0;
        count.Bar?.Increment(1);
        if (count.Bar is not null)
        {
            string open = count.Open == 0 ? "" : $" [red]{count.Open} not passed[/]";
            count.Bar.Description = $"{Markup.Escape(iut)} {count.Done}/{count.Cases}{open}";
        }

        return count;
    }

    private void Start(IReadOnlyList<(string Iut, int Cases)> iuts, ProgressContext? context)
    {
        foreach ((string iut, int cases) in iuts)
        {
            ProgressTask? bar =
                context?.AddTask($"{Markup.Escape(iut)} 0/{cases}", maxValue: cases);
            _counts[iut] = new Count(cases, bar);
        }
    }

    private void ShowOpen(string iut, CaseResult result)
    {
        string line = $"{VerdictWord.Long(result.Verdict)}  {iut}  {result.Id}";
        if (_console.IsTerminal)
        {
            Style style = ReportConsole.Of(result.Verdict);
            _console.Ansi.WriteLine(TextWrap.Cut(line, Math.Max(_console.Width - 1, 20)), style);
        }
        else
        {
            _console.Raw(TextWrap.Printable(line));
        }
    }

    private void ShowLine(string iut, Count count)
    {
        int step = Math.Max(1, count.Cases / LinesPerRun);
        if (!_console.IsTerminal && (count.Done % step == 0 || count.Done == count.Cases))
        {
            _console.Raw($"{iut}: {count.Done} of {count.Cases} {_things}, {count.Open} not passed");
        }
    }

    private sealed class Count(int cases, ProgressTask? bar)
    {
        public int Cases { get; } = cases;

        public ProgressTask? Bar { get; } = bar;

        public int Done { get; set; }

        public int Open { get; set; }
    }
}
