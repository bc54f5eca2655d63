namespace TcpConformance.Fuzz.Plain;

/// <summary>Numbers of a header, octet by octet: the most significant one first (RFC 791, appendix
/// B).</summary>
internal static class PlainOctets
{
    internal static int Two(ReadOnlySpan<byte> b, int at) => (b[at] * 256) + b[at + 1];

    internal static uint Four(ReadOnlySpan<byte> b, int at) =>
        ((uint)Two(b, at) * 65536) + (uint)Two(b, at + 2);

    /// <summary>RFC 1071 §1: the one's complement of the one's complement sum of all 16-bit words;
    /// an odd octet at the end is padded with zero.</summary>
    internal static int Checksum(ReadOnlySpan<byte> b, int initial = 0)
    {
        int sum = initial;
        for (int at = 0; at < b.Length; at += 2)
        {
            sum += at + 1 < b.Length ? Two(b, at) : b[at] * 256;
            if (sum > 65535)
            {
                sum -= 65535; // the carry is added at the other end
            }
        }
        return 65535 - sum;
    }
}
