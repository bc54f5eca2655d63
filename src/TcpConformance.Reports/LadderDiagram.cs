using System.Text;
using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary>A trace between two lifelines, tester left and IUT right, in plain text.</summary>
public static class LadderDiagram
{
    /// <summary>Entries that a diagram shows at most, unless told otherwise.</summary>
    public const int DefaultEntries = 60;

    private const int TimeWidth = 11;
    private const int SmallestInner = 30;

    /// <summary>The diagram, line by line.</summary>
    /// <param name="trace">The entries in the order in which they happened.</param>
    /// <param name="width">Columns to fill.</param>
    /// <param name="entries">Entries to show at most; what is left out is said.</param>
    public static string ToText(
        IReadOnlyList<TraceEntry> trace, int width = 80, int entries = DefaultEntries)
    {
        int inner = Math.Max(SmallestInner, width - TimeWidth - 4);
        var text = new StringBuilder();
        text.Append("time, s".PadLeft(TimeWidth)).Append("  tester");
        text.Append("IUT".PadLeft(inner - 4)).Append('\n');
        foreach (TraceEntry entry in TraceExcerpt.Of(trace, entries))
        {
            Append(text, entry, inner);
        }

        return text.ToString();
    }

    /// <summary>A time as the diagrams write it: seconds with six decimals.</summary>
    /// <param name="at">Time since the start of the case.</param>
    internal static string Time(TimeSpan at) => at.TotalSeconds.ToString("0.000000");

    private static void Append(StringBuilder text, TraceEntry entry, int inner)
    {
        IReadOnlyList<string> lines = TextWrap.Lines(entry.Text, inner - 8);
        string time = Time(entry.At).PadLeft(TimeWidth);
        for (int i = 0; i < lines.Count; i++)
        {
            string middle = Middle(entry.Kind, lines[i], i == lines.Count - 1, inner);
            text.Append(i == 0 ? time : new string(' ', TimeWidth));
            text.Append("  |").Append(middle).Append("|\n");
        }
    }

    private static string Middle(TraceKind kind, string line, bool last, int inner) => kind switch
    {
        TraceKind.SegmentToIut when last => $"-- {line} ".PadRight(inner - 1, '-') + ">",
        TraceKind.SegmentFromIut when last => $"<- {line} ".PadRight(inner, '-'),
        TraceKind.SegmentToIut or TraceKind.SegmentFromIut => $"   {line}".PadRight(inner),
        TraceKind.UserCall => $"call {line} ".PadLeft(inner),
        TraceKind.UserResult => $"result {line} ".PadLeft(inner),
        TraceKind.Note => $" {line}".PadRight(inner),
        TraceKind.Violation => $" !! {line}".PadRight(inner),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
