using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TcpConformance.Wire;

/// <summary>The Internet checksum (RFC 1071) over TCP with its pseudo header (RFC 9293
/// §3.1).</summary>
public static class Checksum
{
    private const byte TcpProtocol = 6;

    /// <summary>The 16-bit one's complement sum of the octets, not complemented, folded.</summary>
    /// <remarks>An odd last octet counts as the high half of a word (RFC 1071 §1).</remarks>
    public static ushort Sum(ReadOnlySpan<byte> octets, uint initial = 0)
    {
        ulong sum = 0;
        ReadOnlySpan<byte> rest = octets;
        if (Vector.IsHardwareAccelerated && rest.Length >= 2 * Vector<byte>.Count)
        {
            sum = SumVectors(ref rest);
        }
        while (rest.Length >= 8)
        {
            ulong eight = MemoryMarshal.Read<ulong>(rest);
            sum += (eight & 0xffff_ffff) + (eight >> 32);
            rest = rest[8..];
        }
        ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(rest);
        foreach (ushort w in words)
        {
            sum += w;
        }
        if ((rest.Length & 1) != 0)
        {
            sum += BitConverter.IsLittleEndian ? rest[^1] : (uint)rest[^1] << 8;
        }
        ushort native = Fold(sum);
        // A one's complement sum may be taken in either byte order (RFC 1071 §2 (B)).
        ushort network = BitConverter.IsLittleEndian
            ? BinaryPrimitives.ReverseEndianness(native)
            : native;
        return Fold((ulong)network + initial);
    }

    private static ulong SumVectors(ref ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<Vector<ushort>> vectors = MemoryMarshal.Cast<byte, Vector<ushort>>(rest);
        Vector<uint> low = Vector<uint>.Zero;
        Vector<uint> high = Vector<uint>.Zero;
        foreach (Vector<ushort> v in vectors)
        {
            // 2^16 additions fit in a lane; an IP packet has at most 2^15 words.
            Vector.Widen(v, out Vector<uint> a, out Vector<uint> b);
            low += a;
            high += b;
        }
        rest = rest[(vectors.Length * Vector<byte>.Count)..];
        Vector.Widen(low, out Vector<ulong> l0, out Vector<ulong> l1);
        Vector.Widen(high, out Vector<ulong> h0, out Vector<ulong> h1);
        return Vector.Sum(l0 + l1 + h0 + h1);
    }

    // Without '~': on an int it is negative, and a checked conversion of that throws.
    private static ushort Complement(ushort word) => (ushort)(word ^ 0xffff);

    private static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (ushort)sum;
    }

    /// <summary>The sum of the pseudo header of RFC 9293 §3.1 or RFC 8200 §8.1.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="protocol">Next header, 6 for TCP.</param>
    /// <param name="length">Octets of header and text.</param>
    public static ushort PseudoHeader(
        IpAddress source, IpAddress destination, byte protocol, int length)
    {
        Span<byte> both = stackalloc byte[32];
        source.Write(both);
        destination.Write(both[source.Length..]);
        uint initial = (uint)protocol + ((uint)length >> 16) + ((uint)length & 0xffff);
        return Sum(both[..(source.Length + destination.Length)], initial);
    }

    // Whether the checksum of an IPv4 header is right; the usual 20 octets without a loop.
    internal static bool IsValidHeader(ReadOnlySpan<byte> header)
    {
        if (header.Length != 20)
        {
            return Sum(header) == 0xffff;
        }
        ulong a = MemoryMarshal.Read<ulong>(header);
        ulong b = MemoryMarshal.Read<ulong>(header[8..]);
        ulong sum = (a & 0xffff_ffff) + (a >> 32) + (b & 0xffff_ffff) + (b >> 32)
            + MemoryMarshal.Read<uint>(header[16..]);
        // 0xffff is the same in either byte order, and the sum is never 0: version 4 is in it.
        return sum % 0xffff == 0;
    }

    /// <summary>The value of a checksum field over these octets, the field being zero
    /// now.</summary>
    /// <param name="octets">An IPv4 header or an ICMP message.</param>
    public static ushort Of(ReadOnlySpan<byte> octets) => Complement(Sum(octets));

    /// <summary>The field of a payload whose protocol has a pseudo header; the field is zero
    /// now.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="protocol">TCP, UDP or ICMPv6.</param>
    /// <param name="payload">The payload of the IP packet.</param>
    public static ushort OfPayload(
        IpAddress source, IpAddress destination, IpProtocol protocol,
        ReadOnlySpan<byte> payload) =>
        Complement(Sum(
            payload, PseudoHeader(source, destination, (byte)protocol, payload.Length)));

    /// <summary>Whether such a checksum, field included, is right.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address of the same family.</param>
    /// <param name="protocol">TCP, UDP or ICMPv6.</param>
    /// <param name="payload">The payload of the IP packet.</param>
    public static bool IsValidPayload(
        IpAddress source, IpAddress destination, IpProtocol protocol,
        ReadOnlySpan<byte> payload) =>
        Sum(payload, PseudoHeader(source, destination, (byte)protocol, payload.Length))
            == 0xffff;

    /// <summary>The value of the checksum field of a segment whose field is now zero.</summary>
    public static ushort OfSegment(
        IpAddress source, IpAddress destination, ReadOnlySpan<byte> segment) =>
        Complement(Sum(
            segment, PseudoHeader(source, destination, TcpProtocol, segment.Length)));

    /// <summary>Whether the checksum of a segment, field included, is right (MUST-3).</summary>
    public static bool IsValid(
        IpAddress source, IpAddress destination, ReadOnlySpan<byte> segment) =>
        Sum(segment, PseudoHeader(source, destination, TcpProtocol, segment.Length)) == 0xffff;

    /// <summary>The field after one 16-bit word has changed: RFC 1624 §3, equation 3.</summary>
    /// <param name="checksum">The field before.</param>
    /// <param name="before">The word before.</param>
    /// <param name="after">The word after.</param>
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        Complement(
            Fold((ulong)Complement(checksum) + Complement(before) + after));
}
