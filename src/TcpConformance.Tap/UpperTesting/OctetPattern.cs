using System.Buffers.Binary;

namespace TcpConformance.Tap.UpperTesting;

/// <summary>Octets that tester and upper tester both can tell from a seed and an offset.</summary>
/// <remarks>Described with examples in specs/upper-tester.md.</remarks>
public static class OctetPattern
{
    private const int BlockLength = 8;

    /// <summary>The octet at one offset of the stream.</summary>
    public static byte At(ulong seed, ulong offset) =>
        (byte)(Block(seed, offset / BlockLength) >> (int)(offset % BlockLength * 8) & 0xff);

    /// <summary>Writes the stream from an offset on.</summary>
    /// <param name="seed">Which stream.</param>
    /// <param name="offset">Octets of the stream before the first one written.</param>
    /// <param name="destination">What is filled.</param>
    public static void Fill(ulong seed, ulong offset, Span<byte> destination)
    {
        int at = 0;
        while (at < destination.Length && unchecked(offset + (ulong)at) % BlockLength != 0)
        {
            destination[at] = At(seed, unchecked(offset + (ulong)at));
            at++;
        }
        ulong block = unchecked(offset + (ulong)at) / BlockLength;
        for (; at + BlockLength <= destination.Length; at += BlockLength)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], Block(seed, block));
            block++;
        }
        for (; at < destination.Length; at++)
        {
            destination[at] = At(seed, unchecked(offset + (ulong)at));
        }
    }

    /// <summary>The first position where octets differ from the stream, or -1.</summary>
    /// <param name="seed">Which stream.</param>
    /// <param name="offset">Octets of the stream before the first one compared.</param>
    /// <param name="octets">What has come.</param>
    public static int FirstDifference(ulong seed, ulong offset, ReadOnlySpan<byte> octets)
    {
        Span<byte> expected = stackalloc byte[512];
        for (int at = 0; at < octets.Length; at += expected.Length)
        {
            Span<byte> part = expected[..Math.Min(expected.Length, octets.Length - at)];
            Fill(seed, unchecked(offset + (ulong)at), part);
            int same = part.CommonPrefixLength(octets.Slice(at, part.Length));
            if (same < part.Length)
            {
                return at + same;
            }
        }
        return -1;
    }

    /// <summary>Eight octets, the first in the low bits: SplitMix64 at one point.</summary>
    private static ulong Block(ulong seed, ulong block)
    {
        unchecked
        {
            ulong z = seed + ((block + 1) * 0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)) * 0xbf58_476d_1ce4_e5b9;
            z = (z ^ (z >> 27)) * 0x94d0_49bb_1331_11eb;
            return z ^ (z >> 31);
        }
    }
}
