using System.Globalization;
using Spectre.Console;

namespace TcpConformance.Reports.Terminal;

/// <summary>How far a fuzzing campaign is.</summary>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Remaining">Until its end; null: a number of runs ends it.</param>
public sealed record FuzzStatus(TimeSpan Elapsed, TimeSpan? Remaining)
{
    /// <summary>Inputs so far.</summary>
    public long Runs { get; init; }

    /// <summary>Inputs in the last second.</summary>
    public long RunsPerSecond { get; init; }

    /// <summary>Inputs in the corpus.</summary>
    public long Corpus { get; init; }

    /// <summary>Blocks that were reached.</summary>
    public long Coverage { get; init; }

    /// <summary>Blocks that there are.</summary>
    public long Blocks { get; init; }

    /// <summary>New findings.</summary>
    public int Findings { get; init; }

    /// <summary>How often a finding came, a known one too.</summary>
    public long Hits { get; init; }

    /// <summary>Processes that had to be started again.</summary>
    public int Restarts { get; init; }
}

/// <summary>Shows a campaign while it runs: a table on a terminal, a line now and then on a pipe. A
/// finding is shown at once. May be called from any thread.</summary>
public sealed class FuzzDisplay
{
    private const int NarrowWidth = 100;

    // Between two lines on a pipe: the first soon, then ever fewer.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ReportConsole _console;
    private readonly string _target;
    private LiveDisplayContext? _live;
    private TimeSpan _next = First;

    private FuzzDisplay(ReportConsole console, string target)
    {
        _console = console;
        _target = target;
    }

    /// <summary>Runs something and shows it meanwhile.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="isLive">Whether a terminal is wholly ours.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="body">What to run.</param>
    public static T Run<T>(
        ReportConsole console, bool isLive, string target, Func<FuzzDisplay, T> body)
    {
        var display = new FuzzDisplay(console, target);
        if (!console.IsTerminal || !isLive)
        {
            return body(display);
        }
        return console.Ansi.Live(new Text($"{target}: weaving, starting …"))
            .AutoClear(true)
            .Start(context =>
            {
                display._live = context;
                context.Refresh();
                return body(display);
            });
    }

    /// <summary>So far it is.</summary>
    public void Show(FuzzStatus status)
    {
        lock (_lock)
        {
            if (_live is not null)
            {
                _live.UpdateTarget(TableOf(status));
                _live.Refresh();
            }
            else if (status.Elapsed >= _next)
            {
                _next = status.Elapsed + (status.Elapsed < Longest ? status.Elapsed : Longest);
                _console.Raw($"{_target}: {LineOf(status)}");
            }
        }
    }

    /// <summary>Something was found.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="message">What is wrong.</param>
    public void Found(string name, string message)
    {
        lock (_lock)
        {
            string line = $"found {name}: {message}";
            if (_console.IsTerminal)
            {
                _console.Ansi.WriteLine(
                    TextWrap.Cut(line, Math.Max(_console.Width - 1, 20)),
                    new Style(Color.Red, decoration: Decoration.Bold));
            }
            else
            {
                _console.Raw(TextWrap.Printable(line));
            }
        }
    }

    private static string LineOf(FuzzStatus s) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Time(s.Elapsed)} gone, {(s.Remaining is TimeSpan r ? $"{Time(r)} left, " : "")}"
        + $"{s.Runs} runs, {s.RunsPerSecond} a second, corpus {s.Corpus}, "
        + $"coverage {s.Coverage}{(s.Blocks == 0 ? "" : $" of {s.Blocks}")}, "
        + $"{s.Findings} findings");

    private Table TableOf(FuzzStatus s)
    {
        bool narrow = _console.Width < NarrowWidth;
        var table = new Table { Border = TableBorder.Rounded };
        List<string> row = [];
        Add(narrow ? "left" : "time left", s.Remaining is TimeSpan r ? Time(r) : "-");
        Add(narrow ? "runs/s" : "runs a second", Count(s.RunsPerSecond));
        Add("runs", narrow ? Short(s.Runs) : Count(s.Runs));
        Add("corpus", Count(s.Corpus));
        string of = s.Blocks == 0 ? "" : "/" + Count(s.Blocks);
        Add("coverage", Count(s.Coverage) + of);
        Add("findings", s.Findings == 0 ? "0" : $"[red bold]{s.Findings}[/]");
        if (!narrow)
        {
            Add("times found", Count(s.Hits));
            Add("restarts", Count(s.Restarts));
        }
        table.Title = new TableTitle($"{Markup.Escape(_target)}, {Time(s.Elapsed)} gone");
        table.AddRow([.. row.Select(cell => new Markup(cell))]);
        return table;

        void Add(string head, string cell)
        {
            table.AddColumn(new TableColumn(new Text(head)).RightAligned().NoWrap());
            row.Add(cell);
        }
    }

    private static string Count(long number) =>
        number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Short(long number) => number switch
    {
        < 1_000_000 => Count(number),
        < 1_000_000_000 => $"{number / 1e6:0.0}M",
        _ => $"{number / 1e9:0.0}G",
    };

    private static string Time(TimeSpan time)
    {
        TimeSpan shown = time < TimeSpan.Zero ? TimeSpan.Zero : time;
        return shown.TotalHours < 1
            ? shown.ToString(@"m\:ss", CultureInfo.InvariantCulture)
            : $"{(int)shown.TotalHours}:{shown:mm\\:ss}";
    }
}
