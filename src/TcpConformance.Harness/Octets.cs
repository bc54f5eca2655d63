using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Harness;

/// <summary>Text whose every octet tells where it belongs: the pattern that upper testers know,
/// too, with the seed <see cref="Seed"/>, so that it needs not be told them octet by octet.
/// </summary>
public static class Octets
{
    /// <summary>The seed of <see cref="OctetPattern"/>.</summary>
    internal const ulong Seed = 0;

    // Prime, so that a shift by any power of two shows, and more than any window.
    private const int Period = 1_048_573;
    private const int LongestStretch = 65_536;
    private const int Mark = 16;

    // Once around, and so much again that a stretch may begin anywhere.
    private static readonly byte[] Stream = Make();

    private static byte[] Make()
    {
        byte[] stream = new byte[Period + LongestStretch];
        OctetPattern.Fill(Seed, 0, stream.AsSpan(0, Period));
        stream.AsSpan(0, LongestStretch).CopyTo(stream.AsSpan(Period));
        return stream;
    }

    /// <summary>The same as <see cref="Pattern"/>, mostly without a copy.</summary>
    internal static ReadOnlyMemory<byte> Stretch(int count, int from)
    {
        int begin = Place(from);
        return count <= Stream.Length - begin
            ? Stream.AsMemory(begin, count)
            : Pattern(count, from);
    }

    /// <summary>So many octets of a stream, beginning at <paramref name="from"/>.</summary>
    public static byte[] Pattern(int count, int from = 0)
    {
        byte[] text = GC.AllocateUninitializedArray<byte>(count);
        int begin = Place(from);
        for (int at = 0; at < count; begin = 0)
        {
            int length = Math.Min(count - at, Period - begin);
            Stream.AsSpan(begin, length).CopyTo(text.AsSpan(at));
            at += length;
        }
        return text;
    }

    /// <summary>Where a text stands in the stream; -1: nowhere, or it is too short to tell.
    /// </summary>
    internal static int OffsetOf(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> once = Stream.AsSpan(0, Period);
        int offset = text.Length < Mark ? -1 : once.IndexOf(text[..Mark]);
        return offset >= 0 && once[offset..].StartsWith(text) ? offset : -1;
    }

    private static int Place(int from) => ((from % Period) + Period) % Period;
}
