using System.Globalization;
using System.Xml.Linq;
using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary>The ladder diagram as an SVG element for HTML; colours come from the page.</summary>
public static class LadderSvg
{
    private const int Width = 860;
    private const int Left = 110;
    private const int Right = 840;
    private const int Top = 34;
    private const int Row = 26;

    // A monospaced character at 12 px takes about 7.3 px.
    private const int Columns = (Right - Left - 24) * 10 / 73;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // For a picture that stands alone: the report's colours on white.
    private const string Alone = "svg{background:#fff}"
        + "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1b2330}"
        + ".at,.end-cap,.note{fill:#5b6675}.user{fill:#0b5cad}"
        + ".life{stroke:#d9dde3;stroke-width:2}.to{stroke:#5b6675;fill:#5b6675}"
        + ".from{stroke:#0b5cad;fill:#0b5cad}"
        + ".violation{fill:none;stroke:#c62828;stroke-width:1.5}"
        + ".complaint{fill:#c62828;font-weight:600}";

    /// <summary>A picture for a file of its own.</summary>
    /// <param name="trace">The entries in the order in which they happened.</param>
    /// <param name="entries">Entries to show at most; what is left out is said.</param>
    public static string File(
        IReadOnlyList<TraceEntry> trace, int entries = LadderDiagram.DefaultEntries)
    {
        XElement svg = XElement.Parse(Of(trace, entries));
        svg.AddFirst(new XElement(Svg + "style", Alone));
        return svg.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>The SVG element as text; everything in it is encoded.</summary>
    /// <param name="trace">The entries in the order in which they happened.</param>
    /// <param name="entries">Entries to show at most; what is left out is said.</param>
    public static string Of(
        IReadOnlyList<TraceEntry> trace, int entries = LadderDiagram.DefaultEntries)
    {
        IReadOnlyList<TraceEntry> shown = TraceExcerpt.Of(trace, entries);
        var rows = new List<XElement>();
        int y = Top;
        foreach (TraceEntry entry in shown)
        {
            y += Row * Add(rows, entry, y);
        }

        int height = y + 8;
        var svg = new XElement(
            Svg + "svg",
            new XAttribute("class", "ladder"),
            new XAttribute("viewBox", $"0 0 {Width} {height}"),
            new XAttribute("role", "img"),
            new XAttribute("aria-label", $"Ladder diagram of {trace.Count} entries"),
            Text(Left, 16, "end-cap", "tester", "middle"),
            Text(Right, 16, "end-cap", "IUT", "end"),
            Line(Left, 22, Left, height, "life"),
            Line(Right, 22, Right, height, "life"),
            rows);
        return svg.ToString(SaveOptions.DisableFormatting);
    }

    private static int Add(List<XElement> rows, TraceEntry entry, int y)
    {
        IReadOnlyList<string> lines = TextWrap.Lines(entry.Text, Columns);
        rows.Add(Text(Left - 12, y + 16, "at", LadderDiagram.Time(entry.At), "end"));
        if (entry.Kind == TraceKind.Violation)
        {
            rows.Add(new XElement(
                Svg + "rect",
                Number("x", Left + 4),
                Number("y", y + 2),
                Number("width", Right - Left - 8),
                Number("height", (Row * lines.Count) - 4),
                Number("rx", 3),
                new XAttribute("class", "violation")));
        }

        bool ofUser = entry.Kind is TraceKind.UserCall or TraceKind.UserResult;
        int x = ofUser ? Right - 12 : Left + 12;
        for (int i = 0; i < lines.Count; i++)
        {
            string anchor = ofUser ? "end" : "start";
            rows.Add(Text(x, y + (Row * i) + 16, Style(entry.Kind), lines[i], anchor));
        }

        if (entry.Kind is TraceKind.SegmentToIut or TraceKind.SegmentFromIut)
        {
            AddArrow(rows, entry.Kind == TraceKind.SegmentToIut, y + (Row * lines.Count) - 5);
        }

        return lines.Count;
    }

    private static void AddArrow(List<XElement> rows, bool toIut, int y)
    {
        int tip = toIut ? Right : Left;
        int back = toIut ? Right - 8 : Left + 8;
        rows.Add(Line(Left, y, Right, y, toIut ? "to" : "from"));
        rows.Add(new XElement(
            Svg + "path",
            new XAttribute("class", toIut ? "head to" : "head from"),
            new XAttribute("d", $"M{tip} {y}L{back} {y - 4}L{back} {y + 4}Z")));
    }

    private static string Style(TraceKind kind) => kind switch
    {
        TraceKind.SegmentToIut => "segment",
        TraceKind.SegmentFromIut => "segment",
        TraceKind.UserCall => "user",
        TraceKind.UserResult => "user",
        TraceKind.Note => "note",
        TraceKind.Violation => "complaint",
    };

    private static XElement Text(int x, int y, string style, string text, string anchor) => new(
        Svg + "text",
        Number("x", x),
        Number("y", y),
        new XAttribute("class", style),
        new XAttribute("text-anchor", anchor),
        text);

    private static XElement Line(int x1, int y1, int x2, int y2, string style) => new(
        Svg + "line",
        Number("x1", x1),
        Number("y1", y1),
        Number("x2", x2),
        Number("y2", y2),
        new XAttribute("class", style));

    private static XAttribute Number(string name, int value) =>
        new(name, value.ToString(CultureInfo.InvariantCulture));
}
