using TcpConformance.Tap.UpperTesting;

namespace TcpConformance.Cli.Serving;

/// <summary>The octets of a response's body: given ones, or so many of a pattern.</summary>
internal sealed class HttpBody
{
    private const ulong PatternSeed = 1;

    private readonly byte[]? _octets;

    internal HttpBody(byte[] octets)
    {
        _octets = octets;
        Length = octets.Length;
    }

    internal HttpBody(long length) => Length = length;

    /// <summary>How many octets.</summary>
    internal long Length { get; }

    /// <summary>Copies octets from a position on.</summary>
    /// <returns>How many; 0 at the end.</returns>
    internal int Copy(long offset, Span<byte> destination)
    {
        int count = (int)Math.Min(destination.Length, Length - offset);
        if (_octets is not null)
        {
            _octets.AsSpan((int)offset, count).CopyTo(destination);
        }
        else
        {
            OctetPattern.Fill(PatternSeed, (ulong)offset, destination[..count]);
        }
        return count;
    }
}
