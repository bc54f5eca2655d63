using System.Text;

namespace TcpConformance.Reports;

/// <summary>Breaks text into lines, and keeps control characters out of it.</summary>
internal static class TextWrap
{
    /// <summary>The lines of a text, none longer than <paramref name="width"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="width">Columns, at least one.</param>
    public static IReadOnlyList<string> Lines(string text, int width)
    {
        var lines = new List<string>();
        string rest = Printable(text);
        while (rest.Length > width)
        {
            int space = rest.LastIndexOf(' ', width);
            int cut = space > width / 2 ? space : width;
            lines.Add(rest[..cut].TrimEnd());
            rest = rest[cut..].TrimStart();
        }

        lines.Add(rest);
        return lines;
    }

    /// <summary>The text in one line, with control characters made visible.</summary>
    /// <param name="text">Any text.</param>
    public static string Printable(string text)
    {
        if (!text.Any(IsUnprintable))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            printable.Append(c is '\n' or '\t' ? ' ' : IsUnprintable(c) ? '\ufffd' : c);
        }

        return printable.ToString();
    }

    /// <summary>The text, cut to so many columns.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="width">Columns, at least one.</param>
    public static string Cut(string text, int width)
    {
        string printable = Printable(text);
        return printable.Length <= width ? printable : printable[..(width - 1)] + "…";
    }

    // XML 1.0 knows neither control characters nor halves of surrogate pairs.
    private static bool IsUnprintable(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) || c is '\ufffe' or '\uffff';
}
