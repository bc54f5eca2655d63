namespace TcpConformance.Harness;

/// <summary>Text whose every octet tells where it belongs.</summary>
public static class Octets
{
    /// <summary>So many octets of a stream, beginning at <paramref name="from"/>.</summary>
    public static byte[] Pattern(int count, int from = 0)
    {
        byte[] text = new byte[count];
        for (int i = 0; i < count; i++)
        {
            // 251 is prime, so that a shift by any power of two shows.
            text[i] = (byte)((from + i) % 251);
        }
        return text;
    }
}
