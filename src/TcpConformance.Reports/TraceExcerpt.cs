using TcpConformance.Harness;

namespace TcpConformance.Reports;

/// <summary>The part of a long trace that a reader wants to see.</summary>
internal static class TraceExcerpt
{
    /// <summary>
    /// The beginning, and the neighbourhood of the first violation or else the end; notes say how
    /// much was left out.
    /// </summary>
    /// <param name="trace">The whole trace.</param>
    /// <param name="entries">Entries to keep at most.</param>
    public static IReadOnlyList<TraceEntry> Of(IReadOnlyList<TraceEntry> trace, int entries)
    {
        if (trace.Count <= entries)
        {
            return trace;
        }

        int head = entries / 4;
        int tail = entries - head;
        int violation = FirstViolation(trace);
        int last = violation < 0 ? trace.Count : Math.Min(trace.Count, violation + (tail / 3));
        last = Math.Max(last, entries);
        int first = last - tail;

        var excerpt = new List<TraceEntry>(entries + 2);
        excerpt.AddRange(trace.Take(head));
        AddGap(excerpt, trace, head, first);
        excerpt.AddRange(trace.Skip(first).Take(tail));
        AddGap(excerpt, trace, last, trace.Count);
        return excerpt;
    }

    private static int FirstViolation(IReadOnlyList<TraceEntry> trace)
    {
        for (int i = 0; i < trace.Count; i++)
        {
            if (trace[i].Kind == TraceKind.Violation)
            {
                return i;
            }
        }

        return -1;
    }

    private static void AddGap(
        List<TraceEntry> excerpt, IReadOnlyList<TraceEntry> trace, int from, int to)
    {
        if (to > from)
        {
            string text = $"… {to - from} entries left out …";
            excerpt.Add(new TraceEntry(trace[from].At, TraceKind.Note, null, text));
        }
    }
}
