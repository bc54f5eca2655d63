using System.Buffers.Binary;

namespace TcpConformance.Wire;

/// <summary>Writes the known options of a header, padded with zero to a word (MUST-69).</summary>
public static class OptionWriter
{
    /// <summary>Octets that <see cref="Write"/> needs, a multiple of 4.</summary>
    public static int Length(in TcpOptions options)
    {
        int n = (options.Has(TcpOptionSet.Mss) ? 4 : 0)
            + (options.Has(TcpOptionSet.WindowScale) ? 3 : 0)
            + (options.Has(TcpOptionSet.SackPermitted) ? 2 : 0)
            + (options.Has(TcpOptionSet.Timestamps) ? 10 : 0)
            + (options.Has(TcpOptionSet.UserTimeout) ? 4 : 0)
            + (options.Has(TcpOptionSet.Sack) ? 2 + (8 * options.SackCount) : 0);
        return (n + 3) & ~3;
    }

    /// <summary>Writes MSS, window scale, SACK-permitted, timestamps, user timeout and SACK
    /// blocks, as far as present; other kinds are not written.</summary>
    /// <param name="o">The options.</param>
    /// <param name="destination">At least <see cref="Length"/> octets.</param>
    /// <returns>Octets written, padding included.</returns>
    public static int Write(in TcpOptions o, Span<byte> destination)
    {
        int at = 0;
        if (o.Has(TcpOptionSet.Mss))
        {
            at = Head(destination, at, TcpOptionKind.Mss, 4);
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at - 2)..], o.Mss);
        }
        if (o.Has(TcpOptionSet.WindowScale))
        {
            at = Head(destination, at, TcpOptionKind.WindowScale, 3);
            destination[at - 1] = o.WindowScale;
        }
        if (o.Has(TcpOptionSet.SackPermitted))
        {
            at = Head(destination, at, TcpOptionKind.SackPermitted, 2);
        }
        if (o.Has(TcpOptionSet.Timestamps))
        {
            at = Head(destination, at, TcpOptionKind.Timestamps, 10);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at - 8)..], o.TsVal);
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at - 4)..], o.TsEcr);
        }
        if (o.Has(TcpOptionSet.UserTimeout))
        {
            at = Head(destination, at, TcpOptionKind.UserTimeout, 4);
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at - 2)..], o.UserTimeout);
        }
        if (o.Has(TcpOptionSet.Sack))
        {
            at = WriteSack(o, destination, at);
        }
        int padded = (at + 3) & ~3;
        destination[at..padded].Clear();
        return padded;
    }

    private static int Head(Span<byte> destination, int at, TcpOptionKind kind, byte length)
    {
        destination[at] = (byte)kind;
        destination[at + 1] = length;
        return at + length;
    }

    private static int WriteSack(in TcpOptions o, Span<byte> destination, int at)
    {
        int end = Head(destination, at, TcpOptionKind.Sack, (byte)(2 + (8 * o.SackCount)));
        for (int i = 0; i < o.SackCount; i++)
        {
            Span<byte> b = destination[(at + 2 + (i * 8))..];
            BinaryPrimitives.WriteUInt32BigEndian(b, o.Sack[i].Left.Value);
            BinaryPrimitives.WriteUInt32BigEndian(b[4..], o.Sack[i].Right.Value);
        }
        return end;
    }
}
