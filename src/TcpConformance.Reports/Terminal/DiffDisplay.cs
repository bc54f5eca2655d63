using System.Globalization;
using Spectre.Console;

namespace TcpConformance.Reports.Terminal;

/// <summary>How far <c>tcpconf diff</c> is.</summary>
/// <param name="Phase">What it is at.</param>
/// <param name="Elapsed">Since it began.</param>
/// <param name="Sessions">Sessions so far.</param>
/// <param name="Stimuli">Stimuli so far.</param>
/// <param name="Differences">Kinds of differences so far.</param>
public sealed record DiffStatus(
    string Phase, TimeSpan Elapsed, int Sessions, long Stimuli, int Differences);

/// <summary>Shows how far <c>tcpconf diff</c> is: one line that changes on a terminal, a line now
/// and then on a pipe. May be called from any thread.</summary>
public sealed class DiffDisplay
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly ReportConsole _console;
    private readonly string _name;
    private StatusContext? _live;
    private TimeSpan _next = First;

    private DiffDisplay(ReportConsole console, string name)
    {
        _console = console;
        _name = name;
    }

    /// <summary>Runs something and shows it meanwhile.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="name">What runs.</param>
    /// <param name="body">What to run.</param>
    public static T Run<T>(ReportConsole console, string name, Func<DiffDisplay, T> body)
    {
        var display = new DiffDisplay(console, name);
        return !console.IsTerminal
            ? body(display)
            : console.Ansi.Status().Start(Markup.Escape($"{name}: starting …"), context =>
            {
                display._live = context;
                return body(display);
            });
    }

    /// <summary>So far it is.</summary>
    public void Show(DiffStatus status)
    {
        double seconds = Math.Max(status.Elapsed.TotalSeconds, 0.001);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{_name}: {status.Elapsed:m\\:ss}, {status.Phase}: {status.Sessions} sessions, "
            + $"{status.Stimuli} stimuli ({status.Stimuli / seconds:0} a second), "
            + $"{status.Differences} differences");
        if (_live is not null)
        {
            _live.Status(Markup.Escape(line));
        }
        else if (status.Elapsed >= _next)
        {
            _next = status.Elapsed + (status.Elapsed < Longest ? status.Elapsed : Longest);
            _console.Raw(line);
        }
    }
}
