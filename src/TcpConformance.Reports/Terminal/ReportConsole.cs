using Spectre.Console;
using TcpConformance.Harness;

namespace TcpConformance.Reports.Terminal;

/// <summary>Where reports go: a terminal with colour, or a pipe with plain lines.</summary>
public sealed class ReportConsole
{
    private readonly TextWriter _out;

    private ReportConsole(TextWriter output, IAnsiConsole ansi, bool isTerminal)
    {
        _out = output;
        Ansi = ansi;
        IsTerminal = isTerminal;
    }

    /// <summary>Whether progress bars make sense, and lines are cut to the width.</summary>
    public bool IsTerminal { get; }

    /// <summary>Columns of the terminal; a pipe has no limit.</summary>
    public int Width => IsTerminal ? Ansi.Profile.Width : int.MaxValue;

    /// <summary>The library's console, for progress bars.</summary>
    public IAnsiConsole Ansi { get; }

    /// <summary>The process's standard output; <c>NO_COLOR</c> is honoured.</summary>
    public static ReportConsole Standard()
    {
        bool colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return Create(Console.Out, !Console.IsOutputRedirected, colour);
    }

    /// <summary>A console of the given kind.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="isTerminal">Whether it is a terminal.</param>
    /// <param name="colour">Whether colour is wanted; a pipe gets none in any case.</param>
    /// <param name="width">Columns, or null for those of the terminal.</param>
    public static ReportConsole Create(
        TextWriter output, bool isTerminal, bool colour, int? width = null)
    {
        IAnsiConsole ansi = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && colour
                ? ColorSystemSupport.Standard
                : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (width is { } columns)
        {
            ansi.Profile.Width = columns;
        }

        return new ReportConsole(output, ansi, isTerminal);
    }

    /// <summary>Prints a line made of pieces, cut to the width of a terminal.</summary>
    /// <param name="pieces">The pieces, from left to right.</param>
    internal void Line(params ReadOnlySpan<Piece> pieces)
    {
        int room = Width;
        foreach (Piece piece in pieces)
        {
            string text = room < piece.Text.Length
                ? TextWrap.Cut(piece.Text, Math.Max(room, 1))
                : TextWrap.Printable(piece.Text);
            room -= text.Length;
            Print(text, piece.Style);
            if (room <= 0)
            {
                break;
            }
        }

        _out.Write('\n');
    }

    /// <summary>Prints a line as it is.</summary>
    /// <param name="text">The line.</param>
    internal void Raw(string text)
    {
        _out.Write(text);
        _out.Write('\n');
    }

    /// <summary>Prints a text over as many lines as it needs.</summary>
    /// <param name="indent">Blanks before each line.</param>
    /// <param name="text">The text.</param>
    internal void Paragraph(int indent, string text)
    {
        int room = IsTerminal ? Math.Max(Width - indent - 1, 20) : int.MaxValue;
        foreach (string line in TextWrap.Lines(text, room))
        {
            Line(new Piece(new string(' ', indent) + line));
        }
    }

    /// <summary>The colour of a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    internal static Style Of(Verdict verdict) => verdict switch
    {
        Verdict.None => new Style(decoration: Decoration.Dim),
        Verdict.Pass => new Style(Color.Green),
        Verdict.Inconclusive => new Style(Color.Yellow),
        Verdict.Fail => new Style(Color.Red, decoration: Decoration.Bold),
        Verdict.Error => new Style(Color.Fuchsia, decoration: Decoration.Bold),
    };

    private void Print(string text, Style? style)
    {
        if (IsTerminal && style is not null)
        {
            Ansi.Write(new Segments(text, style));
        }
        else
        {
            _out.Write(text);
        }
    }
}
