namespace TcpConformance.Harness;

/// <summary>Text whose every octet tells where it belongs.</summary>
public static class Octets
{
    // Prime, so that a shift by any power of two shows.
    private const int Period = 251;

    private static readonly byte[] Periods =
        [.. Enumerable.Range(0, 64 * Period).Select(i => (byte)(i % Period))];

    /// <summary>The same as <see cref="Pattern"/>, mostly without a copy.</summary>
    internal static ReadOnlyMemory<byte> Stretch(int count, int from)
    {
        int begin = ((from % Period) + Period) % Period;
        return count <= Periods.Length - begin
            ? Periods.AsMemory(begin, count)
            : Pattern(count, from);
    }

    /// <summary>So many octets of a stream, beginning at <paramref name="from"/>.</summary>
    public static byte[] Pattern(int count, int from = 0)
    {
        byte[] text = GC.AllocateUninitializedArray<byte>(count);
        int at = 0;
        while (at < count)
        {
            int begin = (((from + at) % Period) + Period) % Period;
            int length = Math.Min(count - at, Periods.Length - begin);
            Periods.AsSpan(begin, length).CopyTo(text.AsSpan(at));
            at += length;
        }
        return text;
    }
}
